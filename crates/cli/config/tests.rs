//! Every complaint names the key and the way out.

use super::*;

const SOUND: &str = r#"
seed = 1
[recording]
files = ["a.h5"]
[model]
kind = "bn-cnn"
channels = [8, 8]
[training]
epochs = 5
plateau = { factor = 0.5, patience = 6 }
"#;

fn read(text: &str, overrides: &[&str]) -> Result<ConfigFile, String> {
    let document = Document::new(Path::new("run.toml"), text.into()).map_err(|e| e.to_string())?;
    let changes: Vec<Override> = overrides.iter().map(|text| text.parse().unwrap()).collect();
    ConfigFile::new(document, &changes).map_err(|error| error.to_string())
}

fn checked(text: &str, overrides: &[&str]) -> Result<RunConfig, String> {
    read(text, overrides)?
        .parse()
        .map_err(|error| error.to_string())
}

/// The complaint after one line of the sound config is replaced.
#[track_caller]
fn complains(from: &str, to: &str, expected: &str) {
    assert!(SOUND.contains(from), "{from}");
    let text = checked(&SOUND.replace(from, to), &[]).unwrap_err();
    assert!(text.contains(expected), "`{expected}` is not in: {text}");
}

#[test]
fn a_sound_config_is_accepted() {
    let config = checked(SOUND, &["training.epochs=7", "model.kernels=[5,3]"]).unwrap();
    assert_eq!(config.training.epochs, 7);
}

#[test]
fn unknown_keys_are_named_with_the_nearest_known() {
    let t = complains;
    t(
        "epochs = 5",
        "epoch = 5",
        "run.toml:9: unknown key `training.epoch`; did you mean `epochs`?",
    );
    t(
        "seed = 1",
        "sed = 1",
        "run.toml:2: unknown key `sed`; did you mean `seed`?",
    );
    t(
        "channels =",
        "chanels =",
        "unknown key `model.chanels`; did you mean `channels`?",
    );
    t(
        "patience",
        "patiense",
        "unknown key `training.plateau.patiense`; did you mean `patience`?",
    );
    t(
        "seed = 1",
        "epochs = 1",
        "unknown key `epochs`; did you mean `training.epochs`?",
    );
    t(
        "[training]",
        "[training]\nlearning_rate = 0.1",
        "unknown key `training.learning_rate`; did you mean `optimiser.learning_rate`?",
    );
    t(
        "[training]",
        "[training]\nwibble = 0.1",
        "unknown key `training.wibble`; known here are epochs, ",
    );
    t(
        "[training]",
        "[trainig]",
        "unknown key `trainig`; did you mean `training`?",
    );
}

#[test]
fn wrong_values_are_named_with_their_line() {
    let t = complains;
    t(
        "epochs = 5",
        "epochs = \"many\"",
        "run.toml:9: `training.epochs` is string \"many\"",
    );
    t(
        "[8, 8]",
        "[8, \"x\"]",
        "run.toml:7: `model.channels` is string \"x\"",
    );
    t(
        "[8, 8]",
        "8",
        "`model.channels` is integer `8`, expected a list",
    );
    t(
        "seed = 1",
        "seed = -1",
        "run.toml:2: `seed` is integer `-1`",
    );
    t(
        "[\"a.h5\"]",
        "\"a.h5\"",
        "run.toml:4: `recording.files` is string \"a.h5\", expected a list",
    );
    t(
        "factor = 0.5",
        "factor = \"half\"",
        "run.toml:10: `training.plateau.factor` is",
    );
    t(
        "[\"a.h5\"]",
        "[\"a.h5\"]\ncells = \"some\"",
        "run.toml:5: `recording.cells`",
    );
    t(
        "\"bn-cnn\"",
        "\"bncnn\"",
        "run.toml:6: `model.kind` is \"bncnn\"; did you mean \"bn-cnn\"?",
    );
}

#[test]
fn missing_keys_are_named_with_their_table() {
    complains("kind = \"bn-cnn\"", "", "missing key `model.kind`");
    complains("files = [\"a.h5\"]", "", "missing key `recording.files`");
    complains(
        "factor = 0.5, ",
        "",
        "missing key `training.plateau.factor`",
    );
}

#[test]
fn what_is_not_toml_is_refused_with_its_place() {
    complains("seed = 1", "seed = = 1", "run.toml:2:8: not valid TOML");
}

#[test]
fn overrides_are_blamed_for_their_own_keys() {
    let t = |change: &str| checked(SOUND, &[change]).unwrap_err();
    let text = t("training.epoch=3");
    assert!(
        text.starts_with("--set training.epoch=3: unknown key `training.epoch`"),
        "{text}"
    );
    assert!(text.contains("did you mean `epochs`?"), "{text}");
    let text = t("training.epochs=soon");
    assert!(
        text.starts_with("--set training.epochs=soon: `training.epochs` is"),
        "{text}"
    );
    let text = t("trainig.epochs=3");
    assert!(
        text.contains("unknown key `trainig`; did you mean `training`?"),
        "{text}"
    );
}

#[test]
fn tables_of_other_commands_are_left_to_them() {
    let shared = format!("{SOUND}\n[simulation]\nrepeats = 5\n");
    assert_eq!(checked(&shared, &[]).unwrap().training.epochs, 5);
    let file = read(&shared, &[]).unwrap();
    assert!(file.has("simulation") && !file.has("reduction"));
}

#[test]
fn each_command_explains_its_own_tables() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Other {
        #[expect(dead_code, reason = "only the complaint is looked at")]
        simulation: Simulation,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Simulation {
        #[expect(dead_code, reason = "only the complaint is looked at")]
        minutes: f64,
    }
    let t = |text: &str| {
        let file = read(text, &[]).unwrap();
        file.parse::<Other>().unwrap_err().to_string()
    };
    assert_eq!(
        t("[simulation]\nminuts = 3"),
        "run.toml:2: unknown key `simulation.minuts`; did you mean `minutes`?"
    );
    assert_eq!(t("[training]"), "run.toml: missing key `simulation`");
    assert_eq!(
        t("[simulations]\nminutes = 3"),
        "run.toml:1: unknown key `simulations`; did you mean `simulation`?"
    );
}

#[test]
fn habits_of_other_programs_are_explained() {
    let t = |from: &str, to: &str, expected: &str| {
        assert!(SOUND.contains(from), "{from}");
        let text = match read(&SOUND.replace(from, to), &[]) {
            Err(text) => text,
            Ok(file) => file.parse::<RunConfig>().unwrap_err().to_string(),
        };
        assert!(text.contains(expected), "`{expected}` is not in: {text}");
        for jargon in ["untagged", "enum", "usize", "f64", "struct"] {
            assert!(!text.contains(jargon), "{text}");
        }
    };
    t("[\"a.h5\"]", r#"["C:\data\a.h5"]"#, "single quotes");
    // Every backslash here begins a character that TOML knows.
    t("[\"a.h5\"]", r#"["C:\temp\new.h5"]"#, "single quotes");
    t("factor = 0.5", "factor = 0,5", "decimal point");
    t("factor = 0.5", "factor = \"0,5\"", "decimal point");
    t("files =", "cells = [-1]\nfiles =", "`recording.cells`");
    t("files =", "cells = [-1]\nfiles =", "counted from 0");
    t("files =", "cells = 1.5\nfiles =", "counted from 0");
    t("epochs = 5", "epochs = -5", "not negative");
    t(
        "epochs = 5",
        "optimiser = \"adam\"",
        "a table with its `kind`",
    );
    t("epochs = 5", "equalise_cells = 1", "true or false");
}

/// Tables and keys that a command does not read may lack something, but must make sense.
#[test]
fn what_a_command_does_not_read_is_checked_too() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[derive(Default)]
    struct Tables {
        reduction: ganglion::reduction::ReductionConfig,
    }
    let t = |text: &str, change: &str| {
        let parsed = read(text, &[change]).unwrap().parse::<Tables>();
        parsed.map(drop).map_err(|error| error.to_string())
    };
    for change in [
        "seed=2",
        "recording.blocks=2",
        "training.epochs=3",
        "model.kernels=[3]",
    ] {
        assert_eq!(t("", change), Ok(()), "{change}");
        assert_eq!(t(SOUND, change), Ok(()), "{change}");
    }
    for (change, key) in [
        ("seed=\"x\"", "seed"),
        ("seed=-1", "seed"),
        ("recording.blocks=\"two\"", "recording.blocks"),
        ("training.epochs=many", "training.epochs"),
        ("training.epohcs=3", "training.epohcs"),
        (
            "training.optimiser.kind=\"adma\"",
            "training.optimiser.kind",
        ),
        ("nwb.bin_ms=[]", "nwb.bin_ms"),
        ("experiments=3", "experiments"),
        ("attribution.tolerance=true", "attribution.tolerance"),
        ("device.backend=7", "device.backend"),
        ("simulation.repeats=-2", "simulation.repeats"),
    ] {
        for text in ["", SOUND] {
            let told = t(text, change).unwrap_err();
            let named = told.starts_with(&format!("--set {change}: "));
            assert!(named && told.contains(&format!("`{key}`")), "{told}");
        }
    }
    let told = t(&SOUND.replace("epochs = 5", "epochs = \"many\""), "seed=1").unwrap_err();
    assert!(told.starts_with("run.toml:9: `training.epochs`"), "{told}");
}
