//! The tail of the normal distribution.

/// `erfc(x) = 2 / sqrt(pi) * integral from x to infinity of exp(-t^2) dt` for `x >= 0`, to a
/// relative 1.2e-7: twice the tail of the normal distribution beyond `x sqrt 2` standard
/// deviations.
///
/// Source: Press et al., *Numerical Recipes*, section 6.2 (Chebyshev fit).
pub fn complementary_error(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / (1.0 + 0.5 * x);
    let polynomial = COEFFICIENTS.iter().rev().fold(0.0, |sum, c| sum * t + c);
    t * (-x * x + polynomial).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_the_normal_distribution_is_right() {
        // From tables.
        for (x, expected) in [
            (0.0, 1.0),
            (0.5, 0.479_500_122),
            (2.0, 4.677_734_98e-3),
            (4.0, 1.541_725_79e-8),
        ] {
            assert!(
                (complementary_error(x) / expected - 1.0).abs() < 1e-6,
                "{x}"
            );
        }
        assert_eq!(complementary_error(f64::INFINITY), 0.0);
    }
}
