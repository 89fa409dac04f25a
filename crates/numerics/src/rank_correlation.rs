//! Correlation of ranks.

use crate::correlation;

/// Spearman's rank correlation of points `(x, y)`: the [`correlation`] of the ranks, ties sharing
/// theirs; NaN where either side is constant.
///
/// Source: Spearman 1904, Am. J. Psychol. 15:72.
pub fn rank_correlation(points: &[(f64, f64)]) -> f64 {
    let x = ranks(points.iter().map(|point| point.0).collect());
    let y = ranks(points.iter().map(|point| point.1).collect());
    correlation(&x, &y).unwrap_or(f64::NAN)
}

/// Places in rising order, counted from 1.
fn ranks(values: Vec<f64>) -> Vec<f64> {
    let rank = |value: f64| {
        let below = values.iter().filter(|other| **other < value).count();
        let equal = values.iter().filter(|other| **other == value).count();
        below as f64 + 0.5 * (equal as f64 + 1.0)
    };
    values.iter().map(|&value| rank(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_correlated_whatever_the_shape() {
        let falling = [(1.0, 100.0), (2.0, 9.0), (5.0, 8.0)];
        assert!((rank_correlation(&falling) + 1.0).abs() < 1e-12);
        let tied = [(1.0, 1.0), (2.0, 1.0), (3.0, 2.0)];
        assert!((rank_correlation(&tied) - 0.75f64.sqrt()).abs() < 1e-12);
        assert!(rank_correlation(&[(1.0, 1.0), (2.0, 1.0)]).is_nan());
    }
}
