//! Everything that can be wrong with a file is refused by a message that names the file, the
//! dataset and the way out.

mod common;

use std::path::{Path, PathBuf};

use common::fixture;
use ganglion_recording::*;
use hdf5_pure::FileBuilder;
use rstest::rstest;

/// A session with a train group only, written by the HDF5 library itself so that it may be wrong.
struct Session {
    stimulus: Vec<f32>,
    stimulus_shape: Vec<u64>,
    response: Vec<f32>,
    response_shape: Vec<u64>,
}

impl Session {
    /// Fifty 1x2 frames, three cells that fire 1, 2 and 3 Hz.
    fn valid() -> Self {
        Self {
            stimulus: (0..100u8).map(|value| f32::from(value % 7)).collect(),
            stimulus_shape: vec![50, 1, 2],
            response: (0..150).map(|bin| (1 + bin / 50) as f32).collect(),
            response_shape: vec![3, 50],
        }
    }

    fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("session.h5");
        let mut builder = FileBuilder::new();
        let mut train = builder.create_group("train");
        train
            .create_dataset("stimulus")
            .with_f32_data(&self.stimulus)
            .with_shape(&self.stimulus_shape);
        let mut response = train.create_group("response");
        response
            .create_dataset("firing_rate_10ms")
            .with_f32_data(&self.response)
            .with_shape(&self.response_shape);
        train.add_group(response.finish());
        builder.add_group(train.finish());
        builder.write(&path).unwrap();
        path
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn load(path: &Path, cells: CellSelection) -> Result<Recording, Error> {
    let options = LoadOptions::training(cells, "firing_rate_10ms");
    Recording::load(path, Partition::Train, &options)
}

/// The message of an error, which must hold all of `parts`.
#[track_caller]
fn says<T>(result: Result<T, Error>, parts: &[&str]) {
    let text = match result {
        Ok(_) => panic!("expected an error that says {parts:?}"),
        Err(error) => error.to_string(),
    };
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_missing_file() {
    says(
        RecordingFile::open("nowhere/no.h5"),
        &["nowhere/no.h5", "no such file"],
    );
    says(inspect("nowhere/no.h5"), &["nowhere/no.h5"]);
}

#[rstest]
#[case::text(b"frame,rate\n1,2\n".as_slice())]
#[case::empty(b"".as_slice())]
fn a_file_that_is_not_hdf5(#[case] bytes: &[u8]) {
    let folder = folder();
    let path = folder.path().join("rates.csv");
    std::fs::write(&path, bytes).unwrap();
    says(
        RecordingFile::open(&path),
        &["rates.csv", "not an HDF5 file"],
    );
}

#[test]
fn a_folder() {
    let folder = folder();
    says(
        RecordingFile::open(folder.path()),
        &["is a folder; give an HDF5 file"],
    );
}

/// Wherever a file is cut, the error says so and nothing panics.
#[rstest]
#[case("compressed.h5")]
#[case("stacked.h5")]
fn a_truncated_file(#[case] name: &str) {
    let folder = folder();
    let bytes = std::fs::read(fixture(name)).unwrap();
    let path = folder.path().join("cut.h5");
    for tenth in 1..10 {
        std::fs::write(&path, &bytes[..bytes.len() * tenth / 10]).unwrap();
        says(
            RecordingFile::open(&path),
            &["cut.h5", "truncated", "download it again"],
        );
    }
}

/// A damaged file gives an error or wrong numbers, but never a panic.
#[test]
fn a_damaged_file_does_not_panic() {
    let folder = folder();
    let path = folder.path().join("damaged.h5");
    let sound = std::fs::read(fixture("compressed.h5")).unwrap();
    for place in (8..sound.len()).step_by(997) {
        let mut bytes = sound.clone();
        bytes[place..]
            .iter_mut()
            .take(4)
            .for_each(|byte| *byte = !*byte);
        std::fs::write(&path, bytes).unwrap();
        let _ = load(&path, CellSelection::List(vec![0, 1]));
        let _ = inspect(&path);
    }
}

#[test]
fn a_format_that_is_too_new() {
    says(
        RecordingFile::open(fixture("layout5.h5")),
        &[
            "layout5.h5",
            "`train/stimulus`",
            "layout version 5",
            "h5repack",
            "libver='v110'",
        ],
    );
    let summary = inspect(fixture("layout5.h5")).unwrap();
    assert!(!summary.is_recording && summary.problem.unwrap().contains("h5repack"));
}

#[test]
fn an_hdf5_file_of_another_kind() {
    let path = fixture("interneuron.h5");
    says(
        RecordingFile::open(&path),
        &["interneuron.h5", "group `boxes`"],
    );
    let summary = inspect(&path).unwrap();
    let listed: Vec<&str> = summary
        .contents
        .iter()
        .map(|item| item.path.as_str())
        .collect();
    assert_eq!(
        listed,
        [
            "boxes",
            "boxes/detrended_membrane_potential",
            "boxes/stimuli"
        ]
    );
    assert!(
        summary.to_string().contains("boxes/stimuli [20, 2, 2] u8"),
        "{summary}"
    );
}

#[test]
fn a_partition_that_is_not_there() {
    let folder = folder();
    let file = RecordingFile::open(Session::valid().write(folder.path())).unwrap();
    says(
        file.partition(Partition::Test),
        &["session.h5", "`test`", "it has `train`"],
    );
}

fn session(change: impl FnOnce(&mut Session)) -> (tempfile::TempDir, PathBuf) {
    let folder = folder();
    let mut session = Session::valid();
    change(&mut session);
    let path = session.write(folder.path());
    (folder, path)
}

#[test]
fn a_movie_of_wrong_rank() {
    let (_folder, path) = session(|session| session.stimulus_shape = vec![50, 2]);
    says(
        RecordingFile::open(path),
        &["`train/stimulus`", "[50, 2]", "[frame, y, x]"],
    );
}

#[test]
fn a_response_of_wrong_rank() {
    let (_folder, path) = session(|session| session.response_shape = vec![150]);
    let parts = &["firing_rate_10ms", "[150]", "[cell, frame]"];
    says(load(&path, CellSelection::All), parts);
    let summary = inspect(&path).unwrap();
    assert!(
        summary.warnings.iter().any(|text| text.contains("[150]")),
        "{summary}"
    );
    assert!(
        summary.missing_for_training[0].contains("no usable response"),
        "{summary}"
    );
}

#[test]
fn movie_and_response_of_different_length() {
    let (_folder, path) = session(|session| session.response_shape = vec![2, 75]);
    let parts = &["firing_rate_10ms", "75 time bins", "50 frames", "trim"];
    says(load(&path, CellSelection::All), parts);
}

#[rstest]
#[case(f32::NAN, "NaN")]
#[case(-1.0, "-1")]
#[case(f32::INFINITY, "inf")]
fn rates_that_are_none(#[case] value: f32, #[case] text: &str) {
    let (_folder, path) = session(|session| {
        session.response[57] = value;
        session.response[60] = value;
    });
    says(
        load(&path, CellSelection::All),
        &[text, "cell 1, bin 7", "session.h5"],
    );
    load(&path, CellSelection::List(vec![0, 2])).unwrap();
    assert!(
        inspect(&path)
            .unwrap()
            .warnings
            .iter()
            .any(|told| told.contains(match text {
                "NaN" => "cell 1 holds nothing (NaN) in 2 bins",
                _ => "cell 1 has 2 bins",
            }))
    );
}

#[test]
fn a_pixel_that_is_not_finite() {
    let (_folder, path) = session(|session| session.stimulus[41] = f32::NAN);
    says(
        load(&path, CellSelection::All),
        &["`train/stimulus`", "frame 20", "x 1"],
    );
    // A movie on the disk is checked when its constants are computed.
    let movie = RecordingFile::open(&path)
        .unwrap()
        .load_movie(Partition::Train, 0)
        .unwrap();
    let all = 0..50;
    let fit = Normalisation::fit(NormalisationRule::Global, &movie, &[all]);
    says(fit, &["`train/stimulus`", "frame 20", "x 1"]);
}

#[test]
fn cells_that_never_fire() {
    let (_folder, path) = session(|session| session.response[..100].fill(0.0));
    says(
        load(&path, CellSelection::All),
        &["cells 0 and 1", "cells = [2]"],
    );
    let (_folder, path) = session(|session| session.response[50..100].fill(0.0));
    says(
        load(&path, CellSelection::All),
        &["cell 1 never fires", "cells = [0, 2]"],
    );
    let options = LoadOptions::evaluation(CellSelection::All, "firing_rate_10ms");
    let recording = Recording::load(&path, Partition::Train, &options).unwrap();
    assert_eq!(recording.responses.silent(), [CellIndex(1)]);
}

#[rstest]
#[case(vec![0, 3], &["no cell 3", "3 cells, numbered 0 to 2"])]
#[case(vec![1, 1], &["cells = [1, 1]", "twice"])]
#[case(vec![], &["cells = []", "empty"])]
fn selections_that_make_no_sense(#[case] cells: Vec<usize>, #[case] parts: &[&str]) {
    let (_folder, path) = session(|_| ());
    says(load(&path, CellSelection::List(cells)), parts);
}

#[test]
fn a_response_that_is_not_there() {
    let options = LoadOptions::training(CellSelection::All, "firing_rate_5ms");
    says(
        Recording::load(fixture("compressed.h5"), Partition::Train, &options),
        &[
            "`train/response/firing_rate_5ms`",
            "`train/response/binned`",
            "`train/response/firing_rate_10ms`",
        ],
    );
}

#[test]
fn a_movie_that_never_changes() {
    let shape = MovieShape {
        frames: 9,
        height: 1,
        width: 2,
    };
    let fit = |movie: &Movie, rule| {
        let all = 0..movie.frames();
        Normalisation::fit(rule, movie, &[all])
    };
    for movie in [
        Movie::from_u8(shape, vec![3; 18]),
        Movie::from_f32(shape, vec![0.1; 18]),
    ] {
        says(
            fit(&movie, NormalisationRule::Global),
            &["zero variance", "stimulus"],
        );
    }
    let one_pixel: Vec<u8> = (0..18)
        .map(|index| if index % 2 == 0 { index } else { 5 })
        .collect();
    let movie = Movie::from_u8(shape, one_pixel);
    fit(&movie, NormalisationRule::Global).unwrap();
    says(
        fit(&movie, NormalisationRule::PerPixel),
        &["pixel (y 0, x 1)", "\"global\""],
    );
}

#[test]
fn a_spatially_uniform_movie_is_fine() {
    let shape = MovieShape {
        frames: 4,
        height: 1,
        width: 2,
    };
    let movie = Movie::from_u8(shape, vec![0, 0, 9, 9, 0, 0, 9, 9]);
    let all = 0..4;
    let global = Normalisation::fit(NormalisationRule::Global, &movie, &[all]).unwrap();
    assert_eq!(
        global,
        Normalisation::Global {
            mean: 4.5,
            sd: 4.5 + 1e-7
        }
    );
}

#[test]
fn fewer_frames_than_history() {
    let blocks = Blocks {
        frames: 90,
        blocks: 2,
        skip: 6,
        history: 40,
    };
    let timeline = Timeline::new(blocks, &Split::default(), 0);
    says(
        timeline,
        &[
            "45 frames",
            "skip_frames_per_block = 6",
            "history_frames = 40",
            "47",
        ],
    );
}

#[rstest]
#[case(1.0, SplitRule::Blocked, "less than 1")]
#[case(f64::NAN, SplitRule::Last, "less than 1")]
#[case(0.5, SplitRule::Blocked, "too short")]
#[case(0.001, SplitRule::Last, "raise the fraction")]
#[case(0.999, SplitRule::RandomWindows, "lower the fraction")]
fn splits_that_leave_nothing(#[case] fraction: f64, #[case] split: SplitRule, #[case] text: &str) {
    let split = Split {
        fraction,
        split,
        segments: 5,
    };
    says(
        Timeline::new(Blocks::single(140, 40), &split, 0),
        &["fraction", text],
    );
}

#[test]
fn constants_for_another_picture_size() {
    let shape = MovieShape {
        frames: 1,
        height: 1,
        width: 2,
    };
    let movie = Movie::from_u8(shape, vec![1, 2]);
    let constants = Normalisation::PerPixel {
        height: 2,
        width: 2,
        mean: vec![0.0; 4],
        sd: vec![1.0; 4],
    };
    let mut out = vec![0.0; 2];
    says(
        movie.normalised_pixel_major(0..1, &constants, &mut out, 1, 0),
        &["2x2 pixels", "movie has 1x2"],
    );
    says(movie.read_frames(0..2, &mut out), &["frames 0..2", "has 1"]);
}

fn options(overwrite: bool) -> SessionOptions {
    SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: None,
        overwrite,
    }
}

#[test]
fn an_output_that_exists() {
    let (_folder, path) = session(|_| ());
    says(
        SessionWriter::create(&path, options(false)),
        &["session.h5", "exists already"],
    );
    let before = std::fs::read(&path).unwrap();
    // Allowed, but abandoned before the end: the old file stays.
    let mut writer = SessionWriter::create(&path, options(true)).unwrap();
    writer
        .begin_movie(Partition::Train, 1, 1, PixelType::U8)
        .unwrap();
    drop(writer);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_written() {
    let folder = folder();
    let missing = folder.path().join("missing/out.h5");
    let mut writer = SessionWriter::create(&missing, options(false)).unwrap();
    let begun = writer.begin_movie(Partition::Train, 1, 1, PixelType::U8);
    says(
        begun,
        &["missing/out.h5", "cannot be written", "create it first"],
    );
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    says(
        ResultFile::new().write(file.join("out.h5")),
        &["file/out.h5", "cannot be written"],
    );
}

#[test]
fn what_does_not_fit_together_is_not_written() {
    let folder = folder();
    let path = folder.path().join("out.h5");
    let train = Partition::Train;
    let mut writer = SessionWriter::create(&path, options(false)).unwrap();
    says(writer.append_u8(train, &[0]), &["out.h5", "started first"]);
    writer.begin_movie(train, 1, 2, PixelType::U8).unwrap();
    says(
        writer.append_u8(train, &[0; 3]),
        &["whole number of frames"],
    );
    says(
        writer.append_f32(train, &[0.0; 2]),
        &["F32 pixels", "U8 movie"],
    );
    says(
        writer.responses(train, "binned", 2, vec![0.0; 3]),
        &["`binned`", "2 equal rows"],
    );
    writer.append_u8(train, &[0; 6]).unwrap();
    writer.responses(train, "binned", 1, vec![0.0; 4]).unwrap();
    says(writer.finish(), &["`binned`", "4 bins", "3 frames"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_dataset_of_the_wrong_kind_for_a_stimulus() {
    let path = fixture("compressed.h5");
    says(
        read_array(&path, "train/response/binned"),
        &["[3, 300]", "clips"],
    );
    says(
        read_array(&path, "train/movie"),
        &["`train/movie`", "`train/stimulus`"],
    );
    says("compressed.h5".parse::<DatasetSpec>(), &["FILE.h5:DATASET"]);
}
