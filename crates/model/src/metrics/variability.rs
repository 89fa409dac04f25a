//! How responses to the same movie vary from trial to trial.
//!
//! All is of counts of spikes in windows, `[trial][window]`, see [`in_windows`]; a window is the same stretch of the
//! movie in every trial.

use std::ops::Range;

use ganglion_numerics::mean;

/// Counts in windows of so many bins, one after another within each stretch of bins; what is left of a stretch after
/// its last whole window is left out.
pub fn in_windows(bins: &[u16], stretches: &[Range<usize>], length: usize) -> Vec<f64> {
    let whole = |stretch: &Range<usize>| bins[stretch.clone()].chunks_exact(length);
    let sum = |window: &[u16]| window.iter().map(|&count| f64::from(count)).sum();
    stretches.iter().flat_map(whole).map(sum).collect()
}

/// Fano factor: how much counts vary over trials for their mean,
///
/// ```text
/// F = mean over windows of Var_n y[n][w] / mean over windows of mean_n y[n][w],
/// ```
///
/// the variance over trials n with N - 1 degrees of freedom. It is a ratio of means rather than a mean of ratios, so
/// that windows with few spikes do not weigh more than they tell. 1 for Poisson counts of a rate that is the same in
/// every trial, below 1 for regular spikes. None with fewer than two trials, or without spikes.
///
/// Source: Uzzell & Chichilnisky 2004, J. Neurophysiol. 92:780 (variance over mean of counts, in retinal ganglion
/// cells).
pub fn fano_factor(trials: &[Vec<f64>]) -> Option<f64> {
    let windows = windows_of(trials)?;
    let counts = mean(trials.iter().flatten());
    let variances = (0..windows).map(|window| covariance(trials, trials, window));
    (counts > 0.0).then(|| mean(variances.collect::<Vec<f64>>()) / counts)
}

/// Noise correlation of two cells: the correlation of their counts in the same trials, less that of their counts in
/// different trials, which the movie alone makes,
///
/// ```text
/// rho = (C_same - C_shuffled) / (s_a s_b),
/// C_same = mean over n, w of (a[n][w] - A) (b[n][w] - B),
/// C_shuffled = the same of a[n][w] and b[m][w], over all pairs of trials n and m that differ,
/// ```
///
/// with the mean A and the standard deviation s_a of the counts of a cell over all trials and windows. The mean over
/// all pairs of trials is what random shuffles of trials tend to; the difference is the covariance over trials, with
/// N - 1 degrees of freedom, averaged over windows. None with fewer than two trials, or where a cell's count is
/// always the same.
///
/// Sources: Perkel, Gerstein & Moore 1967, Biophys. J. 7:419 (shuffled trials); Mahuas et al. 2020, NeurIPS 33:5070.
pub fn noise_correlation(a: &[Vec<f64>], b: &[Vec<f64>]) -> Option<f64> {
    let windows = windows_of(a).filter(|&windows| windows_of(b) == Some(windows))?;
    let together = (0..windows).map(|window| covariance(a, b, window));
    let together = mean(together.collect::<Vec<f64>>());
    let scale = variance(a).sqrt() * variance(b).sqrt();
    (a.len() == b.len() && scale > 0.0).then(|| together / scale)
}

/// Windows of every trial; none where there are no windows, or fewer than two trials.
fn windows_of(trials: &[Vec<f64>]) -> Option<usize> {
    let windows = trials.first()?.len();
    let alike = trials.iter().all(|trial| trial.len() == windows);
    (alike && windows > 0 && trials.len() > 1).then_some(windows)
}

/// Covariance over trials in a window, N - 1 degrees of freedom.
fn covariance(a: &[Vec<f64>], b: &[Vec<f64>], window: usize) -> f64 {
    let middle = |trials: &[Vec<f64>]| mean(trials.iter().map(|trial| trial[window]));
    let (a_mean, b_mean) = (middle(a), middle(b));
    let products = a
        .iter()
        .zip(b)
        .map(|(a, b)| (a[window] - a_mean) * (b[window] - b_mean));
    products.sum::<f64>() / (a.len() - 1) as f64
}

/// Variance over all trials and windows, of all of them.
fn variance(trials: &[Vec<f64>]) -> f64 {
    let middle = mean(trials.iter().flatten());
    let squares = trials
        .iter()
        .flatten()
        .map(|count| (count - middle).powi(2));
    mean(squares.collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_within_stretches() {
        let bins = [1, 0, 2, 5, 1, 1, 7, 3];
        // Bin 2 and bin 7 are left over, bin 3 is in no stretch.
        assert_eq!(in_windows(&bins, &[0..3, 4..8], 2), [1.0, 2.0, 10.0]);
        assert_eq!(in_windows(&bins, &[0..3, 4..8], 4), [12.0]);
        assert!(in_windows(&bins, &[], 2).is_empty());
    }

    /// Variances over the three trials 1, 0 and 3, means 2, 4 and 4: (1 + 0 + 3) / (2 + 4 + 4).
    #[test]
    fn the_fano_factor_is_mean_variance_over_mean_count() {
        let trials = [
            vec![1.0, 4.0, 2.0],
            vec![2.0, 4.0, 5.0],
            vec![3.0, 4.0, 5.0],
        ];
        let found = fano_factor(&trials).unwrap();
        assert!((found - 0.4).abs() < 1e-12, "{found}");
    }

    #[test]
    fn what_does_not_vary_or_is_not_there_has_no_fano_factor() {
        assert_eq!(fano_factor(&[vec![1.0, 2.0]]), None, "one trial");
        assert_eq!(fano_factor(&[vec![0.0], vec![0.0]]), None, "no spikes");
        assert_eq!(fano_factor(&[vec![], vec![]]), None, "no windows");
        assert_eq!(fano_factor(&[vec![2.0], vec![2.0]]), Some(0.0));
    }

    /// By hand: covariances over trials are 1/2 in both windows. All counts of a are 0, 1, 2, 3 (variance 5/4), those
    /// of b 0, 1, 0, 1 (variance 1/4): 1/2 / sqrt(5/16).
    #[test]
    fn noise_correlations_are_of_what_trials_share() {
        let a = [vec![0.0, 2.0], vec![1.0, 3.0]];
        let b = [vec![0.0, 0.0], vec![1.0, 1.0]];
        let found = noise_correlation(&a, &b).unwrap();
        assert!(
            (found - 0.5 / (5.0f64 / 16.0).sqrt()).abs() < 1e-12,
            "{found}"
        );
        let turned = [b[1].clone(), b[0].clone()];
        assert!((noise_correlation(&a, &turned).unwrap() + found).abs() < 1e-12);
    }

    /// The closed form is the correlation in the same trials less that in all other pairs of trials.
    #[test]
    fn noise_correlations_are_those_less_the_shuffled_ones() {
        let a = [
            vec![0.0, 2.0, 1.0],
            vec![1.0, 3.0, 0.0],
            vec![2.0, 1.0, 0.0],
        ];
        let b = [
            vec![1.0, 0.0, 4.0],
            vec![1.0, 1.0, 2.0],
            vec![3.0, 0.0, 0.0],
        ];
        let pairs = |shifts: &[usize]| {
            let middle = |trials: &[Vec<f64>]| mean(trials.iter().flatten());
            let (a_mean, b_mean) = (middle(&a), middle(&b));
            let mut products = Vec::new();
            for shift in shifts {
                for trial in 0..3 {
                    let (a, b) = (&a[trial], &b[(trial + shift) % 3]);
                    products.extend(a.iter().zip(b).map(|(a, b)| (a - a_mean) * (b - b_mean)));
                }
            }
            mean(products) / (variance(&a) * variance(&b)).sqrt()
        };
        let expected = pairs(&[0]) - pairs(&[1, 2]);
        let found = noise_correlation(&a, &b).unwrap();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn a_cell_that_is_always_the_same_has_no_correlation() {
        let same = [vec![1.0], vec![1.0]];
        let other = [vec![0.0], vec![1.0]];
        assert_eq!(noise_correlation(&same, &other), None);
        assert_eq!(noise_correlation(&other[..1], &other[..1]), None);
    }
}
