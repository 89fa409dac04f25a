//! Loops compiled twice: for any processor, and for one that has vectors of eight numbers.

/// Defines a function that does what another does, with AVX2 where the processor has it. The result has the
/// same bits: the same operations are done in the same order, more of them at a time, and none are fused.
///
/// The other function, and what it calls in its loops, must be `#[inline(always)]`, or stays as it was
/// compiled for any processor.
macro_rules! with_widest_vectors {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) = $plain:path) => {
        $(#[$attribute])*
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") {
                #[target_feature(enable = "avx2")]
                fn with_avx2($($argument: $type),*) {
                    $plain($($argument),*);
                }
                // SAFETY: the processor has AVX2.
                unsafe { with_avx2($($argument),*) };
                return;
            }
            $plain($($argument),*);
        }
    };
}

pub(crate) use with_widest_vectors;

#[cfg(test)]
mod tests {
    #[inline(always)]
    fn plain(values: &[f32], weights: &[f32], sums: &mut [f32]) {
        for (value, weight) in values.iter().zip(weights) {
            for (index, sum) in sums.iter_mut().enumerate() {
                *sum += weight * (value + index as f32);
            }
        }
    }

    with_widest_vectors! {
        fn wide(values: &[f32], weights: &[f32], sums: &mut [f32]) = plain
    }

    #[test]
    fn wide_vectors_give_the_same_bits() {
        let values: Vec<f32> = (0..50).map(|index| (index as f32 * 0.7).sin()).collect();
        let weights: Vec<f32> = values.iter().map(|value| value * 0.3 + 0.01).collect();
        let (mut one, mut other) = (vec![0.1; 100], vec![0.1; 100]);
        plain(&values, &weights, &mut one);
        wide(&values, &weights, &mut other);
        assert_eq!(one, other);
    }
}
