//! Generalised linear models, from spikes in bins finer than a frame.

use serde_json::Value;

use crate::harness::{Scratch, listing};
use crate::session::write_with_fine_spikes;

/// Stimulus, history and coupling, with standard errors: fitted in a second.
const CONFIG: &str = r#"
seed = 3
[recording]
files = ["fine.h5"]
response = "binned"
targets = "spike-counts"
history_frames = 4
validation = { fraction = 0.2, split = "last" }
[model]
kind = "glm"
lags = "frames"
stimulus = { kind = "raw", length = 3 }
history = { kind = "raw", length = 2 }
coupling = { kind = "raw", length = 2 }
simulated_trials = 20
[model.fit]
penalty = { ridge = 1e-3 }
standard_errors = true
"#;

/// A recording, a config, and the fitted run `run`.
pub fn fitted() -> Scratch {
    let scratch = Scratch::empty();
    write_with_fine_spikes(&scratch.path("fine.h5"));
    scratch.write("glm.toml", CONFIG);
    scratch.succeeds("train glm.toml --out run");
    scratch
}

fn fit(scratch: &Scratch) -> Value {
    serde_json::from_str(&scratch.read("run/model/fit.json")).unwrap()
}

#[test]
fn a_fit_keeps_what_is_known_of_it_and_is_the_same_again() {
    let scratch = fitted();
    let first = fit(&scratch);
    assert_eq!(first["nested"].as_array().unwrap().len(), 2);
    assert_eq!(first["validation"].as_array().unwrap().len(), 3);
    let errors = &first["fit"]["cells"][1]["errors"]["filters"];
    assert_eq!(errors["stimulus"].as_array().unwrap().len(), 3);
    assert_eq!(errors["history"].as_array().unwrap().len(), 2);
    // Of its own spikes 0, of those of others above 0.
    let coupling: Vec<f64> = serde_json::from_value(errors["coupling"].clone()).unwrap();
    assert_eq!(coupling[2..4], [0.0; 2]);
    assert!(
        coupling[..2]
            .iter()
            .chain(&coupling[4..])
            .all(|&error| error > 0.0)
    );
    // Nothing can go on from an optimum: the same is found.
    scratch.succeeds("train glm.toml --out run --resume");
    assert_eq!(fit(&scratch), first);
}

/// The spikes of cell 0 excite cell 1 in the recording, and nothing else is coupled.
#[test]
fn the_coupling_that_is_there_is_found() {
    let scratch = fitted();
    let fit = fit(&scratch);
    let tests = fit["fit"]["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 6);
    let p = |test: &Value| test["corrected_p"].as_f64().unwrap();
    let is_planted = |test: &&Value| test["cell"] == 1 && test["other"] == 0;
    let planted = tests.iter().find(is_planted).unwrap();
    assert!(p(planted) < 1e-6, "{planted}");
    assert!(
        tests
            .iter()
            .filter(|test| !is_planted(test))
            .all(|test| p(test) > 1e-6)
    );
}

#[test]
fn an_evaluation_tells_spikes_and_how_trials_vary() {
    let scratch = fitted();
    let line = "evaluate run --recording fine.h5";
    let told = scratch
        .succeeds(&format!("{line} --predictions rates.parquet"))
        .stdout;
    assert!(scratch.path("rates.parquet").is_file());
    let [bits, fano] = ["bits a spike", "Fano factor"].map(|title| told.find(title).unwrap());
    assert!(bits < fano, "{told}");
    assert!(
        told.contains("median noise correlation of 3 pairs in 10 ms"),
        "{told}"
    );

    let json = scratch.succeeds(&format!("{line} --json")).json();
    let variability = &json["variability"];
    assert_eq!(variability["trials"], 6);
    let windows = variability["windows"].as_array().unwrap();
    let bins: Vec<u64> = windows
        .iter()
        .map(|one| one["bins"].as_u64().unwrap())
        .collect();
    assert_eq!(bins, [4, 20], "bins of 2.5 ms");
    for window in windows {
        assert_eq!(window["cells"].as_array().unwrap().len(), 3);
        assert_eq!(window["pairs"].as_array().unwrap().len(), 3);
        for cell in window["cells"].as_array().unwrap() {
            // Of 6 trials: both are of the same model, near Poisson counts.
            let [recorded, simulated] =
                ["recorded_fano", "simulated_fano"].map(|key| cell[key].as_f64().unwrap());
            assert!((0.3..2.5).contains(&recorded), "{cell}");
            assert!((0.3..2.5).contains(&simulated), "{cell}");
        }
    }
    let kept: Value = serde_json::from_str(&scratch.read("run/evaluation.json")).unwrap();
    assert_eq!(kept["variability"], *variability);
}

/// The part for training has one trial, of which nothing varies.
#[test]
fn single_trials_have_no_variability() {
    let scratch = fitted();
    let line = "evaluate run --recording fine.h5 --partition train --json";
    let json = scratch.succeeds(line).json();
    assert!(json.get("variability").is_none(), "{json}");
    assert_eq!(json["spike_by_spike"]["trials"], 1);
}

#[test]
fn rates_are_told_and_weights_exported() {
    let scratch = fitted();
    scratch.succeeds("respond run --raw --stimulus fine.h5:test/stimulus --out rates.h5");
    scratch.succeeds("export run --format npz --out weights.npz");
    assert!(scratch.path("rates.h5").is_file() && scratch.path("weights.npz").is_file());
}

#[test]
fn what_needs_light_alone_or_hidden_units_is_refused() {
    let scratch = fitted();
    let spikes = "the rate of this model depends on the spikes that were fired before";
    let done = scratch.run("experiment run --phenomenon omitted-stimulus --out out");
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.stderr.contains(spikes), "{}", done.stderr);
    let done = scratch.run("attribute run --phenomenon omitted-stimulus --out out");
    assert!(matches!(done.code, Some(1 | 2)), "{done:?}");
    let reasons = [spikes, "no hidden units"];
    assert!(
        reasons.iter().any(|reason| done.stderr.contains(reason)),
        "{}",
        done.stderr
    );
    assert!(!scratch.path("out").exists());
}

#[test]
fn filters_couplings_and_rasters_are_drawn() {
    let scratch = fitted();
    let done = scratch.succeeds("plot run");
    assert!(!done.stderr.contains("run away"), "{}", done.stderr);
    let names = [
        "cell-scores",
        "couplings",
        "filters",
        "psth",
        "rasters",
        "spike-filters",
        "variability",
    ];
    let files = names
        .iter()
        .flat_map(|name| [format!("{name}.csv"), format!("{name}.svg")]);
    assert_eq!(
        listing(&scratch.path("run/plots")),
        files.collect::<Vec<_>>()
    );
    let couplings = scratch.read("run/plots/couplings.csv");
    let arrow = |line: &&str| line.starts_with("graph,arrow,,0,1,");
    assert!(couplings.lines().any(|line| arrow(&line)), "{couplings}");
    // Both the band of the filter and the filter of each of the others.
    let filters = scratch.read("run/plots/spike-filters.csv");
    let of_other = |line: &&str| line.starts_with("cell 1 coupling,line,Cell 0,2.5,");
    let row = filters.lines().find(of_other).unwrap();
    let numbers: Vec<f64> = row.split(',').skip(4).flat_map(str::parse).collect();
    let [gain, lower, upper] = numbers[..] else {
        panic!("{row}")
    };
    assert!(1.0 < lower && lower < gain && gain < upper, "{row}");
    let rasters = scratch.read("run/plots/rasters.csv");
    for part in ["recorded", "simulated"] {
        assert!(
            rasters.contains(&format!("{part},raster,trial 6,")),
            "{part}"
        );
    }
}

#[test]
fn models_are_drawn_side_by_side() {
    let scratch = fitted();
    let alone = CONFIG.replace("coupling = { kind", "# coupling = { kind");
    scratch.write("alone.toml", &alone);
    scratch.succeeds("train alone.toml --out alone");
    scratch.refuses("plot run alone", 2, &["--recording FILE.h5", "--out DIR"]);
    scratch.succeeds("plot run alone --recording fine.h5 --out figures");
    assert_eq!(
        listing(&scratch.path("figures")),
        ["families.csv", "families.svg"]
    );
    // Two of one kind are called by their folders: a row a cell and one of the median.
    let table = scratch.read("figures/families.csv");
    for name in ["run", "alone"] {
        let rows = |start: String| {
            table
                .lines()
                .filter(|line| line.starts_with(&start))
                .count()
        };
        assert_eq!(rows(format!("pearson,cells,{name},")), 3, "{table}");
        assert_eq!(rows(format!("pearson,median,{name},")), 1, "{table}");
        assert_eq!(rows(format!("bits_per_spike,cells,{name},")), 3, "{table}");
    }
    let one_cell = CONFIG.replace("response =", "cells = [0]\nresponse =");
    scratch.write("one.toml", &one_cell);
    scratch.succeeds("train one.toml --out one");
    scratch.refuses(
        "plot run one --recording fine.h5 --out other",
        1,
        &["run and one", "different cells"],
    );
    assert!(!scratch.path("other").exists());
}
