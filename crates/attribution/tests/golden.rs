//! Golden tests: Captum's layer conductance.

mod common;

use burn::tensor::Device;
use common::{golden, map_error, maps_error};
use ganglion_attribution::{Attribution, AttributionConfig, Attributor, Layer, Path, Rule};
use ganglion_model::network::{ModelConfig, MovieShape, Network};
use ganglion_model::weights::Weights;
use rstest::rstest;

struct Fixture {
    name: &'static str,
    channels: [usize; 2],
    kernels: [usize; 2],
    size: usize,
    cells: usize,
    /// The finest reference, and its steps.
    finest: &'static str,
    steps: usize,
}

const SMALL: Fixture = Fixture {
    name: "small",
    channels: [3, 4],
    kernels: [7, 5],
    size: 20,
    cells: 3,
    finest: "attribution/riemann_middle_1024",
    steps: 1024,
};
const FULL: Fixture = Fixture {
    name: "full",
    channels: [8, 8],
    kernels: [15, 11],
    size: 50,
    cells: 5,
    finest: "attribution/riemann_middle_400",
    steps: 400,
};

/// Names of the published checkpoints, and ours.
const NAMES: [(&str, &str); 17] = [
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

impl Fixture {
    fn shape(&self) -> MovieShape {
        MovieShape {
            height: self.size,
            width: self.size,
            history: 40,
            cells: self.cells,
        }
    }

    fn network(&self) -> Network {
        let config = ModelConfig::BnCnn {
            channels: self.channels.to_vec(),
            kernels: self.kernels.to_vec(),
            batch_norm: Default::default(),
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.01,
            noise: 0.0,
            bias: true,
            factorised: None,
            readout: Default::default(),
            algorithm: Default::default(),
            microns_per_pixel: None,
        };
        let network = config.init(&self.shape(), 1, &Device::flex()).unwrap();
        let theirs = Weights::load(&golden(&format!("{}.safetensors", self.name))).unwrap();
        let mut ours = Weights::of(&network);
        for (published, name) in NAMES {
            let values = &theirs.0[&format!("sequential.{published}")].values;
            ours.0.get_mut(name).unwrap().values.clone_from(values);
        }
        ours.load_into(network).unwrap()
    }

    fn dataset(&self, name: &str) -> Vec<f32> {
        let file = hdf5_pure::File::open(golden(&format!("{}.h5", self.name))).unwrap();
        let values = file.dataset(name).unwrap().read_f64().unwrap();
        values.into_iter().map(|value| value as f32).collect()
    }

    fn attributor(&self) -> (Attributor, Path) {
        let attributor = Attributor::new(&self.network(), self.shape()).unwrap();
        let stimulus = self.dataset("stimulus");
        let clips = stimulus.len() / (40 * self.size * self.size);
        let path = attributor
            .clips([clips, 40, self.size, self.size], &stimulus, None)
            .unwrap();
        (attributor, path)
    }
}

/// Sums of maps as a share of their summed magnitudes, the largest difference of any clip, cell and
/// channel.
fn channel_error(found: &Attribution, expected: &[f32]) -> f64 {
    let size = found.planes[1] * found.planes[2];
    let sum = |map: &[f32]| map.iter().map(|&a| f64::from(a)).sum::<f64>();
    found
        .attribution
        .chunks(size)
        .zip(expected.chunks(size))
        .map(|(found, expected)| {
            let magnitude: f64 = expected.iter().map(|&a| f64::from(a.abs())).sum();
            (sum(found) - sum(expected)).abs() / magnitude
        })
        .fold(0.0, f64::max)
}

/// Captum's own sum, its gradients from Burn's autodiff: every unit of every clip, cell and channel.
/// 1e-3: a node so near a switch that single precision falls on its other side changes a unit by one
/// part in the number of steps.
#[rstest]
#[case::small(SMALL)]
#[case::full(FULL)]
fn captums_rule_gives_captums_attributions(#[case] fixture: Fixture) {
    let (attributor, path) = fixture.attributor();
    let steps = fixture.steps;
    let rule = Rule::LayerConductance { steps };
    let found = attributor
        .by_rule(&path, Layer::default(), None, rule)
        .unwrap();
    let size = found.planes[1] * found.planes[2];
    let error = maps_error(&found.attribution, &fixture.dataset(fixture.finest), size);
    println!("{}: maps differ by {error:.1e}", fixture.name);
    assert!(error < 1e-3, "{error:e}");
}

/// Channels: 1e-3 of their magnitude. Maps: 5e-3, the reference's own error, which has left out one
/// part in `steps + 1` of the path and stepped over every switch.
#[rstest]
#[case::small(SMALL)]
#[case::full(FULL)]
fn attributions_are_captums_to_captums_error(#[case] fixture: Fixture) {
    let (attributor, path) = fixture.attributor();
    let config = AttributionConfig {
        map_tolerance: 5e-4,
        ..AttributionConfig::default()
    };
    let found = attributor.attribute(&path, &config).unwrap();
    let expected = fixture.dataset(fixture.finest);
    let size = found.planes[1] * found.planes[2];
    let channels = channel_error(&found, &expected);
    let maps = maps_error(&found.attribution, &expected, size);
    let nodes = found.quality.iter().map(|quality| quality.nodes).max();
    println!(
        "{}: channels differ by {channels:.1e}, maps by {maps:.1e}; gap {:.1e} Hz, at most {nodes:?} nodes",
        fixture.name,
        found.largest_gap()
    );
    assert_eq!(found.missed(), 0);
    assert!(channels < 1e-3, "{channels:e}");
    assert!(maps < 5e-3, "{maps:e}");
    assert!(found.largest_gap() < 1e-5, "{:e}", found.largest_gap());
}

/// The integral itself, by 4096 middles of equal intervals. 1e-3: error of the attribution 5e-4 by
/// its own estimate, of the midpoint rule about 3e-4.
#[test]
fn attributions_are_the_integral() {
    let (attributor, path) = SMALL.attributor();
    let config = AttributionConfig {
        map_tolerance: 5e-4,
        ..AttributionConfig::default()
    };
    let found = attributor.attribute(&path, &config).unwrap();
    let rule = Rule::Midpoint { steps: 4096 };
    let expected = attributor
        .by_rule(&path, Layer::default(), None, rule)
        .unwrap();
    let error = map_error(&found, &expected);
    println!("maps differ by {error:.1e}");
    assert!(error < 1e-3, "{error:e}");
}

#[test]
fn responses_are_pytorchs() {
    for fixture in [SMALL, FULL] {
        let (attributor, path) = fixture.attributor();
        let found = attributor
            .attribute(&path, &AttributionConfig::default())
            .unwrap();
        for (found, expected) in found.response.iter().zip(fixture.dataset("eval/response")) {
            assert!((found - f64::from(expected)).abs() < 1e-5);
        }
        let resting = fixture.dataset("eval/response_at_zero");
        for (found, expected) in found.resting_response.iter().zip(&resting) {
            assert!((found - f64::from(*expected)).abs() < 1e-5);
        }
        assert_eq!(found.missed(), 0);
        let nodes: Vec<usize> = found.quality.iter().map(|quality| quality.nodes).collect();
        println!("{}: nodes at the default tolerance {nodes:?}", fixture.name);
    }
}
