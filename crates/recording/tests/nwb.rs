//! NWB files made by pynwb become recordings; numbers are NumPy's.

use std::path::PathBuf;

use ganglion_recording::{
    ArrayFile, CellSelection, LoadOptions, NwbConfig, NwbConversion, Partition, Recording,
    RecordingFile, is_nwb, read_nwb, smoothed,
};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn expected(dataset: &str) -> Vec<f32> {
    let file = ArrayFile::open(fixture("nwb_expected.h5")).unwrap();
    file.read(dataset).unwrap().values
}

struct Converted {
    _folder: tempfile::TempDir,
    path: PathBuf,
    report: NwbConversion,
}

fn converted(name: &str, config: &NwbConfig) -> Converted {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording.h5");
    let report = read_nwb(&fixture(name), config, &path).unwrap_or_else(|error| panic!("{error}"));
    Converted {
        _folder: folder,
        path,
        report,
    }
}

fn refusal(name: &str, config: &NwbConfig) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording.h5");
    let error = read_nwb(&fixture(name), config, &path)
        .unwrap_err()
        .to_string();
    assert!(!path.exists(), "{error}");
    assert!(error.contains(name), "{error}");
    error
}

/// Responses of all cells, one after the other, and the movie `[frame, y, x]`.
fn loaded(converted: &Converted, partition: Partition, response: &str) -> (Vec<f32>, Vec<f32>) {
    let options = LoadOptions::evaluation(CellSelection::All, response);
    let recording = Recording::load(&converted.path, partition, &options).unwrap();
    let cells = recording.responses.cells().len();
    let rates = (0..cells)
        .flat_map(|cell| recording.responses.cell(cell).to_vec())
        .collect();
    let name = format!("{partition}/stimulus");
    let movie = ganglion_recording::read_array(&converted.path, &name).unwrap();
    (rates, movie.values)
}

fn noise_config() -> NwbConfig {
    NwbConfig {
        stimulus: "noise".into(),
        ..NwbConfig::default()
    }
}

#[test]
fn bins_that_hide_delays_are_told_and_written_beside_the_rates() {
    let of = |bin_ms: f64| {
        let bin_ms = Some(bin_ms);
        converted(
            "noise.nwb",
            &NwbConfig {
                bin_ms,
                ..noise_config()
            },
        )
    };
    let is_told = |found: &Converted| {
        let warnings = found.report.warnings.iter();
        warnings
            .filter(|text| text.contains("nwb.bin_ms = 10"))
            .count()
    };
    let (long, short) = (of(1000.0 / 15.0), of(10.0));
    assert_eq!(
        (is_told(&long), is_told(&short)),
        (1, 0),
        "{:?}",
        long.report
    );
    let text = |found: &Converted| {
        ganglion_recording::inspect(&found.path)
            .unwrap()
            .to_string()
    };
    let what = "firing_rate_10ms, Hz, smoothed by a Gaussian of 10 ms, in bins of 66.6667 ms";
    assert!(text(&long).contains(what), "{}", text(&long));
    assert!(!text(&short).contains("Gaussian"));
    let bin = |found: &Converted| {
        let file = ArrayFile::open(&found.path).unwrap();
        let attributes = file.dataset_attributes("train/response/firing_rate_10ms");
        attributes.get("bin_ms").and_then(|bin| bin.as_f64())
    };
    // Milliseconds became seconds and back.
    assert!((bin(&long).unwrap() - 1000.0 / 15.0).abs() < 1e-9);
    assert_eq!(bin(&short), None);
}

#[test]
fn a_bin_a_frame_keeps_the_movie_and_counts_the_spikes() {
    assert!(is_nwb(&fixture("noise.nwb")));
    let converted = converted("noise.nwb", &noise_config());
    let (counts, movie) = loaded(&converted, Partition::Train, "binned");
    assert_eq!(counts, expected("noise/binned"));
    assert_eq!(movie, expected("noise/stimulus"));
    let NwbConversion {
        cells,
        train_bins,
        bin_ms,
        spikes,
        ..
    } = converted.report;
    assert_eq!((cells, train_bins, bin_ms), (5, 120, 20.0));
    assert_eq!(spikes as f32, counts.iter().sum::<f32>());
    assert!(converted.report.warnings[0].contains("cell 4 has no spikes"));
    let file = RecordingFile::open(&converted.path).unwrap();
    assert_eq!(file.frame_period().period.0, 20.0);
}

#[test]
fn shorter_bins_repeat_the_frames() {
    let config = NwbConfig {
        bin_ms: Some(10.0),
        units: CellSelection::List(vec![3, 1]),
        ..noise_config()
    };
    let converted = converted("noise.nwb", &config);
    let (counts, movie) = loaded(&converted, Partition::Train, "binned");
    let all = expected("noise/binned_10ms");
    assert_eq!(
        counts,
        [&all[3 * 240..4 * 240], &all[240..2 * 240]].concat()
    );
    let once = expected("noise/stimulus");
    let twice: Vec<f32> = once
        .chunks(20)
        .flat_map(|frame| [frame, frame].concat())
        .collect();
    assert_eq!(movie, twice);
}

#[test]
fn repeats_become_trials_and_their_mean_the_response() {
    let names = ["test_1", "test_2", "stimulus/presentation/test_3"];
    let config = NwbConfig {
        test: names.into(),
        smoothing_ms: 20.0,
        units: CellSelection::List(vec![0, 1, 2, 3]),
        ..noise_config()
    };
    let converted = converted("noise.nwb", &config);
    let trials = expected("noise/repeats");
    let options = LoadOptions::evaluation(CellSelection::All, "firing_rate_20ms");
    let recording = Recording::load(&converted.path, Partition::Test, &options).unwrap();
    for cell in 0..4 {
        let of = |repeat: usize| &trials[(repeat * 5 + cell) * 40..][..40];
        let mean: Vec<f32> = (0..40)
            .map(|bin| (0..3).map(|r| of(r)[bin]).sum::<f32>() / 3.0)
            .collect();
        let rate: Vec<f32> = smoothed(&mean, 1.0)
            .iter()
            .map(|count| count / 0.02)
            .collect();
        for (found, expected) in recording.responses.cell(cell).iter().zip(&rate) {
            assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        }
    }
    assert!(recording.repeats.is_some());
    let (_, movie) = loaded(&converted, Partition::Test, "binned");
    assert_eq!(movie, expected("noise/test"));
}

#[test]
fn frames_are_shown_when_their_timestamps_say() {
    let config = NwbConfig {
        bin_ms: Some(10.0),
        ..NwbConfig::default()
    };
    let converted = converted("timestamps.nwb", &config);
    let (counts, movie) = loaded(&converted, Partition::Train, "binned");
    assert_eq!(counts, expected("timestamps/binned"));
    assert_eq!(movie, expected("timestamps/stimulus"));
    assert_eq!(converted.report.stimulus, "acquisition/movie");
}

#[test]
fn the_end_of_the_movie_can_be_held_out() {
    let config = NwbConfig {
        test_fraction: 0.25,
        ..noise_config()
    };
    let converted = converted("noise.nwb", &config);
    assert_eq!(
        (converted.report.train_bins, converted.report.test_bins),
        (90, 30)
    );
    let (train, first) = loaded(&converted, Partition::Train, "binned");
    let (test, last) = loaded(&converted, Partition::Test, "binned");
    assert_eq!([first, last].concat(), expected("noise/stimulus"));
    let all = expected("noise/binned");
    for cell in 0..5 {
        let found = [&train[cell * 90..][..90], &test[cell * 30..][..30]].concat();
        assert_eq!(found, all[cell * 120..][..120]);
    }
}

#[test]
fn what_is_missing_is_named() {
    let default = NwbConfig::default();
    let message = refusal("noise.nwb", &default);
    assert!(
        message.contains("choose one with nwb.stimulus"),
        "{message}"
    );
    assert!(
        message.contains("stimulus/presentation/test_2"),
        "{message}"
    );
    let unknown = NwbConfig {
        stimulus: "nosie".into(),
        ..NwbConfig::default()
    };
    assert!(refusal("noise.nwb", &unknown).contains("no series of frames `nosie`"));
    assert!(refusal("no_units.nwb", &default).contains("units/spike_times"));
    assert!(refusal("external.nwb", &default).contains("file"));
    assert!(refusal("interneuron.h5", &default).contains("not an NWB file"));
    let unit = NwbConfig {
        units: CellSelection::List(vec![5]),
        ..noise_config()
    };
    assert!(refusal("noise.nwb", &unit).contains("unit 5, but there are 5"));
    let bin = NwbConfig {
        bin_ms: Some(0.0),
        ..noise_config()
    };
    assert!(refusal("noise.nwb", &bin).contains("nwb.bin_ms"));
}
