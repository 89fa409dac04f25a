//! The law of outputs: what exists and is not the command's own earlier result is not replaced.
//!
//! Every command that the program lists is tried against every path that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::harness::{Scratch, copy_folder, listing};
use crate::identify::IDENTIFY;
use crate::interneurons;
use crate::reduce::CONFIG;
use crate::reproduce::SIMULATED;

const SIMULATION: &str = r#"
seed = 2
[simulation]
repeats = 2
screen = { height = 14, width = 16 }
mosaic = { count = 1, spacing = 150, margin = 250 }
white_noise = { train_seconds = 2, test_seconds = 1 }
flicker = { train_seconds = 1, test_seconds = 1 }
"#;

/// How a command is typed; `OUT` stands for the place of its results.
struct Line {
    arguments: &'static str,
    /// Whether `--overwrite` replaces what is in the way.
    can_overwrite: bool,
    /// Whether a second call replaces the results of the first.
    repeats: bool,
}

/// One entry for every command that writes files where it is told to.
fn lines() -> BTreeMap<&'static str, Line> {
    let line = |arguments, can_overwrite, repeats| Line {
        arguments,
        can_overwrite,
        repeats,
    };
    BTreeMap::from([
        (
            "simulate",
            line("simulate simulation.toml --out OUT", true, true),
        ),
        (
            "train",
            line(
                "train network.toml --set training.epochs=1 --out OUT",
                false,
                false,
            ),
        ),
        (
            "respond",
            line(
                "respond net --raw --stimulus tiny.h5:test/stimulus --out OUT/rates.h5",
                true,
                true,
            ),
        ),
        (
            "import",
            line(
                "import weights.safetensors --frame-size 12x12 --out OUT",
                true,
                false,
            ),
        ),
        (
            "export",
            line(
                "export net --format safetensors --out OUT/weights.safetensors",
                true,
                true,
            ),
        ),
        ("card", line("card net --out OUT", true, false)),
        (
            "experiment",
            line("experiment net network.toml --movies --out OUT", true, true),
        ),
        (
            "attribute",
            line(
                "attribute net --raw --stimulus short.h5:movie --cells 0 --out OUT",
                true,
                true,
            ),
        ),
        (
            "reduce",
            line("reduce net network.toml --out OUT", true, true),
        ),
        (
            "identify",
            line("identify net network.toml --cells 0 --out OUT", true, true),
        ),
        (
            "reproduce",
            line("reproduce network.toml --model net --out OUT", true, true),
        ),
        (
            "recovery",
            line(
                "recovery small.toml --retinas 1 --first-seed 3 --out OUT",
                true,
                true,
            ),
        ),
        ("score", line("score many --out OUT", true, true)),
        ("manual", line("manual --out OUT", true, true)),
        (
            "evaluate",
            line(
                "evaluate net --against twin --recording tiny.h5 --out OUT",
                true,
                true,
            ),
        ),
        (
            "receptive-fields",
            line(
                "receptive-fields tiny.h5 --history 80 --out OUT",
                true,
                true,
            ),
        ),
        (
            "interneurons",
            line("interneurons net inside.h5 --out OUT", true, true),
        ),
        (
            "plot",
            line("plot net --recording tiny.h5 --out OUT", true, true),
        ),
    ])
}

/// Commands that write nowhere.
const WRITE_NOTHING: [&str; 3] = ["inspect", "reference", "completions"];

/// Recording, configs, weights and a run, made once for all tests.
fn scratch() -> Scratch {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let scratch = interneurons::with_potentials();
        scratch.write("network.toml", &format!("{CONFIG}{IDENTIFY}"));
        scratch.write("simulation.toml", SIMULATION);
        scratch.write("small.toml", &format!("{SIMULATED}{IDENTIFY}"));
        scratch.succeeds("recovery small.toml --retinas 1 --first-seed 3 --out many --quiet");
        scratch.succeeds("export net --format safetensors --out weights.safetensors");
        copy_folder(&scratch.path("net"), &scratch.path("twin"));
        write_short_movie(&scratch.path("short.h5"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-outputs");
        let _ = fs::remove_dir_all(&folder);
        copy_folder(&scratch.path("."), &folder);
        folder
    });
    let scratch = Scratch::empty();
    copy_folder(folder, &scratch.path("."));
    scratch
}

fn write_short_movie(path: &Path) {
    let info = ganglion_recording::ArrayInfo {
        shape: &[12, 12, 12],
        dimensions: &["frame", "y", "x"],
        units: "",
    };
    let values = (0..12 * 144).map(|index| f32::from((index * 7919 % 256) as u8));
    ganglion_recording::ResultFile::new()
        .f32("movie", info, values.collect())
        .write(path)
        .unwrap();
}

/// The commands that the program itself lists.
fn commands() -> BTreeSet<String> {
    let help = Scratch::empty().succeeds("--help").stdout;
    // Groups of commands come before the options.
    let list = help.split("\nOptions:").next().unwrap();
    let names = list
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn every_command_has_an_entry_here() {
    let listed = commands();
    assert!(listed.len() > 10, "{listed:?}");
    let lines = lines();
    for name in &listed {
        let is_known = lines.contains_key(name.as_str()) || WRITE_NOTHING.contains(&name.as_str());
        assert!(
            is_known,
            "`{name}` has no entry: say what it writes, and the law is tried on it"
        );
    }
    for (name, line) in &lines {
        assert!(listed.contains(*name), "there is no command `{name}`");
        let help = Scratch::empty().succeeds(&format!("{name} --help")).stdout;
        assert_eq!(help.contains("--overwrite"), line.can_overwrite, "{name}");
    }
}

/// Files of a folder with their content.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    listing(folder).into_iter().map(read).collect()
}

fn place(scratch: &Scratch, name: &str, bytes: &[u8]) {
    let path = scratch.path("out").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs a line that must be refused, naming one of these files, and must change nothing.
#[track_caller]
fn must_refuse(
    scratch: &Scratch,
    line: &str,
    names: &[&String],
    before: &BTreeMap<String, Vec<u8>>,
) {
    let done = scratch.run(line);
    assert!(
        matches!(done.code, Some(1 | 2)),
        "`{line}` with {names:?}: {done:?}"
    );
    // A folder that is in the way, or a run, stands for the files in it.
    let outermost = |name: &&String| format!("out/{}", name.split('/').next().unwrap());
    let names_one = names
        .iter()
        .any(|name| done.stderr.contains(&outermost(name)))
        || done.stderr.contains("out already holds a run");
    assert!(names_one, "`{line}` with {names:?}: {}", done.stderr);
    for (name, bytes) in before {
        let now = fs::read(scratch.path("out").join(name)).unwrap();
        assert!(now == *bytes, "`{line}` changed {name}");
    }
}

/// The law, for one command.
fn holds_for(name: &str, line: &Line) {
    let typed = line.arguments.replace("OUT", "out");
    let scratch = scratch();
    fs::create_dir_all(scratch.path("out")).unwrap();
    scratch.succeeds(&typed);
    let written: Vec<String> = listing(&scratch.path("out"));
    assert!(!written.is_empty(), "{name}");
    // Stages of a reproduction, and of each retina of a recovery, are commands, each with its own entry.
    let of_stages = matches!(name, "reproduce" | "recovery");
    let own = written
        .iter()
        .filter(|file| !of_stages || !file.contains('/'));
    let own: Vec<&String> = own.collect();
    if line.repeats {
        scratch.succeeds(&typed);
        assert_eq!(listing(&scratch.path("out")), written, "{name}");
    }

    let recording = fs::read(scratch.path("tiny.h5")).unwrap();
    let model = fs::read(scratch.path("net/model/model.safetensors")).unwrap();
    for bytes in [&recording[..], &model[..], b"mine"] {
        fs::remove_dir_all(scratch.path("out")).unwrap();
        own.iter().for_each(|file| place(&scratch, file, bytes));
        let before = contents(&scratch.path("out"));
        must_refuse(&scratch, &typed, &own, &before);
    }
    for file in &own {
        fs::remove_dir_all(scratch.path("out")).unwrap();
        place(&scratch, file, b"mine");
        let before = contents(&scratch.path("out"));
        must_refuse(&scratch, &typed, &[file], &before);
        assert_eq!(
            listing(&scratch.path("out")).len(),
            1,
            "`{typed}` wrote something although {file} was in the way"
        );
    }
    if line.can_overwrite && !of_stages {
        scratch.succeeds(&format!("{typed} --overwrite"));
        assert_eq!(listing(&scratch.path("out")), written, "{name}");
    }
}

#[test]
fn nothing_of_others_is_replaced_by_any_command() {
    std::thread::scope(|scope| {
        let tried = lines()
            .into_iter()
            .map(|(name, line)| scope.spawn(move || holds_for(name, &line)));
        // All are begun before the first is waited for.
        let tried: Vec<_> = tried.collect();
        for one in tried {
            one.join().unwrap();
        }
    });
}

/// The figure of several models side by side is another than those of one.
#[test]
fn nothing_of_others_is_replaced_by_figures_of_several_models() {
    let line = Line {
        arguments: "plot net twin --recording tiny.h5 --out OUT",
        can_overwrite: true,
        repeats: true,
    };
    holds_for("plot", &line);
}

#[test]
fn scores_do_not_replace_what_is_no_score() {
    let scratch = scratch();
    scratch.write("net/evaluation.json", "mine");
    let done = scratch.succeeds("evaluate net --recording tiny.h5");
    assert!(done.stderr.contains("evaluation.json"), "{}", done.stderr);
    assert_eq!(scratch.read("net/evaluation.json"), "mine");
    fs::remove_file(scratch.path("net/evaluation.json")).unwrap();
    for _ in 0..2 {
        scratch.succeeds("evaluate net --recording tiny.h5");
        assert!(
            scratch
                .read("net/evaluation.json")
                .contains("recording_sha256")
        );
    }
}

#[test]
fn models_and_runs_are_not_even_overwritten() {
    let scratch = scratch();
    scratch.succeeds("import weights.safetensors --frame-size 12x12 --out other");
    scratch.write("net/notes.txt", "mine");
    let before = (
        contents(&scratch.path("net")),
        contents(&scratch.path("other")),
    );
    let checkpoint = listing(&scratch.path("net/checkpoints")).remove(0);
    let places = [
        "net/model/model.safetensors".to_owned(),
        "net/model/model.toml".to_owned(),
        "net/history.csv".to_owned(),
        "net/config.toml".to_owned(),
        format!("net/checkpoints/{checkpoint}"),
        "other/model.safetensors".to_owned(),
        "other/model.toml".to_owned(),
    ];
    for place in places {
        for line in [
            "respond net --raw --stimulus tiny.h5:test/stimulus --out",
            "export net --format safetensors --out",
            "export other --format npz --out",
        ] {
            scratch.refuses(&format!("{line} {place} --overwrite"), 2, &[&place]);
        }
    }
    for line in [
        "experiment net network.toml --out net --overwrite",
        "simulate simulation.toml --out net --overwrite",
        "import weights.safetensors --frame-size 12x12 --out net --overwrite",
        "import weights.safetensors --frame-size 12x12 --out net/model --overwrite",
        "train network.toml --out net/model",
    ] {
        scratch.refuses(line, 2, &["net"]);
    }
    scratch.refuses("train network.toml --out other", 2, &["other", "model"]);
    assert_eq!(
        (
            contents(&scratch.path("net")),
            contents(&scratch.path("other"))
        ),
        before
    );
}

/// A file that only has the name of the list of results is somebody's.
#[test]
fn a_foreign_file_with_the_name_of_the_list_of_results_is_kept() {
    let scratch = scratch();
    fs::create_dir(scratch.path("out")).unwrap();
    for mine in ["mine", "{\"mine\": 1}", ""] {
        scratch.write("out/.ganglion.json", mine);
        scratch.refuses(
            "plot net --recording tiny.h5 --out out",
            2,
            &[".ganglion.json"],
        );
        assert_eq!(scratch.read("out/.ganglion.json"), mine);
    }
}

#[test]
fn an_edited_result_is_not_replaced() {
    let scratch = scratch();
    scratch.succeeds("plot net --recording tiny.h5 --out out");
    let table = listing(&scratch.path("out"))
        .into_iter()
        .find(|name| name.ends_with(".csv"));
    let table = table.unwrap();
    fs::write(scratch.path("out").join(&table), "edited").unwrap();
    scratch.refuses(
        "plot net --recording tiny.h5 --out out",
        2,
        &[&table, "--overwrite"],
    );
    assert_eq!(
        fs::read(scratch.path("out").join(&table)).unwrap(),
        b"edited"
    );
    scratch.succeeds("plot net --recording tiny.h5 --out out --overwrite");
}

/// Not even under names that nothing has yet, and by no relative path.
#[test]
fn nothing_is_written_among_models_and_checkpoints_of_a_run() {
    let scratch = Scratch::with_run();
    scratch.write("simulation.toml", SIMULATION);
    let before = listing(&scratch.path("run"));
    for line in [
        "plot run --recording tiny.h5 --out run/model",
        "plot run --recording tiny.h5 --out run/checkpoints/figures/new",
        "experiment run --phenomenon latency --out run/model/../checkpoints",
        "export run --format npz --out run/checkpoints/x.npz",
        "respond run --raw --stimulus tiny.h5:test/stimulus --out run/model/new/rates.h5",
        "train tiny.toml --out run/checkpoints/again",
        "plot run --recording tiny.h5 --out new/../run/model/figures",
        "simulate simulation.toml --out run/model/simulated",
    ] {
        let line = match line.contains("train ") {
            true => line.to_owned(),
            false => format!("{line} --overwrite"),
        };
        scratch.refuses(
            &line,
            2,
            &["run", "models and checkpoints", "choose another --out"],
        );
        assert_eq!(listing(&scratch.path("run")), before, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn inputs_are_not_replaced_by_any_name() {
    use std::os::unix::fs::symlink;
    let scratch = scratch();
    fs::copy(scratch.path("tiny.h5"), scratch.path("input.h5")).unwrap();
    fs::create_dir(scratch.path("sub")).unwrap();
    symlink("input.h5", scratch.path("soft.h5")).unwrap();
    fs::hard_link(scratch.path("input.h5"), scratch.path("hard.h5")).unwrap();
    let before = fs::read(scratch.path("input.h5")).unwrap();
    let absolute = scratch.path("input.h5").display().to_string();
    for name in [
        "input.h5",
        "sub/../input.h5",
        "soft.h5",
        "hard.h5",
        &absolute,
    ] {
        let line = format!("respond net --raw --stimulus input.h5:test/stimulus --out {name}");
        scratch.refuses(
            &format!("{line} --overwrite"),
            2,
            &["read by this very command"],
        );
        assert_eq!(fs::read(scratch.path(name)).unwrap(), before, "{name}");
    }
    // A file that a link in the input leads to is read as well.
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    fs::copy(
        format!("{fixtures}/linked_session.h5"),
        scratch.path("links.h5"),
    )
    .unwrap();
    fs::copy(scratch.path("tiny.h5"), scratch.path("target.h5")).unwrap();
    scratch.refuses(
        "respond net --raw --stimulus links.h5:test/stimulus --out target.h5 --overwrite",
        2,
        &["read by this very command"],
    );
    // A link to another's file is that file; one that leads nowhere is told.
    symlink("tiny.h5", scratch.path("other.h5")).unwrap();
    symlink("nowhere.h5", scratch.path("lost.h5")).unwrap();
    let line = "respond net --raw --stimulus input.h5:test/stimulus --out";
    scratch.refuses(&format!("{line} other.h5"), 2, &["is a recording"]);
    scratch.refuses(&format!("{line} lost.h5"), 2, &["not there"]);
    fs::copy(
        scratch.path("network.toml"),
        scratch.path("sub/config.toml"),
    )
    .unwrap();
    for line in [
        "experiment net sub/config.toml --out sub --overwrite",
        "reduce net sub/config.toml --out sub --overwrite",
        "identify net sub/config.toml --out sub --overwrite",
        "reproduce sub/config.toml --model net --out sub --overwrite",
        "train sub/config.toml --out sub",
    ] {
        scratch.refuses(line, 2, &["read by this very command"]);
    }
}

#[test]
fn a_stimulus_and_its_movie_are_different_files() {
    let scratch = scratch();
    scratch.write("flash.toml", FLASH);
    let line = "respond net --stimulus flash.toml";
    scratch.refuses(
        &format!("{line} --out a.h5 --movie a.h5"),
        2,
        &["written twice"],
    );
    scratch.write("a.json", "mine");
    scratch.refuses(&format!("{line} --out b.h5 --movie a.h5"), 2, &["a.json"]);
    fs::remove_file(scratch.path("a.json")).unwrap();
    for _ in 0..2 {
        scratch.succeeds(&format!("{line} --out b.h5 --movie a.h5"));
    }
    assert_eq!(
        listing(&scratch.path("."))
            .iter()
            .filter(|name| *name == "a.json")
            .count(),
        1
    );
}

const FLASH: &str = r#"
name = "flash"
duration = 200
[[layers]]
kind = "flash"
duration = 50
contrast = -1
"#;
