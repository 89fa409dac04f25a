//! A run's folder belongs to one process, and its recordings stay what they were.

use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::harness::{Scratch, listing, program};
use crate::session::Session;

fn train(scratch: &Scratch, more: &[&str]) -> Child {
    let mut command = program();
    command
        .current_dir(scratch.path("."))
        .args(["train", "tiny.toml", "--out", "run", "--quiet"])
        .args(["--set", "training.epochs=100000"])
        .args(more);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the run has a checkpoint, so that it is under way.
fn wait_for_checkpoint(scratch: &Scratch, child: &mut Child) {
    let begin = Instant::now();
    while !scratch.path("run/history.csv").exists() {
        assert!(begin.elapsed() < Duration::from_secs(120), "no epoch ends");
        assert!(child.try_wait().unwrap().is_none(), "the run ended early");
        sleep(Duration::from_millis(5));
    }
}

fn refusal(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_second_process_is_told_who_trains_and_a_dead_one_holds_nothing() {
    let scratch = Scratch::with_session();
    for round in 0..3 {
        let _ = fs::remove_dir_all(scratch.path("run"));
        let mut first = train(&scratch, &[]);
        wait_for_checkpoint(&scratch, &mut first);
        let pid = first.id().to_string();
        for more in [&["--resume"][..], &[]] {
            let told = refusal(train(&scratch, more));
            for part in ["another process", &pid, " on ", "since 20", "UTC"] {
                assert!(told.contains(part), "round {round}: {told}");
            }
        }
        assert!(
            first.try_wait().unwrap().is_none(),
            "the first was disturbed"
        );
        // No chance to clean up: the signal that cannot be caught.
        first.kill().unwrap();
        first.wait().unwrap();
        let epochs = scratch.read("run/history.csv").lines().count();
        let line = format!("train tiny.toml --out run --resume --set training.epochs={epochs}");
        scratch.succeeds(&line);
    }
}

#[test]
fn of_two_that_begin_at_once_one_trains() {
    let scratch = Scratch::with_session();
    for _ in 0..3 {
        let _ = fs::remove_dir_all(scratch.path("run"));
        let mut both = [train(&scratch, &[]), train(&scratch, &[])];
        let begin = Instant::now();
        let loser = loop {
            let ended = both
                .iter_mut()
                .position(|one| one.try_wait().unwrap().is_some());
            if let Some(ended) = ended {
                break ended;
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "both train");
            sleep(Duration::from_millis(5));
        };
        let [first, second] = both;
        let (loser, mut winner) = match loser {
            0 => (first, second),
            _ => (second, first),
        };
        let told = refusal(loser);
        assert!(told.contains("another process"), "{told}");
        wait_for_checkpoint(&scratch, &mut winner);
        winner.kill().unwrap();
        winner.wait().unwrap();
    }
}

#[test]
fn a_reproduction_belongs_to_one_process() {
    let scratch = Scratch::with_session();
    let held = ganglion_model::training::RunLock::take(&scratch.path("all")).unwrap();
    let line = "reproduce tiny.toml --out all";
    let pid = std::process::id().to_string();
    scratch.refuses(line, 1, &["another process", &pid, "UTC"]);
    assert_eq!(listing(&scratch.path("all")), Vec::<String>::new());
    drop(held);
}

#[test]
fn what_does_not_begin_leaves_no_lock() {
    let scratch = Scratch::with_session();
    fs::remove_file(scratch.path("tiny.h5")).unwrap();
    scratch.refuses("train tiny.toml --out new/run", 1, &["tiny.h5"]);
    assert!(!scratch.path("new").exists());
}

#[test]
fn a_recording_that_changed_stops_a_run_unless_that_is_accepted() {
    let scratch = Scratch::with_session();
    let line =
        |epochs: usize| format!("train tiny.toml --out run --set training.epochs={epochs} --quiet");
    scratch.succeeds(&line(2));
    let before = fs::read(scratch.path("run/history.csv")).unwrap();
    fs::remove_file(scratch.path("tiny.h5")).unwrap();
    Session {
        spoil_rates: |rates| rates.iter_mut().for_each(|rate| *rate *= 1.5),
        ..Session::tiny()
    }
    .write(&scratch.path("tiny.h5"));
    let resumed = format!("{} --resume", line(3));
    scratch.refuses(
        &resumed,
        1,
        &["tiny.h5", "SHA-256", "--accept-changed-recordings", "--out"],
    );
    assert_eq!(fs::read(scratch.path("run/history.csv")).unwrap(), before);
    let accepted = format!("{resumed} --accept-changed-recordings");
    let told = scratch.succeeds(&accepted.replace(" --quiet", ""));
    assert!(told.stderr.contains("has changed"), "{}", told.stderr);
    // Once accepted it is what the run is trained on, and the provenance keeps saying so.
    scratch.succeeds(&format!("{} --resume", line(40)));
    let origin: toml::Table = scratch.read("run/recordings.toml").parse().unwrap();
    let model: toml::Table = scratch.read("run/model/model.toml").parse().unwrap();
    let change = &origin["changed"].as_array().unwrap()[0];
    assert_eq!(change["after_epoch"].as_integer(), Some(2));
    assert_ne!(change["before"], change["after"]);
    assert_eq!(
        change["after"],
        origin["recordings"].as_array().unwrap()[0]["sha256"]
    );
    assert_eq!(model["provenance"]["recordings_changed"], origin["changed"]);
    let alone = scratch.run("train tiny.toml --out other --accept-changed-recordings");
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("--resume"), "{}", alone.stderr);
}

/// What links of a recording lead to is a part of it.
#[test]
fn a_file_that_a_recording_links_to_is_watched_too() {
    let scratch = Scratch::with_session();
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    fs::rename(scratch.path("tiny.h5"), scratch.path("target.h5")).unwrap();
    let link = format!("{fixtures}/linked_session.h5");
    fs::copy(link, scratch.path("tiny.h5")).unwrap();
    let line =
        |epochs: usize| format!("train tiny.toml --out run --set training.epochs={epochs} --quiet");
    scratch.succeeds(&line(2));
    scratch.succeeds(&format!("{} --resume", line(3)));
    let sha256 = |name: &str| ganglion_recording::sha256_of(scratch.path(name)).unwrap();
    let (own, before) = (sha256("tiny.h5"), sha256("target.h5"));
    let json = scratch
        .succeeds("evaluate run --recording tiny.h5 --json")
        .json();
    assert_eq!(json["recording_sha256"], own);
    assert_eq!(json["recording_linked"][0]["sha256"], before);

    fs::remove_file(scratch.path("target.h5")).unwrap();
    Session {
        spoil_rates: |rates| rates.iter_mut().for_each(|rate| *rate *= 1.5),
        ..Session::tiny()
    }
    .write(&scratch.path("target.h5"));
    let resumed = format!("{} --resume", line(4));
    let parts = ["tiny.h5 links to target.h5", "has changed", &before];
    scratch.refuses(&resumed, 1, &parts);
    scratch.succeeds(&format!("{resumed} --accept-changed-recordings"));
    scratch.succeeds(&format!("{} --resume", line(5)));
    let origin: toml::Table = scratch.read("run/recordings.toml").parse().unwrap();
    let change = &origin["changed"].as_array().unwrap()[0];
    assert_eq!(change["name"].as_str(), Some("target.h5"));
    assert_eq!(change["before"].as_str(), Some(&*before));
    assert_eq!(change["after"].as_str(), Some(&*sha256("target.h5")));
}

/// The same file of links in two folders is two recordings, if they lead to different ones.
#[test]
fn the_same_links_to_other_data_are_another_recording() {
    let scratch = Scratch::with_session();
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    for (folder, factor) in [("a", false), ("b", true), ("c", false)] {
        fs::create_dir(scratch.path(folder)).unwrap();
        let link = format!("{fixtures}/linked_session.h5");
        fs::copy(link, scratch.path(&format!("{folder}/link.h5"))).unwrap();
        Session {
            spoil_rates: match factor {
                true => |rates| rates.iter_mut().for_each(|rate| *rate *= 1.5),
                false => |_| (),
            },
            ..Session::tiny()
        }
        .write(&scratch.path(&format!("{folder}/target.h5")));
    }
    let line = "train tiny.toml --set training.epochs=1 --quiet --set recording.files=";
    scratch.succeeds(&format!("{line}[\"a/link.h5\",\"b/link.h5\"] --out two"));
    scratch.refuses(
        &format!("{line}[\"a/link.h5\",\"c/link.h5\"] --out one"),
        1,
        &["same recording twice"],
    );
}

/// A recording beside files that lead to it by links, and beside a copy with another attribute, is
/// the same recording twice.
#[test]
fn a_recording_and_a_link_to_it_are_the_same_recording_twice() {
    let scratch = Scratch::with_session();
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    let link = format!("{fixtures}/linked_session.h5");
    fs::copy(link, scratch.path("link.h5")).unwrap();
    fs::copy(scratch.path("tiny.h5"), scratch.path("target.h5")).unwrap();
    let line = "train tiny.toml --set training.epochs=1 --quiet --set recording.files=";
    for files in ["[\"target.h5\",\"link.h5\"]", "[\"link.h5\",\"tiny.h5\"]"] {
        let parts = ["same recording twice", "link.h5", "leave one out"];
        scratch.refuses(&format!("{line}{files} --out run"), 1, &parts);
    }
}
