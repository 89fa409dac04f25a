//! The recordings that a network was trained on.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_model::model::Model;
use ganglion_model::training::{RunConfig, RunDirectory};
use ganglion_recording::{
    CellIndex, Error as RecordingError, Normalisation, Partition, RecordingFile,
};

use crate::error::{Error, Result};
use crate::location::Location;
use crate::text;

/// The recordings of a network's run whose spikes can be followed; of those that cannot, it is told why.
///
/// # Errors
/// Where the network has no run around it, or a recording cannot be read.
pub fn usable(path: &Path, model: &Model) -> Result<Vec<PathBuf>> {
    let Some(config) = config(path)? else {
        return Err(Error::request(format!(
            "{}: no run is around this model that names the recordings it was trained on; give a run directory, or \
             name recordings with --recording",
            path.display()
        )));
    };
    if config.recording.shift_responses != 0 {
        tracing::info!("circuits follow the network alone, which was trained on shifted responses");
        return Ok(Vec::new());
    }
    if !matches!(
        model.description.normalisation,
        Normalisation::Global { .. }
    ) {
        tracing::info!(
            "circuits follow the network alone, which normalises each pixel by itself: light that is the same \
             everywhere is not the same for it"
        );
        return Ok(Vec::new());
    }
    let mut usable = Vec::new();
    for recording in &config.recording.files {
        match counts_spikes(recording, model)? {
            true => usable.push(recording.to_path_buf()),
            false => tracing::info!(
                "{}: circuits do not follow this recording, which counts no spikes",
                recording.display()
            ),
        }
    }
    Ok(usable)
}

/// Settings of the run that a network belongs to; none of a model without a run around it.
///
/// # Errors
/// Where they cannot be read.
pub fn config(model: &Path) -> Result<Option<RunConfig>> {
    match run_of(model).filter(|run| run.config().is_file()) {
        Some(run) => Ok(Some(text::read_toml(&run.config(), "config")?)),
        None => Ok(None),
    }
}

fn counts_spikes(recording: &Path, model: &Model) -> Result<bool> {
    let file = RecordingFile::open(recording)?;
    let cells: Vec<CellIndex> = model
        .description
        .cells
        .iter()
        .copied()
        .map(CellIndex)
        .collect();
    match file.spike_counts(Partition::Train, &cells) {
        Ok(_) => Ok(true),
        Err(RecordingError::NoSpikeCounts { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The run that a path names, or whose model it names; none of a model without a run around it.
pub fn run_of(model: &Path) -> Option<RunDirectory> {
    if Location::of(model).run().is_some() {
        return Some(RunDirectory::new(model));
    }
    let model = fs::canonicalize(model).ok()?;
    let run = RunDirectory::new(model.parent()?);
    (run.model() == model).then_some(run)
}
