//! `ganglion train --resume`: as if nothing had happened.

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rstest::rstest;

use crate::harness::{Scratch, program};
use crate::session::Session;

const EPOCHS: usize = 12;

/// A network with everything that a state must hold: moments, running statistics, noise, schedules.
const CONFIG: &str = r#"
seed = 5
[recording]
files = ["tiny.h5"]
history_frames = 8
validation = { fraction = 0.1, segments = 2 }
[model]
kind = "bn-cnn"
channels = [3, 2]
kernels = [5, 3]
[training]
epochs = 12
batch_frames = 64
segment_frames = 32
plateau = { factor = 0.5, patience = 1 }
early_stop = { patience = 50 }
"#;

fn scratch() -> Scratch {
    let scratch = Scratch::with_session();
    scratch.write("run.toml", CONFIG);
    scratch
}

fn train(scratch: &Scratch, more: &[&str]) -> Child {
    let mut command = program();
    command
        .current_dir(scratch.path("."))
        .args(["train", "run.toml", "--out", "cut"])
        .args(more);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn epochs_done(scratch: &Scratch) -> usize {
    let history = fs::read_to_string(scratch.path("cut/history.csv"));
    history.map_or(0, |text| text.lines().count().saturating_sub(1))
}

/// Waits until the run has done that many epochs and then some milliseconds, and kills it.
fn kill_after(scratch: &Scratch, child: &mut Child, epochs: usize, more: Duration) {
    let begin = Instant::now();
    while epochs_done(scratch) < epochs || !scratch.path("cut/config.toml").exists() {
        let running = child.try_wait().unwrap().is_none();
        if !running || begin.elapsed() > Duration::from_secs(60) {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    sleep(more);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[track_caller]
fn require_same(scratch: &Scratch) {
    for name in ["history.csv", "model/model.safetensors", "model/model.toml"] {
        let [whole, cut] = ["whole", "cut"].map(|run| fs::read(scratch.path(run).join(name)));
        assert!(whole.unwrap() == cut.unwrap(), "{name} differs");
    }
    let leftover = crate::harness::listing(&scratch.path("cut"));
    assert!(
        leftover.iter().all(|name| !name.contains("writing")),
        "{leftover:?}"
    );
}

/// Milliseconds after the given epoch are arbitrary; steps here take about as long.
#[rstest]
#[case(&[(0, 0), (0, 3), (1, 7)])]
#[case(&[(2, 1), (5, 2), (5, 11), (9, 5)])]
#[case(&[(1, 0), (2, 0), (3, 0), (4, 0), (11, 4)])]
#[case(&[(0, 1), (1, 9), (2, 6), (3, 13), (4, 2), (6, 8), (7, 17), (9, 1), (10, 3)])]
fn a_killed_run_ends_bit_identical(#[case] kills: &[(usize, u64)]) {
    let scratch = scratch();
    scratch.succeeds("train run.toml --out whole --quiet");
    let mut child = train(&scratch, &[]);
    for &(epochs, milliseconds) in kills {
        kill_after(
            &scratch,
            &mut child,
            epochs,
            Duration::from_millis(milliseconds),
        );
        child = train(&scratch, &["--resume"]);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(epochs_done(&scratch), EPOCHS);
    require_same(&scratch);
}

/// The same of spikes of single trials, some of which lack a stretch of bins.
#[test]
fn a_killed_run_on_spikes_ends_bit_identical() {
    let scratch = Scratch::with_recording(&Session {
        training_trials: 3,
        ..Session::tiny()
    });
    let spikes = "[recording]\ntargets = \"spike-counts\"";
    scratch.write("run.toml", &CONFIG.replace("[recording]", spikes));
    scratch.succeeds("train run.toml --out whole --quiet");
    let mut child = train(&scratch, &[]);
    for (epochs, milliseconds) in [(1, 3), (4, 8), (9, 1)] {
        kill_after(
            &scratch,
            &mut child,
            epochs,
            Duration::from_millis(milliseconds),
        );
        child = train(&scratch, &["--resume"]);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(epochs_done(&scratch), EPOCHS);
    require_same(&scratch);
    scratch.refuses(
        "train run.toml --out cut --resume --set recording.targets=rates",
        1,
        &["cut/config.toml", "differs"],
    );
}

#[test]
fn a_finished_run_may_be_prolonged() {
    let scratch = scratch();
    scratch.succeeds("train run.toml --out whole");
    scratch.succeeds("train run.toml --out cut --set training.epochs=5");
    let done = scratch.succeeds("train run.toml --out cut --resume");
    assert!(done.stderr.contains("resumed after epoch 5"), "{done:?}");
    require_same(&scratch);
}

#[test]
fn resuming_a_finished_run_changes_nothing() {
    let scratch = Scratch::with_run();
    let before = fs::read(scratch.path("run/model/model.safetensors")).unwrap();
    // The run was copied, and so its recording is elsewhere: its own config knows where.
    scratch.succeeds("train run/config.toml --out run --resume");
    assert!(before == fs::read(scratch.path("run/model/model.safetensors")).unwrap());
}

/// As after a kill between the last checkpoint and the history that goes with it.
#[test]
fn a_history_that_lags_behind_its_checkpoint_catches_up() {
    let scratch = Scratch::with_run();
    let whole = scratch.read("run/history.csv");
    let (behind, _last) = whole.trim_end().rsplit_once('\n').unwrap();
    scratch.write("run/history.csv", &format!("{behind}\n"));
    scratch.succeeds("train run/config.toml --out run --resume");
    assert_eq!(scratch.read("run/history.csv"), whole);
}

#[test]
fn another_config_is_refused() {
    let scratch = Scratch::with_run();
    let arguments = "train run/config.toml --out run --resume --set seed=8";
    scratch.refuses(arguments, 1, &["run/config.toml", "differs"]);
}

#[test]
fn where_nothing_was_begun_there_is_nothing_to_resume() {
    let scratch = Scratch::with_session();
    scratch.refuses(
        "train tiny.toml --out run --resume",
        1,
        &["run", "--resume"],
    );
    assert!(!scratch.path("run").exists());
}

fn checkpoints(scratch: &Scratch) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(scratch.path("cut/checkpoints")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Leaves a part of a file, in thousandths.
fn cut(path: &std::path::Path, part: usize) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() * part / 1000]).unwrap();
}

/// With the list of SHA-256, and as an earlier version left it, without. A piece of `state.toml` may
/// read well and lack epochs.
#[rstest]
#[case::list(true)]
#[case::no_list(false)]
fn a_cut_off_checkpoint_is_passed_over_for_the_one_before(
    #[case] list: bool,
    #[values("network.bpk", "optimiser.bpk", "state.toml")] name: &str,
) {
    let scratch = scratch();
    scratch.succeeds("train run.toml --out whole --set training.epochs=7 --quiet");
    scratch.succeeds("train run.toml --out cut --set training.epochs=5 --quiet");
    for part in [0, 3, 100, 500, 900, 999] {
        let last = checkpoints(&scratch).pop().unwrap();
        cut(&last.join(name), part);
        if !list {
            fs::remove_file(last.join("SHA256SUMS")).unwrap();
        }
        let done = scratch.succeeds("train run.toml --out cut --set training.epochs=5 --resume");
        for part in ["warning", "epoch-000005", name, "after epoch 4"] {
            assert!(done.stderr.contains(part), "`{part}` is not in: {done:?}");
        }
    }
    scratch.succeeds("train run.toml --out cut --set training.epochs=7 --resume --quiet");
    require_same(&scratch);
}

#[test]
fn where_no_checkpoint_is_whole_the_error_says_what_to_do() {
    let scratch = scratch();
    scratch.succeeds("train run.toml --out cut --set training.epochs=3 --quiet");
    for checkpoint in checkpoints(&scratch) {
        cut(&checkpoint.join("network.bpk"), 500);
    }
    scratch.refuses(
        "train run.toml --out cut --set training.epochs=3 --resume",
        1,
        &["epoch-000003", "network.bpk", "another folder (--out)"],
    );
}
