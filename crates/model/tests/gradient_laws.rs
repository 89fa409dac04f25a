//! Laws: gradients are what finite differences say they are.

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::layer::{Mode, Statistics};
use ganglion_model::loss::PoissonLoss;
use ganglion_model::network::{ModelConfig, Network, NetworkShape};
use ganglion_model::targets::TrainingTargets;
use ganglion_model::weights::{Weights, gradients_by_name};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rstest::rstest;

const SHAPE: NetworkShape = NetworkShape {
    height: 9,
    width: 8,
    history: 5,
    cells: 3,
};
const SEGMENTS: usize = 3;
const FRAMES: usize = 60;

fn movie(device: &Device) -> Tensor<5> {
    let mut generator = ChaCha8Rng::seed_from_u64(1);
    let shape = [1, SHAPE.height, SHAPE.width, SEGMENTS, FRAMES];
    let values: Vec<f32> = (0..shape.iter().product::<usize>())
        .map(|_| generator.random_range(-1.5..1.5))
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn targets(device: &Device) -> TrainingTargets {
    let mut generator = ChaCha8Rng::seed_from_u64(2);
    let shape = [SHAPE.cells, SEGMENTS * (FRAMES - SHAPE.history + 1)];
    let values: Vec<f32> = (0..shape[0] * shape[1])
        .map(|_| generator.random_range(0.0..3.0))
        .collect();
    TrainingTargets::rates(Tensor::from_data(TensorData::new(values, shape), device))
}

fn loss(network: &Network, statistics: Statistics, device: &Device) -> Tensor<1> {
    let mode = Mode::Training {
        noise_seed: 0,
        statistics,
    };
    let rates = network.forward(movie(device), mode);
    PoissonLoss::published().forward(rates, &targets(device))
}

/// Along its own direction a gradient's derivative is its norm. 3 %: the loss has kinks wherever a
/// unit is rectified, and is known to seven digits.
#[rstest]
#[case::per_unit("kind = \"bn-cnn\"\nchannels = [3, 2]\nkernels = [4, 3]\nnoise = 0.0")]
#[case::gaussian(
    "kind = \"bn-cnn\"\nchannels = [4]\nkernels = [3]\nbatch_norm = \"per-channel\"\nnoise = 0.0\n\
     factorised = { rank = 2, temporal_basis = 4 }\nreadout = { kind = \"gaussian\" }"
)]
#[case::nips("kind = \"nips-cnn\"\nchannels = [3, 2]\nkernels = [4, 3]\nnoise = 0.0")]
#[case::ln("kind = \"ln\"\nwindow = 5\nnonlinearity = \"exp\"")]
#[case::subunits(
    "kind = \"ln-ln\"\nsubunits = 2\nwindow = [5, 4]\nsubunit_nonlinearity = \"softplus\""
)]
#[case::shared_subunits("kind = \"ln-ln\"\nsubunits = 2\nshared = true\nfactorised = { rank = 2 }")]
#[case::moved_subunits("kind = \"ln-ln\"\nsubunits = 2\nwindow = [6, 5]\nconvolutional = [3, 2]")]
#[case::inputs(
    "kind = \"nonlinear-input\"\nexcitatory = 2\nwindow = [4, 5]\ninput_nonlinearity = \"rectified-square\""
)]
fn every_parameter_s_gradient_is_its_finite_difference(
    #[case] architecture: &str,
    #[values(Statistics::Batch, Statistics::Running)] statistics: Statistics,
) {
    let device = Device::flex().autodiff();
    let config: ModelConfig = toml::from_str(architecture).expect("a model config");
    let network = config.init(&SHAPE, 7, &device).expect("a possible network");
    let weights = Weights::of(&network);
    let mut gradients = loss(&network, statistics, &device).backward();
    let gradients = GradientsParams::from_module(&mut gradients, &network);
    let gradients = gradients_by_name(&network, &gradients);
    assert!(gradients.0.len() >= 2);
    for (name, gradient) in &gradients.0 {
        let norm = gradient
            .values
            .iter()
            .map(|&g| f64::from(g).powi(2))
            .sum::<f64>()
            .sqrt();
        // A convolution's bias before batch normalisation is not learned: the offset does its work.
        if norm == 0.0 {
            continue;
        }
        let step = 5e-3;
        let loss_at = |by: f64| {
            let mut moved = weights.clone();
            let array = moved.0.get_mut(name).expect("gradients belong to weights");
            for (weight, gradient) in array.values.iter_mut().zip(&gradient.values) {
                *weight += (by * f64::from(*gradient) / norm) as f32;
            }
            let network = config.init(&SHAPE, 7, &device).expect("a possible network");
            let network = moved.load_into(network).expect("the same architecture");
            f64::from(loss(&network, statistics, &device).into_scalar::<f32>())
        };
        let difference = (loss_at(step) - loss_at(-step)) / (2.0 * step);
        let error = (difference / norm - 1.0).abs();
        // Differences of the loss below 1e-6 drown in its rounding.
        let unknowable = 1e-6 / (step * norm);
        assert!(
            error < 0.03 + unknowable,
            "{name}: {difference}, not {norm}"
        );
    }
}

/// Trained by its running statistics, a network is what it will be when it is asked, and they stay as
/// they are; a batch's own statistics change both.
#[test]
fn running_statistics_are_those_of_inference_and_stay_as_they_are() {
    let device = Device::flex().autodiff();
    let config: ModelConfig =
        toml::from_str("kind = \"bn-cnn\"\nchannels = [3, 2]\nkernels = [4, 3]\nnoise = 0.0")
            .expect("a model config");
    let network = config.init(&SHAPE, 7, &device).expect("a possible network");
    let rates = |mode: Mode| -> Vec<f32> {
        let rates = network.forward(movie(&device), mode);
        rates.into_data().iter::<f32>().collect()
    };
    let training = |statistics| Mode::Training {
        noise_seed: 0,
        statistics,
    };
    let (before, asked) = (Weights::of(&network), rates(Mode::Inference));
    assert_eq!(rates(training(Statistics::Running)), asked);
    assert_eq!(Weights::of(&network), before);
    assert_ne!(rates(training(Statistics::Batch)), asked);
    assert_ne!(Weights::of(&network), before);
}
