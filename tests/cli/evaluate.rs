//! `ganglion evaluate`

use std::fs;

use serde_json::Value;

use crate::harness::Scratch;

#[test]
fn a_table_shows_every_cell_and_the_medians() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("evaluate run --recording tiny.h5");
    let lines: Vec<&str> = done.stdout.lines().collect();
    let headings: Vec<&str> = lines[0]
        .split("  ")
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(
        headings[1..5]
            .iter()
            .map(|text| text.trim())
            .collect::<Vec<_>>(),
        ["r", "ceiling", "r/ceiling", "FEV"]
    );
    assert!(lines[1].trim_start().starts_with("0 "), "{}", done.stdout);
    assert!(
        lines[4].trim_start().starts_with("median"),
        "{}",
        done.stdout
    );
    assert!(lines[5].starts_with("n = 3"), "{}", done.stdout);
    assert!(
        lines[..5]
            .windows(2)
            .all(|pair| pair[0].len() == pair[1].len()),
        "{}",
        done.stdout
    );
}

#[test]
fn json_has_the_promised_keys_and_stays_with_the_run() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("evaluate run --recording tiny.h5 --json");
    let json = done.json();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 3);
    for (index, cell) in cells.iter().enumerate() {
        assert_eq!(cell["cell"], index);
        for key in ["pearson", "ceiling", "normalised", "fev"] {
            assert!(cell[key].is_f64(), "{key}: {cell}");
        }
    }
    assert_eq!(json["recording_name"], "tiny.h5");
    let sha = ganglion_recording::sha256_of(scratch.path("tiny.h5")).unwrap();
    assert_eq!(json["recording_sha256"], sha);
    assert!(json["model_epoch"].as_u64().unwrap() > 0);
    assert_eq!(scratch.read("run/evaluation.json"), done.stdout);
    assert_eq!(done.stderr, "saved in run/evaluation.json\n");
}

#[test]
fn scores_on_another_recording_have_a_file_of_their_own() {
    let scratch = Scratch::with_run();
    fs::copy(scratch.path("tiny.h5"), scratch.path("other.h5")).unwrap();
    scratch.succeeds("evaluate run --recording other.h5");
    scratch.succeeds("evaluate run --recording other.h5 --partition train");
    assert!(!scratch.path("run/evaluation.json").exists());
    assert!(scratch.path("run/evaluation-other.json").exists());
    assert!(scratch.path("run/evaluation-other-train.json").exists());
}

/// A folder in the way of the file stands for a run that cannot be written to.
#[test]
fn scores_that_cannot_be_saved_are_printed() {
    let scratch = Scratch::with_run();
    fs::create_dir_all(scratch.path("run/evaluation.json/in")).unwrap();
    let done = scratch.succeeds("evaluate run --recording tiny.h5");
    assert!(done.stdout.contains("median"), "{done:?}");
    assert!(
        done.stderr
            .starts_with("warning: the scores were not saved: run/evaluation.json"),
        "{done:?}"
    );
}

/// The cells' filters are known to be learnable; the bound leaves room for any processor.
#[test]
fn the_model_has_learned_something() {
    let scratch = Scratch::with_run();
    let json = scratch
        .succeeds("evaluate run --recording tiny.h5 --json")
        .json();
    let median = json["median_pearson"].as_f64().unwrap();
    assert!(median > 0.5, "{median}");
}

#[test]
fn training_scores_do_not_pass_for_test_scores() {
    let scratch = Scratch::with_run();
    scratch.succeeds("evaluate run --recording tiny.h5 --partition train");
    assert!(!scratch.path("run/evaluation.json").exists());
    let json: Value = serde_json::from_str(&scratch.read("run/evaluation-train.json")).unwrap();
    assert_eq!(json["partition"], "train");
}

#[test]
fn a_model_directory_is_left_as_it_was() {
    let scratch = Scratch::with_run();
    fs::rename(scratch.path("run/model"), scratch.path("model")).unwrap();
    let from_model = scratch
        .succeeds("evaluate model --recording tiny.h5 --json")
        .json();
    assert_eq!(from_model["n"], 3);
    let files = crate::harness::listing(&scratch.path("model"));
    assert_eq!(files, ["model.safetensors", "model.toml"]);
}
