//! `ganglion experiment`

use std::collections::BTreeSet;

use ganglion_recording::read_array;
use rstest::rstest;

use crate::harness::{Scratch, listing};

/// The quickest of each: the model sees 12 x 12 pixels of 50 um and 8 frames.
const CONFIG: &str = r#"
[[experiments]]
phenomenon = "omitted-stimulus"
periods = [40, 50, 60, 70]
counts = [1, 4]
flashes = 4

[[experiments]]
phenomenon = "latency"
contrasts = [-0.5, -1, -1.5, -2, -2.5]

[[experiments]]
phenomenon = "motion-reversal"
positions = [-50, 0, 50]
approach = 300
"#;

#[test]
fn a_linear_network_predicts_nothing_and_says_so_in_one_document() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("experiment run --phenomenon omitted-stimulus --json");
    let found = done.json();
    assert_eq!(found["phenomenon"], "omitted-stimulus");
    let cells = found["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 3);
    for (index, cell) in cells.iter().enumerate() {
        assert_eq!(cell["cell"], index);
        assert_eq!(cell["present"], false, "{cell}");
        assert!(cell["metrics"]["rest_hz"].as_f64().unwrap() > 0.0);
        assert!(cell["metrics"].get("slope").is_some());
    }
    assert_eq!(found["config"]["flashes"], 8);
}

#[test]
fn several_experiments_leave_their_files_and_figures() {
    let scratch = Scratch::with_run();
    scratch.write("experiments.toml", CONFIG);
    let done = scratch.succeeds("experiment run experiments.toml --out found --movies");
    assert!(done.stdout.contains("latency: "), "{}", done.stdout);
    let files = listing(&scratch.path("found"));
    let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    for name in ["1-omitted-stimulus", "2-latency", "3-motion-reversal"] {
        for file in [
            "config.toml",
            "conditions.csv",
            "metrics.csv",
            "curves.csv",
            "summary.json",
        ] {
            assert!(
                files.contains(format!("{name}/{file}").as_str()),
                "{name} {file}"
            );
        }
    }
    for figure in ["1-omitted-stimulus/omitted-stimulus", "2-latency/latency"] {
        assert!(
            files.contains(format!("{figure}.svg").as_str()),
            "{files:?}"
        );
        assert!(
            files.contains(format!("{figure}.csv").as_str()),
            "{files:?}"
        );
    }
    let file = hdf5_pure::File::open(scratch.path("found/2-latency/responses.h5")).unwrap();
    // 8 frames of grey, 40 of the step, and the bin after the last frame, less the history.
    let rates = file.dataset("response/004").unwrap();
    assert_eq!(rates.shape().unwrap(), [3, 41]);
    let movie = read_array(scratch.path("found/2-latency/movies/004.h5"), "stimulus").unwrap();
    assert_eq!(movie.shape, [48, 12, 12]);
    assert_eq!((movie.values[0], movie.values[8 * 144]), (0.0, -2.5));
    scratch.succeeds("experiment run found/2-latency/config.toml --json");
}

/// The quickest of each classical stimulus.
const CLASSICAL: &str = r#"
[[experiments]]
phenomenon = "receptive-field"
duration = 4000
segment = 2000

[[experiments]]
phenomenon = "step-response"
duration = 200
after = 200

[[experiments]]
phenomenon = "contrast-adaptation"
repeats = 2

[[experiments]]
phenomenon = "contrast-gain"
contrasts = [0.5, 2]
duration = 6000

[[experiments]]
phenomenon = "frequency-doubling"
bar_widths = [100, 200]
phases = [0, 90]

[[experiments]]
phenomenon = "object-motion"
radius = 150
duration = 1000
walks = 2

[[experiments]]
phenomenon = "polarity-reversal"
radius = 150
shifts = 4
"#;

#[test]
fn classical_stimuli_leave_their_figures() {
    let scratch = Scratch::with_run();
    scratch.write("classical.toml", CLASSICAL);
    scratch.succeeds("experiment run classical.toml --out found");
    let files = listing(&scratch.path("found"));
    for name in [
        "1-receptive-field/receptive-field",
        "2-step-response/step-response",
        "3-contrast-adaptation/contrast-adaptation",
        "4-contrast-gain/contrast-gain",
        "5-frequency-doubling/frequency-doubling",
        "5-frequency-doubling/frequency-doubling-curves",
        "6-object-motion/object-motion",
        "7-polarity-reversal/polarity-reversal",
    ] {
        for end in ["svg", "csv"] {
            let file = format!("{name}.{end}");
            assert!(files.contains(&file), "{file}: {files:?}");
        }
    }
    let map = read_array(
        scratch.path("found/1-receptive-field/responses.h5"),
        "map/space",
    );
    assert_eq!(map.unwrap().shape, [3, 12, 12]);
}

#[test]
fn figures_are_drawn_again_from_what_was_kept() {
    let scratch = Scratch::with_run();
    scratch.write("experiments.toml", CONFIG);
    scratch.succeeds("experiment run experiments.toml --out found");
    let figures = ["1-omitted-stimulus/omitted-stimulus", "2-latency/latency"];
    let paths = figures.iter().flat_map(|name| {
        let file = |end| format!("found/{name}.{end}");
        ["svg", "csv"].map(file)
    });
    let before: Vec<(String, String)> = paths.map(|path| (scratch.read(&path), path)).collect();
    for (_, path) in &before {
        std::fs::remove_file(scratch.path(path)).unwrap();
    }
    let done = scratch.succeeds("plot found");
    for (text, path) in &before {
        assert!(done.stdout.contains(path), "{path}: {}", done.stdout);
        assert_eq!(&scratch.read(path), text, "{path}");
    }
    scratch.succeeds("plot found/2-latency --format png --out drawn");
    assert!(scratch.path("drawn/latency.png").is_file());
    scratch.refuses("plot found --recording tiny.h5", 2, &["holds experiments"]);
    scratch.write("found/2-latency/config.toml", "experiments = []");
    scratch.refuses("plot found/2-latency", 1, &["holds not one experiment"]);
}

#[test]
fn one_experiment_of_a_config_can_be_chosen_and_changed() {
    let scratch = Scratch::with_run();
    scratch.write("experiments.toml", CONFIG);
    let done = scratch.succeeds("experiment run experiments.toml --phenomenon latency --json");
    assert_eq!(done.json()["phenomenon"], "latency");
    let all = scratch
        .succeeds("experiment run experiments.toml --json")
        .json();
    assert_eq!(all["experiments"].as_array().unwrap().len(), 3);
}

#[rstest]
#[case("--phenomenon latncy", &["no experiment \"latncy\"", "use one of omitted-stimulus, latency"])]
#[case("--phenomenon latency --preset old", &["no preset \"old\"", "poster-2019, later-code"])]
#[case("", &["CONFIG"])]
fn a_name_that_there_is_not_is_bad_use(#[case] rest: &str, #[case] parts: &[&str]) {
    let scratch = Scratch::with_run();
    let done = scratch.run(&format!("experiment run {rest}"));
    assert_eq!(done.code, Some(2), "{done:?}");
    for part in parts {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
}

#[rstest]
#[case(
    "phenomenon = \"motion-anticipation\"\nwidth = 700",
    "not narrower than the screen, 600 um"
)]
#[case("phenomenon = \"motion-anticipation\"\nspeed = 1", "um/s or more")]
#[case(
    "phenomenon = \"motion-reversal\"",
    "outside the screen; use -300 to 300 um"
)]
#[case("phenomenon = \"omitted-stimulus\"\nperiods = [80]", "give 4 or more")]
#[case("phenomenon = \"omitted-stimulus\"\nflashes = 0", "count = 0")]
#[case("phenomenon = \"latency\"\ncontrasts = [-1]", "give 5 or more")]
#[case("phenomenon = \"latncy\"", "use one of omitted-stimulus, latency")]
#[case("phenomenon = \"latency\"\nwindw = 3", "unknown")]
#[case("flashes = 3", "phenomenon")]
fn what_cannot_be_done_is_refused_with_what_works(#[case] text: &str, #[case] part: &str) {
    let scratch = Scratch::with_run();
    scratch.write("bad.toml", &format!("[[experiments]]\n{text}\n"));
    scratch.refuses("experiment run bad.toml --out found", 1, &[part]);
    assert!(!scratch.path("found").exists());
}

/// A retina of one cell of every class, and an experiment that is over at once.
fn with_retina() -> Scratch {
    let scratch = Scratch::empty();
    scratch.write(
        "retina.toml",
        r#"
[simulation]
family = "salamander"
repeats = 2
screen = { height = 12, width = 12, microns_per_pixel = 50 }
mosaic = { count = 1, spacing = 100, margin = 200 }
white_noise = { train_seconds = 2, test_seconds = 2, check = 100 }
"#,
    );
    scratch.write(
        "latency.toml",
        "[[experiments]]\nphenomenon = \"latency\"\ncontrasts = [-0.5, -1, -1.5, -2, -2.5]\n",
    );
    scratch.succeeds("simulate retina.toml --out eye --quiet");
    scratch
}

#[test]
fn parts_of_a_simulated_retina_are_held_and_told() {
    let scratch = with_retina();
    let show = "experiment eye/circuit.toml latency.toml --out";
    let intact = scratch.succeeds(&format!("{show} intact --json")).json();
    assert!(intact.get("without").is_none());
    let silent = format!("{show} silent --without OFF --without inhibition --json");
    let silent = scratch.succeeds(&silent).json();
    assert_eq!(silent["without"], serde_json::json!(["OFF", "inhibition"]));
    // Without OFF pathways and inhibition nothing answers a step to dark.
    let flat = silent["cells"].as_array().unwrap().iter();
    assert!(flat.clone().all(|cell| cell["present"] == false));
    assert_ne!(intact["cells"], silent["cells"]);
    let told = scratch
        .succeeds("experiment eye latency.toml --without inhibition")
        .stdout;
    assert!(
        told.contains("held at what they give for grey: inhibition"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_held_is_refused_with_what_can() {
    let scratch = with_retina();
    let circuit: toml::Table = scratch.read("eye/circuit.toml").parse().unwrap();
    let known = circuit["interneurons"][0]["name"].as_str().unwrap();
    scratch.refuses(
        "experiment eye latency.toml --without horizontal",
        1,
        &["--without horizontal", "inhibition", known],
    );
    let network = Scratch::with_run();
    network.refuses(
        "experiment run --phenomenon latency --without ON",
        2,
        &["simulated retina", "ganglion reduce"],
    );
}
