//! `ganglion plot`

use crate::harness::{Scratch, listing};
use crate::session::Session;

const NAMES: [&str; 4] = ["cell-scores", "filters", "learning-curve", "psth"];

fn files(extension: &str) -> Vec<String> {
    let pair = |name: &&str| [format!("{name}.csv"), format!("{name}.{extension}")];
    let mut files: Vec<String> = NAMES.iter().flat_map(pair).collect();
    files.sort();
    files
}

#[test]
fn a_run_is_drawn_with_its_numbers() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("plot run");
    assert_eq!(listing(&scratch.path("run/plots")), files("svg"));
    assert_eq!(done.stdout.lines().count(), 2 * NAMES.len());
    assert!(
        done.stdout.lines().all(|line| scratch.path(line).is_file()),
        "{done:?}"
    );
    assert!(scratch.read("run/plots/psth.svg").contains("<svg"));
    let numbers = scratch.read("run/plots/learning-curve.csv");
    assert!(numbers.lines().count() >= 60, "{numbers}");
}

#[test]
fn figures_can_be_png_and_elsewhere() {
    let scratch = Scratch::with_run();
    scratch.succeeds("plot run --format png --out figures");
    assert_eq!(listing(&scratch.path("figures")), files("png"));
    let png = std::fs::read(scratch.path("figures/filters.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert!(!scratch.path("run/plots").exists());
}

#[test]
fn a_model_alone_shows_its_filters() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("plot run/model --out figures");
    assert_eq!(
        listing(&scratch.path("figures")),
        ["filters.csv", "filters.svg"]
    );
    assert!(done.stderr.contains("--recording FILE.h5"), "{done:?}");
    scratch.succeeds("plot run/model --out more --recording tiny.h5");
    assert_eq!(listing(&scratch.path("more")).len(), 6);
}

#[test]
fn every_recording_of_a_run_is_compared() {
    let scratch = Scratch::with_session();
    Session {
        spoil_rates: |rates| rates.iter_mut().for_each(|rate| *rate *= 1.5),
        ..Session::tiny()
    }
    .write(&scratch.path("twin.h5"));
    let set = "--set recording.files=[\"tiny.h5\",\"twin.h5\"] --set training.epochs=1";
    scratch.succeeds(&format!("train tiny.toml --out run {set}"));
    scratch.succeeds("plot run");
    let files = listing(&scratch.path("run/plots"));
    for name in [
        "psth-tiny.svg",
        "psth-twin.csv",
        "cell-scores-tiny.csv",
        "cell-scores-twin.svg",
    ] {
        assert!(files.contains(&name.to_owned()), "{name}: {files:?}");
    }
}

#[test]
fn a_recording_that_moved_is_named_and_nothing_is_drawn() {
    let scratch = Scratch::with_run();
    let config = scratch.read("run/config.toml");
    scratch.write("run/config.toml", &config.replace("tiny.h5", "moved.h5"));
    scratch.refuses("plot run", 1, &["moved.h5", "no such file", "--recording"]);
    let done = scratch.run("plot run --recording gone.h5");
    assert_eq!(
        done.stderr,
        "error: gone.h5: no such file; check the path\n"
    );
    assert!(!scratch.path("run/plots").exists());
}

#[test]
fn models_of_different_kinds_are_called_by_them_side_by_side() {
    let scratch = Scratch::with_run();
    scratch.refuses(
        "plot run run/model --out figures",
        2,
        &["--recording FILE.h5"],
    );
    let kind = "--set model.kind=ln-ln --set training.epochs=1";
    let config = scratch
        .read("tiny.toml")
        .replace("factorised = { rank = 1 }", "");
    scratch.write("other.toml", &config);
    scratch.succeeds(&format!("train other.toml --out other {kind}"));
    scratch.succeeds("plot run other --recording tiny.h5 --out figures --format png");
    assert_eq!(
        listing(&scratch.path("figures")),
        ["families.csv", "families.png"]
    );
    let table = scratch.read("figures/families.csv");
    for score in ["pearson", "cc_norm", "feve", "bits_per_spike"] {
        for kind in ["ln", "ln-ln"] {
            let rows = table
                .lines()
                .filter(|line| line.starts_with(&format!("{score},cells,{kind},")));
            assert_eq!(rows.count(), 3, "{score} of {kind}: {table}");
        }
    }
}

#[test]
fn formats_are_checked() {
    let done = Scratch::with_run().run("plot run --format pdf");
    assert_eq!(done.code, Some(2));
    assert!(done.stderr.contains("svg"), "{done:?}");
}

#[test]
fn an_unwritable_place_is_named() {
    let scratch = Scratch::with_run();
    scratch.refuses(
        "plot run --out tiny.toml/figures",
        1,
        &["tiny.toml/figures"],
    );
}
