//! `ganglion evaluate`

use std::fs;

use ganglion_recording::{
    CellIndex, Milliseconds, Partition, PixelType, SessionOptions, SessionWriter, smoothed,
};
use serde_json::Value;

use crate::harness::{Scratch, copy_folder};
use crate::session::Session;

const FRAMES: usize = 200;
const REPEATS: usize = 6;

/// Counts that repeat from trial to trial, but for some of them.
fn counts(cell: usize, trial: usize) -> Vec<f32> {
    let spike = |bin: usize| (bin * 7 + cell) % 23 < 5 && !(bin + 3 * trial).is_multiple_of(4);
    (0..FRAMES)
        .map(|bin| f32::from(u8::from(spike(bin))))
        .collect()
}

fn mean(trials: &[Vec<f32>]) -> Vec<f32> {
    let at = |bin: usize| trials.iter().map(|trial| trial[bin]).sum::<f32>();
    (0..FRAMES)
        .map(|bin| at(bin) / trials.len() as f32)
        .collect()
}

/// A test movie for the model of the harness; `trials` of a cell, and its rate smoothed by
/// `deviation` bins from all whole trials.
fn write_test(
    scratch: &Scratch,
    name: &str,
    deviation: f64,
    trials: impl Fn(usize) -> Vec<Vec<f32>>,
    times: Option<Vec<f64>>,
) {
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: None,
        overwrite: false,
    };
    let (mut writer, test) = (
        SessionWriter::create(scratch.path(name), options).unwrap(),
        Partition::Test,
    );
    writer.begin_movie(test, 12, 12, PixelType::U8).unwrap();
    let movie: Vec<u8> = (0..FRAMES * 144)
        .map(|pixel| (pixel * pixel % 251) as u8)
        .collect();
    writer.append_u8(test, &movie).unwrap();
    let mut rates = Vec::new();
    for cell in 0..3 {
        let trials = trials(cell);
        let whole: Vec<Vec<f32>> = (0..REPEATS).map(|trial| counts(cell, trial)).collect();
        let used = trials.len().clamp(4, REPEATS);
        let rate = smoothed(&mean(&whole[..used.min(4)]), deviation);
        // What no trial holds has no rate.
        let is_held =
            |bin: usize| trials.is_empty() || trials.iter().any(|trial| trial[bin].is_finite());
        let held = rate.into_iter().enumerate();
        rates.extend(held.map(|(bin, count)| match is_held(bin) {
            true => count * 100.0,
            false => f32::NAN,
        }));
        if !trials.is_empty() {
            let count = trials.len();
            writer
                .repeats(test, CellIndex(cell), count, trials.concat())
                .unwrap();
        }
    }
    writer
        .responses(test, "firing_rate_10ms", 3, rates)
        .unwrap();
    if let Some(times) = times {
        writer.times(test, times).unwrap();
    }
    writer.finish().unwrap();
}

fn four(cell: usize) -> Vec<Vec<f32>> {
    (0..4).map(|trial| counts(cell, trial)).collect()
}

fn evaluated(scratch: &Scratch, name: &str) -> Value {
    scratch
        .succeeds(&format!("evaluate run --recording {name} --json"))
        .json()
}

/// Two of six repeats hold nothing: the scores are those of the other four.
#[test]
fn repeats_that_hold_nothing_do_not_count() {
    let scratch = Scratch::with_run();
    let padded = |cell: usize| [four(cell), vec![vec![f32::NAN; FRAMES]; 2]].concat();
    write_test(&scratch, "whole.h5", 1.0, four, None);
    write_test(&scratch, "padded.h5", 1.0, padded, None);
    let (whole, padded) = (
        evaluated(&scratch, "whole.h5"),
        evaluated(&scratch, "padded.h5"),
    );
    for cell in 0..3 {
        for key in ["pearson", "ceiling", "normalised", "fev", "corrected_fev"] {
            assert!(whole["cells"][cell][key].is_f64(), "{key}: {whole}");
            assert_eq!(
                whole["cells"][cell][key], padded["cells"][cell][key],
                "{key}"
            );
        }
        assert!(whole["cells"][cell]["ceiling_note"].is_null());
        let note = padded["cells"][cell]["ceiling_note"].as_str().unwrap();
        assert!(
            note.contains("2 of 6") && note.contains("of 4 repeats"),
            "{note}"
        );
    }
    let inspected = scratch.succeeds("inspect padded.h5").stdout;
    assert!(
        inspected.contains("hold nothing (NaN): 2 of 6"),
        "{inspected}"
    );
}

/// The cell was lost for some bins of every repeat: the others are scored, and that is said. Cells
/// that were not lost are scored as if it had not been.
#[test]
fn bins_that_no_repeat_holds_are_not_scored() {
    let scratch = Scratch::with_run();
    let lost = |cell: usize| {
        let mut trials = four(cell);
        if cell == 1 {
            trials
                .iter_mut()
                .for_each(|trial| trial[60..75].fill(f32::NAN));
        }
        trials
    };
    write_test(&scratch, "whole.h5", 1.0, four, None);
    write_test(&scratch, "lost.h5", 1.0, lost, None);
    let done = scratch.succeeds("evaluate run --recording lost.h5 --json");
    let json = done.json();
    assert_eq!(json["scored_bins"], FRAMES - 8);
    let told = "holds nothing (NaN) in 15 of 200 bins, the first of them 60";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    assert!(json["notes"][0].as_str().unwrap().contains(told), "{json}");
    let whole = evaluated(&scratch, "whole.h5");
    for cell in [0, 2] {
        // Intervals are from blocks of time for all cells together, and may be others.
        for key in ["scored_bins", "pearson", "ceiling", "fev", "feve", "rmse"] {
            assert_eq!(json["cells"][cell][key], whole["cells"][cell][key], "{key}");
        }
    }
    for cell in 0..3 {
        let lost = if cell == 1 { 15 } else { 0 };
        assert_eq!(json["cells"][cell]["scored_bins"], FRAMES - 8 - lost);
        for key in ["pearson", "ceiling", "fev", "rmse"] {
            let [some, all] = [&json, &whole].map(|json| json["cells"][cell][key].as_f64());
            // 15 of 192 bins of a stationary response change its scores a little.
            let (some, all) = (some.unwrap(), all.unwrap());
            assert!(
                (some - all).abs() < 0.1 * all.abs().max(1.0),
                "{key}: {some} {all}"
            );
        }
    }
    scratch.succeeds("plot run --recording lost.h5 --out plots");
    let inspected = scratch.succeeds("inspect lost.h5").stdout;
    assert!(
        inspected.contains("cell 1 holds nothing (NaN) in 15 bins"),
        "{inspected}"
    );
}

/// One trial of each cell that holds some bins alone.
fn held(bins: [std::ops::Range<usize>; 3]) -> impl Fn(usize) -> Vec<Vec<f32>> {
    move |cell| {
        let mut trials = four(cell);
        for trial in &mut trials {
            let of = trial.iter_mut().enumerate();
            let lost = of.filter(|(bin, _)| !bins[cell].contains(bin));
            lost.for_each(|(_, count)| *count = f32::NAN);
        }
        trials
    }
}

/// Each cell is scored on its own bins, though no bin holds them all.
#[test]
fn cells_without_a_bin_in_common_are_scored() {
    let scratch = Scratch::with_run();
    let apart = held([0..70, 70..130, 130..200]);
    write_test(&scratch, "apart.h5", 1.0, apart, None);
    let json = evaluated(&scratch, "apart.h5");
    for (cell, bins) in [(0, 62), (1, 60), (2, 70)] {
        assert_eq!(json["cells"][cell]["scored_bins"], bins, "{json}");
        assert!(json["cells"][cell]["pearson"].is_f64(), "{json}");
    }
}

/// A cell with no bin, or with too few, has no scores and a reason; the others have theirs. A
/// recording without any rate is refused.
#[test]
fn of_few_bins_there_are_no_scores() {
    let scratch = Scratch::with_run();
    let few = held([0..FRAMES, 0..10, 0..0]);
    write_test(&scratch, "few.h5", 1.0, few, None);
    let json = evaluated(&scratch, "few.h5");
    assert!(json["cells"][0]["pearson"].is_f64(), "{json}");
    for (cell, bins, reason) in [(1, 2, "2 bins"), (2, 0, "no bin")] {
        let scores = &json["cells"][cell];
        assert_eq!(scores["scored_bins"], bins, "{json}");
        for key in ["pearson", "ceiling", "fev", "feve", "cc_norm", "rmse"] {
            assert!(scores[key].is_null(), "{key}: {json}");
        }
        let note = scores["score_note"].as_str().unwrap();
        assert!(note.contains(reason), "{note}");
    }
    let text = scratch.succeeds("evaluate run --recording few.h5").stdout;
    assert!(text.contains("cell 1: no scores: 2 bins"), "{text}");
    assert!(text.contains("r defined in 1"), "{text}");
    scratch.succeeds("plot run --recording few.h5 --out plots");
    write_test(&scratch, "gone.h5", 1.0, held([0..0, 0..0, 0..0]), None);
    scratch.refuses(
        "evaluate run --recording gone.h5",
        1,
        &["gone.h5", "holds a rate of any cell"],
    );
}

/// Rates that were smoothed by more than their name says, no repeats at all, and a single one.
#[test]
fn a_ceiling_that_cannot_be_given_says_why() {
    let scratch = Scratch::with_run();
    write_test(&scratch, "smooth.h5", 3.0, four, None);
    write_test(&scratch, "none.h5", 1.0, |_| Vec::new(), None);
    write_test(
        &scratch,
        "one.h5",
        1.0,
        |cell| four(cell)[..1].to_vec(),
        None,
    );
    for (name, part) in [
        ("smooth.h5", "does not give the recorded rate"),
        ("none.h5", "no repeats in `test`"),
        ("one.h5", "1 repeat"),
    ] {
        let json = evaluated(&scratch, name);
        let note = json["cells"][1]["ceiling_note"].as_str().unwrap();
        assert!(note.contains(part), "{note}");
        assert!(json["cells"][1]["ceiling"].is_null());
        let text = scratch
            .succeeds(&format!("evaluate run --recording {name}"))
            .stdout;
        let line = text.lines().find(|line| line.contains(": no ceiling: "));
        assert!(line.is_some_and(|line| line.contains(part)), "{text}");
    }
}

/// The model sees 8 frames back: the bins just after the gap have no history.
#[test]
fn no_score_is_of_a_bin_whose_history_spans_a_gap() {
    let scratch = Scratch::with_run();
    let regular: Vec<f64> = (0..FRAMES).map(|frame| frame as f64 * 0.01).collect();
    let jumps = regular.iter().enumerate();
    let jumps: Vec<f64> = jumps
        .map(|(bin, t)| t + if bin < 90 { 0.0 } else { 60.0 })
        .collect();
    write_test(&scratch, "regular.h5", 1.0, four, Some(regular));
    write_test(&scratch, "jumps.h5", 1.0, four, Some(jumps));
    assert_eq!(evaluated(&scratch, "regular.h5")["scored_bins"], FRAMES - 8);
    let done = scratch.succeeds("evaluate run --recording jumps.h5 --json");
    assert_eq!(done.json()["scored_bins"], FRAMES - 16);
    assert!(done.stderr.contains("1 gap"), "{}", done.stderr);
}

#[test]
fn a_table_shows_every_cell_and_the_medians() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("evaluate run --recording tiny.h5");
    let lines: Vec<&str> = done.stdout.lines().collect();
    let headings: Vec<&str> = lines[0]
        .split("  ")
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(
        headings[1..5]
            .iter()
            .map(|text| text.trim())
            .collect::<Vec<_>>(),
        ["r", "ceiling", "r/ceiling", "FEV"]
    );
    assert!(lines[1].trim_start().starts_with("0 "), "{}", done.stdout);
    assert!(
        lines[4].trim_start().starts_with("median"),
        "{}",
        done.stdout
    );
    assert!(lines[5].starts_with("n = 3"), "{}", done.stdout);
    assert!(
        lines[..5]
            .windows(2)
            .all(|pair| pair[0].len() == pair[1].len()),
        "{}",
        done.stdout
    );
}

#[test]
fn json_has_the_promised_keys_and_stays_with_the_run() {
    let scratch = Scratch::with_run();
    let done = scratch.succeeds("evaluate run --recording tiny.h5 --json");
    let json = done.json();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 3);
    for (index, cell) in cells.iter().enumerate() {
        assert_eq!(cell["cell"], index);
        for key in ["pearson", "ceiling", "normalised", "fev"] {
            assert!(cell[key].is_f64(), "{key}: {cell}");
        }
    }
    assert_eq!(json["recording_name"], "tiny.h5");
    let sha = ganglion_recording::sha256_of(scratch.path("tiny.h5")).unwrap();
    assert_eq!(json["recording_sha256"], sha);
    assert!(json["model_epoch"].as_u64().unwrap() > 0);
    assert_eq!(scratch.read("run/evaluation.json"), done.stdout);
    assert_eq!(done.stderr, "saved in run/evaluation.json\n");
}

#[test]
fn scores_on_another_recording_have_a_file_of_their_own() {
    let scratch = Scratch::with_run();
    fs::copy(scratch.path("tiny.h5"), scratch.path("other.h5")).unwrap();
    scratch.succeeds("evaluate run --recording other.h5");
    scratch.succeeds("evaluate run --recording other.h5 --partition train");
    assert!(!scratch.path("run/evaluation.json").exists());
    assert!(scratch.path("run/evaluation-other.json").exists());
    assert!(scratch.path("run/evaluation-other-train.json").exists());
}

/// A folder in the way of the file stands for a run that cannot be written to.
#[test]
fn scores_that_cannot_be_saved_are_printed() {
    let scratch = Scratch::with_run();
    fs::create_dir_all(scratch.path("run/evaluation.json/in")).unwrap();
    let done = scratch.succeeds("evaluate run --recording tiny.h5");
    assert!(done.stdout.contains("median"), "{done:?}");
    assert!(
        done.stderr
            .starts_with("warning: the scores were not saved: run/evaluation.json"),
        "{done:?}"
    );
}

/// The cells' filters are known to be learnable; the bound leaves room for any processor.
#[test]
fn the_model_has_learned_something() {
    let scratch = Scratch::with_run();
    let json = scratch
        .succeeds("evaluate run --recording tiny.h5 --json")
        .json();
    let median = json["median_pearson"].as_f64().unwrap();
    assert!(median > 0.5, "{median}");
}

#[test]
fn training_scores_do_not_pass_for_test_scores() {
    let scratch = Scratch::with_run();
    scratch.succeeds("evaluate run --recording tiny.h5 --partition train");
    assert!(!scratch.path("run/evaluation.json").exists());
    let json: Value = serde_json::from_str(&scratch.read("run/evaluation-train.json")).unwrap();
    assert_eq!(json["partition"], "train");
}

#[test]
fn a_model_directory_is_left_as_it_was() {
    let scratch = Scratch::with_run();
    fs::rename(scratch.path("run/model"), scratch.path("model")).unwrap();
    let from_model = scratch
        .succeeds("evaluate model --recording tiny.h5 --json")
        .json();
    assert_eq!(from_model["n"], 3);
    let files = crate::harness::listing(&scratch.path("model"));
    assert_eq!(files, ["model.safetensors", "model.toml"]);
}

/// Every score of every cell, and those over the cells, lie within their intervals; the text has them too.
#[test]
fn scores_have_intervals() {
    let scratch = Scratch::with_run();
    let json = evaluated(&scratch, "tiny.h5");
    assert_eq!(json["bootstrap"]["resamples"], 2000);
    assert!(json["bootstrap"]["blocks"].as_u64().unwrap() >= 10);
    let holds = |value: &Value, interval: &Value| {
        let [value, low, high] =
            [value, &interval[0], &interval[1]].map(|one| one.as_f64().unwrap());
        // A share that is cut off at 0 may be 0 in all resamples.
        assert!(low <= value && value <= high, "{value} {interval}");
    };
    for cell in json["cells"].as_array().unwrap() {
        for key in [
            "pearson",
            "ceiling",
            "normalised",
            "fev",
            "feve",
            "cc_norm",
            "rmse",
        ] {
            holds(&cell[key], &cell[format!("{key}_interval")]);
        }
    }
    for score in json["population"].as_array().unwrap() {
        holds(&score["median"], &score["median_interval"]);
        holds(&score["mean"], &score["mean_interval"]);
    }
    assert_eq!(json["population"][0]["median"], json["median_pearson"]);
    let text = scratch.succeeds("evaluate run --recording tiny.h5").stdout;
    assert!(text.contains("2000 resamples of"), "{text}");
}

/// A trained network beside one that learned for an epoch: the first is better, and the JSON, the table and the
/// figure say so. The intervals of the paired difference are shorter than those of either side.
#[test]
fn two_models_are_compared_cell_by_cell() {
    let scratch = Scratch::with_run();
    scratch.succeeds("train tiny.toml --set training.epochs=1 --out early --quiet");
    let done =
        scratch.succeeds("evaluate run --against early --recording tiny.h5 --out found --json");
    let json = done.json();
    assert_eq!(json["networks"], serde_json::json!([1, 1]));
    let r = &json["population"][0];
    assert_eq!((&r["score"], &r["n"]), (&"pearson".into(), &3.into()));
    assert!(r["median_difference"].as_f64().unwrap() > 0.1, "{r}");
    assert!(
        r["median_difference_interval"][0].as_f64().unwrap() > 0.0,
        "{r}"
    );
    assert!(
        r["a_greater"].as_u64().unwrap() >= 2 && r["b_greater"] == 0,
        "{r}"
    );
    let cells = json["cells"].as_array().unwrap();
    let own = evaluated(&scratch, "tiny.h5");
    for cell in cells.iter().filter(|cell| cell["score"] == "pearson") {
        let number = cell["cell"].as_u64().unwrap() as usize;
        let [a, expected] =
            [&cell["a"], &own["cells"][number]["pearson"]].map(|r| r.as_f64().unwrap());
        // Sums in another order.
        assert!((a - expected).abs() < 1e-9, "{a} {expected}");
        assert!(cell["corrected_p"].as_f64().unwrap() >= cell["p"].as_f64().unwrap());
    }
    let files = crate::harness::listing(&scratch.path("found"));
    for name in ["comparison.json", "comparison.csv", "comparison-figure.svg"] {
        assert!(files.iter().any(|file| file == name), "{files:?}");
    }
    assert_eq!(scratch.read("found/comparison.json"), done.stdout);
    let text = scratch
        .succeeds("evaluate run --against early --recording tiny.h5")
        .stdout;
    assert!(
        text.contains("A greater*") && text.contains("A is one network"),
        "{text}"
    );
}

/// A network beside a copy of itself differs in nothing; several seeds are averaged, and are drawn.
#[test]
fn trainings_with_other_seeds_are_averaged() {
    let scratch = Scratch::with_run();
    for seed in [4, 5] {
        scratch.succeeds(&format!(
            "train tiny.toml --set seed={seed} --out seed{seed} --quiet"
        ));
    }
    let line = "evaluate run seed4 --against seed5 --recording tiny.h5 --json";
    let json = scratch.succeeds(line).json();
    assert_eq!(json["networks"], serde_json::json!([2, 1]));
    let alone = |run: &str| {
        let line = format!("evaluate {run} --recording tiny.h5 --json");
        let json = scratch.succeeds(&line).json();
        json["cells"][0]["pearson"].as_f64().unwrap()
    };
    let mean = (alone("run") + alone("seed4")) / 2.0;
    let found = json["cells"][0]["a"].as_f64().unwrap();
    assert!((found - mean).abs() < 1e-9, "{found} {mean}");
    copy_folder(&scratch.path("run"), &scratch.path("twin"));
    let line = "evaluate run --against twin --recording tiny.h5 --json";
    let json = scratch.succeeds(line).json();
    for cell in json["cells"].as_array().unwrap() {
        assert_eq!(
            (&cell["difference"], &cell["significant"]),
            (&0.0.into(), &false.into())
        );
    }
}

/// Other cells, another recording, another split, the same network twice, and several networks alone.
#[test]
fn what_is_not_comparable_is_refused_with_both_names() {
    let scratch = Scratch::with_run();
    let train = |set: &str, out: &str| {
        scratch.succeeds(&format!(
            "train tiny.toml --set training.epochs=1 --set {set} --out {out} --quiet"
        ));
    };
    train("recording.cells=[0]", "one");
    train("recording.cells=[1,2]", "others");
    train("recording.validation.fraction=0.2", "split");
    Session {
        frames: 590,
        ..Session::tiny()
    }
    .write(&scratch.path("second.h5"));
    train("recording.files=[\"second.h5\"]", "elsewhere");
    for (other, part) in [
        ("split", "recording.validation"),
        ("elsewhere", "second.h5"),
        ("run", "the same network"),
        ("run/model", "the same network"),
    ] {
        let line = format!("evaluate run --against {other} --recording tiny.h5");
        scratch.refuses(&line, 1, &["run", other, part]);
    }
    let disjoint = "evaluate one --against others --recording tiny.h5";
    scratch.refuses(
        disjoint,
        1,
        &["one", "others", "no cell is predicted by all"],
    );
    scratch.refuses("evaluate run split --recording tiny.h5", 2, &["--against"]);
}

/// The cells that both have are compared; the other is told, and scores are those of either model alone.
#[test]
fn models_of_different_cells_are_compared_on_those_that_they_share() {
    let scratch = Scratch::with_run();
    scratch.succeeds(
        "train tiny.toml --set training.epochs=1 --set recording.cells=[2,0] --out fewer --quiet",
    );
    let line = "evaluate run --against fewer --recording tiny.h5";
    let json = scratch.succeeds(&format!("{line} --json")).json();
    assert_eq!(json["cells_left_out"], serde_json::json!([1]));
    let found = |json: &serde_json::Value| -> Vec<(u64, f64, f64)> {
        let cells = json["cells"].as_array().unwrap().iter();
        let own = cells.filter(|cell| cell["score"] == "pearson");
        own.map(|cell| {
            let [a, b] = ["a", "b"].map(|side| cell[side].as_f64().unwrap());
            (cell["cell"].as_u64().unwrap(), a, b)
        })
        .collect()
    };
    let compared = found(&json);
    assert_eq!(compared.iter().map(|one| one.0).collect::<Vec<_>>(), [0, 2]);
    let alone = |model: &str, cell: u64| {
        let line = format!("evaluate {model} --recording tiny.h5 --json");
        let json = scratch.succeeds(&line).json();
        let cells = json["cells"].as_array().unwrap().clone();
        let own = cells.iter().find(|one| one["cell"] == cell).unwrap();
        own["pearson"].as_f64().unwrap()
    };
    for (cell, a, b) in compared {
        // Sums over the bins in another order.
        assert!((a - alone("run", cell)).abs() < 1e-9, "cell {cell}");
        assert!((b - alone("fewer", cell)).abs() < 1e-9, "cell {cell}");
    }
    let text = scratch.succeeds(line).stdout;
    assert!(text.contains("left out: cells [1]"), "{text}");
    let chosen = scratch.succeeds(&format!("{line} --cells 2 --json")).json();
    assert_eq!(found(&chosen).len(), 1);
    let unshared = format!("{line} --cells 1");
    scratch.refuses(&unshared, 1, &["--cells", "cell 1", "they share [0, 2]"]);
    scratch.refuses(
        "evaluate run --recording tiny.h5 --cells 1",
        2,
        &["required arguments were not provided"],
    );
}
