//! Laws: spikes of single trials say of a network what they say of its rate.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::evaluation::evaluate;
use ganglion_model::loss::PoissonLoss;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::{ModelConfig, NetworkShape};
use ganglion_model::targets::{TrainingTargets, TrialSpikes};
use ganglion_model::training::{
    HistoryRow, RunConfig, RunDirectory, SilentTraining, TrainOptions, read_history, train,
};
use ganglion_model::weights::Weights;
use ganglion_recording::{
    CellIndex, Microns, Milliseconds, Movie, MovieShape as Size, Normalisation, Partition,
    PixelType, SessionOptions, SessionWriter,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const BIN: Milliseconds = Milliseconds(10.0);
const TRIALS: usize = 4;
const CELLS: usize = 3;
const SEGMENTS: usize = 2;
/// Bins of a segment that are only history, and those that are predicted.
const PAST: usize = 3;
const PREDICTED: usize = 5;
const SAMPLES: usize = SEGMENTS * PREDICTED;

/// Counts `[trial][cell][segment][bin]` with places that were not recorded (NaN).
fn counts(seed: u64, unrecorded: f64) -> Vec<f32> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let count = |_| match generator.random_range(0.0..1.0) < unrecorded {
        true => f32::NAN,
        false => generator.random_range(0_u8..4).into(),
    };
    (0..TRIALS * CELLS * SEGMENTS * (PAST + PREDICTED))
        .map(count)
        .collect()
}

fn spikes(counts: &[f32], device: &Device) -> TrialSpikes {
    let trials = counts.len() / (CELLS * SEGMENTS * (PAST + PREDICTED));
    let shape = [trials, CELLS, SEGMENTS, PAST + PREDICTED];
    let tensor = |value: fn(f32) -> f32| {
        let values: Vec<f32> = counts.iter().map(|&count| value(count)).collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    };
    TrialSpikes {
        counts: tensor(|count| if count.is_nan() { 0.0 } else { count }),
        recorded: tensor(|count| if count.is_nan() { 0.0 } else { 1.0 }),
        predicted: PREDICTED,
        bin: BIN,
    }
}

fn predicted() -> Vec<f32> {
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    (0..CELLS * SAMPLES)
        .map(|_| generator.random_range(20.0..200.0))
        .collect()
}

fn matrix(values: &[f32], rows: usize, device: &Device) -> Tensor<2> {
    let shape = [rows, values.len() / rows];
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The loss, and its gradient with respect to the predicted rates.
fn with_gradient(
    loss: &PoissonLoss,
    targets: &TrainingTargets,
    device: &Device,
) -> (f64, Vec<f64>) {
    let predicted = matrix(&predicted(), CELLS, device).require_grad();
    let value = loss.forward(predicted.clone(), targets);
    let gradients = value.backward();
    let gradient = predicted.grad(&gradients).expect("it is a leaf");
    let gradient = gradient.into_data().iter::<f32>().map(f64::from).collect();
    (value.into_scalar::<f32>().into(), gradient)
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let largest = expected
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs();
        assert!(error <= tolerance * largest, "{found}, not {expected}");
    }
}

/// Equal trials say what their rate says, whatever their number; where only some of the trials were
/// recorded, in proportion to them. A millionth: sums of a few numbers of 32 bits.
#[test]
fn equal_trials_have_the_gradient_of_their_rate() {
    let device = Device::flex().autodiff();
    let one = &counts(5, 0.0)[..CELLS * SEGMENTS * (PAST + PREDICTED)];
    let rates: Vec<f32> = (one.chunks(PAST + PREDICTED))
        .flat_map(|segment| segment[PAST..].iter().map(|count| count * 100.0))
        .collect();
    let loss = PoissonLoss::published();
    let of_rates = TrainingTargets::rates(matrix(&rates, CELLS, &device));
    let (_, expected) = with_gradient(&loss, &of_rates, &device);
    for (recorded, unrecorded) in [(1, 0), (4, 0), (3, 2)] {
        let nothing = vec![f32::NAN; one.len()];
        let mut all = one.repeat(recorded);
        all.extend(nothing.repeat(unrecorded));
        let targets = TrainingTargets::spikes(spikes(&all, &device));
        let (_, gradient) = with_gradient(&loss, &targets, &device);
        let share = recorded as f64 / (recorded + unrecorded) as f64;
        let expected: Vec<f64> = expected.iter().map(|value| share * value).collect();
        assert_close(&gradient, &expected, 1e-6);
    }
}

/// Every trial by itself, in 64 bits: `sum over k of h (r b - c log(r + epsilon)) / (K b)`.
fn by_hand(
    loss: &PoissonLoss,
    counts: &[f32],
    mask: &[f32],
    weights: &[f32],
    rates: &[f64],
) -> f64 {
    let mut sum = 0.0;
    let bin = BIN.seconds();
    for (row, segment) in counts.chunks(PAST + PREDICTED).enumerate() {
        let (cell, piece) = (row / SEGMENTS % CELLS, row % SEGMENTS);
        for (place, &count) in segment[PAST..].iter().enumerate() {
            let sample = piece * PREDICTED + place;
            let rate = rates[cell * SAMPLES + sample];
            if !count.is_nan() {
                let term = rate * bin - f64::from(count) * (rate + loss.epsilon).ln();
                sum += f64::from(mask[sample] * weights[cell]) * term;
            }
        }
    }
    sum / (TRIALS as f64 * bin) / (CELLS * SAMPLES) as f64
}

/// The loss is the one that its documentation says, trial by trial, and its gradient is that of finite
/// differences of it. A hundred-thousandth: 32 bits against 64.
#[test]
fn the_gradient_is_that_of_finite_differences_of_every_trial() {
    let device = Device::flex().autodiff();
    let counts = counts(7, 0.3);
    let mask: Vec<f32> = (0..SAMPLES)
        .map(|sample| f32::from(sample % 4 != 1))
        .collect();
    let weights = [0.5, 1.0, 3.0];
    let loss = PoissonLoss {
        epsilon: 1e-3,
        cell_weights: Some(matrix(&weights, CELLS, &device)),
    };
    let targets = TrainingTargets {
        mask: Some(matrix(&mask, 1, &device)),
        ..TrainingTargets::spikes(spikes(&counts, &device))
    };
    let (value, gradient) = with_gradient(&loss, &targets, &device);
    let rates: Vec<f64> = predicted().into_iter().map(f64::from).collect();
    let at = |rates: &[f64]| by_hand(&loss, &counts, &mask, &weights, rates);
    assert_close(&[value], &[at(&rates)], 1e-5);
    let difference = |place: usize| {
        let moved = |by: f64| {
            let mut rates = rates.clone();
            rates[place] += by;
            at(&rates)
        };
        (moved(1e-3) - moved(-1e-3)) / 2e-3
    };
    let expected: Vec<f64> = (0..rates.len()).map(difference).collect();
    assert_close(&gradient, &expected, 1e-5);
}

const SIDE: usize = 6;
const HISTORY: usize = 5;
const FRAMES: usize = 12_000;
const SHAPE: NetworkShape = NetworkShape {
    height: SIDE,
    width: SIDE,
    history: HISTORY,
    cells: CELLS,
};
const NORMALISATION: Normalisation = Normalisation::Global {
    mean: 127.5,
    sd: 73.9,
};

fn movie(frames: usize, seed: u64) -> (Movie, Vec<u8>) {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let pixels: Vec<u8> = (0..frames * SIDE * SIDE)
        .map(|_| generator.random())
        .collect();
    let size = Size {
        frames,
        height: SIDE,
        width: SIDE,
    };
    (Movie::from_u8(size, pixels.clone()), pixels)
}

/// Linear-nonlinear cells with random filters that fire tens of spikes a second: the truth.
fn truth() -> Model {
    let config: ModelConfig = toml::from_str("kind = \"ln\"").expect("a model config");
    let device = Device::flex();
    let network = config
        .init(&SHAPE, 11, &device)
        .expect("a possible network");
    let mut weights = Weights::of(&network);
    for (name, factor) in [("filter", 3.0), ("output.scale", 60.0)] {
        let array = weights.0.get_mut(name).expect("an array of this name");
        array.values.iter_mut().for_each(|value| *value *= factor);
    }
    let network = weights.load_into(network).expect("the same architecture");
    let cells = (0..CELLS).collect();
    let description = ModelDescription::new(config, SHAPE, cells, BIN.0, NORMALISATION);
    Model::new(description, &network, &device)
}

/// Spikes of a Poisson process in one bin, by Knuth's method (1969).
fn poisson(mean: f64, generator: &mut ChaCha8Rng) -> f32 {
    let (limit, mut product, mut spikes) = ((-mean).exp(), generator.random::<f64>(), 0.0);
    while product > limit {
        product *= generator.random::<f64>();
        spikes += 1.0;
    }
    spikes
}

/// What a training partition holds of the spikes.
#[derive(Clone, Copy)]
enum Kept {
    /// Single trials, and rates that say nothing.
    Trials {
        /// Bins that the last of the trials lacks, at its end.
        lacking: usize,
        /// Further trials in which nothing was recorded.
        unrecorded: usize,
    },
    /// The spikes of one trial, and rates that are these spikes.
    Binned,
}

const KEPT_TRIALS: usize = 3;

/// Writes a session; in the test partition the rates are the truth's own.
fn session(folder: &Path, kept: Kept) -> PathBuf {
    let path = folder.join("planted.h5");
    let options = SessionOptions {
        frame_period: BIN,
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: false,
    };
    let mut writer = SessionWriter::create(&path, options).expect("a new file");
    let truth = truth();
    for (partition, frames, seed) in [(Partition::Train, FRAMES, 1), (Partition::Test, 2_000, 2)] {
        let (movie, pixels) = movie(frames, seed);
        let rates = truth.respond(&movie, &NORMALISATION).expect("it fits");
        let rates = rates.iter().flat_map(|cell| {
            let before = std::iter::repeat_n(cell[0], HISTORY);
            before.chain(cell.iter().copied()).collect::<Vec<f32>>()
        });
        let rates: Vec<f32> = rates.collect();
        writer
            .begin_movie(partition, SIDE, SIDE, PixelType::U8)
            .expect("once");
        writer.append_u8(partition, &pixels).expect("whole frames");
        let rates = match partition {
            Partition::Train => write_spikes(&mut writer, rates, kept),
            Partition::Test => rates,
        };
        writer
            .responses(partition, "firing_rate_10ms", CELLS, rates)
            .expect("one a frame");
    }
    writer.finish().expect("room on the disk");
    path
}

/// Writes spikes drawn from rates `[cell, frame]`; returns the rates that are to stand beside them.
fn write_spikes(writer: &mut SessionWriter, rates: Vec<f32>, kept: Kept) -> Vec<f32> {
    let mut generator = ChaCha8Rng::seed_from_u64(21);
    let mut draw = |rates: &[f32]| -> Vec<f32> {
        let mean = |rate: &f32| f64::from(*rate) * BIN.seconds();
        rates
            .iter()
            .map(|rate| poisson(mean(rate), &mut generator))
            .collect()
    };
    match kept {
        Kept::Binned => {
            let counts = draw(&rates);
            let rates = counts.iter().map(|count| count * 100.0).collect();
            writer
                .responses(Partition::Train, "binned", CELLS, counts)
                .expect("one a frame");
            rates
        }
        Kept::Trials {
            lacking,
            unrecorded,
        } => {
            let mut flat = Vec::new();
            for (cell, rates) in rates.chunks(FRAMES).enumerate() {
                let mut trials: Vec<f32> = (0..KEPT_TRIALS).flat_map(|_| draw(rates)).collect();
                let end = trials.len();
                trials[end - lacking..].fill(f32::NAN);
                trials.extend(vec![f32::NAN; unrecorded * FRAMES]);
                let count = KEPT_TRIALS + unrecorded;
                writer
                    .repeats(Partition::Train, CellIndex(cell), count, trials)
                    .expect("one a frame");
                let mean = rates.iter().sum::<f32>() / FRAMES as f32;
                flat.extend(vec![mean; FRAMES]);
            }
            flat
        }
    }
}

struct Learned {
    model: Model,
    history: Vec<HistoryRow>,
}

fn learned(file: &Path, targets: &str, training: &str) -> Learned {
    let text = format!(
        "seed = 5\n[recording]\nfiles = [{:?}]\nhistory_frames = {HISTORY}\ntargets = {targets:?}\n\
         [model]\nkind = \"ln\"\n[training]\n{training}\n",
        file.display().to_string()
    );
    let config: RunConfig = toml::from_str(&text).expect("a run config");
    let folder = tempfile::tempdir().expect("a folder");
    let run = RunDirectory::new(folder.path().join("run"));
    train(&config, &run, &TrainOptions::default(), &mut SilentTraining).expect("training succeeds");
    Learned {
        model: Model::open(run.root(), &Device::flex()).expect("a model was kept"),
        history: read_history(&run.history()).expect("a history"),
    }
}

fn filters(model: &Model) -> Vec<f32> {
    let weights = Weights::of(&model.network);
    weights.0["filter"].values.clone()
}

const THOROUGH: &str = "epochs = 12\nbatch_frames = 512\nsegment_frames = 64\ncosine = {}\n\
     equalise_cells = true\noptimiser = { kind = \"adam\", learning_rate = 0.01 }";

const SHORT: &str = "epochs = 2\nbatch_frames = 512\nsegment_frames = 64\nequalise_cells = true\n\
     optimiser = { kind = \"adam\", learning_rate = 0.01 }";

/// The rates beside the spikes are flat: whatever is learned, is learned of the spikes. From 16,000
/// spikes a cell, 180 weights have correlations with the truth well above these bounds.
#[test]
fn planted_filters_are_recovered_from_spikes() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Kept::Trials {
        lacking: FRAMES / 3,
        unrecorded: 0,
    };
    let file = session(folder.path(), kept);
    let learned = learned(&file, "spike-counts", THOROUGH);
    let evaluation = evaluate(&learned.model, &file, Partition::Test).expect("it can be judged");
    for cell in &evaluation.cells {
        let r = cell.pearson.unwrap_or(0.0);
        assert!(r > 0.97, "cell {}: r = {r}", cell.cell);
    }
    let (found, planted) = (filters(&learned.model), filters(&truth()));
    let size = planted.len() / CELLS;
    for (found, planted) in found.chunks(size).zip(planted.chunks(size)) {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let cosine = dot(found, planted) / (dot(found, found) * dot(planted, planted)).sqrt();
        assert!(cosine > 0.95, "cosine of filters = {cosine}");
    }
    let provenance = toml::to_string(&learned.model.description.provenance).unwrap();
    assert!(
        provenance.contains("targets = \"spike-counts\""),
        "{provenance}"
    );
}

#[test]
fn a_trial_without_anything_changes_nothing() {
    let of = |unrecorded: usize| {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::Trials {
            lacking: 100,
            unrecorded,
        };
        learned(&session(folder.path(), kept), "spike-counts", SHORT)
    };
    let (without, with) = (of(0), of(2));
    assert_eq!(without.history, with.history);
    assert!(Weights::of(&without.model.network) == Weights::of(&with.model.network));
}

/// One trial whose rate is its spikes over the length of a bin: both forms say the same, in every step.
/// Two epochs of steps of numbers of 32 bits part by less than a ten-thousandth.
#[test]
fn one_trial_s_spikes_train_as_its_rates_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = session(folder.path(), Kept::Binned);
    let [spikes, rates] = ["spike-counts", "rates"].map(|form| learned(&file, form, SHORT));
    for (spikes, rates) in spikes.history.iter().zip(&rates.history) {
        let numbers = |row: &HistoryRow| -> Vec<f64> {
            let validation = [row.validation_loss, row.validation_correlation];
            let validation = validation.map(|value| value.expect("validation bins"));
            [&[row.train_loss], &validation[..]].concat()
        };
        for (a, b) in numbers(spikes).into_iter().zip(numbers(rates)) {
            assert_close(&[a], &[b], 1e-4);
        }
    }
    let [a, b] = [&spikes, &rates].map(|learned| -> Vec<f64> {
        let filters = filters(&learned.model).into_iter();
        filters.map(f64::from).collect()
    });
    assert_close(&a, &b, 1e-4);
}
