//! The training run.

use std::path::Path;

use ganglion_model::training::{RunDirectory, TrainOptions, TrainingOutcome, train};

use super::Train;
use super::progress::Told;
use crate::error::{Context as _, Error, Result};
use crate::notes;
use crate::outputs::Outputs;
use crate::program::revision;
use crate::runner::Runner;

/// A network that was trained.
#[derive(Clone, Debug)]
pub struct Trained {
    /// How the run ended.
    pub outcome: TrainingOutcome,
    /// Where everything is.
    pub run: RunDirectory,
}

impl Train {
    /// Trains, and keeps everything in the run's folder.
    ///
    /// # Errors
    /// Where the config, the recording or the folder cannot be used.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Trained> {
        let mut config = self.config.clone();
        if let Some(backend) = runner.backend {
            config.device.backend = backend;
        }
        let outputs = Outputs::of("train", false);
        // A run may be resumed with the config that it keeps itself.
        let outputs = match self.resume {
            true => outputs,
            false => outputs.reading_all(&self.file),
        };
        outputs.run(&self.out)?;
        let run = RunDirectory::new(&self.out);
        let options = TrainOptions {
            resume: self.resume,
            accept_changed_recordings: self.accept_changed_recordings,
            revision: revision().map(ToOwned::to_owned),
        };
        let files = config.recording.files.iter();
        files.for_each(|file| notes::tell(file));
        let mut progress = Told::new(runner.progress);
        let outcome = train(&config, &run, &options, &mut progress);
        progress.finish();
        let outcome = outcome.map_err(|error| told_where(error, self.file.as_deref()))?;
        Ok(Trained { outcome, run })
    }
}

/// Adds to an error about a missing recording where its path comes from.
fn told_where(error: ganglion_model::Error, config: Option<&Path>) -> Error {
    let is_missing = matches!(
        error,
        ganglion_model::Error::Recording(ganglion_recording::Error::Missing { .. })
    );
    let (true, Some(config)) = (is_missing, config) else {
        return error.into();
    };
    let place = || {
        format!(
            "recording.files in {}: relative paths start at the config's folder",
            config.display()
        )
    };
    Err::<(), _>(error)
        .with_context(place)
        .expect_err("it is an error")
}
