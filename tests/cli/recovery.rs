//! `ganglion recovery`

use crate::harness::{Scratch, listing};
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
        "retinas.csv",
    ] {
        assert!(files.contains(&file.to_owned()), "{file}: {files:?}");
    }
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
