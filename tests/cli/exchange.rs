//! `ganglion import` and `ganglion export`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ganglion_recording::{ArrayInfo, ResultFile, read_array};
use rstest::rstest;

use crate::harness::Scratch;

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn weights(name: &str) -> String {
    manifest("crates/exchange/tests/import/fixtures")
        .join(name)
        .display()
        .to_string()
}

/// A reference network: checkpoints lie with the reader of them, the rest with the model.
fn golden(name: &str) -> String {
    let folder = match name.ends_with(".pt") {
        true => "crates/exchange/tests/golden",
        false => "crates/model/tests/golden",
    };
    manifest(folder).join(name).display().to_string()
}

/// The dataset `response` of a file.
fn response(scratch: &Scratch, name: &str) -> Vec<f32> {
    let file = hdf5_pure::File::open(scratch.path(name)).unwrap();
    file.dataset("response").unwrap().read_f32().unwrap()
}

fn difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    let pairs = found.iter().zip(expected);
    pairs.fold(0.0f32, |m, (a, b)| m.max((a - b).abs())) / largest
}

#[test]
fn an_imported_checkpoint_answers_as_in_pytorch() {
    let scratch = Scratch::empty();
    let done = scratch.succeeds(&format!(
        "import {} --out model --microns-per-pixel 50 --cells 0-2 --frame-period 10",
        golden("small.pt")
    ));
    for part in [
        "mapped",
        "ignored",
        "missing",
        "3 cells, 40 frames of 20 x 20 pixels",
    ] {
        assert!(
            done.stdout.contains(part),
            "`{part}` is not in {}",
            done.stdout
        );
    }
    scratch.succeeds(&format!(
        "respond model --stimulus {}:stimulus --out r.h5",
        golden("small.h5")
    ));
    let expected = hdf5_pure::File::open(golden("small.h5")).unwrap();
    let expected: Vec<f32> = expected
        .dataset("eval/response")
        .unwrap()
        .read_f32()
        .unwrap();
    assert!(difference(&response(&scratch, "r.h5"), &expected) < 1e-5);
}

#[test]
fn json_lists_what_became_of_everything() {
    let scratch = Scratch::empty();
    let json = scratch
        .succeeds(&format!("import {} --out model --json", golden("small.pt")))
        .json();
    let names = |list: &str, key: &str| -> Vec<String> {
        let items = json[list].as_array().unwrap().iter();
        items
            .map(|item| item[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(names("mapped", "name").contains(&"sequential.13.weight".to_owned()));
    assert!(names("ignored", "name").contains(&"loss".to_owned()));
    assert!(names("missing", "flag").contains(&"--microns-per-pixel".to_owned()));
    assert_eq!(json["format"], "torch");
}

/// The network's own recording: every cell is predicted perfectly; other cells are not.
#[test]
fn check_tells_a_right_import_from_a_wrong_one() {
    let scratch = Scratch::empty();
    let (file, session) = (weights("one_unit.pt"), weights("session.h5"));
    let right = scratch.succeeds(&format!(
        "import {file} --out right --coordinates 0,3;2,1;3,3 --check {session}"
    ));
    assert_eq!(right.stderr, "");
    assert!(right.stdout.contains("median"), "{}", right.stdout);
    let json = scratch.succeeds(&format!(
        "evaluate right --recording {session} --partition train --json"
    ));
    assert!(json.json()["median_pearson"].as_f64().unwrap() > 0.999);
    let wrong = scratch.succeeds(&format!(
        "import {file} --out wrong --coordinates 0,3;2,1;3,3 --cells 0,1,2 --check {session}"
    ));
    assert!(wrong.stderr.contains("warning: cell 0"), "{}", wrong.stderr);
}

#[test]
fn a_model_is_not_written_over() {
    let scratch = Scratch::empty();
    let command = format!("import {} --out model", golden("small.pt"));
    scratch.succeeds(&command);
    scratch.refuses(
        &command,
        2,
        &["model.toml", "choose another", "--overwrite"],
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let scratch = Scratch::empty();
    let import = |more: &str| format!("import {} --out model {more}", golden("small.pt"));
    scratch.refuses(
        &import("--cells 1,2"),
        1,
        &["small.pt", "--cells", "the network has 3"],
    );
    scratch.refuses(
        &import("--frame-size 21x20"),
        1,
        &["small.pt", "--frame-size"],
    );
    scratch.refuses("import nothing.pt --out model", 1, &["nothing.pt"]);
    assert!(!scratch.path("model").exists());
}

#[test]
fn what_weights_alone_do_not_say_is_missing_and_has_a_flag() {
    let scratch = Scratch::empty();
    let import = format!(
        "import {} --frame-size 10x9",
        weights("keras/channels_last.weights.h5")
    );
    let done = scratch.succeeds(&format!("{import} --out assumed"));
    let missing = done.stdout.split("missing").nth(1).unwrap();
    let said = [
        ("--hidden-activation", "relu"),
        ("--output-activation", "softplus"),
        ("--batch-norm-order", "before-activation"),
        ("--flatten-order", "channels-last"),
    ];
    for (flag, _) in said {
        assert!(missing.contains(flag), "`{flag}` is not in {missing}");
    }
    let flags: String = said
        .iter()
        .map(|(flag, value)| format!(" {flag} {value}"))
        .collect();
    let done = scratch.succeeds(&format!("{import} --out told{flags}"));
    for (flag, _) in said {
        assert!(
            !done.stdout.contains(flag),
            "`{flag}` is in {}",
            done.stdout
        );
    }
    scratch.refuses(
        &format!("{import} --out m --hidden-activation elu"),
        2,
        &["--hidden-activation", "relu"],
    );
}

#[test]
fn a_list_of_cells_names_each_once_and_none_out_of_range() {
    let scratch = Scratch::empty();
    let (file, session) = (weights("one_unit.pt"), weights("session.h5"));
    let import = |more: &str| format!("import {file} --out m --coordinates 0,3;2,1;3,3 {more}");
    scratch.refuses(
        &import("--cells 4,6,4"),
        2,
        &["--cells", "cell 4 is named twice"],
    );
    scratch.refuses(
        &import("--cells 4,6,123456"),
        2,
        &["--cells", "cell 123456 is out of range"],
    );
    let checked = import(&format!("--cells 4,6,10 --check {session}"));
    scratch.refuses(&checked, 1, &["session.h5", "no cell 10", "0 to 9"]);
    assert!(!scratch.path("m").exists());
}

const BN_CNN: &str = r#"
seed = 3
[recording]
files = ["tiny.h5"]
history_frames = 8
validation = { fraction = 0.1, segments = 2 }
[model]
kind = "bn-cnn"
channels = [2, 3]
kernels = [5, 3]
batch_norm = "GROUPING"
[training]
epochs = 2
batch_frames = 256
segment_frames = 64
optimiser = { kind = "adam", learning_rate = 1e-2 }
"#;

/// Clips `[clip, history, y, x]` of normalised noise.
fn write_clips(scratch: &Scratch) {
    let movie = read_array(scratch.path("tiny.h5"), "test/stimulus").unwrap();
    let shape = [20, 8, 12, 12];
    let values = movie.values[..shape.iter().product()]
        .iter()
        .map(|v| v / 127.5 - 1.0);
    let info = ArrayInfo {
        shape: &shape,
        dimensions: &["clip", "frame", "y", "x"],
        units: "",
    };
    let file = ResultFile::new().f32("clips", info, values.collect());
    file.write(scratch.path("clips.h5")).unwrap();
}

/// A Python with these modules, or a line that says that the test did not run: not through `eprintln`,
/// which the test harness keeps to itself while a test passes. The environment
/// variable `GANGLION_PYTHON` names another interpreter than `python3`.
pub fn python(modules: &str) -> Option<String> {
    let python = std::env::var("GANGLION_PYTHON").unwrap_or_else(|_| "python3".into());
    let tried = Command::new(&python)
        .args(["-c", &format!("import {modules}")])
        .output();
    if tried.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let line = format!("SKIPPED: {python} with {modules} is not there; set GANGLION_PYTHON\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}

#[rstest]
#[case::per_unit("per-unit")]
#[case::per_channel("per-channel")]
fn a_trained_network_goes_to_pytorch_and_back(#[case] grouping: &str) {
    let scratch = Scratch::with_session();
    scratch.write("cnn.toml", &BN_CNN.replace("GROUPING", grouping));
    scratch.succeeds("train cnn.toml --out cnn");
    write_clips(&scratch);
    scratch.succeeds("respond cnn --stimulus clips.h5:clips --out before.h5");
    scratch.succeeds("export cnn --format safetensors --out cnn.safetensors");
    let before = response(&scratch, "before.h5");
    let compare = |weights: &str, name: &str| {
        scratch.succeeds(&format!("import {weights} --out {name}"));
        scratch.succeeds(&format!(
            "respond {name} --stimulus clips.h5:clips --out {name}.h5"
        ));
        assert!(difference(&response(&scratch, &format!("{name}.h5")), &before) < 1e-5);
    };
    compare("cnn.safetensors", "direct");
    let Some(python) = python("torch, h5py, safetensors, tomllib") else {
        return;
    };
    let done = Command::new(python)
        .arg(manifest("tests/python/round_trip.py"))
        .arg(manifest("crates/python/ganglion/pytorch.py"))
        .args(["cnn.safetensors", "clips.h5", "before.h5", "back.pt"].map(|f| scratch.path(f)))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    compare("back.pt", "back");
}

/// Settings of one network of each kind, in its forms.
#[rstest]
#[case::per_unit(
    "{ kind = 'bn-cnn', channels = [2, 3], kernels = [5, 3], batch_norm = 'per-unit' }"
)]
#[case::per_channel(
    "{ kind = 'bn-cnn', channels = [2], kernels = [5], batch_norm = 'per-channel' }"
)]
#[case::gaussian(
    "{ kind = 'bn-cnn', channels = [2], kernels = [5], readout = { kind = 'gaussian' }, noise = 0.1 }"
)]
#[case::nips("{ kind = 'nips-cnn', channels = [2, 3], kernels = [5, 3], noise = 0.1 }")]
#[case::exp("{ kind = 'ln', nonlinearity = 'exp', window = 5 }")]
fn a_trained_network_answers_the_same_in_onnx(#[case] network: &str) {
    let Some(python) = python("onnx, onnxruntime, h5py, tomllib") else {
        return;
    };
    let scratch = Scratch::with_session();
    let config = BN_CNN.split("[model]").next().unwrap();
    let training = BN_CNN.split("[training]").nth(1).unwrap();
    let text = format!("model = {network}\n{config}[training]\nequalise_cells = true\n{training}");
    scratch.write("any.toml", &text);
    scratch.succeeds("train any.toml --out any");
    write_clips(&scratch);
    scratch.succeeds("respond any --stimulus clips.h5:clips --out rates.h5");
    scratch.succeeds("export any --format onnx --out any.onnx");
    // An earlier export is replaced.
    scratch.succeeds("export any --format onnx --out any.onnx");
    let done = Command::new(python)
        .arg(manifest("tests/python/onnx_model.py"))
        .args(["any.onnx", "clips.h5", "rates.h5"].map(|file| scratch.path(file)))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[rstest]
#[case("npz")]
#[case("h5")]
#[case("safetensors")]
#[case("onnx")]
fn a_run_is_exported_in_every_format(#[case] format: &str) {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds(&format!("export run --format {format} --out weights"));
    assert!(
        done.stdout.contains("sequential.1.weight  [3, 1152]"),
        "{}",
        done.stdout
    );
    assert!(scratch.path("weights").metadata().unwrap().len() > 3 * 1152 * 4);
}

#[test]
fn formats_are_named() {
    let scratch = Scratch::empty();
    let done = scratch.run("export run --format keras --out weights");
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("choose safetensors, npz, h5 or onnx"),
        "{}",
        done.stderr
    );
}

const NWB: &str = r#"
[nwb]
stimulus = "noise"
test = ["test_1", "test_2", "test_3"]
bin_ms = 10.0
microns_per_pixel = 25
"#;

fn nwb(name: &str) -> String {
    let fixtures = manifest("crates/recording/tests/fixtures");
    fixtures.join(name).display().to_string()
}

#[test]
fn an_nwb_file_becomes_a_recording() {
    let scratch = Scratch::empty();
    scratch.write("nwb.toml", NWB);
    let found = scratch
        .succeeds(&format!("inspect {}", nwb("noise.nwb")))
        .stdout;
    for part in [
        "5 sorted units",
        "stimulus/presentation/noise",
        "ganglion import",
    ] {
        assert!(found.contains(part), "`{part}` is not in: {found}");
    }
    let import = format!("import {} --config nwb.toml --cells 0-3", nwb("noise.nwb"));
    let done = scratch.succeeds(&format!("{import} --out recording.h5"));
    for part in ["4 cells", "240 bins of 10 ms of", "80 bins, 3 repeats"] {
        assert!(
            done.stdout.contains(part),
            "`{part}` is not in: {}",
            done.stdout
        );
    }
    let inspected = scratch.succeeds("inspect recording.h5").stdout;
    assert!(inspected.contains("ready for training"), "{inspected}");
    assert!(
        inspected.contains("3 repeats of each of 4 cells"),
        "{inspected}"
    );
    let json = scratch
        .succeeds(&format!("{import} --out again.h5 --json"))
        .json();
    assert_eq!(
        (&json["cells"], &json["train_bins"]),
        (&4.into(), &240.into())
    );
}

/// The last lines of `inspect` are a config that imports the file.
#[test]
fn what_inspect_suggests_imports_the_file() {
    let scratch = Scratch::empty();
    let told = scratch
        .succeeds(&format!("inspect {}", nwb("noise.nwb")))
        .stdout;
    let config = &told[told.find("[nwb]\n").expect("a table")..];
    for part in [
        "stimulus = \"noise\"",
        "test = [\"test_1\", \"test_2\", \"test_3\"]",
        "# microns_per_pixel = ...",
    ] {
        assert!(config.contains(part), "`{part}` is not in: {config}");
    }
    scratch.write("nwb.toml", config);
    let import = format!("import {} --out", nwb("noise.nwb"));
    let done = scratch.succeeds(&format!("{import} by-config.h5 --config nwb.toml"));
    assert!(done.stdout.contains("40 bins, 3 repeats"), "{done:?}");
    // The same without a file.
    let set = "--set nwb.stimulus=noise --set nwb.test=[\"test_1\",\"test_2\",\"test_3\"]";
    let same = scratch.succeeds(&format!("{import} by-set.h5 {set}"));
    assert!(same.stdout.contains("40 bins, 3 repeats"), "{same:?}");
    let [a, b] =
        ["by-config.h5", "by-set.h5"].map(|name| std::fs::read(scratch.path(name)).unwrap());
    assert!(a == b);
    // Frames of 16.7 ms are short enough: the size of a pixel alone is open.
    let single = scratch
        .succeeds(&format!("inspect {}", nwb("timestamps.nwb")))
        .stdout;
    let config = &single[single.find("[nwb]\n").expect("a table")..];
    assert_eq!(config.lines().count(), 2, "{config}");
}

#[test]
fn an_nwb_config_is_checked() {
    let scratch = Scratch::empty();
    scratch.write("nwb.toml", &NWB.replace("bin_ms", "bin_m"));
    let import = format!("import {} --out a.h5", nwb("noise.nwb"));
    let parts = [
        "nwb.toml:5",
        "unknown key `nwb.bin_m`",
        "did you mean `bin_ms`?",
    ];
    scratch.refuses(&format!("{import} --config nwb.toml"), 1, &parts);
    scratch.refuses(&import, 1, &["noise.nwb", "choose one with nwb.stimulus"]);
    scratch.write("nwb.toml", NWB);
    let parts = ["noise.nwb", "no series of frames `nosie`"];
    scratch.refuses(
        &format!("{import} --config nwb.toml --set nwb.stimulus=nosie"),
        1,
        &parts,
    );
    assert!(!scratch.path("a.h5").exists());
}

#[test]
fn weights_and_results_are_recognised() {
    let scratch = Scratch::with_run();
    scratch.succeeds("export run --format h5 --out weights.h5");
    for (file, part) in [
        (
            "weights.h5".to_owned(),
            "weights of a network, saved by ganglion",
        ),
        (
            weights("keras_bn.h5"),
            "weights of a network, saved by Keras",
        ),
    ] {
        let done = scratch.succeeds(&format!("inspect {file}")).stdout;
        assert!(
            done.contains(part) && done.contains("missing for training"),
            "{done}"
        );
    }
}

#[test]
fn a_malicious_pickle_is_refused() {
    let scratch = Scratch::empty();
    let mut pickle = b"\x80\x02cposix\nsystem\nX\x0d\x00\x00\x00touch touched\x85R.".to_vec();
    pickle.push(0);
    std::fs::write(scratch.path("bad.pt"), pickle).unwrap();
    scratch.refuses(
        "import bad.pt --out model",
        1,
        &["bad.pt", "posix.system", "Nothing was run"],
    );
    assert!(!scratch.path("touched").exists() && !scratch.path("model").exists());
}
