//! `ganglion reduce`

use std::path::Path;

use crate::harness::{Scratch, listing};
use crate::identify::IDENTIFY;

/// A network with hidden units for the tiny session; what drives its cells is asked whether or not
/// they show the phenomenon.
pub const CONFIG: &str = r#"
seed = 3
[recording]
files = ["tiny.h5"]
history_frames = 8
validation = { fraction = 0.1, segments = 2 }
[model]
kind = "bn-cnn"
channels = [3, 2]
kernels = [5, 3]
microns_per_pixel = 50
[training]
epochs = 4
batch_frames = 128
segment_frames = 32
optimiser = { kind = "adam", learning_rate = 1e-2 }
[[experiments]]
phenomenon = "latency"
contrasts = [-0.5, -1, -1.5, -2, -2.5]
[reduction]
also_absent = true
most_cells = 1
shuffles = 20
"#;

fn with_network() -> Scratch {
    let scratch = Scratch::with_session();
    scratch.write("network.toml", &format!("{CONFIG}{IDENTIFY}"));
    scratch.succeeds("train network.toml --out net --quiet");
    scratch
}

#[test]
fn circuits_are_written_told_and_answer_movies() {
    let scratch = with_network();
    let done = scratch.succeeds("reduce net network.toml --out found --json");
    let found = done.json();
    assert_eq!(found["phenomenon"], "latency");
    let cells = found["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 3);
    let reduced: Vec<_> = cells
        .iter()
        .filter(|cell| cell["correlation"].is_number())
        .collect();
    assert_eq!(reduced.len(), 1, "{found}");
    let pathway = &reduced[0]["pathways"][0];
    for (key, known) in [
        ("polarity", ["on", "off"]),
        ("sign", ["excitatory", "inhibitory"]),
    ] {
        assert!(known.contains(&pathway[key].as_str().unwrap()), "{pathway}");
    }
    for key in ["peak_ms", "weight", "share"] {
        assert!(pathway[key].is_number(), "{pathway}");
    }
    assert!(pathway["channels"].as_array().is_some());

    let cell = reduced[0]["cell"].as_u64().unwrap();
    let files = listing(&scratch.path("found"));
    for file in [
        "circuit.toml",
        "circuit.svg",
        "fidelity.svg",
        "traces.csv",
        "rates.h5",
    ] {
        assert!(files.contains(&format!("cell{cell}-{file}")), "{files:?}");
    }
    // The circuit takes the place of a model in an experiment.
    let circuit = format!("found/cell{cell}-circuit.toml");
    let done = scratch.succeeds(&format!("experiment {circuit} network.toml --json"));
    assert_eq!(done.json()["cells"][0]["cell"], cell);
}

/// What `identify` found of a cell is told of each pathway, the same where it is found here and where it is read; so is what
/// a pathway does in the time of the response.
#[test]
fn pathways_are_told_beside_what_is_known_of_the_cell() {
    let scratch = with_network();
    let reduced = |line: &str| -> serde_json::Value {
        let found = scratch.succeeds(line).json();
        let cells = found["cells"].as_array().unwrap().iter();
        let mut reduced = cells.filter(|cell| cell["correlation"].is_number());
        reduced.next().unwrap().clone()
    };
    let alone = reduced("reduce net network.toml --out alone --json");
    let cell = &alone["cell"];
    scratch.succeeds(&format!(
        "identify net network.toml --cells {cell} --out known --quiet"
    ));
    let line = "reduce net network.toml --circuits known --out beside";
    let beside = reduced(&format!("{line} --json"));
    assert_eq!(alone, beside);
    for pathway in beside["pathways"].as_array().unwrap() {
        let probability = pathway["probability"].as_f64().unwrap();
        let may_be_stated = beside.get("not_stated_because").is_none();
        let is_stated = probability > 0.9 && may_be_stated;
        assert_eq!(pathway["stated"], is_stated, "{pathway}");
        let response = &pathway["response"];
        assert!(response["adds_hz"]["mean"].is_number(), "{pathway}");
        assert_eq!(response["adds_hz"]["conditions"], 5);
    }
    let table = scratch.read("beside/pathways.csv");
    let heading = table.lines().next().unwrap();
    let last = "correlation,probability,stated,adds_hz,adds_error_hz,most_after_ms";
    assert!(heading.ends_with(last), "{heading}");
    let told = scratch.succeeds(&format!("{line} --overwrite")).stdout;
    assert!(told.contains("In the time of the response: "), "{told}");
    // Of a cell that its network does not predict nothing is stated here either.
    let summary = scratch.read("known/summary.json");
    let mut poor: serde_json::Value = serde_json::from_str(&summary).unwrap();
    poor["cells"][0]["prediction"] =
        serde_json::json!({ "recording": "other.h5", "normalised": -0.2 });
    scratch.write("known/summary.json", &poor.to_string());
    let line = "reduce net network.toml --circuits known --out poor --json";
    let poor = reduced(line);
    let because = poor["not_stated_because"].as_str().unwrap();
    assert!(because.contains("other.h5"), "{because}");
    let told = poor["description"].as_str().unwrap();
    assert!(told.contains(because) && told.contains("no pathway is stated"));
    for pathway in poor["pathways"].as_array().unwrap() {
        assert_eq!(pathway["stated"], false, "{pathway}");
    }
    // Without the probe nothing is known.
    let set = "--set reduction.identified_kernels=false";
    let without = reduced(&format!(
        "reduce net network.toml {set} --out without --json"
    ));
    assert!(without["pathways"][0].get("probability").is_none());
}

/// What a second training changes is told of pathways and claims; a network does not agree with itself.
#[test]
fn networks_of_one_recording_are_told_apart_and_together() {
    let scratch = with_network();
    scratch.succeeds("train network.toml --set seed=4 --out other --quiet");
    let line = "reduce net network.toml --with other --out both";
    let found = scratch.succeeds(&format!("{line} --json")).json();
    let cells = found["cells"].as_array().unwrap().iter();
    let cell = cells.clone().find(|cell| cell["correlation"].is_number());
    let cell = cell.unwrap();
    assert_eq!(cell["networks"], 2);
    for pathway in cell["pathways"].as_array().unwrap() {
        assert!((1..=2).contains(&pathway["networks_agree"].as_u64().unwrap()));
    }
    for claim in cell["hypotheses"].as_array().unwrap() {
        let said = &claim["networks"];
        let count = |key: &str| said[key].as_u64().unwrap();
        let all = ["supported", "refuted", "undetermined", "silent"].map(count);
        assert_eq!(all.iter().sum::<u64>(), 2, "{claim}");
        let verdict = claim["verdict"].as_str().unwrap();
        if verdict != "undetermined" {
            assert_eq!(count(verdict), 2, "{claim}");
        }
    }
    let config = scratch.read("both/config.toml");
    assert!(config.contains("reduce net --with other"), "{config}");
    let told = scratch.succeeds(&format!("{line} --overwrite")).stdout;
    assert!(told.contains(" of 2 networks"), "{told}");
    for (with, part) in [
        ("net", "net: is named twice"),
        ("net/model", "net/model: is named twice"),
    ] {
        let line = format!("reduce net network.toml --with {with} --out refused");
        scratch.refuses(&line, 1, &[part]);
    }
}

#[test]
fn circuits_of_another_network_and_of_none_are_refused_or_told() {
    let scratch = with_network();
    let refused = |folder: &str, told: &[&str]| {
        let line = format!("reduce net network.toml --circuits {folder} --out refused");
        scratch.refuses(&line, 1, told);
    };
    refused(
        "nothing",
        &["nothing: has no summary.json", "ganglion identify"],
    );
    scratch.succeeds("identify net network.toml --cells 0 --out known --quiet");
    let summary = scratch.read("known/summary.json");
    std::fs::create_dir_all(scratch.path("old")).unwrap();
    for file in ["summary.json", "cell0-circuit.toml"] {
        let text = scratch.read(&format!("known/{file}"));
        scratch.write(&format!("old/{file}"), &text);
    }
    let mut old: serde_json::Value = serde_json::from_str(&summary).unwrap();
    old["cells"][0].as_object_mut().unwrap().remove("probable");
    scratch.write("old/summary.json", &old.to_string());
    refused(
        "old",
        &["old: cell 0 has no `probable`", "identify it again"],
    );
    let circuit = scratch.read("known/cell0-circuit.toml");
    scratch.write("old/summary.json", &summary);
    let moved = circuit.replace("source = \"net\"", "source = \"elsewhere\"");
    scratch.write("old/cell0-circuit.toml", &moved);
    let line = "reduce net network.toml --circuits old --out told --json";
    let told = scratch.succeeds(line).stderr;
    assert!(told.contains("was identified from elsewhere"), "{told}");
    let other = circuit.replace("microns_per_pixel = 50.0", "microns_per_pixel = 25.0");
    assert_ne!(other, circuit);
    scratch.write("old/cell0-circuit.toml", &other);
    refused("old", &["cell 0 has another screen"]);
    scratch.write("old/cell0-circuit.toml", &circuit);
    for (pointer, value) in [
        (
            "/cells/0/probable/pathways/0/course",
            serde_json::json!([1.0]),
        ),
        (
            "/cells/0/probable/circuits/0/pathways",
            serde_json::json!([99]),
        ),
        (
            "/cells/0/probable/circuits/0/probability",
            serde_json::json!(null),
        ),
    ] {
        let mut spoilt: serde_json::Value = serde_json::from_str(&summary).unwrap();
        *spoilt.pointer_mut(pointer).unwrap() = value;
        scratch.write("old/summary.json", &spoilt.to_string());
        refused(
            "old",
            &["cell 0: `probable` has ", "identify the cell again"],
        );
    }
}

/// No circuit of few channels of the shipped network follows this cell as closely as asked for; with
/// kernels identified from the probe there is one that costs less.
#[test]
fn identified_kernels_help_where_channels_do_not() {
    let scratch = Scratch::empty();
    let models = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let model = models.join("simulated-50x50").display().to_string();
    let reduced = |identified: bool| {
        let config = format!(
            "[[experiments]]\nphenomenon = \"latency\"\n[reduction]\nshuffles = 5\n\
             correlation = 0.999\nlesions = 0\nidentified_kernels = {identified}\n"
        );
        scratch.write("latency.toml", &config);
        let line = format!("reduce {model} latency.toml --cells 3 --out {identified} --json");
        scratch.succeeds(&line).json()["cells"][0].clone()
    };
    let cost = |cell: &serde_json::Value| {
        let step = cell["choice"]["step"].as_u64().unwrap() as usize;
        cell["curve"]["steps"][step]["cost"].as_f64().unwrap()
    };
    let [with, without] = [true, false].map(reduced);
    assert_eq!(with["search"]["identified"], true, "{with}");
    assert_eq!(without["search"]["identified"], false, "{without}");
    assert!(cost(&with) < cost(&without), "{with} {without}");
}

#[test]
fn what_cannot_be_reduced_is_refused() {
    let scratch = Scratch::with_run();
    scratch.refuses(
        "reduce run --phenomenon latncy",
        2,
        &["latncy", "motion-reversal"],
    );
    scratch.refuses(
        "reduce run --phenomenon latency",
        1,
        &["LN model", "no hidden units"],
    );
    // An unknown name is told even where nothing could be done with a known one.
    for line in ["reduce run", "attribute run", "experiment run"] {
        let line = format!("{line} --phenomenon omited");
        scratch.refuses(&line, 2, &["omited", "omitted-stimulus"]);
    }
    scratch.refuses("reduce run", 2, &["required arguments"]);
    assert!(!Path::new(&scratch.path("run/reduction")).exists());
}
