//! What a model says about where it comes from.

use super::config::RunConfig;
use super::data::TrainingData;
use crate::error::Error;
use crate::model::{ModelDescription, Provenance, SourceFile};
use crate::training_set::TrainingSet;

/// The description of the model that a run trains, with the recordings' content identified.
pub(super) fn describe(
    config: &RunConfig,
    data: &TrainingData,
    revision: Option<String>,
) -> Result<ModelDescription, Error> {
    let files = config.recording.files.iter();
    let sources = files.map(|file| SourceFile::of_recording(file));
    let sources: Vec<SourceFile> = sources.collect::<Result<_, _>>()?;
    let first = &data.parts[0].recording;
    let cells = data.cells().iter().map(|cell| cell.0).collect();
    let mut description = ModelDescription::new(
        config.model.clone(),
        data.shape,
        cells,
        first.frame_period.period.0,
        data.normalisation.clone(),
    );
    description.microns_per_pixel = config
        .model
        .microns_per_pixel()
        .or(first.microns_per_pixel.map(|microns| microns.0));
    description.light = data.light_range();
    let learned_from =
        TrainingSet::of_recordings(config.recording.files.iter().map(|file| &**file))?;
    let split = &config.recording.validation;
    description.data = Some(learned_from.with_split(split, |role| data.count(role)));
    description.response.clone_from(&config.recording.response);
    description.provenance = Provenance {
        ganglion_version: env!("CARGO_PKG_VERSION").into(),
        revision,
        seed: config.seed,
        epoch: 0,
        validation_correlation: None,
        targets: config.recording.targets,
        recordings: sources,
        recordings_changed: Vec::new(),
        imported_from: None,
    };
    Ok(description)
}
