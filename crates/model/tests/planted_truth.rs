//! Laws: a model is recovered from data that a model of its own kind made.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use ganglion_model::evaluation::evaluate;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{ModelConfig, NetworkShape};
use ganglion_model::training::{RunConfig, RunDirectory, SilentTraining, TrainOptions, train};
use ganglion_model::weights::Weights;
use ganglion_recording::{
    Microns, Milliseconds, Movie, MovieShape as Size, Normalisation, Partition, PixelType,
    SessionOptions, SessionWriter,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SIDE: usize = 10;
const HISTORY: usize = 8;
const CELLS: usize = 3;
const TRAIN_FRAMES: usize = 20_000;
const TEST_FRAMES: usize = 2_000;

/// Uniform white noise bytes.
fn movie(frames: usize, seed: u64) -> (Movie, Vec<u8>) {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let pixels: Vec<u8> = (0..frames * SIDE * SIDE)
        .map(|_| generator.random())
        .collect();
    (
        Movie::from_u8(
            Size {
                frames,
                height: SIDE,
                width: SIDE,
            },
            pixels.clone(),
        ),
        pixels,
    )
}

const NORMALISATION: Normalisation = Normalisation::Global {
    mean: 127.5,
    sd: 73.9,
};

/// A network with random weights whose rates vary: the truth.
fn truth(architecture: &str) -> Model {
    let config: ModelConfig = toml::from_str(architecture).expect("a model config");
    let shape = NetworkShape {
        height: SIDE,
        width: SIDE,
        history: HISTORY,
        cells: CELLS,
    };
    let device = Device::flex();
    let network = config
        .init(&shape, 11, &device)
        .expect("a possible network");
    let mut weights = Weights::of(&network);
    let mut generator = ChaCha8Rng::seed_from_u64(12);
    for (name, array) in &mut weights.0 {
        let scale = if name.ends_with("kernel") || name == "filter" {
            4.0
        } else if name == "readout.weight" {
            8.0
        } else {
            continue;
        };
        array
            .values
            .iter_mut()
            .for_each(|w| *w *= scale * generator.random_range(0.5..1.5));
    }
    let network = weights.load_into(network).expect("the same architecture");
    let description =
        ModelDescription::new(config, shape, (0..CELLS).collect(), 10.0, NORMALISATION);
    Model::new(description, &network, &device)
}

/// Writes a session whose rates are the truth's own.
fn session(folder: &Path, truth: &Model) -> PathBuf {
    let path = folder.join("planted.h5");
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: false,
    };
    let mut writer = SessionWriter::create(&path, options).expect("a new file");
    for (partition, frames, seed) in [
        (Partition::Train, TRAIN_FRAMES, 1),
        (Partition::Test, TEST_FRAMES, 2),
    ] {
        let (movie, pixels) = movie(frames, seed);
        let rates = truth
            .respond(&movie, &NORMALISATION)
            .expect("the movie fits");
        let values: Vec<f32> = rates
            .iter()
            .flat_map(|cell| std::iter::repeat_n(0.0, HISTORY).chain(cell.iter().copied()))
            .collect();
        writer
            .begin_movie(partition, SIDE, SIDE, PixelType::U8)
            .expect("once");
        writer
            .append_u8(partition, &pixels)
            .expect("the right size");
        writer
            .responses(partition, "firing_rate_10ms", CELLS, values)
            .expect("the right size");
    }
    writer.finish().expect("room on the disk");
    path
}

/// Trains a student on the truth's responses; returns the worst cell's test correlation.
fn recovered(planted: &str, student: &str, training: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let file = session(folder.path(), &truth(planted));
    let text = format!(
        "seed = 5\n[recording]\nfiles = [{:?}]\nhistory_frames = {HISTORY}\n\
         [model]\n{student}\n[training]\n{training}\n",
        file.display().to_string()
    );
    let config: RunConfig = toml::from_str(&text).expect("a run config");
    let directory = RunDirectory::new(folder.path().join("run"));
    train(
        &config,
        &directory,
        &TrainOptions::default(),
        &mut SilentTraining,
    )
    .expect("training succeeds");
    let model = Model::open(directory.root(), &Device::flex()).expect("a model was kept");
    let evaluation = evaluate(&model, &file, Partition::Test).expect("it can be judged");
    evaluation
        .cells
        .iter()
        .map(|cell| cell.pearson.unwrap_or(0.0))
        .fold(1.0, f64::min)
}

#[test]
fn a_planted_ln_is_recovered() {
    let worst = recovered(
        "kind = \"ln\"",
        "kind = \"ln\"",
        "epochs = 12\nbatch_frames = 512\nsegment_frames = 64\ncosine = {}\n\
         optimiser = { kind = \"adam\", learning_rate = 0.01 }",
    );
    assert!(worst > 0.98, "worst cell: r = {worst}");
}

#[test]
fn a_planted_bn_cnn_is_recovered() {
    let bn_cnn = |channels: usize| {
        format!(
            "kind = \"bn-cnn\"\nchannels = [{channels}]\nkernels = [5]\n\
             batch_norm = \"per-channel\"\nnoise = 0.0"
        )
    };
    // With as many channels as the truth, gradient descent may leave one channel in a local
    // minimum; with some to spare it does not.
    let worst = recovered(
        &bn_cnn(2),
        &bn_cnn(6),
        "epochs = 30\nbatch_frames = 128\nsegment_frames = 64\ncosine = {}\n\
         optimiser = { kind = \"adam\", learning_rate = 0.01 }",
    );
    assert!(worst > 0.98, "worst cell: r = {worst}");
}
