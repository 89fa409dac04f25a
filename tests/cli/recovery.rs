//! `ganglion recovery`

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Scratch, listing, program};
use crate::identify::IDENTIFY;
use crate::reproduce::SIMULATED;

#[test]
fn retinas_are_made_once_scored_together_and_their_movies_discarded() {
    let scratch = Scratch::empty();
    // Experiments on the retina itself; reductions are not made.
    let config = format!("{SIMULATED}{IDENTIFY}");
    scratch.write("small.toml", &config);
    let line = "recovery small.toml --retinas 2 --first-seed 3 --out many --discard-recordings";
    let made = scratch.succeeds(&format!("{line} --json")).json();
    assert_eq!(made["groups"][0]["group"], "many");
    assert_eq!(made["groups"][0]["retinas"], 2);
    let networks = made["networks"].as_array().unwrap();
    assert_eq!(
        (&networks[0]["seed"], &networks[1]["seed"]),
        (&3.into(), &4.into())
    );
    assert!(
        networks
            .iter()
            .all(|one| one["spikes_a_cell"].as_f64().unwrap() > 0.0)
    );
    let files = listing(&scratch.path("many"));
    assert!(
        files.iter().all(|file| !file.ends_with("naturalscene.h5")),
        "{files:?}"
    );
    for file in [
        "retina3/retina.json",
        "retina4/recording/circuit.toml",
        "retina4/run/model/model.toml",
        "retina4/phenomena/latency-without-inhibition/summary.json",
        "retina4/phenomena-of-network/latency/summary.json",
        "retinas.csv",
    ] {
        assert!(files.contains(&file.to_owned()), "{file}: {files:?}");
    }
    check_phenomena(&scratch, &made["phenomena"][0]);
    // What is complete is not made again, without its movies.
    let again = scratch.succeeds(&format!("{line} --json"));
    assert_eq!(
        again.stderr.matches("done before").count(),
        2,
        "{}",
        again.stderr
    );
    assert_eq!(again.json(), made);
    let scored = scratch.succeeds("score many --json").json();
    assert_eq!(scored["groups"], made["groups"]);
}

/// The counts are those of the experiments on the two retinas and on their networks.
fn check_phenomena(scratch: &Scratch, told: &Value) {
    let cells = |folder: &str, seed: usize| {
        let file = format!("many/retina{seed}/{folder}/latency/summary.json");
        let summary: Value = serde_json::from_str(&scratch.read(&file)).unwrap();
        summary["cells"].as_array().unwrap().clone()
    };
    let mut counts = [0; 4];
    for seed in [3, 4] {
        let learned = cells("phenomena-of-network", seed);
        for (retina, network) in cells("phenomena", seed).iter().zip(&learned) {
            assert_eq!(retina["cell"], network["cell"]);
            let place = match retina["presence"].as_str().unwrap() {
                "absent" => 0,
                "present" => 2,
                _ => continue,
            };
            counts[place] += 1;
            counts[place + 1] += u64::from(network["present"] == true);
        }
    }
    // One cell of a class in each retina has the phenomenon, and controls have not.
    assert!(counts[0] > 0 && counts[2] > 0, "{told}");
    let keys = ["absent", "absent_shown", "present", "present_shown"];
    assert_eq!(keys.map(|key| told[key].as_u64().unwrap()), counts);
    assert_eq!(
        (&told["phenomenon"], &told["retinas"]),
        (&"latency".into(), &2.into())
    );
    assert_eq!(told["sensitivity"], counts[3] as f64 / counts[2] as f64);
    assert!(told["sensitivity_interval"].is_array());
}

/// Retinas that were completed before networks were shown experiments get these from what is kept of them.
#[test]
fn a_complete_retina_gets_the_phenomena_of_its_network_without_its_movies() {
    let scratch = Scratch::empty();
    scratch.write("small.toml", &format!("{SIMULATED}{IDENTIFY}"));
    let line =
        "recovery small.toml --retinas 1 --first-seed 3 --out one --json --discard-recordings";
    let made = scratch.succeeds(line).json();
    let file = "one/retina3/retina.json";
    let mut retina: Value = serde_json::from_str(&scratch.read(file)).unwrap();
    retina.as_object_mut().unwrap().remove("phenomena").unwrap();
    scratch.write(file, &retina.to_string());
    std::fs::remove_dir_all(scratch.path("one/retina3/phenomena-of-network")).unwrap();
    // What was edited by hand is replaced only if that is asked for.
    let again = scratch.succeeds(&format!("{line} --overwrite"));
    assert_eq!(again.json(), made);
    for command in ["simulate", "train", "evaluate", "identify"] {
        let line = format!("ganglion {command} one");
        assert!(!again.stderr.contains(&line), "{}", again.stderr);
    }
    assert!(again.stderr.contains("ganglion experiment one/retina3/run"));
    assert!(
        !scratch
            .path("one/retina3/recording/naturalscene.h5")
            .exists()
    );
    let third = scratch.succeeds(line);
    assert!(
        !third.stderr.contains("ganglion experiment"),
        "{}",
        third.stderr
    );
    assert_eq!(third.json(), made);
}

#[test]
fn an_experiment_that_is_named_twice_is_refused() {
    let scratch = Scratch::empty();
    let twice = format!("{SIMULATED}[[experiments]]\nphenomenon = \"latency\"\n");
    scratch.write("small.toml", &twice);
    scratch.refuses(
        "recovery small.toml --retinas 1 --out x",
        2,
        &["`experiments` has `latency` more than once", "leave one"],
    );
}

/// A retina whose last stages were lost goes on from those that are complete.
#[test]
fn an_interrupted_retina_goes_on_from_its_last_complete_stage() {
    let scratch = Scratch::empty();
    let tables = SIMULATED.split("[[experiments]]").next().unwrap();
    scratch.write("small.toml", tables);
    let line = "recovery small.toml --retinas 1 --first-seed 3 --out one --json \
                --set reduction.identify.functions=4 --set reduction.identify.most_pathways=2 \
                --set reduction.identify.probe.duration=3000";
    let made = scratch.succeeds(line).json();
    std::fs::remove_file(scratch.path("one/retina3/retina.json")).unwrap();
    std::fs::remove_dir_all(scratch.path("one/retina3/identification")).unwrap();
    let again = scratch.succeeds(line);
    // Simulation, training and evaluation.
    assert_eq!(
        again.stderr.matches("done before").count(),
        3,
        "{}",
        again.stderr
    );
    assert_eq!(again.json()["groups"], made["groups"]);
    scratch.refuses(
        "recovery small.toml --retinas 1 --first-seed 3 --out one",
        2,
        &["one/config.toml", "another config", "choose another --out"],
    );
}

/// Killed while it simulates, trains, identifies and experiments, and started again each time, a recovery ends with
/// the bytes of one that was let alone.
#[test]
fn a_killed_recovery_ends_with_the_same_bytes() {
    let scratch = Scratch::empty();
    scratch.write("small.toml", &format!("{SIMULATED}{IDENTIFY}"));
    let line = "recovery small.toml --retinas 2 --first-seed 3 --out many";
    scratch.succeeds(line);
    let whole = bytes(&scratch);
    std::fs::remove_dir_all(scratch.path("many")).unwrap();
    let kills = [
        "retina3/recording",
        "retina3/run/history.csv",
        "retina3/run/stage.json",
        "retina3/evaluation/stage.json",
        "retina3/retina.json",
        "retina4/identification/stage.json",
    ];
    let killed = kills.iter().filter(|file| kill_at(&scratch, line, file));
    // One may have come too late.
    assert!(killed.count() >= 4);
    scratch.succeeds(line);
    let cut = bytes(&scratch);
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&cut), names(&whole));
    for (name, bytes) in &whole {
        assert!(cut[name] == *bytes, "{name} differs");
    }
}

/// Starts a recovery and kills it once a file of it is there; whether it was still running.
fn kill_at(scratch: &Scratch, line: &str, file: &str) -> bool {
    let mut command = program();
    command
        .current_dir(scratch.path("."))
        .args(line.split_whitespace());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let file = scratch.path("many").join(file);
    let begin = Instant::now();
    while !file.exists() && begin.elapsed() < Duration::from_secs(120) {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        sleep(Duration::from_millis(1));
    }
    let is_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    is_running
}

/// All files of the recovery but checkpoints, whose weights have random names, without the times at which stages
/// were done.
fn bytes(scratch: &Scratch) -> BTreeMap<String, Vec<u8>> {
    let folder = scratch.path("many");
    let files = listing(&folder).into_iter();
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        let is_timed = name.ends_with("stage.json") || name.ends_with("retina.json");
        let bytes = match is_timed {
            true => without_times(&bytes),
            false => bytes,
        };
        (name, bytes)
    };
    files
        .filter(|name| !name.contains("/checkpoints/"))
        .map(read)
        .collect()
}

fn without_times(bytes: &[u8]) -> Vec<u8> {
    let mut stamp: Value = serde_json::from_slice(bytes).unwrap();
    let keys = stamp.as_object_mut().unwrap();
    for key in ["at", "after", "seconds"] {
        keys.remove(key);
    }
    stamp.to_string().into_bytes()
}

#[test]
fn what_is_missing_is_told() {
    let scratch = Scratch::empty();
    scratch.write("none.toml", "seed = 1\n");
    scratch.refuses(
        "recovery none.toml --retinas 1 --out x",
        2,
        &["no table `simulation`", "configs/recovery.toml"],
    );
    scratch.write("small.toml", SIMULATED);
    scratch.refuses("recovery small.toml --retinas 0 --out x", 2, &["0 retinas"]);
}
