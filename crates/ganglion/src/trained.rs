//! Networks, and how they were trained.

use std::path::{Path, PathBuf};

use ganglion_model::model::{Model, SourceFile};
use ganglion_model::training::RunConfig;

use crate::error::Result;
use crate::location::Location;
use crate::runner::Runner;
use crate::text;

/// A network, and the config of its run.
pub struct Trained {
    /// Its folder.
    pub path: PathBuf,
    /// The network.
    pub model: Model,
    /// How it was trained; none for a model without a run around it.
    pub config: Option<RunConfig>,
}

impl Trained {
    /// Opens a run directory (its best model) or a model directory.
    ///
    /// # Errors
    /// Where there is no model, or its run's config cannot be read.
    pub fn open(path: &Path, runner: &Runner<'_>) -> Result<Self> {
        let location = Location::of(path);
        let config = location.run().map(|run| run.config());
        let config = config.map(|file| text::read_toml(&file, "config"));
        Ok(Self {
            path: path.to_owned(),
            config: config.transpose()?,
            model: runner.model(path)?,
        })
    }

    /// Seed of its training, where known.
    pub fn seed(&self) -> Option<u64> {
        let provenance = &self.model.description.provenance;
        let is_trained = provenance.imported_from.is_none() && !provenance.recordings.is_empty();
        let config = self.config.as_ref().map(|config| config.seed);
        config.or(is_trained.then_some(provenance.seed))
    }

    /// What makes it another network than one with another seed, and with responses that are shifted or not;
    /// none where nothing does.
    pub fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let (one, other) = (self, other);
        let [a, b] = [one, other].map(|trained| &trained.model.description);
        let recordings = |all: &[SourceFile]| -> Vec<String> {
            all.iter().map(|source| source.sha256.clone()).collect()
        };
        if a.architecture != b.architecture {
            return Some("`model`");
        }
        if recordings(&a.provenance.recordings) != recordings(&b.provenance.recordings) {
            return Some("`recording.files` (by their content)");
        }
        if a.cells != b.cells || a.response != b.response {
            return Some("`recording.cells` or `recording.response`");
        }
        let (a, b) = (one.config.as_ref()?, other.config.as_ref()?);
        if a.training != b.training {
            return Some("`training`");
        }
        let told = |config: &RunConfig| {
            let mut recording = config.recording.clone();
            recording.shift_responses = 0;
            recording.files.clear();
            recording
        };
        (told(a) != told(b)).then_some("`recording`")
    }
}
