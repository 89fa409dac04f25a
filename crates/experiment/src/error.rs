//! Why an experiment cannot be made.

use crate::ResponderError;
use ganglion_recording::CellIndex;

/// Why a stimulus cannot be shown or an experiment cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A responder does not have a cell.
    #[error("cells: there is no cell {cell}; the cells are {known:?}")]
    NoSuchCell {
        /// The cell asked for.
        cell: CellIndex,
        /// Those that there are.
        known: Vec<usize>,
    },
    /// A value of a stimulus or a configuration makes no sense or does not fit the screen.
    #[error("{stimulus}: {key} = {value} {problem}; {remedy}")]
    Value {
        /// What it belongs to.
        stimulus: String,
        /// Its key.
        key: String,
        /// The value that was given, with its unit.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What would work.
        remedy: String,
    },
    /// The responder's screen is not one that stimuli can be shown on.
    #[error("the model's {key} is {value}, but must be positive; set it in the model's model.toml")]
    Screen {
        /// The field of the screen.
        key: &'static str,
        /// Its value.
        value: f64,
    },
    /// A table that is no experiment, in the words of whatever read it.
    #[error("{0}")]
    Config(String),
    /// No experiment has this name.
    #[error("there is no experiment {name:?}; use one of {known}")]
    UnknownExperiment {
        /// The name asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// The experiment has no preset of this name.
    #[error("{experiment} has no preset {preset:?}; use one of {known}")]
    UnknownPreset {
        /// The experiment.
        experiment: &'static str,
        /// The name asked for.
        preset: String,
        /// Its presets.
        known: String,
    },
    /// The responder failed.
    #[error("the responder did not answer {stage}")]
    Responder {
        /// What was shown.
        stage: String,
        /// Why it failed.
        #[source]
        source: ResponderError,
    },
    /// The responder's answer is not one rate a cell and bin.
    #[error("the responder's answer to {stimulus} is no response: {problem}")]
    Answer {
        /// What was shown.
        stimulus: String,
        /// What is wrong.
        problem: String,
    },
}

impl Error {
    /// An unusable value of one stimulus.
    pub(crate) fn value(
        stimulus: &str,
        key: &str,
        value: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Value {
            stimulus: stimulus.to_owned(),
            key: key.to_owned(),
            value: value.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}
