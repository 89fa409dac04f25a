//! `ganglion simulate`

use crate::harness::{Scratch, listing};

const CONFIG: &str = r#"
seed = 2
[simulation]
repeats = 4
screen = { height = 14, width = 16 }
mosaic = { count = 1, spacing = 150, margin = 250 }
natural = { train_seconds = 8, test_seconds = 2 }
flicker = { train_seconds = 1, test_seconds = 1 }
[recording]
files = ["recordings/small/naturalscene.h5"]
history_frames = 40
[model]
kind = "ln"
factorised = { rank = 1 }
[training]
epochs = 2
batch_frames = 128
segment_frames = 32
"#;

fn scratch() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write("small.toml", CONFIG);
    scratch
}

#[test]
fn a_simulated_recording_is_inspected_and_trained_on_like_any_other() {
    let scratch = scratch();
    let done = scratch.succeeds("simulate small.toml");
    for part in [
        "simulated retina",
        "recordings/small/circuit.toml",
        "motion-reversal",
        "Fano",
    ] {
        assert!(
            done.stdout.contains(part),
            "`{part}` is not in: {}",
            done.stdout
        );
    }
    let files = listing(&scratch.path("recordings/small"));
    let expected = [
        "circuit.toml",
        "config.toml",
        "flicker.h5",
        "naturalscene.h5",
        "summary.json",
    ];
    assert_eq!(files, expected);
    scratch.succeeds("train small.toml --out run");
    let recording = "recordings/small/naturalscene.h5";
    let scores = scratch.succeeds(&format!("evaluate run --recording {recording} --json"));
    assert_eq!(scores.json()["cells"].as_array().unwrap().len(), 6);
    let inspected = scratch.succeeds(&format!("inspect {recording} --json"));
    assert!(
        inspected.stdout.contains("simulated retina"),
        "{}",
        inspected.stdout
    );
}

#[test]
fn json_is_one_document_and_the_resolved_config_makes_the_same_again() {
    let scratch = scratch();
    let json = scratch
        .succeeds("simulate small.toml --out a --json --set simulation.repeats=3")
        .json();
    assert_eq!(json["simulated"], true);
    assert_eq!(json["seed"], 2);
    let class = &json["classes"][0];
    assert_eq!(
        (
            class["train_frames"].as_u64(),
            class["test_frames"].as_u64()
        ),
        (Some(800), Some(200))
    );
    assert_eq!(class["cells"][2]["class"], "motion-reversal");
    scratch.succeeds("simulate a/config.toml --out b");
    for file in ["circuit.toml", "naturalscene.h5", "flicker.h5"] {
        let read = |folder: &str| std::fs::read(scratch.path(folder).join(file)).unwrap();
        assert!(read("a") == read("b"), "{file}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_way_out() {
    let scratch = scratch();
    scratch.refuses(
        "simulate nothing.toml",
        1,
        &["nothing.toml", "cannot be read"],
    );
    let unknown = "simulate small.toml --set simulation.natural.dift=3";
    scratch.refuses(unknown, 2, &["dift", "drift"]);
    scratch.write("typo.toml", &CONFIG.replace("repeats", "repeat"));
    scratch.refuses(
        "simulate typo.toml",
        1,
        &["typo.toml:4", "repeat", "repeats"],
    );
    let few = "simulate small.toml --set simulation.repeats=1";
    scratch.refuses(
        few,
        1,
        &["small.toml", "simulation.repeats = 1", "at least 2"],
    );
    let crowded = "simulate small.toml --set simulation.mosaic.count=50";
    scratch.refuses(crowded, 1, &["50 cells asked for", "enlarge the screen"]);
    let images = "simulate small.toml --set simulation.natural.images=pictures";
    scratch.refuses(images, 1, &["pictures", "cannot be read"]);
    scratch.write("empty.toml", "seed = 1");
    scratch.refuses("simulate empty.toml", 1, &["empty.toml", "simulation"]);
}
