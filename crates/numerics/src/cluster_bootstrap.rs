//! Intervals of whatever is computed from clusters of samples that belong together.

use crate::nested_bootstrap::nested_bootstrap;

/// How often clusters are drawn for the intervals that are told.
pub const RESAMPLES: usize = 2000;

/// The 95 % interval of a statistic by the cluster bootstrap: as many clusters as there are are drawn with
/// replacement, whole, and the statistic is computed of them; the interval holds the middle 95 % of what
/// comes out.
///
/// Samples of one cluster are not independent; clusters are. None with fewer than two clusters, or where the statistic is defined for less than half
/// of the draws.
///
/// Source: Field & Welsh 2007, *Journal of the Royal Statistical Society B* (recalled).
pub fn cluster_bootstrap<T>(
    clusters: &[T],
    statistic: impl Fn(&[&T]) -> Option<f64>,
    resamples: usize,
) -> Option<[f64; 2]> {
    if clusters.len() < 2 {
        return None;
    }
    let drawn = |places: Vec<usize>| places.into_iter().map(|place| &clusters[place]).collect();
    nested_bootstrap(
        |draws| {
            let drawn: Vec<&T> = drawn(draws.of(clusters.len()));
            statistic(&drawn)
        },
        resamples,
    )
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardNormal};

    use super::*;

    fn mean(clusters: &[&Vec<f64>]) -> Option<f64> {
        let values: Vec<f64> = clusters
            .iter()
            .flat_map(|one| one.iter().copied())
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// Clusters of 8 values each that share most of their deviation from 0.
    fn nested(count: usize, random: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
        let mut normal = || -> f64 { StandardNormal.sample(random) };
        (0..count)
            .map(|_| {
                let shared = normal();
                (0..8).map(|_| shared + 0.3 * normal()).collect()
            })
            .collect()
    }

    #[test]
    fn the_same_clusters_have_the_same_interval_and_one_has_none() {
        let clusters = nested(6, &mut ChaCha8Rng::seed_from_u64(1));
        let first = cluster_bootstrap(&clusters, mean, 500).unwrap();
        assert_eq!(Some(first), cluster_bootstrap(&clusters, mean, 500));
        assert!(first[0] < first[1]);
        assert_eq!(cluster_bootstrap(&clusters[..1], mean, 500), None);
        assert_eq!(cluster_bootstrap(&clusters, |_| None, 500), None);
    }

    /// Of 200 nested samples of 20 clusters the interval covers the true mean of 0 in 90 to 99 % (95 %
    /// nominal; percentile intervals of 20 clusters are a little short, and 200 samples have an error of
    /// 1.5 %); an interval that takes values for independent would cover in about half.
    #[test]
    fn intervals_cover_the_truth_of_a_nested_sample() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let covers = |_: &usize| {
            let sample = nested(20, &mut random);
            let [low, high] = cluster_bootstrap(&sample, mean, 300).unwrap();
            low <= 0.0 && 0.0 <= high
        };
        let covered = (0..200).filter(covers).count();
        assert!((180..=198).contains(&covered), "{covered} of 200");
    }
}
