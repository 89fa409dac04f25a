//! Whether a network is trained or asked.

/// How a forward pass behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Running statistics, no noise.
    Inference,
    /// Noise drawn from the seed.
    Training {
        /// Seed of the noise in this step; every layer draws a stream of its own from it.
        noise_seed: u64,
        /// What batch normalisation normalises by.
        statistics: Statistics,
    },
}

/// The statistics that batch normalisation uses in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistics {
    /// The batch's own; the running statistics follow them.
    Batch,
    /// The running ones, which stay as they are: in training as afterwards.
    Running,
}

impl Mode {
    /// Training as published: by each batch's own statistics, with noise from a seed.
    pub fn training(noise_seed: u64) -> Self {
        Self::Training {
            noise_seed,
            statistics: Statistics::Batch,
        }
    }

    /// The seed of one layer's noise.
    pub(crate) fn layer_seed(self, layer: usize) -> u64 {
        match self {
            Self::Inference => 0,
            // The golden ratio's odd multiples keep the layers' seeds far apart.
            Self::Training { noise_seed, .. } => {
                noise_seed ^ (layer as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            }
        }
    }
}
