//! Golden tests: responses, losses, gradients and weights of PyTorch. `GANGLION_DEVICE=wgpu` (or another
//! backend that was built) compares that backend instead of Flex.

#[path = "golden/fixture.rs"]
mod fixture;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use fixture::{FULL, Fixture, NAMES, SMALL, golden};
use ganglion_model::device::BackendKind;
use ganglion_model::layer::{Algorithm, Mode};
use ganglion_model::loss::PoissonLoss;
use ganglion_model::network::Network;
use ganglion_model::targets::TrainingTargets;
use ganglion_model::weights::{WeightArray, Weights};
use ganglion_recording::read_array;
use rstest::rstest;

/// Flex, or the backend that the environment names.
fn device() -> Device {
    let name = std::env::var("GANGLION_DEVICE").unwrap_or_else(|_| BackendKind::Flex.to_string());
    let kind: BackendKind = name.parse().expect("a backend's name");
    kind.device().expect("a backend of this build")
}

impl Fixture {
    /// Clips as segments of one window each: [1, y, x, clip, frame].
    fn movie(&self, device: &Device) -> Tensor<5> {
        let values = self.dataset("stimulus");
        let clips = values.len() / (40 * self.size * self.size);
        let data = TensorData::new(values, [clips, 40, self.size, self.size]);
        Tensor::<4>::from_data(data, device)
            .permute([2, 3, 0, 1])
            .unsqueeze_dim(0)
    }

    /// An array [clip, cell] as [cell, clip].
    fn by_cell(&self, name: &str, device: &Device) -> Tensor<2> {
        let values = self.dataset(name);
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
    let device = device();
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
    let device = device();
    for fixture in [SMALL, FULL] {
        let network = fixture.network(Algorithm::Spectral, &device);
        let stages = network.stages().expect("a BN-CNN has hidden stages");
        let linear = stages.first_layer(fixture.movie(&device));
        let [channels, height, width, clips, _] = linear.dims();
        let linear = linear
            .permute([3, 4, 0, 1, 2])
            .reshape([clips * channels, height, width]);
        let error = relative_error(values(linear), fixture.dataset("eval/conv1"));
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
    let rates = network.forward(movie.clone(), Mode::training(0));
    let loss = PoissonLoss::published().forward(rates, &TrainingTargets::rates(target.clone()));
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
    let device = device().autodiff();
    let mut network = SMALL.network(algorithm, &device);
    let mut optimiser = AdamConfig::new().with_epsilon(1e-8).init();
    let (movie, target) = (SMALL.movie(&device), SMALL.by_cell("target", &device));
    for step in 0..5 {
        let (next, loss, gradients) = train_step(network, &mut optimiser, &movie, &target);
        network = next;
        let expected = SMALL.dataset(&format!("train/step{step}/loss"))[0];
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
        let Some(WeightArray { values, .. }) = found.0.get(name) else {
            assert!(statistic, "{name} is missing");
            continue;
        };
        let expected = SMALL.dataset(&format!("{group}/{published}"));
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
