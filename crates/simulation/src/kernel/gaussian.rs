//! Gaussians integrated over pixels.

use std::f64::consts::SQRT_2;

use super::error_function::erf;

/// Standard deviations at which spatial filters end: what lies outside is 4.7e-4 of the whole along
/// an axis, and is shared out among the pixels inside so that the sum is 1.
const TRUNCATION: f64 = 3.5;

/// Shares of a Gaussian that fall on the pixels around its own, in which it is centred:
/// weight `i` is that of the pixel at distance `i`, in either direction.
///
/// `standard_deviation` is in pixels; 0 gives the pixel alone.
pub(crate) fn pixel_weights(standard_deviation: f64) -> Vec<f64> {
    if standard_deviation == 0.0 {
        return vec![1.0];
    }
    let below = |edge: f64| 0.5 * (1.0 + erf(edge / (SQRT_2 * standard_deviation)));
    let radius = (TRUNCATION * standard_deviation).ceil() as usize;
    let share = |distance: usize| below(distance as f64 + 0.5) - below(distance as f64 - 0.5);
    let mut weights: Vec<f64> = (0..=radius).map(share).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use rstest::rstest;

    use super::*;

    /// Integral of the density over a pixel by Simpson's rule on 1000 intervals.
    fn quadrature(standard_deviation: f64, distance: f64) -> f64 {
        let density = |x: f64| {
            let scaled = x / standard_deviation;
            (-0.5 * scaled * scaled).exp() / (standard_deviation * (2.0 * PI).sqrt())
        };
        let weight = |index: i32| match index {
            0 | 1000 => 1.0,
            odd if odd % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let place = |index: i32| distance - 0.5 + f64::from(index) / 1000.0;
        let sum: f64 = (0..=1000)
            .map(|index| weight(index) * density(place(index)))
            .sum();
        sum / 3000.0
    }

    #[rstest]
    #[case(0.1)]
    #[case(0.8)]
    #[case(3.0)]
    #[case(7.3)]
    fn weights_are_integrals_over_pixels(#[case] standard_deviation: f64) {
        let weights = pixel_weights(standard_deviation);
        assert_eq!(
            weights.len() - 1,
            (3.5 * standard_deviation).ceil() as usize
        );
        for (distance, weight) in weights.iter().enumerate() {
            let expected = quadrature(standard_deviation, distance as f64);
            // The share outside the truncation, at most 4.7e-4 of each weight.
            assert!((weight - expected).abs() <= 4.8e-4 * expected + 1e-9);
        }
    }

    #[rstest]
    fn weights_add_up_to_one(#[values(0.0, 0.02, 0.5, 1.0, 12.0)] standard_deviation: f64) {
        let weights = pixel_weights(standard_deviation);
        let sum = 2.0 * weights.iter().sum::<f64>() - weights[0];
        assert!((sum - 1.0).abs() < 1e-14);
    }

    #[test]
    fn no_width_is_the_pixel_alone() {
        assert_eq!(pixel_weights(0.0), [1.0]);
    }
}
