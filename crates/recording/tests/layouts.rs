//! Files written by h5py in every layout the field uses read back exactly.
//!
//! The files are made by `fixtures/make_fixtures.py`, whose formulas for movie and rates are
//! repeated here.

mod common;

use common::fixture;
use ganglion_recording::*;
use rstest::rstest;

fn pixel(frame: usize, y: usize, x: usize) -> f32 {
    ((7 * frame + 3 * y + x) % 251) as f32
}

fn rate(cell: usize, frame: usize) -> f32 {
    ((cell + 1) * (frame % 5)) as f32
}

fn expected(shape: MovieShape) -> Vec<f32> {
    let MovieShape {
        frames,
        height,
        width,
    } = shape;
    let rows = (0..frames).flat_map(|frame| (0..height).map(move |y| (frame, y)));
    rows.flat_map(|(frame, y)| (0..width).map(move |x| pixel(frame, y, x)))
        .collect()
}

/// gzip + shuffle bytes, lzf floats, contiguous doubles, contiguous big-endian integers; in
/// memory and from the disk.
#[rstest]
#[case("compressed.h5", Partition::Train, (300, 3, 4))]
#[case("compressed.h5", Partition::Test, (90, 3, 4))]
#[case("stacked.h5", Partition::Train, (100, 1, 2))]
#[case("stacked.h5", Partition::Test, (60, 1, 2))]
fn movies_read_back(
    #[case] name: &str,
    #[case] partition: Partition,
    #[case] (frames, height, width): (usize, usize, usize),
    #[values(0, LoadOptions::MEMORY_LIMIT)] limit: usize,
) {
    let movie = RecordingFile::open(fixture(name))
        .unwrap()
        .load_movie(partition, limit)
        .unwrap();
    assert_eq!(
        movie.shape(),
        MovieShape {
            frames,
            height,
            width
        }
    );
    let mut all = Vec::new();
    movie.read_frames(0..frames, &mut all).unwrap();
    assert_eq!(all, expected(movie.shape()));
    let mut some = Vec::new();
    movie.read_frames(31..45, &mut some).unwrap();
    let pixels = height * width;
    assert_eq!(some, &all[31 * pixels..45 * pixels]);
}

#[test]
fn large_float_movies_stay_on_the_disk_and_bytes_never_do() {
    let file = RecordingFile::open(fixture("compressed.h5")).unwrap();
    assert!(file.load_movie(Partition::Test, 0).unwrap().is_on_disk());
    assert!(!file.load_movie(Partition::Train, 0).unwrap().is_on_disk());
}

#[test]
fn metadata_of_a_session() {
    let file = RecordingFile::open(fixture("compressed.h5")).unwrap();
    assert_eq!(file.frame_period().period, Milliseconds(10.0));
    assert_eq!(file.frame_period().source, FramePeriodSource::Attribute);
    assert_eq!(file.microns_per_pixel(), Some(Microns(50.0)));
    assert_eq!(file.stimulus_class(), Some("counting"));
    let test = file.partition(Partition::Test).unwrap();
    assert_eq!(test.responses, ["binned", "firing_rate_10ms"]);
    assert_eq!(
        (test.cells, test.stimulus_type.as_str(), test.has_time),
        (3, "f32", false)
    );
    let cells = vec![(CellIndex(0), 4), (CellIndex(1), 4)];
    assert_eq!(test.repeats, Some(RepeatsInfo::PerCell { cells }));
    let train = file.partition(Partition::Train).unwrap();
    assert!(
        train.stimulus_storage.contains("[32, 3, 2]"),
        "{}",
        train.stimulus_storage
    );
    assert!(
        train.stimulus_storage.contains("deflate"),
        "{}",
        train.stimulus_storage
    );
}

#[test]
fn frame_period_from_time() {
    let file = RecordingFile::open(fixture("stacked.h5")).unwrap();
    assert_eq!(file.frame_period().source, FramePeriodSource::Time);
    assert!((file.frame_period().period.0 - 20.0).abs() < 1e-9);
    let stacked = Some(RepeatsInfo::Stacked {
        dataset: "firing_rate_10ms".into(),
        repeats: 3,
        cells: 2,
    });
    assert_eq!(file.partition(Partition::Test).unwrap().repeats, stacked);
}

#[test]
fn responses_come_in_the_order_asked_for() {
    let cells = CellSelection::List(vec![1, 0]);
    let options = LoadOptions::training(cells, "firing_rate_10ms");
    let path = fixture("compressed.h5");
    let recording = Recording::load(path, Partition::Train, &options).unwrap();
    let responses = &recording.responses;
    assert_eq!(responses.cells(), [CellIndex(1), CellIndex(0)]);
    for bin in 0..300 {
        assert_eq!(responses.cell(0)[bin], rate(1, bin));
        assert_eq!(responses.cell(1)[bin], rate(0, bin));
    }
    let mut out = [0.0; 6];
    responses.bin_major(3..6, &mut out);
    assert_eq!(
        out,
        [
            rate(1, 3),
            rate(0, 3),
            rate(1, 4),
            rate(0, 4),
            rate(1, 5),
            rate(0, 5)
        ]
    );
    assert!(recording.repeats.is_none());
}

/// Cell 2 has no trials in the first file.
#[rstest]
#[case("compressed.h5", "firing_rate_10ms", 4, vec![2, 1], vec![None, Some(1)])]
#[case("stacked.h5", "firing_rate_20ms", 3, vec![1, 0], vec![Some(1), Some(0)])]
fn both_layouts_of_repeats(
    #[case] name: &str,
    #[case] response: &str,
    #[case] repeats: usize,
    #[case] cells: Vec<usize>,
    #[case] present: Vec<Option<usize>>,
) {
    let options = LoadOptions::evaluation(CellSelection::List(cells), response);
    let recording = Recording::load(fixture(name), Partition::Test, &options).unwrap();
    let loaded = recording.repeats.unwrap();
    for (row, cell) in present.into_iter().enumerate() {
        let trials = loaded.cell(row);
        assert_eq!(trials.is_some(), cell.is_some());
        let (Some(trials), Some(cell)) = (trials, cell) else {
            continue;
        };
        assert_eq!(
            (trials.repeats(), trials.frames()),
            (repeats, recording.movie.frames())
        );
        for repeat in 0..repeats {
            for (bin, &value) in trials.repeat(repeat).iter().enumerate() {
                assert_eq!(value, rate(cell, bin) * repeat as f32);
            }
        }
    }
}

#[test]
fn a_summary_says_what_matters() {
    let summary = inspect(fixture("compressed.h5")).unwrap();
    assert!(summary.is_recording && summary.missing_for_training.is_empty());
    let cells = &summary.partitions[0].cell_statistics;
    assert_eq!(
        (cells[0].mean, cells[0].max, cells[0].silent_fraction),
        (2.0, 4.0, 0.2)
    );
    assert!(cells[2].never_fires && !cells[1].never_fires);
    assert!(
        summary
            .warnings
            .iter()
            .any(|text| text.contains("never fire: [2]"))
    );
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["partitions"][0]["frames"], 300);
    assert_eq!(json["partitions"][1]["repeats"]["layout"], "per-cell");
    let text = summary.to_string();
    assert!(text.contains("300 frames of 3 x 4 pixels"), "{text}");
    assert!(text.contains("ready for training"), "{text}");
}

#[test]
fn one_array_of_a_file() {
    let path = fixture("stacked.h5");
    let spec = format!("{}:test/repeats/firing_rate_10ms", path.display());
    let array = spec.parse::<DatasetSpec>().unwrap().read().unwrap();
    assert_eq!(array.shape, [3, 2, 60]);
    assert_eq!(array.values[2 * 120 + 60 + 4], 2.0 * rate(1, 4));
}
