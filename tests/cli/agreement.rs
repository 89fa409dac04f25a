//! A model and what it is shown, or recordings that are trained on together, mean the same.

use std::fs;

use rstest::rstest;

use crate::harness::Scratch;
use crate::session::Session;

fn slow() -> Session {
    Session {
        frame_period_ms: 1000.0 / 60.0,
        ..Session::tiny()
    }
}

fn small_pixels() -> Session {
    Session {
        microns_per_pixel: 25.0,
        ..Session::tiny()
    }
}

fn from_zero_to_one() -> Session {
    Session {
        light: 1.0 / 255.0,
        ..Session::tiny()
    }
}

fn with(session: &Session) -> Scratch {
    let scratch = Scratch::with_run();
    session.write(&scratch.path("other.h5"));
    scratch
}

#[rstest]
#[case(slow(), "16.7 ms a frame")]
#[case(small_pixels(), "25.0 um a pixel")]
#[case(from_zero_to_one(), "light in other units")]
fn every_command_that_shows_a_recording_tells_what_differs(
    #[case] session: Session,
    #[case] told: &str,
) {
    let scratch = with(&session);
    scratch.succeeds("export run --format safetensors --out weights.safetensors");
    scratch.succeeds("export run --format h5 --out weights.h5");
    for line in [
        "evaluate run --recording other.h5",
        "plot run --recording other.h5 --out plots",
        "respond run --raw --stimulus other.h5:test/stimulus --out rates.h5",
        "import weights.safetensors --frame-size 12x12 --normalisation 127.5,127.5 \
         --microns-per-pixel 50 --check other.h5 --out model",
    ] {
        let done = scratch.succeeds(line);
        assert!(done.stderr.contains("warning"), "`{line}`: {}", done.stderr);
        assert!(done.stderr.contains(told), "`{line}`: {}", done.stderr);
        // The recording that it was trained on is not doubted.
        let own = scratch.run(
            &line
                .replace("other.h5", "tiny.h5")
                .replace("plots", "plots2")
                .replace("--out model", "--out model2"),
        );
        assert_eq!(own.code, Some(0), "{}", own.stderr);
        assert!(!own.stderr.contains("warning: tiny.h5"), "{}", own.stderr);
    }
    let json = scratch.succeeds("evaluate run --recording other.h5 --json --quiet");
    let warnings = json.json()["warnings"].to_string();
    assert!(warnings.contains(told), "{warnings}");
}

#[rstest]
#[case(slow(), "16.7 ms a frame")]
#[case(small_pixels(), "25.0 um a pixel")]
#[case(from_zero_to_one(), "light in other units")]
fn recordings_that_disagree_are_not_trained_on_together(
    #[case] session: Session,
    #[case] told: &str,
) {
    let scratch = with(&session);
    let line = "train tiny.toml --out both --set recording.files=[\"tiny.h5\",\"other.h5\"]";
    scratch.refuses(line, 1, &["other.h5", "tiny.h5", told]);
    assert!(!scratch.path("both").exists());
}

#[test]
fn the_same_recording_twice_is_refused_by_any_name() {
    let scratch = Scratch::with_session();
    fs::copy(scratch.path("tiny.h5"), scratch.path("copy.h5")).unwrap();
    let mut names = vec!["tiny.h5", "./tiny.h5", "copy.h5"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("tiny.h5", scratch.path("soft.h5")).unwrap();
        fs::hard_link(scratch.path("tiny.h5"), scratch.path("hard.h5")).unwrap();
        names.extend(["soft.h5", "hard.h5"]);
    }
    for name in names {
        let line =
            format!("train tiny.toml --out both --set recording.files=[\"tiny.h5\",\"{name}\"]");
        scratch.refuses(&line, 1, &["twice", "tiny.h5"]);
    }
}

#[test]
fn stimuli_beyond_the_light_of_training_are_told() {
    let scratch = Scratch::with_run();
    // The training movie is black and white: one standard deviation either way.
    scratch.write(
        "mild.toml",
        "name = \"mild\"\nduration = 200\n[[layers]]\nkind = \"flash\"\ncontrast = -0.5",
    );
    scratch.write(
        "dark.toml",
        "name = \"dark\"\nduration = 200\n[[layers]]\nkind = \"flash\"\ncontrast = -3",
    );
    let mild = scratch.succeeds("respond run --stimulus mild.toml --out mild.h5");
    assert!(!mild.stderr.contains("darker"), "{}", mild.stderr);
    let dark = scratch.succeeds("respond run --stimulus dark.toml --out dark.h5");
    assert!(
        dark.stderr.contains("darker than all the model has seen"),
        "{}",
        dark.stderr
    );
    assert!(dark.stderr.contains("no light at all"), "{}", dark.stderr);
}

#[test]
fn guards_that_eat_the_data_are_told() {
    let scratch = Scratch::with_session();
    let line = "train tiny.toml --set training.epochs=1 --out";
    let few = scratch.succeeds(&format!("{line} few"));
    assert!(!few.stderr.contains("guards"), "{}", few.stderr);
    let many = scratch.succeeds(&format!(
        "{line} many --set recording.validation.segments=10"
    ));
    assert!(
        many.stderr.contains("guards of 8 frames"),
        "{}",
        many.stderr
    );
    assert!(many.stderr.contains("segments"), "{}", many.stderr);
}
