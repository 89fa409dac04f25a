//! `ganglion respond`

use ganglion_recording::{ArrayInfo, ResultFile, read_array};

use crate::harness::Scratch;

const HISTORY: usize = 8;

/// The dataset `response` of a file: its shape and values.
fn response(scratch: &Scratch, name: &str) -> (Vec<u64>, Vec<f32>) {
    let file = hdf5_pure::File::open(scratch.path(name)).unwrap();
    let dataset = file.dataset("response").unwrap();
    assert_eq!(dataset.attrs().unwrap()["units"].as_str(), Some("Hz"));
    (dataset.shape().unwrap(), dataset.read_f32().unwrap())
}

/// Writes every full history of the test movie as a clip.
fn write_clips(scratch: &Scratch, scale: impl Fn(f32) -> f32) {
    let movie = read_array(scratch.path("tiny.h5"), "test/stimulus").unwrap();
    let clips = movie.shape[0] - HISTORY;
    let clip = |start: usize| &movie.values[start * 144..][..HISTORY * 144];
    let values: Vec<f32> = (0..clips)
        .flat_map(clip)
        .map(|value| scale(*value))
        .collect();
    let info = ArrayInfo {
        shape: &[clips, HISTORY, 12, 12],
        dimensions: &["clip", "frame", "y", "x"],
        units: "",
    };
    ResultFile::new()
        .f32("clips", info, values)
        .write(scratch.path("clips.h5"))
        .unwrap();
}

fn write_movie(scratch: &Scratch, shape: [usize; 3], value: f32) {
    let info = ArrayInfo {
        shape: &shape,
        dimensions: &["frame", "y", "x"],
        units: "",
    };
    let values = vec![value; shape.iter().product()];
    ResultFile::new()
        .f32("movie", info, values)
        .write(scratch.path("movie.h5"))
        .unwrap();
}

#[test]
fn a_raw_movie_and_its_clips_get_the_same_responses() {
    let scratch = Scratch::with_run();
    write_clips(&scratch, |value| value);
    scratch.succeeds("respond run --raw --stimulus tiny.h5:test/stimulus --out a.h5");
    scratch.succeeds("respond run --raw --stimulus clips.h5:clips --out b.h5");
    let (shape, movie) = response(&scratch, "a.h5");
    let (clip_shape, clips) = response(&scratch, "b.h5");
    assert_eq!(shape, [200 - HISTORY as u64, 3]);
    assert_eq!(shape, clip_shape);
    let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-3 * (1.0 + b.abs());
    assert!(movie.iter().zip(&clips).all(close));
}

#[test]
fn without_raw_the_stimulus_is_taken_as_normalised() {
    let scratch = Scratch::with_run();
    scratch.succeeds("respond run --raw --stimulus tiny.h5:test/stimulus --out raw.h5");
    // The movie is black or white, so its mean and deviation are nearly the same number.
    write_clips(&scratch, |value| value / 127.5 - 1.0);
    scratch.succeeds("respond run --stimulus clips.h5:clips --out normalised.h5");
    let (raw, normalised) = (
        response(&scratch, "raw.h5").1,
        response(&scratch, "normalised.h5").1,
    );
    let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 0.05 * (1.0 + b.abs());
    assert!(raw.iter().zip(&normalised).all(close));
}

#[test]
fn a_raw_stimulus_without_raw_is_suspicious() {
    let scratch = Scratch::with_run();
    let warning = |arguments: &str| scratch.succeeds(arguments).stderr;
    let text = warning("respond run --stimulus tiny.h5:test/stimulus --out a.h5");
    let start = "warning: tiny.h5:test/stimulus holds values from ";
    assert!(
        text.starts_with(start) && text.contains("Add --raw if"),
        "{text}"
    );
    write_movie(&scratch, [20, 12, 12], -30.0);
    let text = warning("respond run --stimulus movie.h5:movie --out a.h5");
    assert!(text.contains("holds values from -30 to -30;"), "{text}");
    write_movie(&scratch, [20, 12, 12], 0.9);
    assert_eq!(
        warning("respond run --stimulus movie.h5:movie --out a.h5"),
        ""
    );
    assert_eq!(
        warning("respond run --raw --stimulus tiny.h5:test/stimulus --out a.h5"),
        ""
    );
}

#[test]
fn the_file_says_what_it_holds() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("respond run --raw --stimulus tiny.h5:test/stimulus --out a.h5");
    assert!(
        done.stdout
            .contains("a.h5: response [frame, cell] [192, 3]"),
        "{done:?}"
    );
    let file = hdf5_pure::File::open(scratch.path("a.h5")).unwrap();
    let attributes = file.root().attrs().unwrap();
    assert_eq!(attributes["model"].as_str(), Some("run"));
    assert_eq!(attributes["cells"].as_str(), Some("[0, 1, 2]"));
    let first_bin = ganglion_recording::inspect(scratch.path("a.h5"))
        .unwrap()
        .attributes;
    assert_eq!(
        first_bin["first_bin"],
        ganglion_recording::Attribute::Integer(8)
    );
    let dimensions = file.dataset("response").unwrap().attrs().unwrap();
    assert_eq!(
        dimensions["dimensions"].as_strings().unwrap(),
        ["frame", "cell"]
    );
}

#[test]
fn a_stimulus_of_another_shape_is_refused_with_both_shapes() {
    let scratch = Scratch::with_run();
    let arguments = "respond run --stimulus movie.h5:movie --out a.h5";
    for (shape, remedy) in [
        ([20, 5, 12], "crop or resample"),
        ([HISTORY, 12, 12], "give a longer movie"),
    ] {
        write_movie(&scratch, shape, 0.0);
        let parts = [
            "movie.h5:movie",
            &format!("{shape:?}"),
            "[frames, 12, 12]",
            "8 frames",
            remedy,
        ];
        scratch.refuses(arguments, 1, &parts);
    }
    assert!(!scratch.path("a.h5").exists());
}

#[test]
fn a_stimulus_that_is_not_finite_is_refused() {
    let scratch = Scratch::with_run();
    write_movie(&scratch, [20, 12, 12], f32::NAN);
    let parts = ["movie.h5:movie is NaN at [0, 0, 0]", "must be finite"];
    scratch.refuses(
        "respond run --stimulus movie.h5:movie --out a.h5",
        1,
        &parts,
    );
}

#[test]
fn the_stimulus_is_not_written_over() {
    let scratch = Scratch::with_run();
    let before = std::fs::read(scratch.path("tiny.h5")).unwrap();
    let arguments = "respond run --raw --stimulus tiny.h5:test/stimulus --out ./tiny.h5";
    scratch.refuses(arguments, 2, &["tiny.h5", "read by this very command"]);
    assert_eq!(std::fs::read(scratch.path("tiny.h5")).unwrap(), before);
}

#[test]
fn a_place_that_cannot_be_written_is_refused() {
    let scratch = Scratch::with_run();
    let stimulus = "--raw --stimulus tiny.h5:test/stimulus";
    let out = |path: &str| format!("respond run {stimulus} --out {path}");
    scratch.refuses(
        &out("nowhere/a.h5"),
        1,
        &["nowhere/a.h5", "create it first"],
    );
    scratch.refuses(
        &out("tiny.toml/a.h5"),
        1,
        &["tiny.toml/a.h5", "cannot be written"],
    );
    scratch.refuses(&out("run"), 1, &["run", "cannot be written"]);
}

const BAR: &str = r#"
name = "bar"
duration = 500
[[layers]]
kind = "bar"
width = 110
contrast = -1
speed = 1000
"#;

#[test]
fn a_defined_stimulus_is_shown_and_exported_frame_by_frame() {
    let scratch = Scratch::with_run();
    scratch.write("bar.toml", BAR);
    scratch.succeeds("respond run --stimulus bar.toml --movie bar.h5 --out defined.h5");
    scratch.succeeds("respond run --stimulus bar.h5:stimulus --out shown.h5");
    let (shape, defined) = response(&scratch, "defined.h5");
    // 8 frames of grey and 50 of the bar: a row for each that has a full history.
    assert_eq!(shape, [50, 3]);
    assert_eq!(defined, response(&scratch, "shown.h5").1);
    let manifest: serde_json::Value = serde_json::from_str(&scratch.read("bar.json")).unwrap();
    assert_eq!(manifest["zero_frame"], 8);
    assert_eq!(manifest["frames"], 58);
    let track = manifest["tracks"][0]["values"].as_array().unwrap();
    // The bar comes in at the left edge, 300 um and half its width from the middle, 10 um a frame.
    assert_eq!(track[0], -355.0);
    assert_eq!(track[1], -345.0);
    let movie = read_array(scratch.path("bar.h5"), "stimulus").unwrap();
    // At frame 8 it covers 80 um, -355 + 80 + 55 - -300: a pixel of 50 um and 30 um of the next.
    let row = &movie.values[(8 + 8) * 144..][..3];
    let close = |(a, b): (&f32, f32)| (a - b).abs() < 1e-6;
    assert!(row.iter().zip([-1.0, -0.6, 0.0]).all(close), "{row:?}");
}

#[test]
fn a_stimulus_that_cannot_be_shown_is_refused_with_what_works() {
    let scratch = Scratch::with_run();
    let refused = |from: &str, to: &str, parts: &[&str]| {
        scratch.write("bar.toml", &BAR.replace(from, to));
        scratch.refuses("respond run --stimulus bar.toml --out a.h5", 1, parts);
    };
    refused(
        "width = 110",
        "width = 700",
        &["bar.toml", "use less than 600 um"],
    );
    let slow =
        "duration = 10000\n[[layers]]\nkind = \"bar\"\nwidth = 110\ncontrast = -1\nspeed = 40";
    scratch.write("bar.toml", &format!("name = \"bar\"\n{slow}"));
    let parts = ["speed = 40 um/s", "use 50 um/s (a pixel a second) or more"];
    scratch.refuses("respond run --stimulus bar.toml --out a.h5", 1, &parts);
    let train = "kind = \"flash-train\"\ncount = 9\nperiod = 80\nduration = 20\ncontrast = -1";
    scratch.write(
        "bar.toml",
        &format!("name = \"train\"\nduration = 500\n[[layers]]\n{train}"),
    );
    let parts = [
        "count = 9",
        "do not fit into the stimulus' 500 ms",
        "use 1 to 7",
    ];
    scratch.refuses("respond run --stimulus bar.toml --out a.h5", 1, &parts);
    scratch.write("bar.toml", BAR);
    let raw = "respond run --stimulus bar.toml --raw --out a.h5";
    scratch.refuses(raw, 2, &["--raw is for movies"]);
    let out = "respond run --stimulus bar.toml --out ./bar.toml";
    scratch.refuses(out, 2, &["read by this very command"]);
}

#[test]
fn a_flash_between_frames_is_shown_with_a_warning() {
    let scratch = Scratch::with_run();
    let flash = "kind = \"flash\"\nduration = 12\ncontrast = -1";
    scratch.write(
        "flash.toml",
        &format!("name = \"flash\"\nduration = 200\n[[layers]]\n{flash}"),
    );
    let done = scratch.succeeds("respond run --stimulus flash.toml --out a.h5");
    let warning = "12 ms is no whole number of 10 ms frames; shown as 10 ms";
    assert!(done.stderr.contains(warning), "{}", done.stderr);
}

/// The model of the run is linear before its output: its gradient has one direction at all moments.
#[test]
fn fields_at_moments_are_gradients_of_the_rates() {
    let scratch = Scratch::with_run();
    let stimulus = "--stimulus tiny.h5:test/stimulus --raw";
    scratch.succeeds(&format!(
        "respond run {stimulus} --fields-at 8,100 --out fields.h5"
    ));
    let fields = read_array_of_any_rank(&scratch, "receptive_field");
    assert_eq!(fields.shape, [2, 3, HISTORY, 12, 12]);
    let [first, second] =
        [0, 1].map(|moment| &fields.values[moment * 3 * HISTORY * 144..][..HISTORY * 144]);
    let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let cosine = dot(first, second) / (dot(first, first) * dot(second, second)).sqrt();
    assert!(cosine > 0.999, "{cosine}");
    assert_eq!(
        read_array_of_any_rank(&scratch, "moment").values,
        [8.0, 100.0]
    );
    let outside = format!("respond run {stimulus} --fields-at 7 --out fields.h5");
    scratch.refuses(&outside, 2, &["--fields-at 7", "bins 8 to 200"]);
}

fn read_array_of_any_rank(scratch: &Scratch, dataset: &str) -> ganglion_recording::Array {
    let file = ganglion_recording::ArrayFile::open(scratch.path("fields.h5")).unwrap();
    file.read(dataset).unwrap()
}
