//! The example of the documentation, run as it stands.

#[allow(dead_code, missing_docs)]
#[path = "../examples/pipeline.rs"]
mod pipeline;

use std::fs;

use ganglion::results::{ReductionSummary, read_summary};

#[test]
fn the_example_leads_from_a_retina_to_a_circuit() {
    let folder = tempfile::tempdir().unwrap();
    pipeline::circuits(folder.path()).unwrap();
    let reduced = folder.path().join("run/reduction/latency");
    let summary: ReductionSummary = read_summary(&reduced).unwrap().unwrap();
    let circuits = summary.cells.iter().filter(|cell| cell.is_reduced());
    assert_eq!(circuits.count(), 1, "{:?}", summary.cells);
}

#[test]
fn the_readme_shows_the_example() {
    let readme = fs::read_to_string("../../README.md").unwrap();
    let example = include_str!("../examples/pipeline.rs");
    let (shown, _) = example.split_once("\nconst RETINA").unwrap();
    assert!(
        readme.contains(shown.trim_end()),
        "copy the example into the README"
    );
    assert!(shown.lines().count() <= 30);
}
