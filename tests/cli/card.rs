//! `ganglion card`

use std::fs;

use rstest::rstest;

use crate::harness::{CONFIG, Scratch};
use crate::session::Session;

/// A run that was judged.
fn judged() -> Scratch {
    let scratch = Scratch::with_run();
    scratch.succeeds("evaluate run --recording tiny.h5");
    scratch
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

#[test]
fn what_is_known_is_told_and_what_is_not_is_said_to_be_unknown() {
    let scratch = judged();
    let card = scratch.succeeds("card run").stdout;
    let scores = scratch.read("run/evaluation.json");
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    let median = scores["median_pearson"].as_f64().unwrap();
    let of_all = scores["population"].as_array().unwrap().iter();
    let mut of_all = of_all.filter(|one| one["score"] == "pearson");
    let interval = of_all.next().unwrap()["median_interval"].clone();
    let [low, high] = [0, 1].map(|end| interval[end].as_f64().unwrap());
    assert!(low < median && median < high, "{interval}");
    let sha256 = scores["recording_sha256"].as_str().unwrap();
    has(
        &card,
        &[
            "---\nlibrary_name: ganglion\n",
            "# run\n",
            "3 retinal ganglion cells to movies of 12 x 12 pixels",
            "from the 8 frames before it, 80 ms",
            "Side of a pixel: 50 um",
            &format!("| `pearson` | {median:.3} | {low:.3} .. {high:.3} |"),
            "Intervals are over time and repeats",
            "- type: pearsonr",
            sha256,
            "- Data set: unknown; supplied by `ganglion card --dataset NAME`",
            "- DOI: unknown",
            "`ganglion card --licence SPDX`",
        ],
    );
    assert!(!card.contains("license:"), "{card}");
    let listed = fs::read_dir(scratch.path("")).unwrap().count();
    scratch.succeeds("card run");
    assert_eq!(fs::read_dir(scratch.path("")).unwrap().count(), listed);
}

#[test]
fn a_folder_for_a_hub_has_everything() {
    let scratch = judged();
    let given = "--licence CC-BY-4.0 --doi 10.1000/182 --dataset lab/movies --data-licence CC0-1.0";
    scratch.succeeds(&format!("card run --out shared {given}"));
    let card = scratch.read("shared/README.md");
    has(
        &card,
        &[
            "license: cc-by-4.0\n",
            "datasets:\n- \"lab/movies\"\n",
            "[10.1000/182](https://doi.org/10.1000/182)",
            "The weights: CC-BY-4.0.",
            "Licence of the data: CC0-1.0",
        ],
    );
    let bytes = |name: &str| fs::read(scratch.path(name)).unwrap();
    assert!(bytes("shared/model.safetensors") == bytes("run/model/model.safetensors"));
    // The model says it all itself from now on, without its run.
    let again = scratch.succeeds("card shared --title run").stdout;
    assert_eq!(again, card);
    scratch.refuses("card run --out shared", 2, &["model.toml", "--overwrite"]);
    scratch.succeeds("card run --out shared --overwrite");
    assert!(!scratch.read("shared/README.md").contains("CC-BY-4.0."));
    scratch.refuses(
        "card shared --out shared --overwrite",
        2,
        &["choose another --out"],
    );
}

/// Every command that a card names works as it stands there.
#[test]
fn the_commands_of_a_card_work() {
    let scratch = judged();
    scratch.succeeds("card run --out MODEL");
    for name in ["RECORDING.h5", "MOVIE.h5"] {
        fs::copy(scratch.path("tiny.h5"), scratch.path(name)).unwrap();
    }
    let card = scratch.read("MODEL/README.md");
    let lines = card
        .lines()
        .filter_map(|line| line.strip_prefix("    ganglion "));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), 4, "{card}");
    for line in lines {
        // The session keeps its movies in partitions.
        scratch.succeeds(&line.replace(":stimulus", ":test/stimulus"));
    }
}

#[test]
fn scores_of_other_weights_are_refused() {
    let scratch = judged();
    let file = scratch.read("run/evaluation.json");
    let mut scores: serde_json::Value = serde_json::from_str(&file).unwrap();
    scores["weights_sha256"] = "0".repeat(64).into();
    scratch.write("other.json", &scores.to_string());
    scratch.refuses(
        "card run --evaluation other.json",
        1,
        &["other.json", "other weights", "ganglion evaluate"],
    );
    scratch.refuses("card run --evaluation none.json", 1, &["none.json"]);
}

#[test]
fn what_the_makers_wrote_is_kept() {
    let scratch = Scratch::with_run();
    scratch.succeeds("card run --out first");
    let card = scratch.read("first/README.md");
    let notes = "## Notes\n\nThe animal was asleep.\n";
    scratch.write("first/README.md", &format!("{card}\n{notes}"));
    scratch.succeeds("card first --out second");
    assert!(scratch.read("second/README.md").ends_with(notes));
    scratch.write("first/README.md", "# Ours\n");
    let done = scratch.succeeds("card first");
    assert!(done.stderr.contains("no heading `## Notes`"), "{done:?}");
}

#[rstest]
#[case("--licence CC_BY", &["--licence", "SPDX"])]
#[case("--data-licence CC:BY", &["--data-licence", "SPDX"])]
#[case("--doi https://doi.org/10.1000/182", &["--doi", "10.1000/182"])]
fn what_is_no_licence_or_identifier_is_refused(#[case] option: &str, #[case] parts: &[&str]) {
    let scratch = Scratch::with_run();
    scratch.refuses(&format!("card run {option}"), 2, parts);
}

/// A model that was written before models had tables for it.
#[test]
fn a_model_without_such_tables_is_read() {
    let scratch = Scratch::with_run();
    let text = scratch.read("run/model/model.toml");
    let mut tables: toml::Table = text.parse().unwrap();
    assert!(tables.remove("data").is_some());
    scratch.write("run/model/model.toml", &tables.to_string());
    let card = scratch.succeeds("card run").stdout;
    has(&card, &["- Split: unknown", "## Scores\n\nUnknown"]);
}

/// What recordings say of themselves goes into models that are trained on them.
#[test]
fn recordings_tell_where_they_are_from() {
    let scratch = Scratch::with_recording(&Session {
        attributes: &[
            ("dataset", "lab/movies"),
            ("doi", "10.1000/182"),
            ("license", "CC0-1.0"),
        ],
        ..Session::tiny()
    });
    scratch.write("tiny.toml", &CONFIG.replace("epochs = 60", "epochs = 1"));
    scratch.succeeds("train tiny.toml --out run");
    has(
        &scratch.read("run/model/model.toml"),
        &[
            "[data]\n",
            "names = [\"lab/movies\"]",
            "dois = [\"10.1000/182\"]",
            "licences = [\"CC0-1.0\"]",
            "[data.split]",
            "validation_bins = ",
        ],
    );
    let card = scratch.succeeds("card run").stdout;
    has(
        &card,
        &["- Data set: lab/movies.", "bins the epoch was chosen"],
    );
}

/// Without validation no epoch was chosen, and periods that are no round number are written as people do.
#[test]
fn a_card_says_nothing_odd_of_a_run_without_validation_at_15_hz() {
    let scratch = Scratch::with_recording(&Session {
        frame_period_ms: 1000.0 / 15.0,
        ..Session::tiny()
    });
    let set = "--set recording.validation.fraction=0.0 --set training.select=last";
    scratch.succeeds(&format!(
        "train tiny.toml --out run {set} --set training.epochs=1"
    ));
    let card = scratch.succeeds("card run").stdout;
    has(
        &card,
        &[
            "none was held out",
            "a frame every 66.6667 ms",
            "from one frame to the next: 66.6667 ms.",
            "533.3333 ms",
        ],
    );
    assert!(
        !card.contains("by 0 bins") && !card.contains("66.66666"),
        "{card}"
    );
}
