//! Inner products.

/// Inner product `sum over i of a[i] b[i]` of two vectors `[i]`, in double precision and in the
/// order of the vectors. Of vectors of different lengths, the longer one's end is left out.
#[inline]
pub fn dot<T: Copy + Into<f64>>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| a.into() * b.into()).sum()
}

/// The same number as [`dot`] but for the last digits, and faster: four sums side by side, so that
/// one addition need not wait for the other. The vectors must have one length.
#[inline]
pub fn dot_by_fours(a: &[f64], b: &[f64]) -> f64 {
    debug_assert_eq!(a.len(), b.len(), "vectors must have the same length");
    let (fours, rest) = a.as_chunks::<4>();
    let (other_fours, other_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours.iter().zip(other_fours) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let last: f64 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    sums[0] + sums[1] + (sums[2] + sums[3]) + last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_the_sum_of_the_products_whatever_the_length() {
        for count in [0, 1, 4, 7, 13] {
            let a: Vec<f64> = (0..count).map(f64::from).collect();
            let b: Vec<f64> = a.iter().map(|value| 3.0 - value).collect();
            // Whole numbers are summed without rounding.
            let expected: f64 = a.iter().map(|value| value * (3.0 - value)).sum();
            assert_eq!(dot(&a, &b), expected);
            assert_eq!(dot_by_fours(&a, &b), expected);
        }
        assert_eq!(dot(&[0.5f32, 2.0], &[4.0, 0.25]), 2.5);
    }
}
