//! `ganglion reproduce`

use crate::harness::Scratch;
use crate::identify::IDENTIFY;
use crate::reduce::CONFIG;

/// A second network is trained with the next seed, and asked wherever circuits are told.
#[test]
fn networks_of_one_recording_are_trained_and_asked_together() {
    let scratch = Scratch::with_session();
    scratch.write("all.toml", &format!("{CONFIG}{IDENTIFY}"));
    scratch.succeeds("reproduce all.toml --networks 2 --out two");
    let log = scratch.read("two/log.txt");
    for part in [
        "ganglion train two/config.toml",
        "--out two/run-2 --set seed=4",
        "ganglion identify two/run --with two/run-2 two/config.toml",
        "--with two/run-2 --circuits two/identification",
    ] {
        assert!(log.contains(part), "{part} is not in {log}");
    }
    let report = scratch.read("two/report.html");
    assert!(report.contains("of 2 networks"));
    let identified = scratch.read("two/identification/summary.json");
    assert!(identified.contains("\"networks\": 2"));
    scratch.refuses(
        "reproduce all.toml --networks 0 --out none",
        2,
        &["--networks"],
    );
}

#[test]
fn a_recording_becomes_one_report_and_finished_stages_are_not_repeated() {
    let scratch = Scratch::with_session();
    scratch.write("all.toml", &format!("{CONFIG}{IDENTIFY}"));
    let first = scratch.succeeds("reproduce all.toml --out all --verbose");
    assert!(!first.stderr.contains("done before"), "{}", first.stderr);
    let report = scratch.read("all/report.html");
    for part in [
        "<!DOCTYPE html>",
        "data:image/svg+xml",
        "Latency",
        "ganglion identify",
        "Circuit of cell 2",
        "ganglion reduce",
        "epochs = 4",
        "alt=\"cell",
        "-attribution\"",
    ] {
        assert!(report.contains(part), "{part}");
    }
    // One file: nothing is fetched from elsewhere.
    assert!(!report.contains("src=\"http") && !report.contains("href=\"http"));

    let second = scratch.succeeds("reproduce all.toml --out all --verbose");
    let stages = first.stderr.matches("ganglion ").count();
    assert_eq!(
        second.stderr.matches("done before").count(),
        stages,
        "{}",
        second.stderr
    );

    // Another setting of the reduction repeats it alone.
    let third =
        scratch.succeeds("reproduce all.toml --out all --verbose --set reduction.merge=0.8");
    assert_eq!(
        third.stderr.matches("done before").count(),
        stages - 1,
        "{}",
        third.stderr
    );
}

/// Without `--verbose`: a line when a stage begins and one when it ends, what was found at the end, and all
/// else in the log, which a second call goes on with.
#[test]
fn a_line_a_stage_is_told_and_the_rest_is_in_the_log() {
    let scratch = Scratch::with_session();
    scratch.write("all.toml", &format!("{CONFIG}{IDENTIFY}"));
    let first = scratch.succeeds("reproduce all.toml --out all");
    // The history of the tiny network is short, which is told.
    let lines = first.stderr.lines();
    let lines: Vec<&str> = lines
        .filter(|line| !line.starts_with("warning: "))
        .collect();
    let [stages @ .., last] = &lines[..] else {
        panic!("{first:?}")
    };
    let end_of = |name: &str| {
        let mut ends = stages.iter().filter_map(|line| line.strip_prefix(name));
        ends.find_map(|end| end.strip_prefix(": "))
    };
    let begun = stages.iter().filter(|line| end_of(line).is_some()).count();
    assert!(begun > 3 && 2 * begun == stages.len(), "{first:?}");
    let mut times = stages.iter().filter_map(|line| end_of(line));
    assert!(times.all(|time| time.ends_with(" s")), "{first:?}");
    assert!(last.starts_with("log all/log.txt"), "{last}");
    for part in [
        "Training",
        "median r ",
        "Identification",
        "report all/report.html\n",
    ] {
        assert!(first.stdout.contains(part), "{part}: {}", first.stdout);
    }
    assert!(!first.stdout.contains("FEV"), "{}", first.stdout);
    let log = scratch.read("all/log.txt");
    for part in [
        "ganglion train",
        "epoch 1/",
        "corrected FEV",
        "Circuit",
        "cell 0",
    ] {
        let found = log.to_lowercase().contains(&part.to_lowercase());
        assert!(found, "{part} is not in {log}");
    }

    let second = scratch.succeeds("reproduce all.toml --out all");
    let done = second.stderr.matches(": done before").count();
    // Of the report, too, but it is written anew.
    assert_eq!(done, begun - 1, "{second:?}");
    assert_eq!(second.stdout, first.stdout);
    let longer = scratch.read("all/log.txt");
    assert!(longer.starts_with(&log) && longer.len() > log.len());

    let quiet = scratch.succeeds("reproduce all.toml --out all --quiet");
    assert_eq!((quiet.stderr.as_str(), quiet.stdout), ("", first.stdout));
}

/// The screen of 600 um has no place for bars that turn 600 um from its centre.
#[test]
fn phenomena_that_do_not_fit_the_screen_are_left_out_before_anything_is_trained() {
    let scratch = Scratch::with_session();
    let reversal = "[[experiments]]\nphenomenon = \"motion-reversal\"\n";
    scratch.write("all.toml", &format!("{CONFIG}{IDENTIFY}{reversal}"));
    let done = scratch.succeeds("reproduce all.toml --out all");
    let skipped = "Experiment: motion-reversal: skipped: ";
    let first = done.stderr.lines().next().unwrap_or_default();
    assert!(
        first.starts_with(skipped) && first.contains("positions"),
        "{done:?}"
    );
    assert!(done.stdout.contains("skipped: "), "{done:?}");
    assert!(scratch.read("all/log.txt").contains(skipped));
    let report = scratch.read("all/report.html");
    let told = "Not looked for: motion reversal";
    assert!(
        report.contains(told) && report.contains("Latency"),
        "{report}"
    );
    assert!(!scratch.path("all/experiments/motion-reversal").exists());

    let latency = CONFIG.find("[[experiments]]").unwrap();
    let others = &CONFIG[latency..];
    let reduction = others
        .find("[reduction]")
        .map_or("", |place| &others[place..]);
    scratch.write(
        "none.toml",
        &format!("{}{reversal}{reduction}", &CONFIG[..latency]),
    );
    let parts = ["12 x 12 pixels", "50 um", "positions"];
    scratch.refuses("reproduce none.toml --out none", 1, &parts);
    assert!(!scratch.path("none/run").exists());
    // The same of a model that is there already.
    let model = "reproduce none.toml --model all/run --out none";
    scratch.refuses(model, 1, &parts);
}

/// Networks are shown light that they have not seen; that is told once for each stimulus, and counted.
#[test]
fn warnings_about_stimuli_are_in_the_log_and_counted() {
    let scratch = Scratch::with_session();
    let bright = CONFIG.replace("-2.5]", "-60]");
    assert_ne!(bright, CONFIG);
    scratch.write("all.toml", &format!("{bright}{IDENTIFY}"));
    let told = scratch.succeeds("reproduce all.toml --out all");
    assert!(!told.stderr.contains("warning: latency"), "{told:?}");
    let log = scratch.read("all/log.txt");
    let warnings = log.lines().filter(|line| line.starts_with("warning: "));
    let count = warnings.count();
    assert!(count > 0, "{log}");
    let ends = format!("log all/log.txt, with {count} warning");
    assert!(told.stderr.contains(&ends), "{ends}: {told:?}");
    let verbose = scratch.succeeds("reproduce all.toml --out other --verbose");
    assert_eq!(
        verbose.stderr.matches("warning: ").count(),
        count,
        "{verbose:?}"
    );
    assert!(!scratch.path("other/log.txt").exists());
}

/// A retina, a network and a reduction, all as small as they come: the network of seed 2 falls silent.
pub const SIMULATED: &str = r#"
seed = 1
[simulation]
repeats = 2
screen = { height = 14, width = 16 }
mosaic = { count = 1, spacing = 150, margin = 250 }
natural = { train_seconds = 8, test_seconds = 2 }
flicker = { train_seconds = 1, test_seconds = 1 }
[recording]
files = ["recordings/small/naturalscene.h5"]
history_frames = 40
validation = { fraction = 0.1, segments = 2 }
[model]
kind = "bn-cnn"
channels = [3, 2]
kernels = [5, 3]
[training]
epochs = 4
batch_frames = 128
segment_frames = 32
[[experiments]]
phenomenon = "latency"
contrasts = [-0.5, -1, -1.5, -2, -2.5]
[reduction]
also_absent = true
most_cells = 6
shuffles = 20
"#;

#[test]
fn circuits_are_put_beside_those_of_the_simulated_retina() {
    let scratch = Scratch::empty();
    scratch.write("small.toml", &format!("{SIMULATED}{IDENTIFY}"));
    scratch.succeeds("reproduce small.toml --out all");
    let report = scratch.read("all/report.html");
    for part in [
        "Planted in the simulated retina: a cell of the class",
        "planted pathways found",
        "verdicts right, wrong, undetermined",
        "planted pathways have the right polarity and sign (recall ",
        "cells without inhibition were given one; 6 cells",
        "Stability over the stimulus range",
        "channels chosen again",
        "kernel correlation",
    ] {
        assert!(report.contains(part), "{part}");
    }
    let summary: serde_json::Value =
        serde_json::from_str(&scratch.read("all/reduction/latency/summary.json")).unwrap();
    let cells = summary["cells"].as_array().unwrap();
    let planted: Vec<_> = cells
        .iter()
        .filter(|cell| cell["planted"].is_object())
        .collect();
    assert!(!planted.is_empty(), "{summary}");
    let mut found = 0;
    for cell in planted {
        let pathways = cell["planted"]["pathways"].as_array().unwrap();
        let shares: f64 = (pathways.iter())
            .filter_map(|one| one["share"].as_f64())
            .sum();
        // Parts of one, or nothing: dark steps do not move a cell that has ON pathways only.
        assert!(shares == 0.0 || (shares - 1.0).abs() < 1e-9, "{cell}");
        found += (pathways.iter())
            .filter(|one| one["found"].is_object())
            .count();
    }
    assert!(found > 0, "{summary}");
    let table = scratch.read("all/reduction/latency/planted.csv");
    assert!(
        table.starts_with("cell,class,planted,polarity,sign,share,found"),
        "{table}"
    );

    // The circuit of another retina cannot be the truth of this model.
    let other = scratch
        .read("all/retina/circuit.toml")
        .replace("width = 16", "width = 18");
    scratch.write("other.toml", &other);
    let reduce = "reduce all/run --phenomenon latency --truth other.toml --out other";
    scratch.refuses(reduce, 1, &["other.toml", "cannot be compared"]);
}
