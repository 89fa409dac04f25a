//! `ganglion identify`

use crate::harness::{Scratch, listing};
use crate::reduce::CONFIG;
use crate::session::Session;

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

/// Every pathway has a probability, those above 0.9 are stated, and alternatives are told with theirs, in order.
#[test]
fn pathways_and_alternatives_have_probabilities() {
    let scratch = with_network();
    let found = scratch.succeeds("identify net identify.toml --json").json();
    for cell in found["cells"].as_array().unwrap() {
        assert!(cell["good_enough"].is_boolean(), "{cell}");
        for pathway in cell["pathways"].as_array().unwrap() {
            let probability = pathway["probability"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&probability), "{pathway}");
            let may_be_stated = cell.get("not_stated_because").is_none();
            assert_eq!(
                pathway["stated"],
                probability > 0.9 && may_be_stated,
                "{cell}"
            );
        }
        let alternatives = cell["alternatives"].as_array().unwrap();
        let probabilities: Vec<f64> = alternatives
            .iter()
            .map(|one| one["probability"].as_f64().unwrap())
            .collect();
        assert!(!probabilities.is_empty() && probabilities.is_sorted_by(|a, b| a >= b));
        // What is left out has less than 0.01 each, of at most 32 circuits.
        let sum: f64 = probabilities.iter().sum();
        assert!((0.68..1.0 + 1e-9).contains(&sum), "{sum}");
    }
}

/// Of cells that the network is known not to predict nothing is stated, and it is told why; where that is not known, it is
/// told that it is not.
#[test]
fn nothing_is_stated_of_cells_that_the_network_does_not_predict() {
    let scratch = with_network();
    scratch.succeeds("evaluate net --recording tiny.h5 --quiet");
    let mut scores: serde_json::Value =
        serde_json::from_str(&scratch.read("net/evaluation.json")).unwrap();
    let set = |cell: &mut serde_json::Value, r: f64, interval: [f64; 2], has_ceiling: bool| {
        let nothing = serde_json::Value::Null;
        cell["pearson"] = r.into();
        cell["pearson_interval"] = interval.to_vec().into();
        let over = |value: serde_json::Value| if has_ceiling { value } else { nothing.clone() };
        cell["normalised"] = over(r.into());
        cell["normalised_interval"] = over(interval.to_vec().into());
        cell["ceiling_note"] = nothing.clone();
    };
    set(&mut scores["cells"][0], 0.04, [-0.1, 0.18], true);
    set(&mut scores["cells"][1], 0.95, [0.9, 0.99], true);
    set(&mut scores["cells"][2], 0.3, [0.2, 0.4], false);
    scratch.write("net/evaluation.json", &scores.to_string());
    let line = "identify net identify.toml --out found";
    let found = scratch.succeeds(&format!("{line} --json")).json();
    let cells = found["cells"].as_array().unwrap();
    let because = cells[0]["not_stated_because"].as_str().unwrap();
    let told = "r / ceiling is 0.04 [-0.10, 0.18] on `test` of tiny.h5";
    assert!(because.contains(told), "{because}");
    for pathway in cells[0]["pathways"].as_array().unwrap() {
        assert_eq!(pathway["stated"], false, "{pathway}");
    }
    for cell in &cells[1..] {
        assert!(cell.get("not_stated_because").is_none(), "{cell}");
        for pathway in cell["pathways"].as_array().unwrap() {
            let probability = pathway["probability"].as_f64().unwrap();
            assert_eq!(pathway["stated"], probability > 0.9, "{pathway}");
        }
    }
    let says =
        |cell: usize, part: &str| cells[cell]["description"].as_str().unwrap().contains(part);
    assert!(says(0, because) && says(0, "no pathway is stated"));
    let unknown = "How well the network predicts this cell is not known";
    assert_eq!(
        [0, 1, 2].map(|cell| says(cell, unknown)),
        [false, false, true]
    );
    let text = scratch.succeeds(&format!("{line} --overwrite")).stdout;
    assert!(text.contains(because), "{text}");
    assert!(text.contains("0 of "), "{text}");
    // Scores of other weights are of another network: what the recordings of the run say counts then.
    scores["weights_sha256"] = "0".repeat(64).into();
    scratch.write("net/evaluation.json", &scores.to_string());
    let line = "identify net identify.toml --cells 0 --json --out";
    let own = scratch.succeeds(&format!("{line} own")).json();
    assert_eq!(own["cells"][0]["prediction"]["recording"], "tiny.h5");
    let pearson = own["cells"][0]["prediction"]["pearson"].as_f64();
    assert!(pearson.is_some_and(|r| r != 0.04), "{own}");
    // A model without a run, and without scores, says nothing of itself.
    std::fs::rename(scratch.path("net/model"), scratch.path("alone")).unwrap();
    let line = "identify alone identify.toml --cells 0 --json --out without";
    let without = scratch.succeeds(line).json();
    let cell = &without["cells"][0];
    assert!(cell.get("prediction").is_none() && cell.get("not_stated_because").is_none());
    let told = cell["description"].as_str().unwrap();
    assert!(told.contains(unknown) && told.contains("at hand"), "{told}");
}

/// Each cell with several probable circuits gets a movie, the rates that each of them predicts, and the circuits.
#[test]
fn the_next_experiment_is_written_with_what_each_circuit_predicts() {
    let scratch = with_network();
    let line = "identify net identify.toml --next-experiment --out found --json";
    let found = scratch.succeeds(line).json();
    for cell in found["cells"].as_array().unwrap() {
        let probable = |one: &&serde_json::Value| one["probability"].as_f64().unwrap() >= 0.05;
        let probable = cell["alternatives"]
            .as_array()
            .unwrap()
            .iter()
            .filter(probable);
        let rivals = probable.count().min(4);
        let name = format!("found/cell{}-next-experiment", cell["cell"]);
        let exists = scratch.path(&format!("{name}.h5")).is_file();
        assert_eq!(exists, rivals > 1, "{cell}");
        if rivals < 2 {
            continue;
        }
        let told: serde_json::Value =
            serde_json::from_str(&scratch.read(&format!("{name}.json"))).unwrap();
        let circuits = told["circuits"].as_array().unwrap();
        assert_eq!(circuits.len(), rivals);
        for circuit in circuits {
            let file = circuit["file"].as_str().unwrap();
            assert!(scratch.path(&format!("found/{file}")).is_file(), "{file}");
        }
        let [bits, entropy] = ["bits_per_presentation", "entropy_bits"];
        assert!(told[bits].as_f64().unwrap() > 0.0 && told[entropy].as_f64().unwrap() > 0.0);
        assert_eq!(told["clips"].as_array().unwrap().len(), 8);
    }
}

/// A recording of the same cells whose light was the same everywhere; their spikes are made up.
fn full_field(trials: usize) -> Session {
    Session {
        spoil_movie: |movie| {
            for frame in movie.chunks_mut(144) {
                frame.fill(frame[0]);
            }
        },
        training_trials: trials,
        ..Session::tiny()
    }
}

/// The same in stripes where the probe has them: pixels of 50 um, stripes of two.
fn striped() -> Session {
    Session {
        spoil_movie: |movie| {
            for frame in movie.chunks_mut(144) {
                let [one, other] = [frame[0], frame[2]];
                for (pixel, value) in frame.iter_mut().enumerate() {
                    *value = if pixel % 12 / 2 % 2 == 0 { one } else { other };
                }
            }
        },
        training_trials: 1,
        ..Session::tiny()
    }
}

/// Stripes of the probe's width count, of another width they do not.
#[test]
fn circuits_follow_the_cells_own_spikes_in_stripes() {
    let scratch = with_network();
    striped().write(&scratch.path("stripes.h5"));
    full_field(1).write(&scratch.path("flicker.h5"));
    let spikes = |line: &str, out: &str| -> Option<f64> {
        let line = format!("identify net identify.toml --cells 0 {line} --out {out} --json");
        let found = scratch.succeeds(&line).json();
        found["cells"][0]["own_spikes"].as_f64()
    };
    let stripes = spikes("--recording stripes.h5", "stripes").unwrap();
    let flicker = spikes("--recording flicker.h5", "flicker").unwrap();
    let both = spikes("--recording stripes.h5 --recording flicker.h5", "both").unwrap();
    assert!(stripes > 0.0 && flicker > 0.0);
    assert_eq!(both, stripes + flicker);
    let set = "--set reduction.identify.probe.stripe=50";
    assert_eq!(
        spikes(&format!("{set} --recording stripes.h5"), "narrow"),
        None
    );
    assert!(spikes("--recording stripes.h5 --without-network", "alone").is_some());
}

/// Spikes count where the light was the same everywhere, and circuits are others with them.
#[test]
fn circuits_follow_the_cells_own_spikes() {
    let scratch = with_network();
    full_field(2).write(&scratch.path("flicker.h5"));
    let alone = scratch
        .succeeds("identify net identify.toml --out alone --json")
        .json();
    let line = "identify net identify.toml --recording tiny.h5 --recording flicker.h5";
    // The network's own recording has no spikes, which are only looked for where there is a full field.
    let both = scratch
        .succeeds(&format!("{line} --out both --json"))
        .json();
    for (cell, before) in both["cells"]
        .as_array()
        .unwrap()
        .iter()
        .zip(alone["cells"].as_array().unwrap())
    {
        assert!(cell["own_spikes"].as_f64().unwrap() > 0.0, "{cell}");
        assert!(before.get("own_spikes").is_none(), "{before}");
        assert_ne!(cell["unexplained"], before["unexplained"], "{cell}");
    }
    let config = scratch.read("both/config.toml");
    assert!(
        config.contains("identify net --recording tiny.h5 --recording flicker.h5"),
        "{config}"
    );
    let table = scratch.read("both/pathways.csv");
    let heading = table.lines().next().unwrap();
    assert!(
        heading.ends_with("correlation,probability,stated,recovery_ms,depletion_per_s"),
        "{heading}"
    );
    let told = scratch.succeeds(&format!("{line} --out told")).stdout;
    assert!(
        told.contains("spikes of the cell itself") && !told.contains("pooled"),
        "{told}"
    );
    assert!(!told.contains("of the simulated retina"), "{told}");
    // The spikes alone: there is no network to be followed closely enough.
    let line = "identify net identify.toml --recording flicker.h5 --without-network --out spikes";
    let spikes = scratch.succeeds(&format!("{line} --json")).json();
    for cell in spikes["cells"].as_array().unwrap() {
        assert!(cell["own_spikes"].as_f64().unwrap() > 0.0, "{cell}");
        assert!(cell.get("good_enough").is_none(), "{cell}");
    }
    assert!(
        scratch
            .read("spikes/config.toml")
            .contains("--without-network")
    );
    scratch.refuses(
        "identify net identify.toml --without-network",
        2,
        &["required arguments"],
    );
}

/// A run knows what it was trained on; recordings without spike counts are passed over.
#[test]
fn circuits_follow_the_spikes_that_the_network_was_trained_on() {
    let scratch = with_network();
    // A recording with the rates of another is refused in training.
    let flicker = Session {
        spoil_rates: |rates| rates.iter_mut().for_each(|rate| *rate *= 0.5),
        ..full_field(1)
    };
    flicker.write(&scratch.path("flicker.h5"));
    let files = "--set recording.files=[\"tiny.h5\",\"flicker.h5\"]";
    scratch.succeeds(&format!("train network.toml {files} --out both --quiet"));
    let found = |line: &str| {
        let line = format!("identify {line} identify.toml --cells 0 --json");
        scratch.succeeds(&line).json()
    };
    let trained = found("both --training-recordings --out trained");
    let named = found("both --recording flicker.h5 --out named");
    assert!(trained["cells"][0]["own_spikes"].as_f64().unwrap() > 0.0);
    assert_eq!(trained, named);
    let config = scratch.read("trained/config.toml");
    assert!(config.contains("identify both --training-recordings"));
    let without = found("net --training-recordings --out without");
    assert!(without["cells"][0].get("own_spikes").is_none());
    std::fs::rename(scratch.path("net/model"), scratch.path("alone")).unwrap();
    let line = "identify alone identify.toml --training-recordings --out refused";
    scratch.refuses(line, 2, &["alone: no run is around this model"]);
    let line = "identify both --training-recordings --recording flicker.h5";
    scratch.refuses(line, 2, &["cannot be used with"]);
}

#[test]
fn recordings_that_say_nothing_or_do_not_belong_are_told_or_refused() {
    let scratch = with_network();
    let line = "identify net identify.toml --recording tiny.h5 --out found --json";
    let done = scratch.succeeds(line);
    let told = "none of the recordings shows a full field";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    assert!(done.json()["cells"][0].get("own_spikes").is_none());
    full_field(0).write(&scratch.path("silent.h5"));
    let other = |session: Session, name: &str| session.write(&scratch.path(name));
    other(
        Session {
            light: 1.0 / 255.0,
            ..full_field(1)
        },
        "bright.h5",
    );
    other(
        Session {
            frame_period_ms: 20.0,
            ..full_field(1)
        },
        "slow.h5",
    );
    other(
        Session {
            microns_per_pixel: 30.0,
            ..full_field(1)
        },
        "small.h5",
    );
    full_field(1).write(&scratch.path("flicker.h5"));
    let twice =
        "identify net identify.toml --recording flicker.h5 --recording flicker.h5 --out refused";
    scratch.refuses(twice, 1, &["flicker.h5: is given twice"]);
    let shifted = "train network.toml --set recording.shift_responses=200 --out shifted --quiet";
    scratch.succeeds(shifted);
    let line = "identify shifted identify.toml --recording flicker.h5 --out refused";
    scratch.refuses(
        line,
        1,
        &[
            "shifted: was trained on shifted responses",
            "leave --recording out",
        ],
    );
    // Nor by the folder of its model, nor beside another.
    let line = "identify shifted/model identify.toml --recording flicker.h5 --out refused";
    scratch.refuses(
        line,
        1,
        &["shifted/model: was trained on shifted responses"],
    );
    let line = "identify net identify.toml --with shifted --recording flicker.h5 --out refused";
    scratch.refuses(line, 1, &["shifted: was trained on shifted responses"]);
    let nothing = "identify net identify.toml --recording tiny.h5 --without-network --out refused";
    scratch.refuses(nothing, 1, &["there is nothing to follow"]);
    for (file, part) in [
        ("silent.h5", "silent.h5"),
        ("slow.h5", "slow.h5: "),
        ("small.h5", "small.h5: "),
        ("bright.h5", "bright.h5: "),
        ("nothing.h5", "nothing.h5"),
    ] {
        let line = format!("identify net identify.toml --recording {file} --out refused");
        scratch.refuses(&line, 1, &[part]);
    }
}

#[test]
fn networks_of_one_recording_answer_together() {
    let scratch = with_network();
    scratch.succeeds("train network.toml --set seed=4 --out other --quiet");
    let told = scratch.succeeds("identify net identify.toml --with other --out together --json");
    for cell in told.json()["cells"].as_array().unwrap() {
        assert_eq!(cell["networks"], 2, "{cell}");
        for pathway in cell["pathways"].as_array().unwrap() {
            assert!(
                pathway["networks_agree"].as_u64().unwrap() <= 2,
                "{pathway}"
            );
        }
    }
    // The settings and the circuits say of which networks they are.
    assert!(
        scratch
            .read("together/config.toml")
            .contains("identify net --with other")
    );
    assert!(
        scratch
            .read("together/cell0-circuit.toml")
            .contains("net + other")
    );
    // A network beside its like: what it has alone, both have. It is not put beside itself.
    scratch.succeeds("train network.toml --out same --quiet");
    let twice = scratch.succeeds("identify net identify.toml --with same --out twice --json");
    for cell in twice.json()["cells"].as_array().unwrap() {
        for pathway in cell["pathways"].as_array().unwrap() {
            assert_eq!(pathway["networks_agree"], 2, "{pathway}");
        }
    }
    scratch.succeeds("train network.toml --set recording.cells=[0,1] --out fewer --quiet");
    let itself = "identify net identify.toml --with net/model --out refused";
    scratch.refuses(itself, 1, &["net/model: is named twice"]);
    let refused = "fewer: has other cells or another screen than net";
    scratch.refuses("identify net identify.toml --with fewer", 2, &[refused]);
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
