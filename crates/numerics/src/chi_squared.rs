//! The tail of the chi-squared distribution.

use std::f64::consts::PI;

use crate::complementary_error;

/// The probability of a value beyond `x` of the sum of so many squared standard normal numbers, to a relative
/// 1.2e-7; 1 for `x` of 0 or less.
///
/// Source: Abramowitz & Stegun, 26.4.4 and 26.4.5: finite sums of powers of `x`.
///
/// # Panics
/// Without a degree of freedom.
pub fn chi_squared_tail(x: f64, freedom: usize) -> f64 {
    assert!(freedom > 0, "no degree of freedom");
    if x <= 0.0 {
        return 1.0;
    }
    let is_odd = freedom % 2 == 1;
    let (mut term, mut sum, first) = match is_odd {
        true => (
            (2.0 * x / PI).sqrt() * (-0.5 * x).exp(),
            complementary_error((0.5 * x).sqrt()),
            1,
        ),
        false => ((-0.5 * x).exp(), 0.0, 0),
    };
    for power in (first..freedom).step_by(2) {
        sum += term;
        term *= x / (power as f64 + 2.0);
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_tables() {
        for (freedom, x) in [
            (1, 3.841_459),
            (2, 5.991_465),
            (3, 7.814_728),
            (4, 9.487_729),
            (7, 14.067_140),
        ] {
            let found = chi_squared_tail(x, freedom);
            assert!((found - 0.05).abs() < 1e-6, "{freedom}: {found}");
        }
        assert!((chi_squared_tail(23.209_251, 10) - 0.01).abs() < 1e-6);
        assert_eq!(chi_squared_tail(-1.0, 3), 1.0);
        assert_eq!(chi_squared_tail(1e5, 3), 0.0);
    }
}
