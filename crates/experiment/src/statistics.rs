//! Means, lines and ranks.

/// A straight line fitted by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineFit {
    /// Slope.
    pub slope: f64,
    /// Standard error of the slope; NaN for fewer than three points.
    pub slope_error: f64,
    /// Value at zero.
    pub intercept: f64,
}

impl LineFit {
    /// The line through points, all of the same weight; nothing for fewer than two different x.
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let n = points.len() as f64;
        let (mean_x, mean_y) = (
            mean(points.iter().map(|point| point.0)),
            mean(points.iter().map(|point| point.1)),
        );
        let sum = |term: fn(f64, f64) -> f64| -> f64 {
            (points.iter())
                .map(|(x, y)| term(x - mean_x, y - mean_y))
                .sum()
        };
        let (xx, xy) = (sum(|x, _| x * x), sum(|x, y| x * y));
        if xx.is_nan() || xx <= 0.0 {
            return None;
        }
        let slope = xy / xx;
        let intercept = mean_y - slope * mean_x;
        let residuals: f64 = (points.iter())
            .map(|(x, y)| (y - intercept - slope * x).powi(2))
            .sum();
        let slope_error = if points.len() < 3 {
            f64::NAN
        } else {
            (residuals / (n - 2.0) / xx).sqrt()
        };
        Some(Self {
            slope,
            slope_error,
            intercept,
        })
    }
}

/// Mean; NaN of nothing.
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (count, sum) =
        (values.into_iter()).fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
    sum / count
}

/// Standard deviation of a sample (over n - 1); NaN of fewer than two values.
pub fn standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values.iter().copied());
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// Mean and standard error of the mean over the finite values; NaN where there are too few.
pub fn mean_and_error(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let finite: Vec<f64> = values
        .into_iter()
        .filter(|value| value.is_finite())
        .collect();
    let error = standard_deviation(&finite) / (finite.len() as f64).sqrt();
    (mean(finite), error)
}

/// Spearman's rank correlation: the Pearson correlation of the ranks, ties sharing theirs; NaN
/// where either side is constant.
pub fn rank_correlation(points: &[(f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let rank = |value: f64| {
            let below = values.iter().filter(|other| **other < value).count();
            let equal = values.iter().filter(|other| **other == value).count();
            below as f64 + 0.5 * (equal as f64 + 1.0)
        };
        values.iter().map(|&value| rank(value)).collect()
    };
    let x = ranks(points.iter().map(|point| point.0).collect());
    let y = ranks(points.iter().map(|point| point.1).collect());
    let product = |a: &[f64], b: &[f64]| -> f64 {
        let (mean_a, mean_b) = (mean(a.iter().copied()), mean(b.iter().copied()));
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - mean_a) * (b - mean_b))
            .sum()
    };
    product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
}

/// Order of y along x, of the pairs of points whose y differ by at least `resolution`: the share of
/// pairs that rise less that of pairs that fall, from -1 to 1; NaN where no pair differs.
///
/// Goodman and Kruskal's gamma (1954), with what cannot be told apart as ties.
pub fn ordered_pairs(points: &[(f64, f64)], resolution: f64) -> f64 {
    let (mut rising, mut falling) = (0.0, 0.0);
    for (place, a) in points.iter().enumerate() {
        for b in &points[..place] {
            let (along, change) = (a.0 - b.0, a.1 - b.1);
            if along == 0.0 || change.abs() < resolution {
                continue;
            }
            match along * change > 0.0 {
                true => rising += 1.0,
                false => falling += 1.0,
            }
        }
    }
    (rising - falling) / (rising + falling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_with_the_textbook_error() {
        let exact = LineFit::through(&[(0.0, 1.0), (1.0, 3.0), (3.0, 7.0)]).unwrap();
        assert!((exact.slope - 2.0).abs() < 1e-12 && (exact.intercept - 1.0).abs() < 1e-12);
        assert!(exact.slope_error < 1e-12);
        // Residuals of (0, 0), (1, 1), (2, 0): slope 0, sum of squares 2/3, error sqrt(2/3/1/2).
        let bent = LineFit::through(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]).unwrap();
        assert!(bent.slope.abs() < 1e-12);
        assert!((bent.slope_error - (1.0f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_line_needs_two_places() {
        assert_eq!(LineFit::through(&[]), None);
        assert_eq!(LineFit::through(&[(1.0, 2.0), (1.0, 3.0)]), None);
    }

    #[test]
    fn ranks_are_correlated_whatever_the_shape() {
        let falling = [(1.0, 100.0), (2.0, 9.0), (5.0, 8.0)];
        assert!((rank_correlation(&falling) + 1.0).abs() < 1e-12);
        let tied = [(1.0, 1.0), (2.0, 1.0), (3.0, 2.0)];
        assert!((rank_correlation(&tied) - 0.75f64.sqrt()).abs() < 1e-12);
        assert!(rank_correlation(&[(1.0, 1.0), (2.0, 1.0)]).is_nan());
    }

    #[test]
    fn pairs_that_cannot_be_told_apart_have_no_order() {
        let latencies = [(1.0, 280.0), (2.0, 290.0), (3.0, 150.0), (4.0, 152.0)];
        // One pair rises by a frame, four fall, one differs by less than a frame.
        assert!((ordered_pairs(&latencies, 10.0) + 0.6).abs() < 1e-12);
        assert!((ordered_pairs(&latencies, 11.0) + 1.0).abs() < 1e-12);
        assert!(ordered_pairs(&latencies[2..], 10.0).is_nan());
    }

    #[test]
    fn errors_of_means_leave_out_what_was_not_measured() {
        let (mean, error) = mean_and_error([1.0, f64::NAN, 3.0]);
        assert_eq!((mean, error), (2.0, 1.0));
    }
}
