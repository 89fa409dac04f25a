//! Circuits behind phenomena.

use ganglion_reduction::Summary;
use serde::{Deserialize, Serialize};

/// One document, whatever the number of experiments.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reductions {
    /// Of one experiment.
    One(Box<Summary>),
    /// Of none, or several.
    Several {
        /// In the order in which they were made.
        reductions: Vec<Summary>,
    },
}

impl Reductions {
    /// Of summaries in their order.
    pub fn new(mut summaries: Vec<Summary>) -> Self {
        match summaries.len() {
            1 => Self::One(Box::new(summaries.remove(0))),
            _ => Self::Several {
                reductions: summaries,
            },
        }
    }
}
