//! What a model says of the recordings that it learned from, to those who do not have them.

use ganglion_recording::{Error, RecordingFile, Role, Split};
use serde::{Deserialize, Serialize};

/// The table `[data]` of `model.toml`: what recordings and run say, and nothing else. Each recording's SHA-256
/// stands in [`Provenance`](crate::model::Provenance).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSet {
    /// Names of the data sets: attribute `dataset` of the recordings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Their digital object identifiers: attribute `doi`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dois: Vec<String>,
    /// Their licences, as SPDX writes them: attribute `licence`, or `license`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// What was shown: attribute `stimulus_class`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stimuli: Vec<String>,
    /// How many of the recordings say that they are of a simulated retina: attribute `simulated`.
    #[serde(skip_serializing_if = "is_zero")]
    pub simulated_recordings: usize,
    /// How many bins were learned from and how many validated by, and which those are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<TrainingSplit>,
}

/// How the bins of the recordings' part `train` were used. The part `test` is never read in training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSplit {
    /// Bins that were learned from.
    pub training_bins: usize,
    /// Bins by which the epoch was chosen.
    pub validation_bins: usize,
    /// The rule.
    pub validation: Split,
}

impl TrainingSet {
    /// What recordings say of themselves.
    ///
    /// # Errors
    /// Where one cannot be opened.
    pub fn of_recordings<'a>(
        files: impl IntoIterator<Item = &'a std::path::Path>,
    ) -> Result<Self, Error> {
        let mut found = Self::default();
        for file in files {
            found.add(&RecordingFile::open(file)?);
        }
        Ok(found)
    }

    fn add(&mut self, recording: &RecordingFile) {
        add(&mut self.names, recording.text("dataset"));
        add(&mut self.dois, recording.text("doi"));
        let licence = recording.text("licence").or(recording.text("license"));
        add(&mut self.licences, licence);
        add(&mut self.stimuli, recording.stimulus_class());
        self.simulated_recordings += usize::from(recording.is_simulated());
    }

    /// Adds how bins were used; `count` tells how many have a role.
    pub fn with_split(self, validation: &Split, count: impl Fn(Role) -> usize) -> Self {
        let split = TrainingSplit {
            training_bins: count(Role::Train),
            validation_bins: count(Role::Validation),
            validation: validation.clone(),
        };
        Self {
            split: Some(split),
            ..self
        }
    }
}

/// Each text once, in the order of the recordings.
fn add(texts: &mut Vec<String>, text: Option<&str>) {
    let new = text.filter(|text| !texts.iter().any(|known| known == text));
    texts.extend(new.map(str::to_owned));
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
