//! Spikes in bins finer than a frame, blocks, and repeats of a movie that is not given.

use std::path::{Path, PathBuf};

use ganglion_recording::*;

const FRAMES: usize = 6;
const BINS: usize = 3;

/// The recording of this project: six rat ganglion cells that saw a bar in Brownian motion.
fn bars() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recordings/mahuas-2020/bars.h5")
}

fn writer(path: &Path) -> SessionWriter {
    let options = SessionOptions {
        frame_period: Milliseconds(12.0),
        microns_per_pixel: None,
        overwrite: false,
    };
    let mut writer = SessionWriter::create(path, options).unwrap();
    writer
        .begin_movie(Partition::Train, 1, 2, PixelType::U8)
        .unwrap();
    writer
        .append_u8(Partition::Train, &[0; FRAMES * 2])
        .unwrap();
    writer
}

/// Counts of two cells that differ in every bin of a trial: 0, 1, 2, 0, 1, 2, ... and one more each cell.
fn spikes(trials: usize) -> FineSpikes {
    let count = |cell: usize, trial: usize, bin: usize| ((bin + trial) % 3 + cell) as u8;
    let bins = FRAMES * BINS;
    let counts = (0..2).flat_map(|cell| {
        (0..trials).flat_map(move |trial| (0..bins).map(move |bin| count(cell, trial, bin)))
    });
    let cells = vec![CellIndex(0), CellIndex(1)];
    FineSpikes::new(cells, trials, FRAMES, BINS, counts.collect())
}

fn written(trials: usize, starts: &[usize]) -> (tempfile::TempDir, RecordingFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fine.h5");
    let mut writer = writer(&path);
    writer
        .fine_spikes(Partition::Train, spikes(trials))
        .unwrap();
    writer
        .block_starts(Partition::Train, starts.to_vec())
        .unwrap();
    writer.finish().unwrap();
    let file = RecordingFile::open(&path).unwrap();
    (folder, file)
}

#[test]
fn fine_spikes_come_back_as_they_were_written() {
    for trials in [1, 3] {
        let (_folder, file) = written(trials, &[]);
        let cells = [CellIndex(1), CellIndex(0)];
        let read = file.fine_spikes(Partition::Train, &cells).unwrap().unwrap();
        let all = spikes(trials);
        assert_eq!((read.trials(), read.bins_per_frame()), (trials, BINS));
        for trial in 0..trials {
            assert_eq!(read.trial(0, trial), all.trial(1, trial));
            assert_eq!(read.trial(1, trial), all.trial(0, trial));
        }
        let counts = file.spike_counts(Partition::Train, &cells).unwrap();
        assert_eq!(counts.trials(), trials);
        // Three bins in a row hold 0, 1 and 2 spikes in some order, and one more each in cell 1.
        assert_eq!(counts.trial(1, 0), [3.0; FRAMES]);
        assert_eq!(counts.trial(0, 0), [6.0; FRAMES]);
    }
}

#[test]
fn no_window_spans_two_blocks() {
    let (_folder, file) = written(1, &[0, 2, 5]);
    let info = file.partition(Partition::Train).unwrap();
    assert_eq!(info.block_starts, [2, 5]);
    assert_eq!(info.runs(), [0..2, 2..5, 5..6]);
}

#[test]
fn a_recording_without_fine_spikes_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coarse.h5");
    let mut writer = writer(&path);
    writer
        .responses(Partition::Train, "binned", 1, vec![1.0; FRAMES])
        .unwrap();
    writer.finish().unwrap();
    let file = RecordingFile::open(&path).unwrap();
    let cells = [CellIndex(0)];
    assert_eq!(file.fine_spikes(Partition::Train, &cells).unwrap(), None);
    assert_eq!(file.repeats_of_unknown_movie(&cells).unwrap(), None);
}

#[test]
fn spikes_of_another_length_than_the_movie_are_refused_before_the_file_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.h5");
    let mut writer = writer(&path);
    let long = FineSpikes::new(vec![CellIndex(0)], 1, FRAMES + 1, 1, vec![0; FRAMES + 1]);
    writer.fine_spikes(Partition::Train, long).unwrap();
    let error = writer.finish().unwrap_err().to_string();
    assert!(
        error.contains("7 frames") && error.contains("has 6"),
        "{error}"
    );
    assert!(!path.exists());
}

#[test]
fn bins_that_fill_no_frames_are_told_and_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uneven.h5");
    let mut builder = hdf5_pure::FileBuilder::new();
    let mut group = builder.create_group("train");
    group
        .create_dataset("stimulus")
        .with_u8_data(&[0; 12])
        .with_shape(&[6, 1, 2]);
    group
        .create_dataset("spikes")
        .with_f32_data(&[0.0; 20])
        .with_shape(&[2, 10]);
    builder.add_group(group.finish());
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    let file = RecordingFile::open(&path).unwrap();
    assert!(
        file.notes().iter().any(|note| note.contains("10 bins")),
        "{:?}",
        file.notes()
    );
    let refused = file.fine_spikes(Partition::Train, &[CellIndex(0)]);
    assert!(matches!(
        refused,
        Err(Error::UnevenBins {
            bins: 10,
            frames: 6,
            ..
        })
    ));
}

#[test]
fn spikes_of_no_bins_are_told_and_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.h5");
    let mut builder = hdf5_pure::FileBuilder::new();
    let mut group = builder.create_group("train");
    group
        .create_dataset("stimulus")
        .with_u8_data(&[0; 2])
        .with_shape(&[2, 1, 1]);
    group
        .create_dataset("spikes")
        .with_f32_data(&[])
        .with_shape(&[2, 0]);
    builder.add_group(group.finish());
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    let file = RecordingFile::open(&path).unwrap();
    let info = file.partition(Partition::Train).unwrap();
    assert_eq!(info.fine_spikes, None);
    assert!(
        file.spike_counts(Partition::Train, &[CellIndex(0)])
            .is_err()
    );
}

#[test]
fn half_a_spike_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.h5");
    let mut builder = hdf5_pure::FileBuilder::new();
    let mut group = builder.create_group("train");
    group
        .create_dataset("stimulus")
        .with_u8_data(&[0; 2])
        .with_shape(&[2, 1, 1]);
    group
        .create_dataset("spikes")
        .with_f32_data(&[0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 0.5, 0.0])
        .with_shape(&[1, 2, 4]);
    builder.add_group(group.finish());
    std::fs::write(&path, builder.finish().unwrap()).unwrap();
    let file = RecordingFile::open(&path).unwrap();
    let refused = file.fine_spikes(Partition::Train, &[CellIndex(0)]);
    let place = matches!(
        refused,
        Err(Error::BadFineCount {
            trial: 1,
            bin: 2,
            ..
        })
    );
    assert!(place, "{refused:?}");
}

#[test]
fn counts_summed_over_repeats_become_rates_of_one_trial() {
    let options = LoadOptions::evaluation(CellSelection::All, "binned");
    let file = RecordingFile::open(bars()).unwrap();
    let recording = file.load_in_hertz(Partition::Test, &options).unwrap();
    let cells = recording.responses.cells().to_vec();
    let spikes = file.fine_spikes(Partition::Test, &cells).unwrap().unwrap();
    let mean = spikes.per_frame().mean_rates(recording.frame_period.period);
    for row in 0..cells.len() {
        for (rate, mean) in recording.responses.cell(row).iter().zip(mean.cell(row)) {
            // One rounding to 32 bits each.
            assert!((rate - mean).abs() <= 1e-6 * mean.abs(), "{rate} {mean}");
        }
    }
}

#[test]
fn the_shipped_recording_is_what_its_readme_says() {
    let file = RecordingFile::open(bars()).unwrap();
    let train = file.partition(Partition::Train).unwrap();
    assert_eq!((train.frames, train.height, train.width), (108_000, 1, 31));
    assert_eq!(train.runs().len(), 50);
    assert_eq!(train.runs()[49], 105_840..108_000);
    let cells: Vec<CellIndex> = (0..6).map(CellIndex).collect();
    let spikes = file.fine_spikes(Partition::Train, &cells).unwrap().unwrap();
    assert_eq!((spikes.bins(), spikes.bins_per_frame()), (1_080_000, 10));
    let test = file.fine_spikes(Partition::Test, &cells).unwrap().unwrap();
    assert_eq!((test.trials(), test.bins()), (54, 2000));
    let unknown = file.repeats_of_unknown_movie(&cells).unwrap().unwrap();
    assert_eq!(
        (unknown.trials(), unknown.bins(), unknown.bins_per_frame()),
        (54, 2000, 10)
    );
}
