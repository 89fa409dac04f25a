//! Of which model a card is made, and what the model does not say itself.

use std::path::PathBuf;

use serde::Serialize;

/// A model, and the folder that its card is written into.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    /// A run directory (its best model), a model directory, or a model's name.
    pub model: PathBuf,
    /// A new folder for the card, the model and its circuit; without it nothing is written.
    pub out: Option<PathBuf>,
    /// What the model is called; without it, as its folder or its name.
    pub title: Option<String>,
    /// Licence of the weights, as SPDX writes it.
    pub licence: Option<String>,
    /// Names of the data sets that it was trained on.
    pub datasets: Vec<String>,
    /// Their digital object identifiers.
    pub dois: Vec<String>,
    /// Their licences.
    pub data_licences: Vec<String>,
    /// What `evaluate` wrote; without it `evaluation.json` of the run, if there is one.
    pub evaluation: Option<PathBuf>,
}

impl Card {
    /// The card of a model by what it says itself.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            ..Self::default()
        }
    }
}
