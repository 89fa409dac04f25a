//! Spikes of single trials read back as they were recorded, or are refused.

use std::path::{Path, PathBuf};

use ganglion_recording::*;
use hdf5_pure::FileBuilder;

const FRAMES: usize = 4;
const NONE: f32 = f32::NAN;

/// Datasets of a group, by name: values and shape.
type Datasets<'a> = &'a [(&'a str, &'a [f32], &'a [u64])];

/// A train partition of four frames with these responses and repeats.
fn session(folder: &Path, responses: Datasets<'_>, repeats: Datasets<'_>) -> PathBuf {
    let path = folder.join("session.h5");
    let mut builder = FileBuilder::new();
    let mut train = builder.create_group("train");
    train
        .create_dataset("stimulus")
        .with_f32_data(&[0.0, 1.0, 2.0, 3.0])
        .with_shape(&[4, 1, 1]);
    for (name, datasets) in [("response", responses), ("repeats", repeats)] {
        if datasets.is_empty() {
            continue;
        }
        let mut group = train.create_group(name);
        for (name, values, shape) in datasets {
            group
                .create_dataset(name)
                .with_f32_data(values)
                .with_shape(shape);
        }
        train.add_group(group.finish());
    }
    builder.add_group(train.finish());
    builder.write(&path).unwrap();
    path
}

fn read(path: &Path, cells: &[usize]) -> Result<SpikeCounts, Error> {
    let cells: Vec<CellIndex> = cells.iter().copied().map(CellIndex).collect();
    RecordingFile::open(path)?.spike_counts(Partition::Train, &cells)
}

/// Trials as text, `-` where nothing was recorded.
fn trials(counts: &SpikeCounts, row: usize) -> Vec<String> {
    let sign = |count: &f32| match count.is_nan() {
        true => "-".to_owned(),
        false => count.to_string(),
    };
    let text = |trial| counts.trial(row, trial).iter().map(sign).collect();
    (0..counts.trials()).map(text).collect()
}

/// Cell 0 has five trials of three bins, in the second of which no cell was recorded; cell 1 has three
/// of four bins.
#[test]
fn trials_keep_their_places_and_lack_what_was_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let of_first = [
        1.0, 2.0, 3.0, //
        NONE, NONE, NONE, //
        0.0, NONE, 4.0, //
        5.0, 5.0, 5.0, //
        NONE, NONE, 1.0,
    ];
    let of_second = [
        NONE, 1.0, 1.0, 1.0, //
        NONE, NONE, NONE, NONE, //
        2.0, 2.0, 2.0, 2.0,
    ];
    let rates = [1.0; 2 * FRAMES];
    let path = session(
        folder.path(),
        &[
            ("binned", &rates, &[2, 4]),
            ("firing_rate_10ms", &rates, &[2, 4]),
        ],
        &[
            ("cell01", &of_first, &[5, 3]),
            ("cell02", &of_second, &[3, 4]),
        ],
    );
    let counts = read(&path, &[1, 0]).unwrap();
    assert_eq!(counts.dataset(), "train/repeats");
    assert_eq!(counts.cells(), [CellIndex(1), CellIndex(0)]);
    assert_eq!(trials(&counts, 0), ["-111", "2222", "----", "----"]);
    assert_eq!(trials(&counts, 1), ["123-", "0-4-", "555-", "--1-"]);
}

#[test]
fn trials_of_all_cells_in_one_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<f32> = (0..2 * 3 * FRAMES).map(|value| value as f32).collect();
    let path = session(folder.path(), &[], &[("spikes", &values, &[2, 3, 4])]);
    let counts = read(&path, &[2]).unwrap();
    assert_eq!(counts.trials(), 2);
    assert_eq!(counts.trial(0, 0), [8.0, 9.0, 10.0, 11.0]);
    assert_eq!(counts.trial(0, 1), [20.0, 21.0, 22.0, 23.0]);
}

#[test]
fn without_repeats_the_binned_spikes_are_one_trial() {
    let folder = tempfile::tempdir().unwrap();
    let binned = [0.0, 1.0, 0.0, 2.0, 3.0, NONE, 0.0, 1.0];
    let path = session(folder.path(), &[("binned", &binned, &[2, 4])], &[]);
    let counts = read(&path, &[0, 1]).unwrap();
    assert_eq!(counts.dataset(), "train/response/binned");
    assert_eq!(trials(&counts, 0), ["0102"]);
    assert_eq!(trials(&counts, 1), ["3-01"]);
}

#[track_caller]
fn refuses(result: Result<SpikeCounts, Error>, parts: &[&str]) {
    let text = result.unwrap_err().to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn what_counts_no_spikes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut values = [1.0; 2 * FRAMES];
    let rates = [("firing_rate_10ms", &[1.0; 2 * FRAMES][..], &[2, 4][..])];
    let way_out = "recording.targets = \"rates\"";
    let path = session(folder.path(), &rates, &[]);
    let parts = ["session.h5", "`train`", "train/response/binned", way_out];
    refuses(read(&path, &[0]), &parts);

    values[6] = 0.25;
    let path = session(folder.path(), &rates, &[("cell02", &values, &[2, 4])]);
    let place = "0.25 at cell 1, trial 1, bin 2";
    refuses(read(&path, &[1]), &["`train/repeats`", place, way_out]);
    let parts = [
        "cells [0] have no single trials",
        "recording.cells",
        way_out,
    ];
    refuses(read(&path, &[0, 1]), &parts);

    let path = session(folder.path(), &[("binned", &values, &[2, 4])], &[]);
    let place = "`train/response/binned` is 0.25 at cell 1, trial 0, bin 2";
    refuses(read(&path, &[1]), &[place, way_out]);
}

#[test]
fn counts_are_read_where_there_are_rates_of_the_same_trials() {
    let folder = tempfile::tempdir().unwrap();
    let counts: Vec<f32> = (0..2 * 3 * FRAMES).map(|count| count as f32).collect();
    let rates: Vec<f32> = counts.iter().map(|count| count + 0.5).collect();
    let shape = &[2, 3, FRAMES as u64];
    let repeats = [
        ("binned", &counts[..], &shape[..]),
        ("firing_rate_10ms", &rates[..], &shape[..]),
    ];
    let path = session(folder.path(), &[], &repeats);
    let read = read(&path, &[2]).unwrap();
    assert_eq!(read.trial(0, 0), [8.0, 9.0, 10.0, 11.0]);
}

#[test]
fn trials_that_are_longer_than_the_movie_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let values = [1.0; 3 * (FRAMES + 1)];
    let shape = &[3, FRAMES as u64 + 1];
    let path = session(folder.path(), &[], &[("cell01", &values, shape)]);
    let parts = ["train/repeats/cell01", "has 5 time bins", "4 frames"];
    refuses(read(&path, &[0]), &parts);
}
