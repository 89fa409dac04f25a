//! `ganglion score`

use crate::harness::{Scratch, listing};
use crate::identify::IDENTIFY;
use crate::reproduce::SIMULATED;

/// A retina, a network that learned it, and the circuits identified in it.
fn with_predictions() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write("small.toml", &format!("{SIMULATED}{IDENTIFY}"));
    scratch.succeeds("simulate small.toml --quiet");
    scratch.succeeds("train small.toml --out run --quiet");
    scratch.succeeds("identify run small.toml --cells 0,2 --out found --quiet");
    scratch
}

#[test]
fn predictions_are_scored_against_the_truth() {
    let scratch = with_predictions();
    let truth = "--truth recordings/small/circuit.toml";
    let line = format!("score found {truth} --out scores --json");
    let scored = scratch.succeeds(&line).json();
    let group = &scored["groups"][0];
    assert_eq!(
        (&group["group"], &group["retinas"]),
        (&"salamander".into(), &1.into())
    );
    assert_eq!(group["counts"]["cells"], 2);
    let score = |name: &str| {
        let all = group["scores"].as_array().unwrap();
        all.iter().find(|one| one["score"] == name).unwrap().clone()
    };
    for name in [
        "recall",
        "precision",
        "misfit",
        "inhibition_r_squared",
        "one_type_r_squared",
    ] {
        assert!(score(name)["value"].is_number(), "{name}: {}", score(name));
        // One retina: cells that share it do not make an interval.
        assert!(score(name)["interval"].is_null() && score(name)["clusters"] == 1);
    }
    for name in ["brier", "abstained", "stated_recall"] {
        assert!(score(name)["value"].is_number(), "{name}");
    }
    assert_eq!(
        listing(&scratch.path("scores")),
        ["scores.csv", "summary.json"]
    );
    let told = scratch.succeeds(&format!("score found {truth}")).stdout;
    for part in [
        "planted pathways found (recall)",
        "one retina: no intervals",
    ] {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
}

/// Predictions of earlier versions carry no probability, and do not say that there is no circuit.
#[test]
fn what_predictions_do_not_say_is_not_scored() {
    let scratch = with_predictions();
    let mut summary: serde_json::Value =
        serde_json::from_str(&scratch.read("found/summary.json")).unwrap();
    for cell in summary["cells"].as_array_mut().unwrap() {
        cell.as_object_mut().unwrap().remove("good_enough");
        for pathway in cell["pathways"].as_array_mut().unwrap() {
            pathway.as_object_mut().unwrap().remove("probability");
        }
    }
    scratch.write("found/summary.json", &summary.to_string());
    let truth = "--truth recordings/small/circuit.toml --json";
    let scored = scratch.succeeds(&format!("score found {truth}")).json();
    for score in scored["groups"][0]["scores"].as_array().unwrap() {
        let name = score["score"].as_str().unwrap();
        let needs_them = [
            "brier",
            "reliability",
            "abstained",
            "abstention_roc_area",
            "stated_recall",
            "stated_precision",
            "false_probable_inhibition",
        ];
        if needs_them.contains(&name) {
            assert!(score["value"].is_null(), "{score}");
        }
    }
}

#[test]
fn probabilities_and_abstentions_are_scored_where_predictions_have_them() {
    let scratch = with_predictions();
    let mut summary: serde_json::Value =
        serde_json::from_str(&scratch.read("found/summary.json")).unwrap();
    for cell in summary["cells"].as_array_mut().unwrap() {
        cell["good_enough"] = (cell["cell"] == 0).into();
        for pathway in cell["pathways"].as_array_mut().unwrap() {
            pathway["probability"] = 0.75.into();
        }
    }
    scratch.write("found/summary.json", &summary.to_string());
    let truth = "--truth recordings/small/circuit.toml --json";
    let scored = scratch.succeeds(&format!("score found {truth}")).json();
    let calibration = &scored["groups"][0]["calibration"];
    let right = scored["groups"][0]["counts"]["found_right"]
        .as_f64()
        .unwrap();
    let share = right / calibration["forecasts"].as_f64().unwrap();
    let brier = share * 0.0625 + (1.0 - share) * 0.5625;
    assert!(
        (calibration["brier"].as_f64().unwrap() - brier).abs() < 1e-12,
        "{calibration}"
    );
    let scores = scored["groups"][0]["scores"].as_array().unwrap();
    let abstained = scores
        .iter()
        .find(|one| one["score"] == "abstained")
        .unwrap();
    assert_eq!(abstained["value"], 0.5);
    // Nothing is above 0.9, so that nothing is stated; above, all that was found is.
    let counts = |document: &serde_json::Value, name: &str| {
        document["groups"][0]["counts"][name].as_u64().unwrap()
    };
    assert_eq!(
        (counts(&scored, "stated"), counts(&scored, "stated_right")),
        (0, 0)
    );
    for cell in summary["cells"].as_array_mut().unwrap() {
        cell.as_object_mut().unwrap().remove("not_stated_because");
        for pathway in cell["pathways"].as_array_mut().unwrap() {
            pathway["probability"] = 0.95.into();
        }
    }
    scratch.write("found/summary.json", &summary.to_string());
    let sure = scratch.succeeds(&format!("score found {truth}")).json();
    for (stated, all) in [
        ("stated", "found"),
        ("stated_planted", "found_right"),
        ("stated_right", "right"),
        ("planted_beside_stated", "planted"),
        ("false_probable_inhibition", "false_inhibition"),
    ] {
        assert_eq!(counts(&sure, stated), counts(&sure, all), "{stated}");
    }
    // Where a prediction says that it states nothing, nothing is stated, and all else is as it was.
    let mut silent = summary.clone();
    for cell in silent["cells"].as_array_mut().unwrap() {
        cell["not_stated_because"] = "it is not predicted".into();
    }
    scratch.write("found/summary.json", &silent.to_string());
    let silent = scratch.succeeds(&format!("score found {truth}")).json();
    assert!(counts(&sure, "stated") > 0);
    assert_eq!(counts(&silent, "stated"), 0);
    assert_eq!(counts(&silent, "found"), counts(&sure, "found"));
    summary["cells"][0]["pathways"][0]["probability"] = 1.5.into();
    scratch.write("found/summary.json", &summary.to_string());
    scratch.refuses(
        &format!("score found {truth}"),
        1,
        &["found/summary.json", "probability 1.5", "from 0 to 1"],
    );
}

/// Predictions of earlier versions do not tell `unexplained`: the circuit's correlation does, and where that says
/// nothing it is not known.
#[test]
fn an_own_misfit_that_is_not_told_is_read_from_the_correlation() {
    let scratch = with_predictions();
    let line = "score found --truth recordings/small/circuit.toml";
    let misfits = || {
        let scored = scratch.succeeds(&format!("{line} --json")).json();
        scored["retinas"][0]["misfits"].as_array().unwrap().clone()
    };
    let told = misfits();
    let mut summary: serde_json::Value =
        serde_json::from_str(&scratch.read("found/summary.json")).unwrap();
    for cell in summary["cells"].as_array_mut().unwrap() {
        cell.as_object_mut().unwrap().remove("unexplained").unwrap();
    }
    scratch.write("found/summary.json", &summary.to_string());
    let read = misfits();
    for (told, read) in told.iter().zip(&read) {
        assert_eq!(told["own_from"], "unexplained");
        assert_eq!(read["own_from"], "correlation");
        let [told, read] = [told, read].map(|one| one["own"].as_f64().unwrap());
        // A circuit that was fitted with its gain and offset is within a tenth of the bound.
        assert!(read <= told + 1e-9 && read > 0.9 * told, "{read} {told}");
    }
    assert!(
        scratch
            .succeeds(line)
            .stdout
            .contains("own misfit of 2 circuits: 1 - r²")
    );
    let file = "found/cell0-circuit.toml";
    let circuit = scratch.read(file);
    let is_it = |line: &&str| line.starts_with("correlation = ");
    let correlation = circuit.lines().find(is_it).unwrap();
    scratch.write(file, &circuit.replace(correlation, "correlation = 0.0"));
    assert!(misfits()[0]["own_from"].is_null());
    assert!(
        scratch
            .succeeds(line)
            .stdout
            .contains("own misfit of 1 circuits: not known")
    );
}

/// Of two cells, one has its circuit taken away: abstaining leaves its pathways planted and not found;
/// saying nothing takes the cell out of the scores, and is told.
#[test]
fn a_cell_without_a_circuit_counts_as_not_found_or_is_told() {
    let scratch = with_predictions();
    let line = "score found --truth recordings/small/circuit.toml";
    let counts = || {
        let scored = scratch.succeeds(&format!("{line} --json")).json();
        let scores = scored["groups"][0]["scores"].as_array().unwrap().clone();
        let value = move |name: &str| {
            let found = scores.iter().find(|one| one["score"] == name).unwrap();
            found["value"].clone()
        };
        (scored["groups"][0]["counts"].clone(), value)
    };
    let number = |counts: &serde_json::Value, key: &str| counts[key].as_u64().unwrap();
    let (both, _) = counts();
    std::fs::remove_file(scratch.path("found/cell2-circuit.toml")).unwrap();
    let (one, _) = counts();
    assert_eq!(
        (number(&one, "cells"), number(&one, "not_predicted")),
        (1, 1)
    );
    let told = scratch.succeeds(line).stdout;
    assert!(told.contains("not predicted: 1 more cells"), "{told}");

    let mut summary: serde_json::Value =
        serde_json::from_str(&scratch.read("found/summary.json")).unwrap();
    summary["cells"][1]["good_enough"] = false.into();
    scratch.write("found/summary.json", &summary.to_string());
    let (abstained, value) = counts();
    assert_eq!(number(&abstained, "planted"), number(&both, "planted"));
    assert_eq!(number(&abstained, "right"), number(&one, "right"));
    assert_eq!(number(&abstained, "without_circuit"), 1);
    assert_eq!(number(&abstained, "not_predicted"), 0);
    let recall = number(&one, "right") as f64 / number(&both, "planted") as f64;
    assert_eq!(value("recall"), recall);
    let with_circuit = number(&one, "right") as f64 / number(&one, "planted") as f64;
    assert_eq!(value("recall_with_circuit"), with_circuit);
    let told = scratch.succeeds(line).stdout;
    assert!(
        told.contains("as the prediction says, of 1 cells"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_scored_is_refused() {
    let scratch = with_predictions();
    scratch.refuses(
        "score nowhere",
        1,
        &["nowhere", "holds no predictions", "ganglion identify"],
    );
    scratch.refuses("score found", 2, &["found", "--truth"]);
    let truth = "recordings/small/circuit.toml";
    scratch.refuses(
        &format!("score found --truth {truth} --truth {truth}"),
        2,
        &["2 truths for 1 retinas"],
    );
    scratch.refuses(
        &format!("score found --truth {truth} --phenomenon telepathy"),
        2,
        &["telepathy", "latency"],
    );
    // Another retina, with a smaller screen.
    scratch.write("other.toml", &SIMULATED.replace("width = 16", "width = 15"));
    scratch.succeeds("simulate other.toml --out other --quiet");
    scratch.refuses(
        "score found --truth other/circuit.toml",
        1,
        &["14 x 16 pixels", "14 x 15", "name the right truth"],
    );
}
