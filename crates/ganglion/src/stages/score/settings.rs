//! Which predictions are scored, against which truth.

use std::path::PathBuf;

use ganglion_experiment::ExperimentConfig;
use serde::Serialize;

/// Predictions of simulated retinas, and where the truth is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Score {
    /// Folders of `ganglion identify` or `ganglion reduce`, one a retina; a folder of `ganglion recovery`
    /// stands for all of its retinas.
    pub predictions: Vec<PathBuf>,
    /// Circuits of the simulated retinas: one for all predictions, or one for each; looked for beside the
    /// predictions if none are named.
    pub truth: Vec<PathBuf>,
    /// Stimuli on which changes are predicted; if there are none, those of the experiment that circuits
    /// were reduced for, and for identified circuits the courses of their probe over the whole field.
    pub experiments: Vec<ExperimentConfig>,
    /// Folder for scores and tables; nothing is written without one.
    pub out: Option<PathBuf>,
}

impl Score {
    /// Scores of some folders, whose truth lies beside them, only returned.
    pub fn new(predictions: Vec<PathBuf>) -> Self {
        Self {
            predictions,
            ..Self::default()
        }
    }
}
