//! Streams of random numbers that depend on a seed and a name only.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The stream of a name: independent of all others, so that no draw moves another.
pub(crate) fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(hash(name));
    random
}

/// FNV-1a, 64 bits.
pub(crate) fn hash(name: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}
