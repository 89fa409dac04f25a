//! What a run starts from: the first network and the loss.

use burn::tensor::{Device, Tensor, TensorData};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::config::RunConfig;
use super::data::TrainingData;
use super::receptive_field::{averages, peaks};
use crate::error::Error;
use crate::loss::PoissonLoss;
use crate::network::Network;

/// The network before its first step: places and scales as the data suggest.
pub(super) fn initial_network(
    config: &RunConfig,
    data: &TrainingData,
    device: &Device,
) -> Result<Network, Error> {
    let mut network = config.model.init(&data.shape, config.seed, device)?;
    if config.training.equalise_cells {
        network.set_output_scale(&data.mean_rates());
    }
    if network.has_places() {
        network = network.place(&peaks(data)?, &data.shape);
    }
    if network.starts_from_averages() {
        let mut generator = ChaCha8Rng::seed_from_u64(config.seed);
        // Initial weights are drawn from stream 0.
        generator.set_stream(1);
        network = network.start_from(&averages(data)?, &data.shape, &mut generator);
    }
    Ok(network)
}

/// One over the mean rate of each cell, or one.
pub(super) fn cell_weights(data: &TrainingData, equalise: bool) -> Vec<f32> {
    let weight = |rate: f32| {
        if equalise {
            1.0 / rate.max(f32::MIN_POSITIVE)
        } else {
            1.0
        }
    };
    data.mean_rates().into_iter().map(weight).collect()
}

/// The Poisson loss with these weights of cells.
pub(super) fn poisson_loss(epsilon: f64, weights: &[f32], device: &Device) -> PoissonLoss {
    let all_alike = weights.iter().all(|&weight| weight == 1.0);
    let tensor = || {
        let data = TensorData::new(weights.to_vec(), [weights.len(), 1]);
        Tensor::from_data(data, device)
    };
    PoissonLoss {
        epsilon,
        cell_weights: (!all_alike).then(tensor),
    }
}
