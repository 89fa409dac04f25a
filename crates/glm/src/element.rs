//! The numbers that features are kept in: single precision for speed, double for checks.

use pulp::Simd;

/// A floating-point number that the products of this crate are computed with, many at a time.
pub(crate) trait Element:
    Copy + Default + Send + Sync + Into<f64> + PartialEq + 'static
{
    /// As many of them as a register of the processor holds.
    type Lanes<S: Simd>: Copy;
    const ZERO: Self;
    const ONE: Self;

    /// The nearest number.
    fn of(value: f64) -> Self;
    /// A row as registers; what is left over is not in them.
    fn lanes<S: Simd>(row: &[Self]) -> &[Self::Lanes<S>];
    fn lanes_mut<S: Simd>(row: &mut [Self]) -> &mut [Self::Lanes<S>];
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Lanes<S>;
    /// `a * b + c`
    fn mul_add<S: Simd>(
        simd: S,
        a: Self::Lanes<S>,
        b: Self::Lanes<S>,
        c: Self::Lanes<S>,
    ) -> Self::Lanes<S>;
    fn sum<S: Simd>(simd: S, a: Self::Lanes<S>) -> Self;
    /// The exponential of every value of a row, in its place.
    fn exponentiate(row: &mut [Self]);
    fn sqrt(self) -> Self;
    fn times(self, other: Self) -> Self;
    fn plus(self, other: Self) -> Self;
}

impl Element for f32 {
    type Lanes<S: Simd> = S::f32s;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn lanes<S: Simd>(row: &[Self]) -> &[S::f32s] {
        S::as_simd_f32s(row).0
    }
    #[inline(always)]
    fn lanes_mut<S: Simd>(row: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(row).0
    }
    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f32s {
        simd.splat_f32s(value)
    }
    #[inline(always)]
    fn mul_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_e_f32s(a, b, c)
    }
    #[inline(always)]
    fn sum<S: Simd>(simd: S, a: S::f32s) -> Self {
        simd.reduce_sum_f32s(a)
    }
    fn exponentiate(row: &mut [Self]) {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || {
                for value in row.iter_mut() {
                    *value = exponential(*value);
                }
            },
        );
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self * other
    }
}

impl Element for f64 {
    type Lanes<S: Simd> = S::f64s;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn lanes<S: Simd>(row: &[Self]) -> &[S::f64s] {
        S::as_simd_f64s(row).0
    }
    #[inline(always)]
    fn lanes_mut<S: Simd>(row: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(row).0
    }
    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f64s {
        simd.splat_f64s(value)
    }
    #[inline(always)]
    fn mul_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_e_f64s(a, b, c)
    }
    #[inline(always)]
    fn sum<S: Simd>(simd: S, a: S::f64s) -> Self {
        simd.reduce_sum_f64s(a)
    }
    fn exponentiate(row: &mut [Self]) {
        for value in row {
            *value = value.exp();
        }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self * other
    }
}

/// `exp x` to two units of the last place, without branches, so that a compiler computes many at once; the
/// argument is held between -87 and 88.
///
/// Source: Moshier, Cephes mathematical library, `expf`; the rounding by a large summand is a common trick.
#[inline(always)]
fn exponential(x: f32) -> f32 {
    /// 1.5 * 2^23: added to a small number, it rounds it to a whole one, which its last bits hold.
    const ROUNDER: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let whole = rounded - ROUNDER;
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut polynomial = 1.987_569_1e-4;
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        5.0e-1,
    ] {
        polynomial = polynomial * rest + coefficient;
    }
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23));
    (polynomial * rest * rest + rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_the_last_digits() {
        let mut values: Vec<f32> = (-8600..8700).map(|i| i as f32 * 0.01).collect();
        let expected: Vec<f64> = values.iter().map(|&x| f64::from(x).exp()).collect();
        f32::exponentiate(&mut values);
        for (found, expected) in values.iter().zip(&expected) {
            // Two units of the last of 24 binary digits.
            assert!((f64::from(*found) / expected - 1.0).abs() < 2.4e-7);
        }
        let mut ends = [-1e9, 1e9];
        f32::exponentiate(&mut ends);
        assert!(ends[0] < 2e-38 && ends[1].is_finite() && ends[1] > 1e38);
    }
}
