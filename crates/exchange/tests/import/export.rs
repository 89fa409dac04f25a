//! Weights that were exported come back as they were.

use burn::tensor::Device;
use ganglion_exchange::export::{ExportFormat, export};
use ganglion_exchange::import::{ImportOptions, import};
use ganglion_model::layer::Factorisation;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{
    BnCnn, InputNonlinearity, Ln, LnLn, ModelConfig, NetworkShape, NipsCnn, NonlinearInput,
    OutputNonlinearity, ReadoutKind,
};
use ganglion_recording::Normalisation;
use rand::{RngExt, SeedableRng};
use rstest::rstest;

const SHAPE: NetworkShape = NetworkShape {
    height: 12,
    width: 11,
    history: 6,
    cells: 3,
};

fn bn_cnn(readout: ReadoutKind, factorised: Option<Factorisation>) -> ModelConfig {
    ModelConfig::BnCnn(BnCnn {
        channels: vec![2, 3],
        kernels: vec![5.into(), 3.into()],
        batch_norm: Default::default(),
        batch_norm_epsilon: 2e-3,
        batch_norm_momentum: 0.01,
        noise: 0.05,
        bias: true,
        factorised,
        readout,
        algorithm: Default::default(),
        microns_per_pixel: None,
    })
}

fn ln(window: Option<usize>, nonlinearity: OutputNonlinearity) -> ModelConfig {
    ModelConfig::Ln(Ln {
        window: window.map(Into::into),
        nonlinearity,
        factorised: None,
        microns_per_pixel: None,
    })
}

/// Kernels higher than wide, and wider than high.
fn oblong() -> ModelConfig {
    ModelConfig::BnCnn(BnCnn {
        channels: vec![2, 3],
        kernels: vec![[6, 2].into(), [1, 4].into()],
        ..BnCnn::default()
    })
}

fn nips_cnn() -> ModelConfig {
    ModelConfig::NipsCnn(NipsCnn {
        channels: vec![2, 3],
        kernels: vec![5.into(), 3.into()],
        noise: 0.1,
        algorithm: Default::default(),
        microns_per_pixel: None,
    })
}

/// A model with cells scaled by their rates, as trained ones may be.
fn model(config: ModelConfig, device: &Device) -> Model {
    let mut network = config.init(&SHAPE, 5, device).unwrap();
    network.set_output_scale(&[3.0, 0.5, 7.0]);
    let constants = Normalisation::Global {
        mean: 20.0,
        sd: 4.0,
    };
    let mut description = ModelDescription::new(config, SHAPE, vec![1, 4, 5], 12.5, constants);
    description.microns_per_pixel = Some(30.0);
    description.response = "firing_rate_20ms".into();
    Model::new(description, &network, device)
}

fn clips() -> Vec<f32> {
    let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    (0..4 * 6 * 12 * 11)
        .map(|_| generator.random_range(-2.0..2.0))
        .collect()
}

/// 1e-5: factorised kernels are multiplied out, and an identity normalisation is added, in single
/// precision.
#[rstest]
#[case::dense(bn_cnn(ReadoutKind::Dense, None))]
#[case::gaussian(bn_cnn(ReadoutKind::Gaussian { deviation: 1.5 }, None))]
#[case::factorised(
    bn_cnn(ReadoutKind::Dense, Some(Factorisation { rank: 2, temporal_basis: Some(4), ..Factorisation::default() }))
)]
#[case::nips(nips_cnn())]
#[case::ln(ln(None, OutputNonlinearity::Softplus))]
#[case::ln_in_windows(ln(Some(5), OutputNonlinearity::Exp))]
#[case::oblong(oblong())]
#[case::subunits(LnLn { window: Some([5, 4].into()), ..LnLn::default() }.into())]
#[case::inputs(NonlinearInput::default().into())]
fn weights_come_back(
    #[case] config: ModelConfig,
    #[values(ExportFormat::Safetensors, ExportFormat::Hdf5)] format: ExportFormat,
) {
    let device = Device::flex();
    let before = model(config, &device);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights");
    export(&before, format, &path).unwrap();
    let after = import(&path, &ImportOptions::default(), &device)
        .unwrap()
        .model;
    let (own, back) = (&before.description, &after.description);
    assert_eq!((&own.cells, &own.movie), (&back.cells, &back.movie));
    assert_eq!(own.normalisation, back.normalisation);
    assert_eq!(
        (own.frame_period_ms, own.microns_per_pixel),
        (12.5, back.microns_per_pixel)
    );
    assert_eq!(own.response, back.response);
    let responses = |model: &Model| model.respond_to_clips([4, 6, 12, 11], &clips()).unwrap();
    let (expected, found) = (responses(&before), responses(&after));
    for (expected, found) in expected.iter().flatten().zip(found.iter().flatten()) {
        assert!(
            (expected - found).abs() < 1e-5 * (1.0 + expected.abs()),
            "{expected} {found}"
        );
    }
}

/// Hidden units that are not rectified would come back as rectified ones.
#[test]
fn what_no_imported_network_has_is_refused() {
    let device = Device::flex();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights");
    let config = LnLn {
        subunit_nonlinearity: InputNonlinearity::Softplus,
        ..LnLn::default()
    };
    export(
        &model(config.into(), &device),
        ExportFormat::Safetensors,
        &path,
    )
    .unwrap();
    let refused = import(&path, &ImportOptions::default(), &device).err();
    let error = refused.expect("it is refused").to_string();
    assert!(
        error.contains("ln-ln") && error.contains("rectified"),
        "{error}"
    );
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let device = Device::flex();
    let folder = tempfile::tempdir().unwrap();
    for format in ExportFormat::ALL {
        let write = |name: &str| {
            let path = folder.path().join(name);
            export(&model(nips_cnn(), &device), format, &path).unwrap();
            std::fs::read(path).unwrap()
        };
        assert!(write("a") == write("b"), "{format}");
    }
}
