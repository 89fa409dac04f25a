//! Networks, stimuli and comparisons that several tests use.
#![allow(dead_code)]

use burn::tensor::Device;
use ganglion_attribution::{Attribution, Attributor, Path};
use ganglion_model::layer::{Factorisation, Grouping};
use ganglion_model::network::{
    BnCnn, LnLn, ModelConfig, Network, NetworkShape, NipsCnn, NonlinearInput, ReadoutKind,
};
use ganglion_model::weights::Weights;

/// A number in -1..1 that depends on its place alone.
pub fn noise(seed: u64, index: usize) -> f32 {
    let mut bits = (seed << 40 ^ index as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ bits >> 31) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
}

pub fn noises(seed: u64, count: usize) -> Vec<f32> {
    (0..count).map(|index| noise(seed, index)).collect()
}

pub const SHAPE: NetworkShape = NetworkShape {
    height: 14,
    width: 13,
    history: 6,
    cells: 3,
};

/// Every architecture that has hidden units.
#[derive(Clone, Copy, Debug)]
pub enum Architecture {
    PerUnit,
    PerChannel,
    GaussianReadout,
    ThreeStages,
    Nips,
    /// Kernels higher than wide, and wider than high.
    Oblong,
    /// A few subunits in a window.
    Subunits,
    /// One filter at many places of a window, and inhibition beside excitation.
    Inputs,
}

impl Architecture {
    fn config(self) -> ModelConfig {
        let gaussian = ReadoutKind::Gaussian { deviation: 2.0 };
        match self {
            Self::PerUnit => bn_cnn(
                &[3, 4],
                &[5, 4],
                Grouping::PerUnit,
                ReadoutKind::Dense,
                None,
            ),
            Self::PerChannel => bn_cnn(
                &[3, 4],
                &[5, 4],
                Grouping::PerChannel,
                ReadoutKind::Dense,
                None,
            ),
            Self::GaussianReadout => {
                let factorised = Factorisation {
                    rank: 2,
                    ..Factorisation::default()
                };
                bn_cnn(&[4], &[5], Grouping::PerUnit, gaussian, Some(factorised))
            }
            Self::ThreeStages => bn_cnn(&[2, 3, 2], &[4, 3, 3], Grouping::PerUnit, gaussian, None),
            Self::Oblong => ModelConfig::NipsCnn(NipsCnn {
                channels: vec![4, 3],
                kernels: vec![[7, 2].into(), [1, 4].into()],
                ..NipsCnn::default()
            }),
            Self::Subunits => ModelConfig::LnLn(LnLn {
                subunits: 2,
                window: Some([6, 4].into()),
                convolutional: Some([4, 3].into()),
                ..LnLn::default()
            }),
            Self::Inputs => ModelConfig::NonlinearInput(NonlinearInput::default()),
            Self::Nips => ModelConfig::NipsCnn(NipsCnn {
                channels: vec![4, 3],
                kernels: vec![5.into(), 4.into()],
                noise: 0.1,
                algorithm: Default::default(),
                microns_per_pixel: None,
            }),
        }
    }

    pub fn network(self, seed: u64) -> Network {
        network(&self.config(), SHAPE, seed)
    }
}

fn bn_cnn(
    channels: &[usize],
    kernels: &[usize],
    batch_norm: Grouping,
    readout: ReadoutKind,
    factorised: Option<Factorisation>,
) -> ModelConfig {
    ModelConfig::BnCnn(BnCnn {
        channels: channels.to_vec(),
        kernels: kernels.iter().map(|side| (*side).into()).collect(),
        batch_norm,
        batch_norm_epsilon: 1e-3,
        batch_norm_momentum: 0.01,
        noise: 0.05,
        bias: true,
        factorised,
        readout,
        algorithm: Default::default(),
        microns_per_pixel: None,
    })
}

/// Weights and statistics that are neither zero nor one, and kernels large enough for units to switch.
pub fn random_weights(network: &Network, seed: u64) -> Weights {
    let mut weights = Weights::of(network);
    for (place, (name, array)) in weights.0.iter_mut().enumerate() {
        let draws = noises(seed * 100 + place as u64, array.values.len());
        for (value, draw) in array.values.iter_mut().zip(draws) {
            *value = match name.rsplit('.').next() {
                Some("gain") => 1.0 + 0.5 * draw,
                Some("running_variance") => 0.5 + 0.4 * draw,
                Some("running_mean" | "offset") => 0.3 * draw,
                Some("scale") => 2.0,
                Some("kernel" | "bias" | "weight") if !name.contains("normalisation") => {
                    2.0 * *value
                }
                _ => *value,
            };
        }
    }
    weights
}

pub fn network(config: &ModelConfig, shape: NetworkShape, seed: u64) -> Network {
    let network = config
        .init(&shape, seed, &Device::flex())
        .expect("a possible network");
    random_weights(&network, seed)
        .load_into(network)
        .expect("the same architecture")
}

/// The network with one array of weights changed.
pub fn with(network: Network, name: &str, change: impl Fn(usize, f32) -> f32) -> Network {
    let mut weights = Weights::of(&network);
    let array = weights.0.get_mut(name).expect("the weights exist");
    for (index, value) in array.values.iter_mut().enumerate() {
        *value = change(index, *value);
    }
    weights.load_into(network).expect("the same architecture")
}

/// Paths of random clips of some contrast.
pub fn clips(attributor: &Attributor, shape: NetworkShape, count: usize, contrast: f32) -> Path {
    let clip = [count, shape.history, shape.height, shape.width];
    let values: Vec<f32> = noises(77, clip.iter().product())
        .into_iter()
        .map(|value| 2.0 * contrast * value)
        .collect();
    attributor.clips(clip, &values, None).expect("clips fit")
}

/// Largest difference of any channel's map of any sample and cell, as a share of the map (root mean
/// squares). Maps that are zero in both count as equal.
pub fn map_error(found: &Attribution, expected: &Attribution) -> f64 {
    let size = found.planes[1] * found.planes[2];
    maps_error(&found.attribution, &expected.attribution, size)
}

pub fn maps_error(found: &[f32], expected: &[f32], size: usize) -> f64 {
    assert_eq!(found.len(), expected.len());
    let squares = |values: &mut dyn Iterator<Item = f32>| -> f64 {
        values.map(|v| f64::from(v) * f64::from(v)).sum()
    };
    found
        .chunks(size)
        .zip(expected.chunks(size))
        .map(|(found, expected)| {
            let difference = squares(&mut found.iter().zip(expected).map(|(f, e)| f - e));
            let whole = squares(&mut expected.iter().copied());
            if difference == 0.0 {
                0.0
            } else {
                (difference / whole).sqrt()
            }
        })
        .fold(0.0, f64::max)
}
