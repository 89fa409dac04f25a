//! Golden tests: responses, losses, gradients and weights of PyTorch.

use std::path::PathBuf;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::layer::{Algorithm, Mode};
use ganglion_model::loss::{PoissonLoss, Targets};
use ganglion_model::network::{ModelConfig, MovieShape, Network};
use ganglion_model::weights::{Array, Weights};
use ganglion_recording::read_array;
use rstest::rstest;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn dataset(file: &str, name: &str) -> Vec<f32> {
    let file = hdf5_pure::File::open(golden(file)).expect("fixture opens");
    let values = file
        .dataset(name)
        .expect("dataset exists")
        .read_f64()
        .expect("dataset reads");
    values.into_iter().map(|value| value as f32).collect()
}

/// Names of the published checkpoints, and ours.
const NAMES: [(&str, &str); 15] = [
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
];

struct Fixture {
    name: &'static str,
    channels: [usize; 2],
    kernels: [usize; 2],
    size: usize,
    cells: usize,
}

const SMALL: Fixture = Fixture {
    name: "small",
    channels: [3, 4],
    kernels: [7, 5],
    size: 20,
    cells: 3,
};
const FULL: Fixture = Fixture {
    name: "full",
    channels: [8, 8],
    kernels: [15, 11],
    size: 50,
    cells: 5,
};

impl Fixture {
    fn file(&self) -> String {
        format!("{}.h5", self.name)
    }

    fn network(&self, algorithm: Algorithm, device: &Device) -> Network {
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
            algorithm,
            microns_per_pixel: None,
        };
        let shape = MovieShape {
            height: self.size,
            width: self.size,
            history: 40,
            cells: self.cells,
        };
        let network = config
            .init(&shape, 1, device)
            .expect("the architecture is possible");
        self.weights(&network)
            .load_into(network)
            .expect("the weights fit")
    }

    /// The published names' arrays under ours, in our shapes.
    fn weights(&self, network: &Network) -> Weights {
        let theirs = Weights::load(&golden(&format!("{}.safetensors", self.name))).unwrap();
        let mut ours = Weights::of(network);
        for (name, array) in &mut ours.0 {
            let published = NAMES
                .iter()
                .find(|(_, own)| own == name)
                .map(|(published, _)| published.to_string())
                .unwrap_or_else(|| match name.as_str() {
                    "readout_normalisation.running_mean" => "14.running_mean".into(),
                    "readout_normalisation.running_variance" => "14.running_var".into(),
                    _ => String::new(),
                });
            if let Some(found) = theirs.0.get(&format!("sequential.{published}")) {
                array.values = found.values.clone();
            } else {
                assert_eq!(name, "output.scale");
            }
        }
        ours
    }

    /// Clips as segments of one window each: [1, y, x, clip, frame].
    fn movie(&self, device: &Device) -> Tensor<5> {
        let values = dataset(&self.file(), "stimulus");
        let clips = values.len() / (40 * self.size * self.size);
        let data = TensorData::new(values, [clips, 40, self.size, self.size]);
        Tensor::<4>::from_data(data, device)
            .permute([2, 3, 0, 1])
            .unsqueeze_dim(0)
    }

    /// An array [clip, cell] as [cell, clip].
    fn by_cell(&self, name: &str, device: &Device) -> Tensor<2> {
        let values = dataset(&self.file(), name);
        let clips = values.len() / self.cells;
        Tensor::<2>::from_data(TensorData::new(values, [clips, self.cells]), device).transpose()
    }
}

fn relative_error(found: Vec<f32>, expected: Vec<f32>) -> f32 {
    assert_eq!(found.len(), expected.len());
    let largest =
        |values: &mut dyn Iterator<Item = f32>| values.fold(0.0f32, |m, v| m.max(v.abs()));
    let error = largest(&mut found.iter().zip(&expected).map(|(f, e)| f - e));
    error / largest(&mut expected.iter().copied())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// 1e-5: single precision sums of up to 9000 products.
#[rstest]
#[case::small_spectral(SMALL, Algorithm::Spectral)]
#[case::small_direct(SMALL, Algorithm::Direct)]
#[case::full_spectral(FULL, Algorithm::Spectral)]
#[case::full_direct(FULL, Algorithm::Direct)]
fn responses_are_those_of_pytorch(#[case] fixture: Fixture, #[case] algorithm: Algorithm) {
    let device = Device::flex();
    let network = fixture.network(algorithm, &device);
    let movie = fixture.movie(&device);
    let rates = network.forward(movie.clone(), Mode::Inference);
    let expected = fixture.by_cell("eval/response", &device);
    let error = relative_error(values(rates), values(expected));
    println!(
        "{} {algorithm:?}: responses differ by {error:.1e}",
        fixture.name
    );
    assert!(error < 1e-5, "responses differ by {error:e}");

    let at_rest = network
        .forward(movie * 0.0, Mode::Inference)
        .slice([0..fixture.cells, 0..1]);
    let expected = fixture.by_cell("eval/response_at_zero", &device);
    let error = relative_error(values(at_rest), values(expected));
    assert!(error < 1e-5, "responses to grey differ by {error:e}");
}

#[test]
fn the_first_layer_is_that_of_pytorch() {
    let device = Device::flex();
    for fixture in [SMALL, FULL] {
        let Network::Convolutional(network) = fixture.network(Algorithm::Spectral, &device) else {
            unreachable!("a BN-CNN is convolutional")
        };
        let linear = network.first_layer(fixture.movie(&device));
        let [channels, height, width, clips, _] = linear.dims();
        let linear = linear
            .permute([3, 4, 0, 1, 2])
            .reshape([clips * channels, height, width]);
        let error = relative_error(values(linear), dataset(&fixture.file(), "eval/conv1"));
        assert!(
            error < 1e-5,
            "{}: first layer differs by {error:e}",
            fixture.name
        );
    }
}

/// The published training step: batch statistics, no noise, Poisson loss, Adam.
fn train_step(
    network: Network,
    optimiser: &mut ModuleOptimizer,
    movie: &Tensor<5>,
    target: &Tensor<2>,
) -> (Network, f32, Weights) {
    let rates = network.forward(movie.clone(), Mode::Training { noise_seed: 0 });
    let loss = PoissonLoss::published().forward(rates, &Targets::all(target.clone()));
    let value = loss.clone().into_scalar::<f32>();
    let mut gradients = loss.backward();
    let gradients = GradientsParams::from_module(&mut gradients, &network);
    let by_name = ganglion_model::weights::gradients_by_name(&network, &gradients);
    (optimiser.step(1e-3, network, gradients), value, by_name)
}

/// 1e-4: gradients are sums over a batch, and Adam divides by their magnitudes.
#[rstest]
#[case::spectral(Algorithm::Spectral)]
#[case::direct(Algorithm::Direct)]
fn five_adam_steps_are_those_of_pytorch(#[case] algorithm: Algorithm) {
    let device = Device::flex().autodiff();
    let mut network = SMALL.network(algorithm, &device);
    let mut optimiser = AdamConfig::new().with_epsilon(1e-8).init();
    let (movie, target) = (SMALL.movie(&device), SMALL.by_cell("target", &device));
    for step in 0..5 {
        let (next, loss, gradients) = train_step(network, &mut optimiser, &movie, &target);
        network = next;
        let expected = dataset("small.h5", &format!("train/step{step}/loss"))[0];
        assert!(
            (loss / expected - 1.0).abs() < 1e-4,
            "step {step}: loss {loss}, not {expected}"
        );
        if step == 0 {
            compare(&gradients, "train/step0/grad", 1e-4);
        }
    }
    compare(&Weights::of(&network), "train/after5", 1e-4);
}

fn compare(found: &Weights, group: &str, tolerance: f32) {
    let (mut compared, mut worst) = (0, 0.0f32);
    for (published, name) in NAMES {
        let statistic = published.contains("running");
        let Some(Array { values, .. }) = found.0.get(name) else {
            assert!(statistic, "{name} is missing");
            continue;
        };
        let expected = dataset("small.h5", &format!("{group}/{published}"));
        let largest = expected.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        // A bias before batch normalisation has no gradient but rounding noise, in PyTorch too.
        if largest > 1e-6 {
            let error = relative_error(values.clone(), expected);
            worst = worst.max(error);
            assert!(
                error < tolerance,
                "{group}/{published} differs by {error:e}"
            );
        }
        compared += 1;
    }
    println!("{group}: worst difference {worst:.1e}");
    assert!(compared >= 11);
}

#[test]
fn fixtures_are_read_alike_by_the_recording_crate() {
    let array = read_array(golden("small.h5"), "stimulus").unwrap();
    assert_eq!(array.shape, [6, 40, 20, 20]);
}
