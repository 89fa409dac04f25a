//! Code compiled for the widest vectors that the processor has.

pub(super) use pulp::NullaryFnOnce;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};
use pulp::{Scalar, Simd};

/// Numbers that are computed together.
pub(super) const LANES: usize = 16;

/// Runs an operation whose loops the compiler turns into vector instructions: those of AVX-512 or
/// AVX2 where the processor has them. Sums are taken in the same order everywhere.
///
/// All that the operation calls has to be `#[inline(always)]`: what is not is compiled for any
/// processor.
#[inline(always)]
pub(super) fn vectorised<Op: NullaryFnOnce>(operation: Op) -> Op::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(vectors) = V4::try_new() {
            return vectors.vectorize(operation);
        }
        if let Some(vectors) = V3::try_new() {
            return vectors.vectorize(operation);
        }
    }
    Scalar::new().vectorize(operation)
}

/// `LANES` values from a place on.
#[inline(always)]
pub(super) fn lanes<T: Copy>(values: &[T], place: usize) -> [T; LANES] {
    match values[place..].first_chunk() {
        Some(lanes) => *lanes,
        None => panic!("fewer values than lanes"),
    }
}

/// The same, to be written.
#[inline(always)]
pub(super) fn lanes_mut<T>(values: &mut [T], place: usize) -> &mut [T; LANES] {
    match values[place..].first_chunk_mut() {
        Some(lanes) => lanes,
        None => panic!("fewer values than lanes"),
    }
}
