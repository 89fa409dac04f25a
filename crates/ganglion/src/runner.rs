//! What every stage is run with.

use std::ops::ControlFlow;
use std::path::Path;

use ganglion_model::device::BackendKind;
use ganglion_model::model::Model;
use ganglion_model::responder::ModelResponder;

use crate::error::{Context as _, Error, Result};
use crate::progress::{Progress, Silent};

/// Where stages compute, what they may replace, and who is told how far they are.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    /// The backend; that of the config or the default one if none is chosen here.
    pub backend: Option<BackendKind>,
    /// Whether files of other origin that are in the way are replaced; never a model, a run, or what a
    /// stage reads.
    pub overwrite: bool,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

impl Default for Runner<'static> {
    /// On the default backend, replacing nothing, telling nobody.
    fn default() -> Self {
        Self {
            backend: None,
            overwrite: false,
            progress: &Silent,
        }
    }
}

impl Runner<'_> {
    /// Fails where the work is to end early.
    pub(crate) fn go_on(&self) -> Result<()> {
        match self.progress.stops() {
            true => Err(Error::Stopped),
            false => Ok(()),
        }
    }

    /// The same, for work that has errors of its own.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        match self.progress.stops() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Opens a run directory (its best model), a model directory, or a model by its name.
    ///
    /// # Errors
    /// Where there is no model, or this build or machine does not have the backend.
    pub fn model(&self, path: &Path) -> Result<Model> {
        let device = self.backend.unwrap_or_default().device()?;
        Ok(Model::open(path, &device)?)
    }

    /// Opens a model to be shown stimuli.
    ///
    /// # Errors
    /// As [`model`](Self::model); or where the model does not know the size of its pixels.
    pub fn network(&self, path: &Path) -> Result<ModelResponder> {
        let model = self.model(path)?;
        ModelResponder::new(model)
            .with_context(|| format!("{}: cannot be shown stimuli", path.display()))
    }
}
