//! Experiments as figures.

use ganglion_experiment::{ExperimentConfig, Outcome, Protocol};
use ganglion_plot::Figure;

/// Figures of an experiment by their name, without extension.
pub fn experiment(config: &ExperimentConfig, outcome: &Outcome) -> Vec<(String, Box<dyn Figure>)> {
    let figures = config.figures(outcome).into_iter();
    figures.map(|one| (one.name, one.figure)).collect()
}
