//! Laws: every backend that was built gives Flex's responses, losses and gradients.
//!
//! Backends are cargo features; `tests/wgpu.sh` runs this with wgpu on Mesa's software Vulkan.

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::device::BackendKind;
use ganglion_model::layer::Mode;
use ganglion_model::loss::PoissonLoss;
use ganglion_model::network::{ModelConfig, NetworkShape};
use ganglion_model::targets::TrainingTargets;
use ganglion_model::weights::{Weights, gradients_by_name};

const SHAPE: NetworkShape = NetworkShape {
    height: 11,
    width: 12,
    history: 6,
    cells: 3,
};
const SEGMENTS: usize = 2;
const FRAMES: usize = 14;

/// Numbers between -1 and 1 that look random and are the same everywhere.
fn numbers(count: usize) -> Vec<f32> {
    (0..count)
        .map(|i| ((i * 7919 + 13) % 1009) as f32 / 504.5 - 1.0)
        .collect()
}

/// Responses in inference, then loss and gradients of a training step without noise.
fn outcome(architecture: &str, device: &Device) -> (Vec<f32>, f32, Weights) {
    let config: ModelConfig = toml::from_str(architecture).expect("a model config");
    let device = device.clone().autodiff();
    let network = config.init(&SHAPE, 3, &device).expect("a possible network");
    let dimensions = [1, SHAPE.height, SHAPE.width, SEGMENTS, FRAMES];
    let movie = TensorData::new(numbers(dimensions.iter().product()), dimensions);
    let movie: Tensor<5> = Tensor::from_data(movie, &device);
    let responses = network.forward(movie.clone(), Mode::Inference);
    let responses = responses.into_data().iter::<f32>().collect();
    let rates = network.forward(movie, Mode::training(1));
    let targets = TrainingTargets::rates(rates.clone().detach() * 0.5 + 0.2);
    let loss = PoissonLoss::published().forward(rates, &targets);
    let value = loss.clone().into_scalar::<f32>();
    let mut gradients = loss.backward();
    let gradients = GradientsParams::from_module(&mut gradients, &network);
    (responses, value, gradients_by_name(&network, &gradients))
}

/// 1e-4: single precision, sums in another order.
fn assert_close(found: &[f32], expected: &[f32], what: &str) {
    let scale = expected
        .iter()
        .fold(1e-4f32, |largest, value| largest.max(value.abs()));
    assert_eq!(found.len(), expected.len(), "{what}");
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-4 * scale, "{what}: {a}, not {b}");
    }
}

const ARCHITECTURES: [&str; 6] = [
    "kind = \"bn-cnn\"\nchannels = [3, 2]\nkernels = [4, 3]\nnoise = 0.0",
    "kind = \"bn-cnn\"\nchannels = [4]\nkernels = [3]\nnoise = 0.0\nbatch_norm = \"per-channel\"\n\
     factorised = { temporal_basis = 4 }\nreadout = { kind = \"gaussian\" }",
    "kind = \"nips-cnn\"\nchannels = [2, 2]\nkernels = [3, 2]\nnoise = 0.0",
    "kind = \"ln\"\nwindow = 5",
    "kind = \"ln-ln\"\nwindow = [5, 6]\nsubunit_nonlinearity = \"softplus\"",
    "kind = \"nonlinear-input\"\nwindow = 5",
];

#[test]
fn every_built_backend_agrees_with_flex() {
    let reference = Device::flex();
    let others = BackendKind::ALL
        .into_iter()
        .filter(|kind| *kind != BackendKind::Flex && kind.is_built());
    let mut compared = vec!["flex with itself".to_string()];
    for architecture in ARCHITECTURES {
        let (responses, loss, gradients) = outcome(architecture, &reference);
        assert!(
            responses
                .iter()
                .all(|rate| rate.is_finite() && *rate >= 0.0)
        );
        for kind in others.clone() {
            let device = kind.device().expect("a built backend");
            let (found, found_loss, found_gradients) = outcome(architecture, &device);
            assert_close(
                &found,
                &responses,
                &format!("{kind}: responses of {architecture}"),
            );
            assert_close(
                &[found_loss],
                &[loss],
                &format!("{kind}: loss of {architecture}"),
            );
            for (name, expected) in &gradients.0 {
                let what = format!("{kind}: gradient of {name} in {architecture}");
                assert_close(&found_gradients.0[name].values, &expected.values, &what);
            }
            compared.push(kind.to_string());
        }
        let again = outcome(architecture, &reference);
        assert_eq!(again.0, responses, "flex repeats itself to the bit");
        assert_eq!(again.2, gradients, "flex repeats itself to the bit");
    }
    println!("compared: {}", compared.join(", "));
}
