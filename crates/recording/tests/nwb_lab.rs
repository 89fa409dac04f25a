//! An NWB file with pauses, repeats, links, units and conversions, as labs write them; numbers are
//! NumPy's, see `fixtures/make_lab_nwb.py`.

mod common;

use std::path::PathBuf;

use common::fixture;
use ganglion_recording::*;
use rstest::rstest;

const BLOCK: usize = 40;
const TEST: usize = 30;
const PIXELS: usize = 6;

fn expected(dataset: &str) -> Vec<f32> {
    let file = ArrayFile::open(fixture("lab_expected.h5")).unwrap();
    file.read(dataset).unwrap().values
}

struct Converted {
    _folder: tempfile::TempDir,
    path: PathBuf,
    report: NwbConversion,
}

fn converted(config: &NwbConfig) -> Result<Converted, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording.h5");
    let report = read_nwb(&fixture("lab.nwb"), config, &path).map_err(|error| error.to_string())?;
    Ok(Converted {
        _folder: folder,
        path,
        report,
    })
}

impl Converted {
    fn read(&self, dataset: &str) -> Vec<f32> {
        ArrayFile::open(&self.path)
            .unwrap()
            .read(dataset)
            .unwrap()
            .values
    }

    fn gaps(&self, partition: Partition) -> Vec<usize> {
        let file = RecordingFile::open(&self.path).unwrap();
        let info = file.partition(partition).unwrap();
        info.gaps.iter().map(|gap| gap.bin).collect()
    }

    #[track_caller]
    fn warns(&self, part: &str) {
        let warnings = self.report.warnings.join("\n");
        assert!(warnings.contains(part), "`{part}` is not in: {warnings}");
    }
}

/// The first unit, which was observed always.
fn config(stimulus: &str) -> NwbConfig {
    NwbConfig {
        stimulus: stimulus.into(),
        units: CellSelection::List(vec![0]),
        ..NwbConfig::default()
    }
}

/// Bins `[repeat][bin]` of a unit, of an array `[unit][repeat][bin]`.
fn of_unit(values: &[f32], unit: usize) -> &[f32] {
    &values[unit * values.len() / 2..][..values.len() / 2]
}

#[test]
fn pauses_hold_no_bins_and_repeats_of_one_series_are_told_apart_by_them() {
    let config = NwbConfig {
        test: "repeats".into(),
        ..config("blocks")
    };
    let converted = converted(&config).unwrap();
    let report = &converted.report;
    assert_eq!((report.train_bins, report.test_bins), (3 * BLOCK, TEST));
    assert_eq!(report.test_presentations, 3);
    assert!(
        (report.bin_ms * 0.06 - 1.0).abs() < 1e-3,
        "{}",
        report.bin_ms
    );
    assert_eq!(converted.read("train/stimulus"), expected("movie"));
    assert_eq!(converted.read("test/stimulus"), expected("test"));
    assert_eq!(
        converted.read("train/response/binned"),
        of_unit(&expected("blocks"), 0)
    );
    let trials = expected("repeats");
    assert_eq!(converted.read("test/repeats/cell01"), of_unit(&trials, 0));
    assert_eq!(converted.gaps(Partition::Train), [BLOCK, 2 * BLOCK]);
    assert!(converted.gaps(Partition::Test).is_empty());
    converted.warns("`stimulus/presentation/blocks` pauses 2 times");
    // The published networks see as many frames as a block has.
    converted.warns("the longest stretch of `train` between gaps has 40 frames");
}

#[rstest]
#[case(RepeatRule::Auto)]
#[case(RepeatRule::Trials)]
fn repeats_without_a_pause_are_told_apart_by_the_table_of_trials(#[case] repeats: RepeatRule) {
    let config = NwbConfig {
        test: "endless".into(),
        repeats,
        bin_ms: Some(1000.0 / 60.0),
        ..config("blocks")
    };
    let converted = converted(&config).unwrap();
    assert_eq!(converted.report.test_presentations, 3);
    assert_eq!(converted.read("test/stimulus"), expected("test"));
    assert_eq!(
        converted.read("test/repeats/cell01"),
        of_unit(&expected("endless"), 0)
    );
}

#[test]
fn what_cannot_be_cut_is_one_presentation_or_an_error() {
    let whole = NwbConfig {
        test: "endless".into(),
        repeats: RepeatRule::None,
        ..config("blocks")
    };
    let one = converted(&whole).unwrap();
    assert_eq!(
        (one.report.test_presentations, one.report.test_bins),
        (1, 3 * TEST)
    );
    let by_epochs = NwbConfig {
        repeats: RepeatRule::Epochs,
        ..whole
    };
    let text = converted(&by_epochs).err().unwrap();
    assert!(text.contains("`intervals/epochs`"), "{text}");
}

#[test]
fn presentations_named_by_a_pattern_count_for_what_they_hold() {
    let config = NwbConfig {
        test: "rep_?".into(),
        bin_ms: Some(1000.0 / 60.0),
        ..config("blocks")
    };
    let converted = converted(&config).unwrap();
    let trials = expected("rep");
    let (trials, found) = (of_unit(&trials, 0), converted.read("test/repeats/cell01"));
    let held = |bin: usize| bin < 2 * TEST + 20;
    for (bin, (found, expected)) in found.iter().zip(trials).enumerate() {
        assert!(
            if held(bin) {
                found == expected
            } else {
                found.is_nan()
            },
            "{bin}"
        );
    }
    let mean = converted.read("test/response/binned");
    assert_eq!(mean[25], (trials[25] + trials[TEST + 25]) / 2.0);
    assert_eq!(
        mean[5],
        (trials[5] + trials[TEST + 5] + trials[2 * TEST + 5]) / 3.0
    );
    converted.warns("1 of 3 presentations of the test movie are shorter");
}

#[test]
fn only_the_same_movie_repeats() {
    let config = NwbConfig {
        test: ["rep_0", "rep_1", "other"].into(),
        ..config("blocks")
    };
    let text = converted(&config).err().unwrap();
    for part in ["lab.nwb", "presentation/other", "another movie", "frame 0"] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn series_of_a_list_are_joined_in_the_order_of_time() {
    let config = NwbConfig {
        stimulus: ["rep_1", "rep_0"].into(),
        ..config("")
    };
    let converted = converted(&config).unwrap();
    let twice = [expected("test"), expected("test")].concat();
    assert_eq!(converted.read("train/stimulus"), twice);
    assert_eq!(converted.gaps(Partition::Train), [TEST]);
    let time = converted.read("train/time");
    assert!((time[TEST] - 1.0).abs() < 1e-6, "{}", time[TEST]);
}

#[test]
fn bins_without_observation_are_no_silence() {
    let config = NwbConfig {
        test: "repeats".into(),
        units: CellSelection::List(vec![0, 1]),
        ..config("blocks")
    };
    let converted = converted(&config).unwrap();
    // The second unit was not there in the first block.
    assert_eq!(
        converted.read("train/stimulus"),
        expected("movie")[BLOCK * PIXELS..]
    );
    let counts = expected("blocks");
    for unit in 0..2 {
        let found = &converted.read("train/response/binned")[unit * 2 * BLOCK..][..2 * BLOCK];
        assert_eq!(found, &of_unit(&counts, unit)[BLOCK..]);
    }
    converted.warns("40 of 120 bins of `stimulus/presentation/blocks` are left out");
    // Nor in the first repeat and the second half of the last.
    let trials = expected("repeats");
    let (found, trials) = (converted.read("test/repeats/cell02"), of_unit(&trials, 1));
    for bin in 0..3 * TEST {
        let is_held = (TEST..2 * TEST + 15).contains(&bin);
        assert!(
            if is_held {
                found[bin] == trials[bin]
            } else {
                found[bin].is_nan()
            },
            "{bin}"
        );
    }
    let mean = &converted.read("test/response/binned")[TEST..];
    assert_eq!(mean[20], trials[TEST + 20]);
    assert_eq!(mean[3], (trials[TEST + 3] + trials[2 * TEST + 3]) / 2.0);
}

#[test]
fn a_unit_that_was_never_observed_is_named() {
    let config = NwbConfig {
        units: CellSelection::List(vec![0, 1]),
        ..config("rep_0")
    };
    let text = converted(&config).err().unwrap();
    assert!(text.contains("units [1] were not observed"), "{text}");
}

/// `invalid_times` cut a second and a half of these movies in two.
#[rstest]
#[case("channel")]
#[case("x_first")]
fn frames_of_other_shapes_are_the_same_pictures(#[case] name: &str) {
    let config = NwbConfig {
        frame_axes: if name == "x_first" {
            FrameAxes::Xy
        } else {
            FrameAxes::Yx
        },
        ..config(name)
    };
    let converted = converted(&config).unwrap();
    let movie = expected("movie");
    let valid = [&movie[..30 * PIXELS], &movie[60 * PIXELS..]].concat();
    assert_eq!(converted.read("train/stimulus"), valid);
    assert_eq!(converted.gaps(Partition::Train), [30]);
}

#[test]
fn a_full_field_has_one_pixel() {
    let converted = converted(&config("flicker")).unwrap();
    let first = |frame: usize| expected("movie")[frame * PIXELS];
    let frames = (0..30).chain(60..120);
    assert_eq!(
        converted.read("train/stimulus"),
        frames.map(first).collect::<Vec<_>>()
    );
    let text = converted_error("colour");
    assert!(text.contains("in colour"), "{text}");
}

fn converted_error(stimulus: &str) -> String {
    converted(&config(stimulus)).err().unwrap()
}

#[test]
fn values_are_converted_to_the_unit_of_the_file() {
    let converted = converted(&config("scaled")).unwrap();
    let movie = expected("movie");
    let found = converted.read("train/stimulus");
    for (found, stored) in found.iter().zip(&movie[..30 * PIXELS]) {
        assert!(
            (found - (stored / 255.0 - 0.5)).abs() < 1e-6,
            "{found} {stored}"
        );
    }
}

#[test]
fn stamps_may_be_a_link_to_those_of_another_series() {
    let converted = converted(&config("linked")).unwrap();
    let negative: Vec<f32> = expected("movie")
        .iter()
        .map(|value| 255.0 - value)
        .collect();
    assert_eq!(converted.read("train/stimulus"), negative);
    assert_eq!(converted.gaps(Partition::Train), [BLOCK, 2 * BLOCK]);
}

/// The order of the images is that of their references, not of their names.
#[test]
fn an_index_series_shows_its_images() {
    let converted = converted(&config("index")).unwrap();
    assert_eq!(converted.read("train/stimulus"), expected("index"));
}

#[test]
fn stamps_in_milliseconds_are_told() {
    let converted = converted(&config("milliseconds")).unwrap();
    assert!((converted.report.bin_ms * 0.06 - 1.0).abs() < 1e-6);
    converted.warns("taken to be in milliseconds");
    assert!(converted.report.spikes > 0);
}

#[test]
fn a_clock_that_begins_anew_is_refused() {
    let text = converted_error("restarts");
    assert!(text.contains("go back at frame 60"), "{text}");
}

#[test]
fn a_dropped_frame_stays_on() {
    let converted = converted(&config("dropped")).unwrap();
    assert_eq!(converted.read("train/stimulus"), expected("dropped"));
    assert!(converted.gaps(Partition::Train).is_empty());
    converted.warns("dropped frames");
}

#[test]
fn frames_that_no_bin_shows_are_told() {
    let config = NwbConfig {
        bin_ms: Some(50.0),
        ..config("rep_0")
    };
    let converted = converted(&config).unwrap();
    assert_eq!(converted.report.train_bins, 10);
    converted.warns("18 of 30 frames of `stimulus/presentation/rep_0` are shown in no bin");
}

#[test]
fn a_test_movie_out_of_the_training_movie_is_told() {
    let config = NwbConfig {
        test: "blocks".into(),
        ..config("blocks")
    };
    converted(&config).unwrap().warns("in both partitions");
}

/// An NWB file of one unit; `nested` is what the index series `indices` shows.
fn with_indices(path: &std::path::Path, nested: bool) {
    use hdf5_pure::{AttrValue, FileBuilder};
    let kind = |name: &str| AttrValue::String(name.into());
    let mut builder = FileBuilder::new();
    builder.set_attr("nwb_version", kind("2.7.0"));
    let mut units = builder.create_group("units");
    units
        .create_dataset("spike_times")
        .with_f64_data(&[0.011, 0.052, 0.053]);
    units
        .create_dataset("spike_times_index")
        .with_i64_data(&[3]);
    units.create_dataset("id").with_i64_data(&[0]);
    builder.add_group(units.finish());
    let mut stimulus = builder.create_group("stimulus");
    let mut presentation = stimulus.create_group("presentation");
    let mut indices = presentation.create_group("indices");
    indices.set_attr("neurodata_type", kind("IndexSeries"));
    indices
        .create_dataset("data")
        .with_i64_data(&[2, 0, 1, 1, 2, 0]);
    let times: Vec<f64> = (0..6).map(|frame| f64::from(frame) * 0.01).collect();
    indices.create_dataset("timestamps").with_f64_data(&times);
    let mut shown = indices.create_group("indexed_timeseries");
    if nested {
        shown.set_attr("neurodata_type", kind("IndexSeries"));
        shown.create_dataset("data").with_i64_data(&[0, 1, 2]);
    } else {
        shown.set_attr("neurodata_type", kind("ImageSeries"));
        shown
            .create_dataset("data")
            .with_u8_data(&[10, 11, 20, 21, 30, 31])
            .with_shape(&[3, 1, 2]);
    }
    indices.add_group(shown.finish());
    presentation.add_group(indices.finish());
    stimulus.add_group(presentation.finish());
    builder.add_group(stimulus.finish());
    builder.write(path).unwrap();
}

#[test]
fn indices_of_another_series_are_its_frames_and_indices_of_indices_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let [source, nested, out] = ["a.nwb", "b.nwb", "out.h5"].map(|name| folder.path().join(name));
    with_indices(&source, false);
    with_indices(&nested, true);
    let config = NwbConfig {
        stimulus: "indices".into(),
        ..NwbConfig::default()
    };
    read_nwb(&source, &config, &out).unwrap();
    let read = |dataset: &str| ArrayFile::open(&out).unwrap().read(dataset).unwrap().values;
    assert_eq!(
        read("train/stimulus"),
        [
            30.0, 31.0, 10.0, 11.0, 20.0, 21.0, 20.0, 21.0, 30.0, 31.0, 10.0, 11.0
        ]
    );
    assert_eq!(
        read("train/response/binned"),
        [0.0, 1.0, 0.0, 0.0, 0.0, 2.0]
    );
    let refused = read_nwb(&nested, &config, &folder.path().join("none.h5"));
    let text = refused.unwrap_err().to_string();
    for part in [
        "b.nwb",
        "`stimulus/presentation/indices`",
        "index series of another",
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}
