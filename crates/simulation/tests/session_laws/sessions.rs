//! Recordings of a simulated retina.

use std::path::Path;

use ganglion_experiment::{Responder, StimulusMovie};
use ganglion_recording::{CellSelection, LoadOptions, Partition, Recording, sha256_of};
use ganglion_simulation::session::{Outcome, Quiet, simulate};
use ganglion_simulation::{Retina, SimulationConfig};
use rstest::rstest;
use tempfile::TempDir;

const CONFIG: &str = r#"
repeats = 4
screen = { height = 14, width = 16 }
mosaic = { count = 1, spacing = 150, margin = 250 }
natural = { train_seconds = 4, test_seconds = 1.5 }
white_noise = { train_seconds = 1, test_seconds = 1, check = 100 }
flicker = { train_seconds = 1, test_seconds = 1 }
bars = { train_seconds = 1.2, test_seconds = 1, width = 100 }
stripes = { train_seconds = 1.1, test_seconds = 1 }
"#;

const FILES: [&str; 6] = [
    "circuit.toml",
    "naturalscene.h5",
    "whitenoise.h5",
    "flicker.h5",
    "bars.h5",
    "stripes.h5",
];

fn config(text: &str) -> SimulationConfig {
    toml::from_str(text).unwrap()
}

fn simulated(seed: u64) -> (TempDir, Outcome) {
    let folder = tempfile::tempdir().unwrap();
    let outcome = simulate(&config(CONFIG), seed, folder.path(), &mut Quiet).unwrap();
    (folder, outcome)
}

fn load(folder: &Path, partition: Partition, response: &str) -> Recording {
    let options = LoadOptions::evaluation(CellSelection::All, response);
    Recording::load(folder.join("naturalscene.h5"), partition, &options).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let (folder, _) = pool.install(|| simulated(7));
        FILES.map(|file| sha256_of(folder.path().join(file)).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(3));
    let (other, _) = simulated(8);
    let other = FILES.map(|file| sha256_of(other.path().join(file)).unwrap());
    assert!(one.iter().zip(&other).all(|(one, other)| one != other));
}

#[test]
fn the_noiseless_rates_are_those_of_the_retina_of_the_circuit_file() {
    let (folder, outcome) = simulated(7);
    let text = std::fs::read_to_string(&outcome.circuit).unwrap();
    let retina = Retina::from_toml(&text).unwrap();
    let recording = load(folder.path(), Partition::Train, "noiseless_rate");
    assert_eq!(recording.responses.cells().len(), retina.cells().len());
    let mut frames = Vec::new();
    recording
        .movie
        .read_frames(0..recording.movie.frames(), &mut frames)
        .unwrap();
    let count = frames.len() as f64;
    let mean = frames.iter().map(|&level| f64::from(level)).sum::<f64>() / count;
    let squares = frames
        .iter()
        .map(|&level| (f64::from(level) - mean).powi(2))
        .sum::<f64>();
    let deviation = (squares / count).sqrt();
    let normalised = frames
        .iter()
        .map(|&level| ((f64::from(level) - mean) / deviation) as f32);
    let movie = StimulusMovie::new(14, 16, normalised.collect());
    let rates = &retina.respond(&[movie]).unwrap()[0];
    for cell in 0..retina.cells().len() {
        for bin in 40..recording.movie.frames() {
            let (found, recorded) = (rates.at(cell, bin), recording.responses.cell(cell)[bin]);
            // Contrasts of 32 bits, by two ways of rounding.
            assert!(
                (found - recorded).abs() < 1e-3 * (1.0 + recorded),
                "{found} {recorded}"
            );
        }
    }
}

#[test]
fn rates_are_the_smoothed_means_of_the_trials() {
    let (folder, _) = simulated(7);
    let rates = load(folder.path(), Partition::Test, "firing_rate_10ms");
    let counts = load(folder.path(), Partition::Test, "binned");
    let repeats = counts.repeats.as_ref().unwrap();
    for (row, _) in counts.responses.cells().iter().enumerate() {
        let trials = repeats.cell(row).unwrap();
        assert_eq!(trials.repeats(), 4);
        let sum = |bin: usize| (0..4).map(|repeat| trials.repeat(repeat)[bin]).sum::<f32>();
        let counted = counts.responses.cell(row);
        assert!((0..150).all(|bin| sum(bin) == counted[bin]));
        let smooth = ganglion_recording::smoothed(counted, 1.0);
        // Mean over 4 trials of bins of 10 ms.
        let recorded = rates.responses.cell(row);
        assert!(
            smooth
                .iter()
                .zip(recorded)
                .all(|(s, r)| (25.0 * s - r).abs() < 1e-3)
        );
    }
}

#[test]
fn the_file_says_that_it_is_simulated_and_holds_the_truth() {
    let (folder, outcome) = simulated(7);
    assert!(outcome.simulated);
    let recording = load(folder.path(), Partition::Test, "binned");
    let attributes = &recording.attributes;
    assert_eq!(attributes["simulated"].as_f64(), Some(1.0));
    assert!(
        attributes["source"]
            .as_str()
            .unwrap()
            .contains("simulated retina")
    );
    let truth = std::fs::read_to_string(folder.path().join("circuit.toml")).unwrap();
    assert_eq!(attributes["circuit"].as_str(), Some(truth.as_str()));
    assert_eq!(recording.microns_per_pixel.unwrap().0, 50.0);
}

#[rstest]
#[case("repeats = 4", "repeats = 1", "simulation.repeats = 1 is too few")]
#[case(
    "height = 14",
    "height = 0",
    "simulation.screen.height = 0 is not positive"
)]
#[case(
    "train_seconds = 4",
    "train_seconds = 0.2",
    "simulation.natural.train_seconds = 0.2 is shorter"
)]
#[case(
    "test_seconds = 1.5",
    "test_seconds = 1.5, drift = -1",
    "simulation.natural.drift = -1"
)]
#[case(
    "test_seconds = 1.5",
    "test_seconds = 1.5, fixation = 2",
    "simulation.natural.fixation = 2 is less"
)]
#[case(
    "test_seconds = 1.5",
    "test_seconds = 1.5, fixation = [500, 50]",
    "simulation.natural.fixation = [500, 50] is no range"
)]
#[case(
    "train_seconds = 1.2",
    "train_seconds = 1.2, hold = [5, 500]",
    "simulation.bars.hold = 5 is less"
)]
#[case("width = 100", "width = 0", "simulation.bars.width = 0")]
#[case(
    "test_seconds = 1.5",
    "test_seconds = 1.5, leaves = [100, 50]",
    "simulation.natural.leaves = [100, 50] are no radii"
)]
#[case(
    "test_seconds = 1.5",
    "test_seconds = 1.5, images = \"no-such\"",
    "no-such: cannot be read"
)]
#[case("margin = 250", "margin = 390", "1 cells asked for, but 0 fit")]
#[case(
    "repeats = 4",
    "repeats = 4\nfamily = \"axolotl\"",
    "there is no preset \"axolotl\""
)]
#[case(
    "repeats = 4",
    "repeats = 4\nfamily = \"a.toml\"",
    "a.toml: cannot be read"
)]
#[case(
    "repeats = 4",
    "repeats = 4\nspikes = { order = 0.5, refractory = 2 }",
    "simulation.spikes.order = 0.5 is below 1"
)]
fn what_makes_no_sense_is_named(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    let text = CONFIG.replacen(from, to, 1);
    assert_ne!(text, CONFIG, "{from} is not in the config");
    let folder = tempfile::tempdir().unwrap();
    let error = simulate(&config(&text), 1, folder.path(), &mut Quiet).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn nothing_to_record_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = simulate(&config(""), 1, folder.path(), &mut Quiet).unwrap_err();
    assert!(
        error.to_string().contains("leaves nothing to record"),
        "{error}"
    );
}
