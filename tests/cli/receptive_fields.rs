//! `ganglion receptive-fields`

use ganglion_recording::read_array;
use serde_json::Value;

use crate::harness::{Scratch, listing};
use crate::session::Session;

fn found(scratch: &Scratch, more: &str) -> Value {
    let line = format!("receptive-fields tiny.h5 --history 80 --json {more}");
    scratch.succeeds(&line).json()
}

/// The cells of the tiny session look at (3, 3), (6, 6) and (9, 9), peak two frames before the response,
/// and are ON, OFF, ON.
#[test]
fn planted_fields_are_told_and_saved() {
    let scratch = Scratch::with_recording(&Session {
        frames: 3000,
        ..Session::tiny()
    });
    let json = found(&scratch, "--out fields");
    assert_eq!(
        (&json["estimate"], &json["weighted_by"]),
        (&"average".into(), &"rates".into())
    );
    let cells = json["cells"].as_array().unwrap();
    for (cell, (place, polarity)) in cells.iter().zip([(3.0, "on"), (6.0, "off"), (9.0, "on")]) {
        assert_eq!(cell["polarity"], polarity, "{cell}");
        assert_eq!(cell["significance"]["significant"], true, "{cell}");
        assert_eq!(cell["peak_lag_ms"], 20.0, "{cell}");
        for axis in ["x", "y"] {
            let centre = &cell[format!("centre_{axis}_pixels")];
            let [value, error] = ["value", "error"].map(|key| centre[key].as_f64().unwrap());
            assert!(
                (value - place).abs() < 4.0 * error && error < 0.5,
                "{centre}"
            );
            let um = cell[format!("centre_{axis}_um")]["value"].as_f64().unwrap();
            assert!((um - 50.0 * (value - 5.5)).abs() < 1e-9, "{um}");
        }
        // The planted profile falls as exp(-r^2 / 3): four standard deviations of 1.22 pixels of 50 um.
        let diameter = cell["diameter_2sd_um"]["value"].as_f64().unwrap();
        assert!((diameter / 245.0 - 1.0).abs() < 0.25, "{diameter}");
    }
    let files = listing(&scratch.path("fields"));
    for end in ["json", "csv", "h5"] {
        assert!(
            files.contains(&format!("receptive-fields.{end}")),
            "{files:?}"
        );
    }
    assert!(
        files.contains(&"receptive-fields-figure.svg".to_owned()),
        "{files:?}"
    );
    let average = read_array(scratch.path("fields/receptive-fields.h5"), "average").unwrap();
    assert_eq!(average.shape, [3, 8, 12, 12]);
    let table = scratch.read("fields/receptive-fields.csv");
    assert!(
        table.starts_with("cell,mean_rate_hz,p,significant,polarity,"),
        "{table}"
    );
    let text = scratch
        .succeeds("receptive-fields tiny.h5 --history 80")
        .stdout;
    assert!(
        text.contains("rate-weighted averages of `train/response/firing_rate_10ms`"),
        "{text}"
    );
    assert!(text.contains("3 of 3 cells are significant"), "{text}");
}

/// Spikes are used where they are known.
#[test]
fn spikes_are_preferred_to_rates() {
    let scratch = Scratch::with_recording(&Session {
        frames: 2000,
        training_trials: 3,
        ..Session::tiny()
    });
    let json = found(&scratch, "");
    assert_eq!(
        (&json["weighted_by"], &json["responses"]),
        (&"spikes".into(), &"train/repeats".into())
    );
    let json = found(&scratch, "--response firing_rate_10ms");
    assert_eq!(json["weighted_by"], "rates");
}

/// A cell without trials is left out; the spikes of the others are used as before.
#[test]
fn a_cell_without_spikes_does_not_keep_the_others_from_theirs() {
    let scratch = Scratch::with_recording(&Session {
        frames: 2000,
        training_trials: 3,
        cells_with_trials: 2,
        ..Session::tiny()
    });
    let json = found(&scratch, "");
    assert_eq!(json["weighted_by"], "spikes");
    assert_eq!(json["cells"].as_array().unwrap().len(), 2);
    assert_eq!(json["left_out"][0]["cell"], 2, "{}", json["left_out"]);
    let reason = json["left_out"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("--response"), "{reason}");
    let json = found(&scratch, "--response firing_rate_10ms");
    assert_eq!(json["cells"].as_array().unwrap().len(), 3);
}

/// A cell of which nothing was recorded is left out and told, and one that lacks some bins keeps the others.
#[test]
fn cells_that_were_not_recorded_are_told() {
    let scratch = Scratch::with_recording(&Session {
        frames: 3000,
        spoil_rates: |rates| {
            rates[3000..6000].fill(f32::NAN);
            rates[7000..7500].fill(f32::NAN);
        },
        ..Session::tiny()
    });
    let done = scratch.succeeds("receptive-fields tiny.h5 --history 80 --json --out fields");
    let json = done.json();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(
        (&cells[0]["cell"], &cells[1]["cell"]),
        (&0.into(), &2.into())
    );
    assert_eq!(
        (&cells[0]["bins"], &cells[1]["bins"]),
        (&2992.into(), &2492.into())
    );
    assert!(
        cells
            .iter()
            .all(|cell| cell["significance"]["significant"] == true),
        "{json}"
    );
    assert!(
        done.stderr
            .contains("cell 1 is left out: nothing was recorded"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("cell 2 was recorded in 2492 of 2992 bins"),
        "{}",
        done.stderr
    );
    let average = read_array(scratch.path("fields/receptive-fields.h5"), "average").unwrap();
    assert_eq!(average.shape, [2, 8, 12, 12]);
}

/// Where every row is the same, averages are no fields, and that is said whatever is asked for.
#[test]
fn a_correlated_movie_is_never_taken_for_noise() {
    let scratch = Scratch::with_recording(&Session {
        frames: 2000,
        spoil_movie: |movie| {
            for frame in movie.chunks_mut(144) {
                let (first, others) = frame.split_at_mut(12);
                others
                    .chunks_mut(12)
                    .for_each(|row| row.copy_from_slice(first));
            }
        },
        ..Session::tiny()
    });
    let line = "receptive-fields tiny.h5 --history 80 --json";
    let done = scratch.succeeds(line);
    assert_eq!(done.json()["estimate"], "decorrelated");
    assert!(done.json()["cells"][0]["ridge"]["penalty"].is_f64());
    assert!(
        done.stderr.contains("neighbouring rows correlate by 1.00"),
        "{}",
        done.stderr
    );
    let done = scratch.succeeds(&format!("{line} --estimate average"));
    assert_eq!(done.json()["estimate"], "average");
    assert!(
        done.stderr.contains("are no receptive fields"),
        "{}",
        done.stderr
    );
}

#[test]
fn what_cannot_be_done_is_refused() {
    let scratch = Scratch::with_session();
    let refuses = |more: &str, code: i32, parts: &[&str]| {
        scratch.refuses(&format!("receptive-fields tiny.h5 {more}"), code, parts);
    };
    refuses("", 1, &["tiny.h5", "560 bins", "800"]);
    refuses("--history 0", 2, &["--history"]);
    refuses("--history 80 --cells 7", 1, &["cell 7"]);
    refuses("--history 80 --response none", 1, &["none"]);
}

/// White noise shown to a simulated retina, whose cells' places are in its circuit: cells that are called
/// significant lie within four of their stated errors of where they are, but for one in ten, and most of
/// them are significant.
#[test]
fn cells_of_a_simulated_retina_are_found_where_they_are() {
    let scratch = Scratch::empty();
    scratch.write("small.toml", SIMULATED);
    scratch.succeeds("simulate small.toml --out retina --quiet");
    let line = "receptive-fields retina/whitenoise.h5 --estimate average --json";
    let json = scratch.succeeds(line).json();
    let circuit: toml::Value = toml::from_str(&scratch.read("retina/circuit.toml")).unwrap();
    let planted = circuit["cells"].as_array().unwrap();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), planted.len());
    let (mut seen, mut near) = (0, 0);
    for (cell, planted) in cells.iter().zip(planted) {
        if cell["significance"]["significant"] != true {
            continue;
        }
        seen += 1;
        let is_near = ["x", "y"].iter().all(|axis| {
            let found = &cell[format!("centre_{axis}_pixels")];
            let [value, error] = ["value", "error"].map(|key| found[key].as_f64().unwrap());
            let um = planted["centre"][*axis].as_float().unwrap();
            (value - (um / 50.0 - 0.5)).abs() < 4.0 * error
        });
        near += usize::from(is_near);
    }
    assert!(2 * seen > cells.len(), "{seen} of {}", cells.len());
    assert!(10 * near >= 9 * seen, "{near} of {seen}");
}

const SIMULATED: &str = r#"
seed = 2
[simulation]
screen = { height = 14, width = 16 }
mosaic = { count = 2, spacing = 150, margin = 250 }
natural = { train_seconds = 2, test_seconds = 1 }
white_noise = { train_seconds = 240, test_seconds = 1, check = 50 }
"#;
