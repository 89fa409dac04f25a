//! What the cells themselves answered to light that was the same everywhere.

use std::path::PathBuf;

use ganglion_model::agreement::{Facts, disagreements};
use ganglion_model::model::Model;
use ganglion_recording::CellIndex;
use ganglion_reduction::identify::FullFieldRecording;

use crate::agreement::facts_of;
use crate::error::{Context as _, Error, Result};

/// The spikes of the recordings in answer to such light; none where no recording is given, or none has any.
///
/// # Errors
/// Where a recording cannot be read, has no spike counts, or has other frames, pixels or cells than the network.
pub fn read(
    recordings: &[PathBuf],
    model: &Model,
    cells: &[CellIndex],
) -> Result<Option<FullFieldRecording>> {
    if recordings.is_empty() {
        return Ok(None);
    }
    let description = &model.description;
    let mut recorded = FullFieldRecording::new(cells, description.movie.history);
    for recording in recordings {
        let name = || recording.display().to_string();
        let found = disagreements(&Facts::of_model(description), &facts_of(recording));
        if let Some(disagreement) = found.first() {
            return Err(Error::input(format!("{}: {disagreement}", name())));
        }
        recorded
            .read(recording, &description.normalisation)
            .with_context(name)?;
    }
    if recorded.is_empty() {
        tracing::warn!(
            "none of the recordings shows light that is the same everywhere for three histories of {} frames; circuits \
             are those of the network alone",
            description.movie.history
        );
        return Ok(None);
    }
    Ok(Some(recorded))
}
