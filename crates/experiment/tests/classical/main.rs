//! Classical stimuli shown to toy cells whose answers are known.

#[allow(dead_code)]
#[path = "../phenomena/toy.rs"]
mod cells;
mod contrast;
mod frequency_doubling;
mod object_motion;
mod polarity_reversal;
mod receptive_field;
mod step_response;
mod toy;

use ganglion_experiment::{CellOutcome, ExperimentConfig, Outcome, Responder};

/// Shows an experiment of a table to a responder.
fn run(toml: &str, responder: &dyn Responder) -> Outcome {
    let config: ExperimentConfig = toml::from_str(toml).unwrap();
    let prepared = config.prepare(responder.screen()).unwrap();
    prepared.run(responder).unwrap()
}

/// What it finds on the only cell.
fn run_one(toml: &str, responder: &dyn Responder) -> CellOutcome {
    run(toml, responder).cells.remove(0)
}

/// Why a table is refused.
fn refused(toml: &str) -> String {
    let config: ExperimentConfig = toml::from_str(toml).unwrap();
    let prepared = config.prepare(cells::SCREEN);
    prepared.map(|_| ()).unwrap_err().to_string()
}
