//! Powers of many numbers at once.

/// Rounds to a whole number when added and taken away again.
const ROUNDING: f32 = 12_582_912.0;

/// Bits of `2^23 * 1.5`, which [`ROUNDING`] is.
const ROUNDING_BITS: i32 = 0x4b40_0000;

/// Bits of `sqrt(1 / 2)`, where mantissas begin.
const ROOT_HALF: i32 = 0x3f35_04f3;

/// `log2(1 + x) / x` from `sqrt(1 / 2) - 1` to `sqrt(2) - 1`, lowest power first, by interpolation at the
/// zeros of a Chebyshev polynomial: to 7e-9.
const LOGARITHM: [f32; 10] = [
    std::f32::consts::LOG2_E,
    -0.72134735,
    0.4808982,
    -0.36069663,
    0.288_568_88,
    -0.23961904,
    0.20457529,
    -0.19102498,
    0.1863121,
    -0.11020159,
];

/// `factor * value^power` of a number that is not negative, for a power above 0, given the logarithm of the
/// factor to the base 2.
///
/// The logarithm is a polynomial, the exponential its Taylor series, both to the rounding of 32-bit numbers;
/// without branches, so that the processor takes several values at a time. What is below 1e-37 is 0 to
/// rounding, and nothing is above 1e38.
#[inline(always)]
pub(super) fn scaled_power(value: f32, power: f32, log2_of_factor: f32) -> f32 {
    let logarithm = power * log2(value) + log2_of_factor;
    let bounded = if logarithm > -126.0 {
        logarithm
    } else {
        -126.0
    };
    let bounded = if bounded < 126.0 { bounded } else { 126.0 };
    let raised = exp2(bounded);
    if value > 0.0 { raised } else { 0.0 }
}

#[inline(always)]
fn log2(value: f32) -> f32 {
    let bits = value.to_bits() as i32;
    let exponent = (bits - ROOT_HALF) >> 23;
    let mantissa = f32::from_bits((bits - (exponent << 23)) as u32);
    let x = mantissa - 1.0;
    let series = LOGARITHM.iter().rev().fold(0.0, |sum, term| sum * x + term);
    exponent as f32 + x * series
}

#[inline(always)]
fn exp2(exponent: f32) -> f32 {
    let rounded = exponent + ROUNDING;
    let whole = rounded.to_bits() as i32 - ROUNDING_BITS;
    let x = (exponent - (rounded - ROUNDING)) * std::f32::consts::LN_2;
    let high = 1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0)));
    let series = 1.0 + x * (1.0 + x * (0.5 + x * high));
    series * f32::from_bits(((whole + 127) << 23) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_64_bits_and_0_stays_0() {
        for power in [0.3f32, 1.0, 1.7, 2.5, 5.0] {
            let values: Vec<f32> = (0..4000).map(|index| index as f32 * 2.5e-3).collect();
            let raise = |value: &f32| scaled_power(*value, power, 0.0);
            let raised: Vec<f32> = values.iter().map(raise).collect();
            assert_eq!(raised[0], 0.0);
            for (value, raised) in values.iter().zip(&raised).skip(1) {
                let expected = f64::from(*value).powf(f64::from(power));
                // The logarithm's rounding, 2^-24 of up to 9, times the power.
                let tolerance = 3e-6 * f64::from(power.max(1.0)) * expected;
                assert!(
                    (f64::from(*raised) - expected).abs() < tolerance,
                    "{value}^{power}: {raised}, not {expected}"
                );
            }
        }
        assert!((scaled_power(3.0, 2.0, 1.0) - 18.0).abs() < 1e-4);
        let extreme = [1e-30, 1e30].map(|value| scaled_power(value, 3.0, 0.0));
        assert!(extreme[0] < 1e-37 && extreme[1] > 1e37 && extreme[1].is_finite());
    }
}
