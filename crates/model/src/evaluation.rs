//! Judging a model against a recording.

use std::path::Path;

use ganglion_recording::{
    CellSelection, LoadOptions, Normalisation, Partition, Recording, RecordingFile, Repeats,
};
use serde::Serialize;

use crate::agreement::{Disagreement, Facts, disagreements};
use crate::error::Error;
use crate::metrics;
use crate::model::Model;
use crate::trials::{comparable, smoothing_of};

/// A model's predictions beside a recording, and how well they match.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Scores of each cell.
    pub cells: Vec<CellScore>,
    /// Median correlation over cells for which it is defined.
    pub median_pearson: f64,
    /// Median of correlation over ceiling, where there are repeats.
    pub median_normalised: Option<f64>,
    /// Number of cells in the medians.
    pub n: usize,
    /// Recorded rates `[cell][bin]`, Hz.
    #[serde(skip)]
    pub recorded: Vec<Vec<f32>>,
    /// Predicted rates `[cell][bin]`, Hz.
    #[serde(skip)]
    pub predicted: Vec<Vec<f32>>,
    /// What model and recording mean differently.
    #[serde(rename = "warnings")]
    pub disagreements: Vec<Disagreement>,
    /// Bin of the recording that the first value belongs to.
    pub first_bin: usize,
    /// Time from one bin to the next, milliseconds.
    pub frame_period_ms: f64,
    /// Single trials `[cell][repeat][bin]` as stored, over the same bins, where there are any.
    #[serde(skip)]
    pub repeats: Vec<Option<Vec<Vec<f32>>>>,
}

/// How well one cell is predicted.
#[derive(Clone, Debug, Serialize)]
pub struct CellScore {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Correlation of predicted and recorded rates; none where the recording is constant.
    pub pearson: Option<f64>,
    /// Highest correlation that a perfect model could reach, from repeats.
    pub ceiling: Option<f64>,
    /// Correlation over ceiling.
    pub normalised: Option<f64>,
    /// Fraction of explained variance.
    pub fev: Option<f64>,
    /// Coefficient of determination, see [`metrics::r_squared`]: the same as `fev`.
    pub r_squared: Option<f64>,
    /// Fraction of explainable variance explained (Cadena et al. 2019), from repeats, see
    /// [`metrics::explainable_variance_explained`].
    pub feve: Option<f64>,
    /// Normalised correlation (Schoppe et al. 2016), from repeats, see
    /// [`metrics::normalised_correlation`].
    pub cc_norm: Option<f64>,
    /// Fraction of explained variance with the noise taken out, from repeats.
    pub corrected_fev: Option<f64>,
    /// Root mean squared error, Hz.
    pub rmse: f64,
}

/// Compares a model with one partition of a recording.
///
/// Under global normalisation the model's own constants are used; under per-pixel normalisation
/// the partition is normalised by its own, as in the published recipe.
///
/// # Errors
/// If the recording cannot be read or does not fit the model.
pub fn evaluate(
    model: &Model,
    recording: &Path,
    partition: Partition,
) -> Result<Evaluation, Error> {
    let recording = load(model, recording, partition)?;
    let facts = Facts::of_recording(&recording)?;
    let disagreements = disagreements(&Facts::of_model(&model.description), &facts);
    let normalisation = normalisation(model, &recording)?;
    let first = model.description.movie.history;
    let predicted = model.respond(&recording.movie, &normalisation)?;
    let cells = 0..predicted.len();
    let recorded: Vec<Vec<f32>> = cells
        .clone()
        .map(|cell| recording.responses.cell(cell)[first..].to_vec())
        .collect();
    let repeats: Vec<_> = cells
        .clone()
        .map(|cell| trials(recording.repeats.as_ref(), cell, first))
        .collect();
    let scores: Vec<CellScore> = cells
        .map(|index| {
            let cell = model.description.cells[index];
            let trials = comparable_trials(model, &recording, index);
            score(cell, &predicted[index], &recorded[index], trials.as_deref())
        })
        .collect();
    let correlations: Vec<f64> = scores.iter().filter_map(|score| score.pearson).collect();
    Ok(Evaluation {
        median_pearson: metrics::median(correlations.iter().copied()).unwrap_or(f64::NAN),
        median_normalised: metrics::median(scores.iter().filter_map(|score| score.normalised)),
        n: correlations.len(),
        cells: scores,
        recorded,
        predicted,
        disagreements,
        first_bin: first,
        frame_period_ms: recording.frame_period.period.0,
        repeats,
    })
}

fn load(model: &Model, path: &Path, partition: Partition) -> Result<Recording, Error> {
    let description = &model.description;
    let file = RecordingFile::open(path)?;
    let info = file.partition(partition)?;
    let shape = description.movie;
    if [info.height, info.width] != [shape.height, shape.width] {
        return Err(Error::RecordingDoesNotFit {
            path: path.into(),
            found: [info.height, info.width],
            expected: [shape.height, shape.width],
        });
    }
    let cells = CellSelection::List(description.cells.clone());
    Ok(file.load(
        partition,
        &LoadOptions::evaluation(cells, description.response.clone()),
    )?)
}

fn normalisation(model: &Model, recording: &Recording) -> Result<Normalisation, Error> {
    Ok(match &model.description.normalisation {
        own @ Normalisation::Global { .. } => own.clone(),
        per_pixel @ Normalisation::PerPixel { .. } => {
            let frames = 0..recording.movie.frames();
            Normalisation::fit(
                per_pixel.rule(),
                &recording.movie,
                std::slice::from_ref(&frames),
            )?
        }
    })
}

/// Trials of a cell from bin `first` on.
fn trials(repeats: Option<&Repeats>, cell: usize, first: usize) -> Option<Vec<Vec<f32>>> {
    let trials = repeats?.cell(cell)?;
    Some(
        (0..trials.repeats())
            .map(|repeat| trials.repeat(repeat)[first..].to_vec())
            .collect(),
    )
}

/// Trials of a cell, smoothed as its recorded rate is, over the predicted bins.
fn comparable_trials(model: &Model, recording: &Recording, cell: usize) -> Option<Vec<Vec<f32>>> {
    let description = &model.description;
    let raw = trials(recording.repeats.as_ref(), cell, 0)?;
    let deviation = smoothing_of(&description.response, recording.frame_period.period.0);
    let smooth = comparable(&raw, recording.responses.cell(cell), deviation)?;
    let first = description.movie.history;
    Some(
        smooth
            .into_iter()
            .map(|trial| trial[first..].to_vec())
            .collect(),
    )
}

/// A prediction without variation is no prediction: it correlates zero. Only a recording without
/// variation leaves the correlation undefined.
pub(crate) fn correlation(predicted: &[f32], recorded: &[f32]) -> Option<f64> {
    let varies = recorded.iter().any(|&rate| rate != recorded[0]);
    varies.then(|| metrics::pearson(predicted, recorded).unwrap_or(0.0))
}

fn score(
    cell: usize,
    predicted: &[f32],
    recorded: &[f32],
    trials: Option<&[Vec<f32>]>,
) -> CellScore {
    let pearson = correlation(predicted, recorded);
    let ceiling = trials.and_then(metrics::noise_ceiling);
    CellScore {
        cell,
        pearson,
        ceiling,
        normalised: pearson
            .zip(ceiling)
            .map(|(pearson, ceiling)| pearson / ceiling),
        fev: metrics::fraction_of_explained_variance(predicted, recorded),
        r_squared: metrics::r_squared(predicted, recorded),
        feve: trials.and_then(|trials| {
            metrics::explainable_variance_explained(predicted, recorded, trials)
        }),
        cc_norm: trials.and_then(|trials| metrics::normalised_correlation(predicted, trials)),
        corrected_fev: trials.and_then(|trials| {
            metrics::noise_corrected_explained_variance(predicted, recorded, trials)
        }),
        rmse: metrics::root_mean_squared_error(predicted, recorded),
    }
}
