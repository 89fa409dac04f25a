//! Recordings of retinas with mechanisms, and potentials of interneurons beside the spikes.

use std::path::Path;

use ganglion_experiment::StimulusMovie;
use ganglion_numerics::correlation;
use ganglion_recording::{
    CellSelection, Interneurons, LoadOptions, Partition, Recording, RecordingFile, sha256_of,
};
use ganglion_simulation::session::{Quiet, simulate};
use ganglion_simulation::{Retina, SimulationConfig};
use tempfile::TempDir;

fn simulated(more: &str) -> TempDir {
    let text = format!(
        r#"
repeats = 30
screen = {{ height = 14, width = 16 }}
mosaic = {{ count = 1, spacing = 150, margin = 250 }}
natural = {{ train_seconds = 2, test_seconds = 4 }}
{more}
"#
    );
    let config: SimulationConfig = toml::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    simulate(&config, 7, folder.path(), &mut Quiet).unwrap();
    folder
}

fn hashes(folder: &Path) -> [String; 2] {
    ["circuit.toml", "naturalscene.h5"].map(|file| sha256_of(folder.join(file)).unwrap())
}

#[test]
fn mechanisms_that_are_off_leave_the_same_bytes() {
    let off = "[mechanisms]\namacrine_stage = false\nterminal_inhibition = false\n\
        depression = false\ninhibitory_depression = false\ngain_control = false\n\
        light_adaptation = false\nsubunits = false\nsurround_delay = false\ncoupling = false\n\
        spike_history = false\nnoise = false\nfeedback = false\nconductances = false\n\
        threshold_spread = false\ngain_drift = false\ncontamination = false";
    assert_eq!(hashes(simulated(off).path()), hashes(simulated("").path()));
}

#[test]
fn each_mechanism_changes_the_recording_and_a_seed_repeats_it() {
    let mut seen = vec![hashes(simulated("").path())];
    for mechanism in [
        "depression",
        "inhibitory_depression",
        "amacrine_stage",
        "terminal_inhibition",
        "gain_control",
        "light_adaptation",
        "subunits",
        "surround_delay",
        "spike_history",
        "noise",
        "amacrine_stage = true\nfeedback",
        "conductances",
        "threshold_spread",
        "gain_drift",
        "contamination = { reach = 500 }\nnoise",
    ] {
        let text = format!("[mechanisms]\n{mechanism} = true");
        let found = hashes(simulated(&text).path());
        assert!(!seen.contains(&found), "{mechanism}");
        seen.push(found);
    }
    let again = simulated("[mechanisms]\ncontamination = { reach = 500 }\nnoise = true");
    assert_eq!(hashes(again.path()), *seen.last().unwrap());
}

fn recording(folder: &Path) -> Recording {
    let options = LoadOptions::evaluation(CellSelection::All, "noiseless_rate");
    Recording::load(folder.join("naturalscene.h5"), Partition::Test, &options).unwrap()
}

/// Counts of every trial less their mean over trials, `[cell][trial and bin]`.
fn departures(recording: &Recording) -> Vec<Vec<f64>> {
    let repeats = recording.repeats.as_ref().unwrap();
    let cell = |cell: usize| {
        let trials = repeats.cell(cell).unwrap();
        let count = trials.repeats();
        // Windows of 200 ms.
        let windows = |trial: usize| -> Vec<f64> {
            let windows = trials.repeat(trial).chunks_exact(20);
            windows
                .map(|bins| f64::from(bins.iter().sum::<f32>()))
                .collect()
        };
        let all: Vec<Vec<f64>> = (0..count).map(windows).collect();
        let mean =
            |window: usize| all.iter().map(|trial| trial[window]).sum::<f64>() / count as f64;
        let less_mean = |trial: &Vec<f64>| -> Vec<f64> {
            let windows = trial.iter().enumerate();
            windows
                .map(|(window, count)| count - mean(window))
                .collect()
        };
        all.iter().flat_map(less_mean).collect()
    };
    (0..recording.responses.cells().len()).map(cell).collect()
}

fn mean_correlation(folder: &Path) -> f64 {
    let departures = departures(&recording(folder));
    let mut correlations = Vec::new();
    for (index, one) in departures.iter().enumerate() {
        correlations.extend(
            departures[..index]
                .iter()
                .filter_map(|other| correlation(one, other)),
        );
    }
    ganglion_numerics::mean(&correlations)
}

#[test]
fn a_gain_of_trials_makes_the_counts_of_all_cells_correlate() {
    let gain = "[mechanisms.noise]\nphotoreceptor = 0\nbipolar = 0\ngain_variance = 0.3\n\
        gain_time = 500";
    let (plain, common) = (simulated(""), simulated(gain));
    // 15 pairs of 600 windows: an error of about 0.015.
    assert!(mean_correlation(plain.path()).abs() < 0.06);
    assert!(mean_correlation(common.path()) > 0.15);
    let rates = |folder: &TempDir| {
        let recording = recording(folder.path());
        let cells = 0..recording.responses.cells().len();
        cells
            .map(|cell| recording.responses.cell(cell).to_vec())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rates(&plain),
        rates(&common),
        "the rate without noise stays"
    );
}

/// Counts `[repeat and bin]` of a cell in the test movies.
fn counts(recording: &Recording, cell: usize) -> Vec<f32> {
    let trials = recording.repeats.as_ref().unwrap().cell(cell).unwrap();
    let repeats = 0..trials.repeats();
    repeats
        .flat_map(|repeat| trials.repeat(repeat).to_vec())
        .collect()
}

#[test]
fn a_contaminated_train_has_the_spikes_of_its_neighbour() {
    let all = "[mechanisms.contamination]\nshare = 1.0\nreach = 2000";
    let (plain, contaminated) = (simulated(""), simulated(all));
    let text = std::fs::read_to_string(plain.path().join("circuit.toml")).unwrap();
    let retina = Retina::from_toml(&text).unwrap();
    let (one, other) = (recording(plain.path()), recording(contaminated.path()));
    for (cell, own) in retina.cells().iter().enumerate() {
        let distance = |other: &usize| {
            let centre = retina.cells()[*other].centre;
            (centre.x.0 - own.centre.x.0).hypot(centre.y.0 - own.centre.y.0)
        };
        let others = (0..retina.cells().len()).filter(|&other| other != cell);
        let nearest = others
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap();
        let pairs = counts(&one, cell).into_iter().zip(counts(&one, nearest));
        let expected: Vec<f32> = pairs.map(|(own, added)| own + added).collect();
        assert_eq!(counts(&other, cell), expected, "cell {cell}");
        assert_eq!(one.responses.cell(cell), other.responses.cell(cell));
    }
}

#[test]
fn gains_drift_cell_by_cell_and_not_in_the_rates_without_noise() {
    let slow = "[mechanisms.gain_drift]\ndeviation = 0.5\ntime_constant = 1e9";
    let (plain, drifting) = (simulated(""), simulated(slow));
    let (one, other) = (recording(plain.path()), recording(drifting.path()));
    let gain = |cell: usize| {
        assert_eq!(one.responses.cell(cell), other.responses.cell(cell));
        let spikes = |recording| counts(recording, cell).iter().sum::<f32>();
        f64::from(spikes(&other) / spikes(&one)).ln()
    };
    let gains: Vec<f64> = (0..one.responses.cells().len()).map(gain).collect();
    // Six draws of deviation 0.5 around -0.125, each known to 10 % or better.
    let deviation = ganglion_numerics::standard_deviation(&gains);
    assert!((0.2..1.0).contains(&deviation), "{gains:?}");
    // So slow that the gain is the same in the first repeats as in the last.
    let halves = |recording: &Recording, cell: usize| {
        let counts = counts(recording, cell);
        let (first, last) = counts.split_at(counts.len() / 2);
        (first.iter().sum::<f32>() / last.iter().sum::<f32>()).ln()
    };
    for cell in 0..gains.len() {
        assert!(halves(&other, cell).abs() < 0.4, "cell {cell}");
    }
}

fn potentials(folder: &Path, partition: Partition) -> Option<Interneurons> {
    let file = RecordingFile::open(folder.join("naturalscene.h5")).unwrap();
    file.interneurons(partition).unwrap()
}

#[test]
fn potentials_are_those_of_the_retina_and_change_nothing_else() {
    let folder = simulated("interneurons = { spacing = 200 }\n[mechanisms]\namacrine_stage = true");
    assert_eq!(potentials(folder.path(), Partition::Train), None);
    let found = potentials(folder.path(), Partition::Test).unwrap();
    let text = std::fs::read_to_string(folder.path().join("circuit.toml")).unwrap();
    let retina = Retina::from_toml(&text).unwrap().with_all_interneurons();
    let names = retina
        .circuit()
        .interneurons
        .iter()
        .map(|known| known.name.as_str());
    assert_eq!(found.kinds(), names.collect::<Vec<_>>());
    // 700 x 800 um at 200 um.
    assert_eq!(
        found.units().len(),
        12 * retina.circuit().interneurons.len()
    );
    let recording = recording(folder.path());
    let mut frames = Vec::new();
    recording.movie.read_frames(0..400, &mut frames).unwrap();
    let train = Recording::load(
        folder.path().join("naturalscene.h5"),
        Partition::Train,
        &LoadOptions::evaluation(CellSelection::All, "noiseless_rate"),
    );
    let mean = {
        let mut frames = Vec::new();
        let train = train.unwrap();
        train
            .movie
            .read_frames(0..train.movie.frames(), &mut frames)
            .unwrap();
        frames.iter().map(|&level| f64::from(level)).sum::<f64>() / frames.len() as f64
    };
    let unit = retina.circuit().contrast_unit;
    let values = frames
        .iter()
        .map(|&level| ((f64::from(level) / mean - 1.0) / unit) as f32);
    let movie = StimulusMovie::new(14, 16, values.collect());
    for unit in [0, 5, found.units().len() - 1] {
        let place = found.units()[unit].place.unwrap();
        let place = [(place.row as usize, place.column as usize)];
        let (_, expected) = retina.stream().potentials(movie.values(), &place).unwrap();
        let row = &expected[unit / 12 * 400..][..400];
        let potential = found.potential(unit);
        assert_eq!(potential[0], 0.0, "grey goes before the movie");
        assert!(potential.iter().any(|value| value.abs() > 0.05));
        for (bin, expected) in row[..399].iter().enumerate() {
            assert!(
                (potential[bin + 1] - expected).abs() < 1e-4,
                "unit {unit}, bin {bin}"
            );
        }
    }
    let without = simulated("[mechanisms]\namacrine_stage = true");
    let (one, other) = (recording, self::recording(without.path()));
    for cell in 0..one.responses.cells().len() {
        assert_eq!(one.responses.cell(cell), other.responses.cell(cell));
    }
}

#[test]
fn a_config_that_makes_no_sense_is_refused_by_its_key() {
    let message = |more: &str| {
        let text = format!("natural = {{ train_seconds = 2, test_seconds = 2 }}\n{more}");
        let config: SimulationConfig = toml::from_str(&text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let refused = simulate(&config, 1, folder.path(), &mut Quiet);
        refused.unwrap_err().to_string()
    };
    let found = message("interneurons = { spacing = 0 }");
    assert!(
        found.contains("simulation.interneurons.spacing = 0"),
        "{found}"
    );
    let found = message("optional_classes = [\"latency\"]");
    assert!(
        found.contains("optional_classes = latency does not exist"),
        "{found}"
    );
    let found = message("family = \"random-topology\"\noptional_classes = [\"latency\"]");
    assert!(found.contains("draws its classes"), "{found}");
}
