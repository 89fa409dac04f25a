//! The example of the documentation, run as it stands.

#[allow(dead_code)]
#[path = "../examples/pipeline.rs"]
mod pipeline;

use std::fs;
use std::path::Path;

use ganglion::results::{AttributionSummary, ReductionSummary, SimulationSummary, json, read};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[test]
fn the_example_leads_from_a_retina_to_a_circuit() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).join("summary.json");
    pipeline::circuits(folder.path()).unwrap();
    let reduced: ReductionSummary = read_again(&path("run/reduction/latency"));
    let circuits = reduced.cells.iter().filter(|cell| cell.is_reduced());
    assert_eq!(circuits.count(), 1, "{:?}", reduced.cells);
    assert!(reduced.cells.iter().any(|cell| cell.details.is_some()));
    let attributed: AttributionSummary = read_again(&path("run/attribution"));
    assert!(attributed.cells.iter().all(|cell| cell.quality.is_some()));
    let simulated: SimulationSummary = read_again(&path("retina"));
    assert_eq!(simulated.classes.len(), 1);
}

/// A summary, which would be written as it was read.
fn read_again<T: Serialize + DeserializeOwned>(path: &Path) -> T {
    let summary: T = read(path).unwrap().expect("there is a summary");
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (written, again) = (fs::read_to_string(path).unwrap(), json(&summary).unwrap());
    let (written, again) = (value(&written), value(&again));
    assert_eq!(difference(&written, &again, String::new()), None);
    summary
}

/// Where two documents differ; JSON numbers are read to within rounding.
fn difference(one: &Value, other: &Value, place: String) -> Option<String> {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            ((a - b).abs() > 1e-14 * a.abs()).then(|| format!("{place}: {a}, not {b}"))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(index, (a, b))| difference(a, b, format!("{place}/{index}")))
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, a)| {
                let b = b.get(key).unwrap_or(&Value::Null);
                difference(a, b, format!("{place}/{key}"))
            })
        }
        _ => (one != other).then(|| format!("{place}: {one}, not {other}")),
    }
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
    assert!(shown.trim_end().lines().count() <= 30);
}
