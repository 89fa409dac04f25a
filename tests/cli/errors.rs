//! Bad input: one line that names the file and the way out, exit code 1, and nothing written.

use std::fs;
use std::path::Path;

use hdf5_pure::FileBuilder;
use rstest::rstest;

use crate::harness::{Scratch, listing};
use crate::session::Session;

const TRAIN: &str = "train tiny.toml --out run --set training.epochs=1";

/// Training must be refused with all of `parts`, and must leave no run behind.
#[track_caller]
fn refuses_to_train(scratch: &Scratch, more: &str, parts: &[&str]) {
    let before = listing(&scratch.path("."));
    scratch.refuses(&format!("{TRAIN} {more}"), 1, parts);
    assert_eq!(listing(&scratch.path(".")), before);
}

/// A scratch folder whose recording is another.
fn scratch_with(session: &Session) -> Scratch {
    let scratch = Scratch::with_session();
    fs::remove_file(scratch.path("tiny.h5")).unwrap();
    session.write(&scratch.path("tiny.h5"));
    scratch
}

/// A recording with only a movie and rates, of any shape.
fn write_odd(path: &Path, movie: &[u64], rates: &[u64]) {
    let count = |shape: &[u64]| shape.iter().product::<u64>() as usize;
    let mut builder = FileBuilder::new();
    let mut train = builder.create_group("train");
    let values: Vec<f32> = (0..count(movie)).map(|index| (index % 7) as f32).collect();
    train
        .create_dataset("stimulus")
        .with_f32_data(&values)
        .with_shape(movie);
    let mut response = train.create_group("response");
    let values = vec![1.0; count(rates)];
    response
        .create_dataset("firing_rate_10ms")
        .with_f32_data(&values)
        .with_shape(rates);
    train.add_group(response.finish());
    builder.add_group(train.finish());
    builder.write(path).unwrap();
}

#[test]
fn a_missing_config() {
    let parts = ["nowhere.toml", "cannot be read", "No such file"];
    Scratch::empty().refuses("train nowhere.toml", 1, &parts);
}

#[test]
fn a_missing_recording() {
    let scratch = Scratch::with_session();
    fs::remove_file(scratch.path("tiny.h5")).unwrap();
    let parts = [
        "recording.files in tiny.toml",
        "config's folder",
        "tiny.h5",
        "no such file",
    ];
    refuses_to_train(&scratch, "", &parts);
    scratch.refuses("inspect tiny.h5", 1, &["tiny.h5", "no such file"]);
}

#[test]
fn a_folder_instead_of_a_recording() {
    let scratch = Scratch::with_run();
    let parts = ["run: is a folder; give an HDF5 file"];
    scratch.refuses("inspect run", 1, &parts);
    scratch.refuses("evaluate run --recording run", 1, &parts);
}

#[test]
fn a_missing_recording_of_a_model() {
    let scratch = Scratch::with_run();
    scratch.refuses(
        "evaluate run --recording no.h5",
        1,
        &["no.h5", "no such file"],
    );
    let respond = "respond run --stimulus no.h5:movie --out a.h5";
    scratch.refuses(respond, 1, &["no.h5", "no such file"]);
    let respond = "respond run --stimulus tiny.h5:movie --out a.h5";
    scratch.refuses(respond, 1, &["tiny.h5", "no dataset `movie`"]);
}

#[test]
fn a_missing_model() {
    let scratch = Scratch::with_session();
    for arguments in [
        "evaluate nothing --recording tiny.h5",
        "plot nothing",
        "respond nothing --stimulus tiny.h5:test/stimulus --out a.h5",
    ] {
        scratch.refuses(arguments, 1, &["nothing", "model.toml"]);
    }
}

#[test]
fn a_model_whose_weights_are_cut() {
    let scratch = Scratch::with_run();
    let weights = scratch.path("run/model/model.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    scratch.refuses(
        "evaluate run --recording tiny.h5",
        1,
        &["model.safetensors"],
    );
}

#[test]
fn a_recording_that_is_not_hdf5() {
    let scratch = Scratch::with_session();
    scratch.write("tiny.h5", "frame,rate\n1,2\n");
    refuses_to_train(&scratch, "", &["tiny.h5", "not an HDF5 file"]);
    scratch.refuses("inspect tiny.h5", 1, &["tiny.h5", "not an HDF5 file"]);
}

#[test]
fn a_truncated_recording() {
    let scratch = Scratch::with_session();
    let bytes = fs::read(scratch.path("tiny.h5")).unwrap();
    fs::write(scratch.path("tiny.h5"), &bytes[..bytes.len() / 3]).unwrap();
    refuses_to_train(&scratch, "", &["tiny.h5", "truncated", "download it again"]);
    scratch.refuses("inspect tiny.h5", 1, &["tiny.h5", "truncated"]);
}

#[test]
fn a_recording_of_a_newer_format() {
    let scratch = Scratch::with_session();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/recording/tests/fixtures");
    fs::copy(fixtures.join("layout5.h5"), scratch.path("tiny.h5")).unwrap();
    refuses_to_train(&scratch, "", &["tiny.h5", "layout version 5", "h5repack"]);
}

#[test]
fn a_movie_of_wrong_rank() {
    let scratch = Scratch::with_session();
    write_odd(&scratch.path("tiny.h5"), &[600, 144], &[3, 600]);
    refuses_to_train(
        &scratch,
        "",
        &["tiny.h5", "`train/stimulus`", "[600, 144]", "[frame, y, x]"],
    );
}

#[test]
fn movie_and_response_of_different_length() {
    let scratch = Scratch::with_session();
    write_odd(&scratch.path("tiny.h5"), &[600, 12, 12], &[3, 500]);
    refuses_to_train(
        &scratch,
        "",
        &["tiny.h5", "500 time bins", "600 frames", "trim"],
    );
}

#[test]
fn rates_that_are_none() {
    let nan: fn(&mut [f32]) = |rates| rates[700] = f32::NAN;
    let negative: fn(&mut [f32]) = |rates| rates[700] = -1.0;
    for (spoil_rates, value) in [(nan, "NaN"), (negative, "-1")] {
        let scratch = scratch_with(&Session {
            spoil_rates,
            ..Session::tiny()
        });
        let parts = ["tiny.h5", "firing_rate_10ms", value, "cell 1, bin 100"];
        refuses_to_train(&scratch, "", &parts);
    }
}

#[test]
fn a_cell_that_never_fires() {
    let spoil_rates: fn(&mut [f32]) = |rates| rates[600..1200].fill(0.0);
    let scratch = scratch_with(&Session {
        spoil_rates,
        ..Session::tiny()
    });
    refuses_to_train(
        &scratch,
        "",
        &["tiny.h5", "cell 1 never fires", "cells = [0, 2]"],
    );
    scratch.succeeds(&format!("{TRAIN} --set recording.cells=[0,2]"));
}

#[test]
fn pixels_that_never_change() {
    let one: fn(&mut [u8]) = |movie| movie.chunks_mut(144).for_each(|frame| frame[13] = 9);
    let scratch = scratch_with(&Session {
        spoil_movie: one,
        ..Session::tiny()
    });
    let parts = ["tiny.h5", "zero variance", "pixel (y 1, x 1)", "global"];
    refuses_to_train(&scratch, "--set recording.normalisation=per-pixel", &parts);
    let all: fn(&mut [u8]) = |movie| movie.fill(9);
    let scratch = scratch_with(&Session {
        spoil_movie: all,
        ..Session::tiny()
    });
    refuses_to_train(&scratch, "", &["tiny.h5", "zero variance"]);
}

#[test]
fn fewer_frames_than_the_history() {
    let scratch = Scratch::with_session();
    let more = "--set recording.history_frames=600";
    refuses_to_train(&scratch, more, &["too few frames", "history_frames = 600"]);
}

#[test]
fn kernels_larger_than_the_frame() {
    let scratch = Scratch::with_session();
    scratch.write(
        "tiny.toml",
        &scratch.read("tiny.toml").replace(
            "kind = \"ln\"\nfactorised = { rank = 1 }",
            "kind = \"bn-cnn\"\nkernels = [15, 11]",
        ),
    );
    refuses_to_train(&scratch, "", &["15x15", "12x12", "smaller kernels"]);
    let more = "--set model.kernels=[5,11]";
    refuses_to_train(&scratch, more, &["stage 2", "11x11", "8x8"]);
}

#[rstest]
#[case("epochs = 60", "epoch = 60", &["tiny.toml:11", "`training.epoch`", "`epochs`"])]
#[case("factorised", "factorized", &["tiny.toml:9", "`model.factorized`", "`factorised`"])]
#[case("rank = 1", "rang = 1", &["`model.factorised.rang`", "`rank`"])]
#[case("fraction", "fracton", &["tiny.toml:6", "`recording.validation.fracton`", "`fraction`"])]
#[case("learning_rate", "lr", &["`training.optimiser.lr`", "`learning_rate`"])]
#[case("[training]", "[trianing]", &["tiny.toml:10", "`trianing`", "`training`"])]
fn an_unknown_key(#[case] from: &str, #[case] to: &str, #[case] parts: &[&str]) {
    let scratch = Scratch::with_session();
    scratch.write("tiny.toml", &scratch.read("tiny.toml").replace(from, to));
    refuses_to_train(
        &scratch,
        "",
        &[&["unknown key", "did you mean"], parts].concat(),
    );
}

#[rstest]
#[case("batch_frames = 256", "batch_frames = \"many\"", &["tiny.toml:12", "`training.batch_frames`", "whole number"])]
#[case("seed = 3", "seed = -3", &["tiny.toml:2", "`seed`", "not negative"])]
#[case("rank = 1", "rank = 1.5", &["tiny.toml:9", "`model.factorised.rank`", "whole number"])]
#[case("\"ln\"", "\"lm\"", &["tiny.toml:8", "`model.kind`", "did you mean \"ln\"?"])]
#[case("seed = 3", "seed = [", &["tiny.toml:4", "not valid TOML"])]
fn a_wrong_type(#[case] from: &str, #[case] to: &str, #[case] parts: &[&str]) {
    let scratch = Scratch::with_session();
    scratch.write("tiny.toml", &scratch.read("tiny.toml").replace(from, to));
    refuses_to_train(&scratch, "", parts);
}

#[test]
fn an_override_that_makes_no_sense_is_bad_use() {
    let scratch = Scratch::with_session();
    let refuses = |set: &str, parts: &[&str]| {
        scratch.refuses(
            &format!("train tiny.toml --set {set}"),
            2,
            &[&[set], parts].concat(),
        );
    };
    refuses(
        "training.epoch=3",
        &["`training.epoch`", "did you mean `epochs`?"],
    );
    refuses(
        "training.plateu.factor=0.5",
        &["`training.plateu`", "`plateau`"],
    );
    refuses(
        "training.epochs=soon",
        &["`training.epochs`", "whole number"],
    );
    refuses("seed.x=1", &["`seed` is a single value"]);
}

#[test]
fn a_model_that_does_not_fit_the_recording() {
    let scratch = Scratch::with_run();
    Session {
        size: [10, 11],
        ..Session::tiny()
    }
    .write(&scratch.path("other.h5"));
    let parts = ["other.h5", "10x11", "12x12"];
    scratch.refuses("evaluate run --recording other.h5", 1, &parts);
    scratch.refuses("plot run --recording other.h5", 1, &parts);
    assert!(!scratch.path("run/evaluation.json").exists());
}

#[test]
fn a_run_where_a_file_is() {
    let scratch = Scratch::with_session();
    let before = scratch.read("tiny.toml");
    scratch.refuses("train tiny.toml --out tiny.toml", 1, &["tiny.toml"]);
    scratch.refuses("train tiny.toml --out tiny.toml/run", 1, &["tiny.toml/run"]);
    assert_eq!(scratch.read("tiny.toml"), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_nobody_can_write() {
    let scratch = Scratch::with_session();
    // Not even the superuser makes folders here.
    scratch.refuses("train tiny.toml --out /proc/run", 1, &["/proc/run"]);
}

/// The system lets no file grow beyond a kilobyte, as if the disk were full.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up() {
    let scratch = Scratch::with_run();
    let before = listing(&scratch.path("."));
    let stimulus = "--raw --stimulus tiny.h5:test/stimulus";
    let done = scratch.run_on_full_disk(&format!("respond run {stimulus} --out a.h5"));
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(
        done.stderr.starts_with("error: a.h5: cannot be written: "),
        "{done:?}"
    );
    assert_eq!(listing(&scratch.path(".")), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_goes_on_after_the_disk_was_full() {
    let scratch = Scratch::with_run();
    let train = "train tiny.toml --out cut";
    let done = scratch.run_on_full_disk(train);
    assert_eq!(done.code, Some(1), "{done:?}");
    let error = done.stderr.lines().last().unwrap();
    assert!(
        error.starts_with("error: cut/") && error.contains("cannot be written"),
        "{error}"
    );
    scratch.succeeds(&format!("{train} --resume"));
    for name in ["history.csv", "model/model.safetensors"] {
        let [whole, cut] = ["run", "cut"].map(|run| fs::read(scratch.path(run).join(name)));
        assert!(whole.unwrap() == cut.unwrap(), "{name} differs");
    }
}
