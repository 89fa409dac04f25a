//! Options of every command, and exit codes.

use rstest::rstest;

use crate::harness::{Scratch, program};

#[test]
fn the_version_is_printed() {
    let done = Scratch::empty().succeeds("--version");
    assert!(
        done.stdout
            .starts_with(concat!("ganglion ", env!("CARGO_PKG_VERSION"))),
        "{done:?}"
    );
}

#[test]
fn devices_are_listed_without_a_command() {
    let done = Scratch::empty().succeeds("--device list");
    for name in ["flex", "ndarray", "wgpu", "cuda", "processor threads: "] {
        assert!(done.stdout.contains(name), "{done:?}");
    }
    let flex = done
        .stdout
        .lines()
        .find(|line| line.starts_with("flex"))
        .unwrap();
    assert!(flex.contains("available"), "{flex}");
}

#[rstest]
#[case("--threads 2", &["no command yet", "--help"])]
#[case("--threads 0 inspect a.h5", &["--threads", "from 1 to"])]
#[case("--threads 100000 inspect a.h5", &["--threads", "from 1 to"])]
#[case("--device gpu inspect a.h5", &["no backend is called `gpu`", "flex"])]
#[case("simulat a.toml", &["simulat", "simulate"])]
#[case("inspect", &["FILE.h5"])]
#[case("train a.toml --set epochs", &["key.path=value"])]
#[case("respond m --out b.h5 --stimulus a.h5", &["FILE.h5:DATASET"])]
fn bad_use_ends_with_code_2(#[case] arguments: &str, #[case] parts: &[&str]) {
    let done = Scratch::empty().run(arguments);
    assert_eq!(done.code, Some(2), "{done:?}");
    assert_eq!(done.stdout, "");
    for part in parts {
        assert!(
            done.stderr.contains(part),
            "`{part}` is not in: {}",
            done.stderr
        );
    }
}

/// Who types the name alone is told the first command for each situation; each is one that there is.
#[test]
fn the_name_alone_says_what_to_do_next() {
    let scratch = Scratch::empty();
    let done = scratch.run("");
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""), "{done:?}");
    let words: Vec<&str> = done.stderr.split_whitespace().collect();
    let after = words
        .windows(2)
        .filter(|pair| pair[0].ends_with("ganglion"));
    let help = scratch.succeeds("--help").stdout;
    let commands = after.map(|pair| pair[1]).filter(|word| {
        let mut lines = help.lines();
        lines.any(|line| line.split_whitespace().next() == Some(word))
    });
    let commands: Vec<&str> = commands.collect();
    for command in ["reproduce", "inspect", "import", "identify", "respond"] {
        assert!(commands.contains(&command), "{command}: {commands:?}");
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = words.iter().map(|word| word.trim_end_matches([',', '.']));
    let files = named.filter(|word| word.starts_with("configs/") || word.starts_with("docs/"));
    for file in files {
        assert!(root.join(file).exists(), "{file}");
    }
}

#[test]
fn help_lists_the_commands_by_what_they_are_for() {
    let scratch = Scratch::empty();
    let help = scratch.succeeds("--help").stdout;
    let place = |text: &str| help.find(text).unwrap_or_else(|| panic!("{text}: {help}"));
    let order = [
        "Recordings:",
        "  inspect ",
        "Models:",
        "  train ",
        "Phenomena and circuits:",
        "  identify ",
        "Judging:",
        "  evaluate ",
        "Other:",
        "Options:",
        "--threads",
    ];
    assert!(order.map(place).is_sorted(), "{help}");
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    // Commands have their own help.
    let train = scratch.succeeds("train --help").stdout;
    assert!(train.contains("--resume") && !train.contains("Recordings:"));
}

/// A text that is no level would hide every warning.
#[test]
fn a_choice_of_messages_that_cannot_be_understood_is_refused() {
    let run = |value: &str| {
        let mut program = program();
        program
            .env("GANGLION_LOG", value)
            .arg("inspect")
            .arg("a.h5");
        let output = program.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    };
    for value in ["warning", "quiet", "ganglion_recording"] {
        let (code, told) = run(value);
        assert_eq!(code, Some(2), "{told}");
        for part in ["GANGLION_LOG", value, "warn", "TARGET=LEVEL"] {
            assert!(told.contains(part), "`{part}` is not in: {told}");
        }
    }
    for value in ["", "debug", "ganglion_recording=debug"] {
        let (code, told) = run(value);
        assert!(code == Some(1) && told.contains("a.h5"), "{told}");
    }
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_backend_that_is_not_built_in_is_refused() {
    let scratch = Scratch::with_run();
    let parts = ["no cuda backend", "--features cuda"];
    scratch.refuses("evaluate run --recording tiny.h5 --device cuda", 1, &parts);
    scratch.refuses("train tiny.toml --device cuda", 1, &parts);
}

#[test]
fn threads_can_be_chosen() {
    Scratch::with_session().succeeds("--threads 1 inspect tiny.h5");
    Scratch::with_session().succeeds("inspect tiny.h5 --threads 2");
}

#[test]
fn quiet_prints_nothing_on_standard_error() {
    let scratch = Scratch::with_session();
    let done = scratch.succeeds("train tiny.toml --quiet --out run --set training.epochs=1");
    assert_eq!(done.stderr, "");
    assert!(done.stdout.contains("run/model"), "{done:?}");
    assert_eq!(
        scratch
            .succeeds("evaluate run --recording tiny.h5 --quiet")
            .stderr,
        ""
    );
    assert_eq!(scratch.succeeds("plot run/model --quiet").stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let scratch = Scratch::with_session();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program()
        .args(["inspect", scratch.path("tiny.h5").to_str().unwrap()])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("standard output cannot be written: No space left"),
        "{text}"
    );
}

/// Keys that a command does not read itself are checked as well.
#[rstest]
#[case("train tiny.toml")]
#[case("simulate simulate.toml --out s")]
#[case("experiment run all.toml")]
#[case("attribute run all.toml")]
#[case("reduce run all.toml")]
#[case("reduce run --phenomenon latency")]
#[case("identify run")]
#[case("identify run all.toml")]
#[case("reproduce all.toml --model run --out r")]
#[case("reproduce tiny.toml --model run --out r")]
#[case("import NWB --config all.toml --out i.h5")]
fn a_key_that_is_set_must_make_sense_to_every_command(#[case] line: &str) {
    let scratch = Scratch::with_run();
    scratch.write("simulate.toml", "[simulation]\nrepeats = 2\n");
    scratch.write("all.toml", "[[experiments]]\nphenomenon = \"latency\"\n");
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    let line = line.replace("NWB", &format!("{fixtures}/noise.nwb"));
    for (change, key) in [
        ("seed=\"x\"", "`seed`"),
        ("training.epochs=\"x\"", "`training.epochs`"),
        ("reduction.most_cells=x", "`reduction.most_cells`"),
        ("nwb.bin_ms=x", "`nwb.bin_ms`"),
    ] {
        scratch.refuses(
            &format!("{line} --set {change}"),
            2,
            &[&format!("--set {change}"), key],
        );
    }
}
