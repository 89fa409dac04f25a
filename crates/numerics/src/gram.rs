//! Sums of terms compared with a whole, for any choice of terms at the cost of a few additions.

use crate::dot;

/// Centred inner products of terms and of a target over the same samples.
///
/// The correlation of a sum of terms `x_i` with the target `y` depends on these alone,
///
/// ```text
/// r = sum over i of <x_i, y> / sqrt(sum over i and j of <x_i, x_j> * <y, y>),
/// ```
///
/// so that thousands of choices are compared without looking at the samples again.
#[derive(Clone, Debug)]
pub struct Gram {
    /// `[term, term]`
    products: Vec<f64>,
    /// `[term]`
    with_target: Vec<f64>,
    target: f64,
}

impl Gram {
    /// Products of `terms`, each `[sample]`, and a target `[sample]`.
    ///
    /// # Panics
    /// If a term has another number of samples than the target.
    pub fn new(terms: &[Vec<f64>], target: &[f64]) -> Self {
        assert!(
            terms.iter().all(|term| term.len() == target.len()),
            "terms and target must have the same samples"
        );
        let series: Vec<Vec<f64>> = terms.iter().map(|term| centred(term)).collect();
        let target = centred(target);
        let products = series
            .iter()
            .flat_map(|a| series.iter().map(move |b| dot(a, b)))
            .collect();
        Self {
            products,
            with_target: series.iter().map(|term| dot(term, &target)).collect(),
            target: dot(&target, &target),
        }
    }

    /// Number of terms.
    pub fn terms(&self) -> usize {
        self.with_target.len()
    }

    /// Correlation of the sum of some terms with the target; 0 if either is constant.
    pub fn correlation(&self, members: &[usize]) -> f64 {
        let shared: f64 = members.iter().map(|&term| self.with_target[term]).sum();
        let square: f64 = members
            .iter()
            .flat_map(|&a| members.iter().map(move |&b| self.product(a, b)))
            .sum();
        let norm = (square * self.target).sqrt();
        if norm > 0.0 { shared / norm } else { 0.0 }
    }

    fn product(&self, a: usize, b: usize) -> f64 {
        self.products[a * self.terms() + b]
    }
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|value| value - mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlation;

    #[test]
    fn correlations_are_those_of_the_summed_series() {
        let terms = vec![
            vec![1.0, 2.0, -1.0, 0.5, 3.0],
            vec![0.0, -1.0, 4.0, 2.0, 1.0],
            vec![2.0, 2.0, 0.0, -3.0, 1.0],
        ];
        let target = [1.0, 0.0, 2.0, -1.0, 4.0];
        let gram = Gram::new(&terms, &target);
        for members in [vec![0], vec![0, 2], vec![0, 1, 2]] {
            let sum: Vec<f64> = (0..5)
                .map(|sample| members.iter().map(|&term| terms[term][sample]).sum())
                .collect();
            let expected = correlation(&sum, &target).unwrap();
            assert!((gram.correlation(&members) - expected).abs() < 1e-12);
        }
        assert_eq!(gram.correlation(&[]), 0.0);
    }
}
