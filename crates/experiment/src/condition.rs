//! One thing that an experiment shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::stimulus::PreparedStimulus;
use crate::{Error, Screen, Stimulus};

/// What a condition is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It may evoke the phenomenon.
    Test,
    /// What the test is compared with.
    Control,
}

/// A number that sets one condition apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name, such as `period`.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its unit, such as `ms`; empty for none.
    pub unit: &'static str,
}

impl Parameter {
    /// A number with its name and unit.
    pub fn new(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, value, unit }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.value, self.unit)
    }
}

/// One stimulus of an experiment, ready to be shown.
#[derive(Debug)]
pub struct Condition {
    /// What it is, different from that of every other condition.
    pub label: String,
    /// What sets it apart.
    pub parameters: Vec<Parameter>,
    /// What it is for.
    pub role: Role,
    /// What is shown.
    pub stimulus: PreparedStimulus,
}

/// A condition before it is prepared for a screen.
pub struct Draft {
    /// What it is for.
    pub role: Role,
    /// What sets it apart.
    pub parameters: Vec<Parameter>,
    /// What is shown; its name becomes the label of the condition.
    pub stimulus: Stimulus,
}

impl Draft {
    pub(crate) fn prepare(self, screen: Screen) -> Result<Condition, Error> {
        Ok(Condition {
            stimulus: self.stimulus.prepare(screen)?,
            label: self.stimulus.name,
            parameters: self.parameters,
            role: self.role,
        })
    }
}
