//! `ganglion identify`

use crate::harness::{Scratch, listing};
use crate::reduce::CONFIG;

/// A probe short enough for a test; the tiny network has seen no more.
pub const IDENTIFY: &str = r#"
[reduction.identify]
most_pathways = 2
functions = 4
probe = { duration = 3000 }
"#;

fn with_network() -> Scratch {
    let scratch = Scratch::with_session();
    scratch.write("network.toml", CONFIG);
    scratch.succeeds("train network.toml --out net --quiet");
    scratch.write("identify.toml", IDENTIFY);
    scratch
}

#[test]
fn circuits_are_written_drawn_told_and_answer_movies() {
    let scratch = with_network();
    let done = scratch.succeeds("identify net identify.toml --cells 0,2 --out found --json");
    let found = done.json();
    let cells = found["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 2);
    assert_eq!(cells[1]["cell"], 2);
    for cell in cells {
        let pathways = cell["pathways"].as_array().unwrap();
        assert!((1..=2).contains(&pathways.len()), "{cell}");
        assert!(["on", "off"].contains(&pathways[0]["polarity"].as_str().unwrap()));
        assert_eq!(cell["explained"].as_array().unwrap().len(), 2);
        assert!(cell["correlation"].as_f64().unwrap() > 0.5, "{cell}");
    }
    let files = listing(&scratch.path("found"));
    for file in [
        "summary.json",
        "config.toml",
        "pathways.csv",
        "explained.csv",
    ] {
        assert!(files.contains(&file.to_owned()), "{files:?}");
    }
    for file in ["cell2-circuit.toml", "cell2-circuit.svg"] {
        assert!(files.contains(&file.to_owned()), "{files:?}");
    }
    // The settings that are left say the same again, and a circuit takes the place of a model.
    let again = scratch.succeeds("identify net found/config.toml --cells 0,2 --out again --json");
    assert_eq!(again.json(), found);
    scratch.succeeds("experiment found/cell0-circuit.toml network.toml --json");
    let told = scratch.succeeds("identify net identify.toml --cells 0 --out told");
    assert!(
        told.stdout.contains("answers the probe stimuli"),
        "{}",
        told.stdout
    );
}

#[test]
fn what_cannot_be_identified_is_refused_by_name() {
    let scratch = with_network();
    scratch.refuses(
        "identify net identify.toml --cells 7",
        1,
        &["there is no cell 7; the cells are [0, 1, 2]"],
    );
    for (table, part) in [
        (
            "probe = { duration = 30 }",
            "reduction.identify.probe.duration = 30",
        ),
        ("functions = 1", "reduction.identify.functions = 1"),
        ("least_gian = 0.1", "least_gain"),
    ] {
        scratch.write("bad.toml", &format!("[reduction.identify]\n{table}\n"));
        scratch.refuses("identify net bad.toml", 1, &[part]);
    }
}

/// The exit code and the words are the same in every command, and nothing is begun before.
#[test]
fn cells_that_the_model_does_not_have_are_refused_before_any_work() {
    let scratch = with_network();
    let before = listing(&scratch.path("."));
    for line in [
        "identify net identify.toml",
        "identify net",
        "reduce net --phenomenon latency",
        "reduce net network.toml",
        "attribute net --phenomenon latency",
        "experiment net --phenomenon latency --out found",
    ] {
        for cells in ["7", "0-99", "0,3"] {
            let line = format!("{line} --cells {cells}");
            scratch.refuses(&line, 1, &["there is no cell ", "the cells are [0, 1, 2]"]);
            let told = scratch.run(&line).stderr;
            assert_eq!(told.lines().count(), 1, "`{line}`: {told}");
        }
    }
    assert_eq!(listing(&scratch.path(".")), before);
}
