//! Straight lines.

use crate::mean;

/// A straight line `y = intercept + slope x` fitted by least squares.
///
/// With `n` points and the sum of squared residuals `R`, the error of the slope is
/// `sqrt(R / (n - 2) / sum of (x - mean x)^2)`.
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
}
