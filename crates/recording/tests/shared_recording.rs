//! The real recording that developers have beside the repository, where it is there.

use std::io::Write;
use std::path::{Path, PathBuf};

use ganglion_recording::*;

fn recording(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    let path = root.join("13-02-27").join(name);
    if path.exists() {
        return Some(path);
    }
    // Not through `println`, which the test harness keeps to itself while a test passes.
    let line = format!("SKIPPED: there is no recording {name}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

#[test]
fn white_noise_reads_as_described() {
    let Some(path) = recording("whitenoise.h5") else {
        return;
    };
    let file = RecordingFile::open(&path).unwrap();
    assert!((file.frame_period().period.0 - 10.0069).abs() < 1e-4);
    assert!((file.microns_per_pixel().unwrap().0 - 88.889).abs() < 1e-3);
    let train = file.partition(Partition::Train).unwrap();
    assert_eq!(
        (train.cells, train.frames, train.height, train.width),
        (22, 5600, 32, 32)
    );
    assert!(matches!(&train.repeats, Some(RepeatsInfo::PerCell { cells }) if cells.len() == 22));

    let options = LoadOptions::evaluation(CellSelection::All, "firing_rate_10ms");
    let loaded = file.load(Partition::Test, &options).unwrap();
    assert_eq!(loaded.movie.frames(), 800);
    assert_eq!(loaded.repeats.unwrap().cell(21).unwrap().repeats(), 20);
    assert!(file.inspect().missing_for_training.is_empty());
}

/// The trial average of the stored counts is the stored mean rate, so both readers agree.
#[test]
fn trials_and_rates_agree() {
    let Some(path) = recording("whitenoise.h5") else {
        return;
    };
    let options = LoadOptions::evaluation(CellSelection::List(vec![17, 11]), "binned");
    let loaded = Recording::load(path, Partition::Test, &options).unwrap();
    let repeats = loaded.repeats.unwrap();
    for row in 0..2 {
        let spikes: f32 = repeats.cell(row).unwrap().values().iter().sum();
        let binned: f32 = loaded.responses.cell(row).iter().sum();
        assert_eq!(spikes, binned, "row {row}");
    }
}

#[test]
fn spikes_of_single_trials_are_whole_and_add_up() {
    let Some(path) = recording("whitenoise.h5") else {
        return;
    };
    let file = RecordingFile::open(&path).unwrap();
    let counts = file
        .spike_counts(Partition::Train, &[CellIndex(17), CellIndex(11)])
        .unwrap();
    assert_eq!((counts.trials(), counts.frames()), (20, 5600));
    let options = LoadOptions::training(CellSelection::List(vec![17, 11]), "binned");
    let binned = file.load(Partition::Train, &options).unwrap().responses;
    for row in 0..2 {
        let sum = |bin: usize| -> f32 { (0..20).map(|k| counts.trial(row, k)[bin]).sum() };
        assert!((0..5600).all(|bin| sum(bin) == binned.cell(row)[bin]));
    }
}

#[test]
fn contrast_flicker_reads_as_described() {
    let Some(path) = recording("contrastflicker.h5") else {
        return;
    };
    let summary = inspect(path).unwrap();
    assert!(summary.is_recording, "{summary}");
    for partition in &summary.partitions {
        assert_eq!((partition.info.cells, partition.info.frames), (22, 8000));
    }
}
