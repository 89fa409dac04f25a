//! Student's distribution.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// The probability of a value beyond `t` or below `-t`, for `t >= 0` and whole degrees of freedom.
///
/// Source: Abramowitz & Stegun, 26.7.3 and 26.7.4: with `theta = atan(t / sqrt(freedom))` a finite sum of powers of
/// `cos(theta)`.
///
/// # Panics
/// Without a degree of freedom.
pub fn student_two_sided(t: f64, freedom: usize) -> f64 {
    assert!(freedom > 0, "no degree of freedom");
    if t.is_infinite() {
        return 0.0;
    }
    let theta = (t / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = theta.sin_cos();
    let is_odd = freedom % 2 == 1;
    let mut term = if is_odd { cosine } else { 1.0 };
    let mut sum = if freedom == 1 { 0.0 } else { term };
    let first = if is_odd { 3 } else { 2 };
    for power in (first..freedom).step_by(2) {
        let power = power as f64;
        term *= cosine * cosine * (power - 1.0) / power;
        sum += term;
    }
    let inside = match is_odd {
        true => FRAC_2_PI * (theta + sine * sum),
        false => sine * sum,
    };
    (1.0 - inside).clamp(0.0, 1.0)
}

/// The value beyond which, or below whose negative, lies a probability.
///
/// # Panics
/// Without a degree of freedom, or where the probability is not between 0 and 1.
pub fn student_quantile(probability: f64, freedom: usize) -> f64 {
    assert!(probability > 0.0 && probability < 1.0, "{probability}");
    // By the angle, which is in a range that is known.
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    let value = |angle: f64| angle.tan() * (freedom as f64).sqrt();
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        match student_two_sided(value(middle), freedom) > probability {
            true => low = middle,
            false => high = middle,
        }
    }
    value(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of tables, and of the normal distribution that many degrees approach.
    #[test]
    fn quantiles_are_those_of_tables() {
        for (freedom, expected) in [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (10, 2.228),
            (30, 2.042),
            (5000, 1.960),
        ] {
            let found = student_quantile(0.05, freedom);
            assert!((found - expected).abs() < 6e-4, "{freedom}: {found}");
            assert!((student_two_sided(found, freedom) - 0.05).abs() < 1e-9);
        }
        assert_eq!(student_two_sided(0.0, 7), 1.0);
    }
}
