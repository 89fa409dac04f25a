//! Networks whose outputs PyTorch and Captum have computed; tests of several crates include this file.

use std::path::PathBuf;

use burn::tensor::Device;
use ganglion_model::layer::Algorithm;
use ganglion_model::network::{BnCnn, ModelConfig, Network, NetworkShape};
use ganglion_model::weights::Weights;

/// A published network in small or in full size, with random weights.
#[derive(Clone, Copy)]
pub struct Fixture {
    pub name: &'static str,
    pub channels: [usize; 2],
    pub kernels: [usize; 2],
    pub size: usize,
    pub cells: usize,
}

pub const SMALL: Fixture = Fixture {
    name: "small",
    channels: [3, 4],
    kernels: [7, 5],
    size: 20,
    cells: 3,
};
pub const FULL: Fixture = Fixture {
    name: "full",
    channels: [8, 8],
    kernels: [15, 11],
    size: 50,
    cells: 5,
};

/// Names of the published checkpoints, and ours.
pub const NAMES: [(&str, &str); 17] = [
    ("0.weight", "stages.0.convolution.kernel"),
    ("0.bias", "stages.0.convolution.bias"),
    ("2.weight", "stages.0.normalisation.gain"),
    ("2.bias", "stages.0.normalisation.offset"),
    ("2.running_mean", "stages.0.normalisation.running_mean"),
    ("2.running_var", "stages.0.normalisation.running_variance"),
    ("6.weight", "stages.1.convolution.kernel"),
    ("6.bias", "stages.1.convolution.bias"),
    ("8.weight", "stages.1.normalisation.gain"),
    ("8.bias", "stages.1.normalisation.offset"),
    ("8.running_mean", "stages.1.normalisation.running_mean"),
    ("8.running_var", "stages.1.normalisation.running_variance"),
    ("13.weight", "readout.weight"),
    ("14.weight", "readout_normalisation.gain"),
    ("14.bias", "readout_normalisation.offset"),
    ("14.running_mean", "readout_normalisation.running_mean"),
    ("14.running_var", "readout_normalisation.running_variance"),
];

/// A file of this folder, from the test of any crate.
pub fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../model/tests/golden")
        .join(name)
}

impl Fixture {
    pub fn shape(&self) -> NetworkShape {
        NetworkShape {
            height: self.size,
            width: self.size,
            history: 40,
            cells: self.cells,
        }
    }

    pub fn network(&self, algorithm: Algorithm, device: &Device) -> Network {
        let config = ModelConfig::BnCnn(BnCnn {
            channels: self.channels.to_vec(),
            kernels: self.kernels.map(Into::into).to_vec(),
            batch_norm: Default::default(),
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.01,
            noise: 0.0,
            bias: true,
            factorised: None,
            readout: Default::default(),
            algorithm,
            microns_per_pixel: None,
        });
        let network = config
            .init(&self.shape(), 1, device)
            .expect("the architecture is possible");
        self.weights(&network)
            .load_into(network)
            .expect("the weights fit")
    }

    /// The published names' arrays under ours, in our shapes.
    fn weights(&self, network: &Network) -> Weights {
        let theirs = Weights::load(&golden(&format!("{}.safetensors", self.name))).unwrap();
        let mut ours = Weights::of(network);
        for (published, name) in NAMES {
            let values = &theirs.0[&format!("sequential.{published}")].values;
            ours.0.get_mut(name).unwrap().values.clone_from(values);
        }
        ours
    }

    pub fn dataset(&self, name: &str) -> Vec<f32> {
        let file = hdf5_pure::File::open(golden(&format!("{}.h5", self.name))).unwrap();
        let values = file.dataset(name).unwrap().read_f64().unwrap();
        values.into_iter().map(|value| value as f32).collect()
    }
}
