//! `ganglion train`

use std::fs;

use toml::Table;

use crate::harness::{Scratch, listing};
use crate::session::Session;

#[test]
fn a_run_holds_everything_that_is_promised() {
    let scratch = Scratch::with_session();
    let done = scratch.succeeds("train tiny.toml --set training.epochs=2");
    let run = "runs/tiny";
    let files = listing(&scratch.path(run));
    for name in [
        "config.toml",
        "history.csv",
        "model/model.safetensors",
        "model/model.toml",
    ] {
        assert!(files.contains(&name.to_owned()), "{name}: {files:?}");
    }
    assert!(
        files.iter().any(|name| name.starts_with("checkpoints/")),
        "{files:?}"
    );
    assert_eq!(scratch.read("runs/tiny/history.csv").lines().count(), 3);
    for part in [
        "trained 2 epochs",
        "ganglion evaluate runs/tiny",
        "ganglion plot runs/tiny",
    ] {
        assert!(
            done.stdout.contains(part),
            "`{part}` is not in: {}",
            done.stdout
        );
    }
    for part in ["3 cells", "epoch 1/2", "epoch 2/2", "mean validation r"] {
        assert!(
            done.stderr.contains(part),
            "`{part}` is not in: {}",
            done.stderr
        );
    }
}

#[test]
fn without_validation_data_nothing_is_said_of_it() {
    let scratch = Scratch::with_session();
    let set = "--set recording.validation.fraction=0.0 --set training.select=last";
    let done = scratch.succeeds(&format!(
        "train tiny.toml --out run {set} --set training.epochs=2"
    ));
    let kept = "trained 2 epochs; kept the last one (no validation data)";
    assert!(done.stdout.starts_with(kept), "{done:?}");
    assert!(
        done.stderr.contains("frames, no validation data"),
        "{done:?}"
    );
    let mut lines = done
        .stderr
        .lines()
        .filter(|line| line.starts_with("epoch "));
    assert!(lines.all(|line| !line.contains("validation") && !line.contains("best")));
    scratch.succeeds("plot run");
    let numbers = scratch.read("run/plots/learning-curve.csv");
    assert!(
        numbers.starts_with("epoch,train_loss,learning_rate\n"),
        "{numbers}"
    );
}

#[test]
fn the_resolved_config_and_the_recording_are_written_into_the_run() {
    let scratch = Scratch::with_session();
    scratch.succeeds("train tiny.toml --set training.epochs=1 --set seed=9 --out run");
    let config: Table = scratch.read("run/config.toml").parse().unwrap();
    assert_eq!(config["seed"].as_integer(), Some(9));
    assert_eq!(config["training"]["epochs"].as_integer(), Some(1));
    assert_eq!(config["training"]["loss_epsilon"].as_float(), Some(1e-8));
    let sha = ganglion_recording::sha256_of(scratch.path("tiny.h5")).unwrap();
    assert!(scratch.read("run/model/model.toml").contains(&sha));
}

#[test]
fn paths_are_relative_to_the_config() {
    let scratch = Scratch::with_session();
    fs::create_dir_all(scratch.path("deep/configs")).unwrap();
    let text = scratch
        .read("tiny.toml")
        .replace("tiny.h5", "../../tiny.h5");
    scratch.write("deep/configs/other.toml", &text);
    scratch.succeeds("train deep/configs/other.toml --set training.epochs=1");
    assert!(scratch.path("runs/other/model/model.toml").exists());
    // The run's own config works from anywhere.
    scratch.succeeds("train runs/other/config.toml --out again");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let scratch = Scratch::with_session();
    for run in ["a", "b"] {
        scratch.succeeds(&format!(
            "train tiny.toml --set training.epochs=2 --out {run}"
        ));
    }
    for name in ["history.csv", "model/model.safetensors", "model/model.toml"] {
        let [a, b] = ["a", "b"].map(|run| fs::read(scratch.path(run).join(name)).unwrap());
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn a_run_is_not_written_over() {
    let scratch = Scratch::with_run();
    let before = listing(&scratch.path("run"));
    let history = scratch.read("run/history.csv");
    scratch.refuses(
        "train tiny.toml --out run",
        1,
        &["run", "--resume", "--out"],
    );
    assert_eq!(listing(&scratch.path("run")), before);
    assert_eq!(scratch.read("run/history.csv"), history);
}

#[test]
fn a_run_on_spikes_is_scored_and_drawn_as_any_other() {
    let scratch = Scratch::with_recording(&Session {
        training_trials: 4,
        frames: 4000,
        ..Session::tiny()
    });
    scratch.succeeds("train tiny.toml --out run --set recording.targets=spike-counts --set training.epochs=20 --quiet");
    let config: Table = scratch.read("run/config.toml").parse().unwrap();
    assert_eq!(
        config["recording"]["targets"].as_str(),
        Some("spike-counts")
    );
    let model: Table = scratch.read("run/model/model.toml").parse().unwrap();
    assert_eq!(model["response"].as_str(), Some("firing_rate_10ms"));
    let provenance = model["provenance"].as_table().unwrap();
    assert_eq!(provenance["targets"].as_str(), Some("spike-counts"));
    let scores = scratch
        .succeeds("evaluate run --recording tiny.h5 --json")
        .json();
    // Ceilings are 0.86 to 0.90; how well filters are recovered is a law of the library.
    let median = scores["median_pearson"].as_f64().unwrap();
    assert!(median > 0.5, "r = {median}");
    scratch.succeeds("plot run");
    let numbers = scratch.read("run/plots/learning-curve.csv");
    assert!(
        numbers.starts_with("epoch,train_loss,validation_loss"),
        "{numbers}"
    );
}

#[test]
fn spikes_that_are_none_are_refused_with_the_way_out() {
    let scratch = Scratch::with_session();
    let arguments = "train tiny.toml --out run --set recording.targets=spike-counts";
    let parts = [
        "tiny.h5",
        "train/repeats/cellNN",
        "recording.targets = \"rates\"",
    ];
    scratch.refuses(arguments, 1, &parts);
    assert!(!scratch.path("run/config.toml").exists());
    let unknown = "train tiny.toml --out run --set recording.targets=spikes";
    let parts = ["`recording.targets`", "Known are rates, spike-counts"];
    scratch.refuses(unknown, 2, &parts);
}

#[test]
fn a_history_in_milliseconds_becomes_frames_of_the_recording() {
    let scratch = Scratch::with_recording(&Session {
        frame_period_ms: 1000.0 / 15.0,
        ..Session::tiny()
    });
    let config = scratch.read("tiny.toml");
    scratch.write(
        "ms.toml",
        &config.replace("history_frames = 8", "history_ms = 400"),
    );
    scratch.write(
        "long.toml",
        &config.replace("history_frames = 8", "history_frames = 40"),
    );
    let more = "--set training.epochs=1";
    let done = scratch.succeeds(&format!("train ms.toml --out ms {more}"));
    let kept: Table = scratch.read("ms/config.toml").parse().unwrap();
    let recording = kept["recording"].as_table().unwrap();
    assert_eq!(recording["history_frames"].as_integer(), Some(6));
    assert!(!recording.contains_key("history_ms"));
    let bins = "a bin lasts 66.6667 ms";
    assert!(
        done.stderr.contains(bins) && done.stderr.contains("nwb.bin_ms = 10"),
        "{done:?}"
    );
    assert!(!done.stderr.contains("a history of"), "{done:?}");
    // The run goes on with either config.
    scratch.succeeds("train ms.toml --out ms --resume --set training.epochs=2");
    scratch.succeeds("train ms/config.toml --out ms --resume --set training.epochs=3");
    let done = scratch.succeeds(&format!("train long.toml --out long {more}"));
    let span = "a history of 40 frames of 66.6667 ms spans 2666.6667 ms";
    assert!(done.stderr.contains(span), "{done:?}");
    assert!(
        done.stderr.contains("recording.history_frames = 6"),
        "{done:?}"
    );
    let both = "train tiny.toml --out both --set recording.history_ms=400";
    scratch.refuses(
        both,
        1,
        &["history_frames", "history_ms", "give one of them"],
    );
}

#[test]
fn a_pixel_size_that_is_not_the_recordings_is_told_with_both_numbers() {
    let scratch = Scratch::with_session();
    let train = |size: f64| {
        let arguments = format!(
            "train tiny.toml --out run-{size} --set training.epochs=1 --set model.microns_per_pixel={size}"
        );
        scratch.succeeds(&arguments).stderr
    };
    let told = train(60.0);
    let both = "model.microns_per_pixel = 60 is used, but a pixel of ";
    assert!(
        told.contains(both) && told.contains("tiny.h5 has 50 um"),
        "{told}"
    );
    let same = train(50.2);
    assert!(!same.contains("microns_per_pixel"), "{same}");
}
