//! Powers of many numbers at once.

/// Rounds to a whole number when added and taken away again.
const ROUNDING: f32 = 12_582_912.0;

/// Bits of `2^23 * 1.5`, which [`ROUNDING`] is.
const ROUNDING_BITS: i32 = 0x4b40_0000;

/// Bits of `sqrt(1 / 2)`, where mantissas begin.
const ROOT_HALF: i32 = 0x3f35_04f3;

/// `values^power` of numbers that are not negative, for a power above 0.
///
/// The logarithm is a series in `(m - 1) / (m + 1)` of the mantissa, the exponential its Taylor series, both
/// to the rounding of 32-bit numbers; without branches, so that the processor takes several values at a time.
/// Powers below 1e-37 are 0 to rounding, and none is above 1e37.
pub(super) fn raise(values: &mut [f32], power: f32) {
    for value in values {
        let raised = exp2((power * log2(*value)).clamp(-126.0, 126.0));
        *value = if *value > 0.0 { raised } else { 0.0 };
    }
}

#[inline(always)]
fn log2(value: f32) -> f32 {
    let bits = value.to_bits() as i32;
    let exponent = (bits - ROOT_HALF) >> 23;
    let mantissa = f32::from_bits((bits - (exponent << 23)) as u32);
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0)));
    exponent as f32 + 2.0 * std::f32::consts::LOG2_E * ratio * series
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
            let mut raised = values.clone();
            raise(&mut raised, power);
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
        let mut extreme = [1e-30, 1e30];
        raise(&mut extreme, 3.0);
        assert!(extreme[0] < 1e-37 && extreme[1] > 1e37 && extreme[1].is_finite());
    }
}
