//! Fitting a generalised linear model: to its optimum, in place of epochs.

use std::ops::ControlFlow;

use ganglion_glm::{
    Basis, Counts, Design, Fit, Progress, Repeats, Score, Settings, Stage, Terms, Window,
    fit_terms, fit_two_step, score,
};
use ganglion_recording::{FineSpikes, Partition, RecordingFile, Role, write_atomically};
use serde::{Deserialize, Serialize};

use super::claim::claim;
use super::config::RunConfig;
use super::data::TrainingData;
use super::directory::RunDirectory;
use super::history::{HistoryRow, write_history};
use super::lock::RunLock;
use super::origin;
use super::progress::{TrainingPlan, TrainingProgress, TrainingWarning};
use super::provenance::describe;
use super::receptive_field::peaks;
use super::run::{TrainOptions, TrainingOutcome, compare_recordings};
use crate::error::Error;
use crate::model::Model;
use crate::network::{Glm, ModelConfig};
use crate::spike_recording::{SpikeRecording, TrialCounts};

/// What is known of a fit beside its coefficients, `fit.json` in a model's folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// The fit, with all terms.
    pub fit: Fit,
    /// Fits with fewer terms, from the fewest on, each by itself.
    pub nested: Vec<Fit>,
    /// How well models with more and more terms predict the validation bins, all terms last; empty without such bins.
    pub validation: Vec<TermScores>,
}

impl FitReport {
    /// All fits, from the fewest terms on.
    pub fn fits(&self) -> impl Iterator<Item = &Fit> {
        self.nested.iter().chain([&self.fit])
    }
}

/// Scores of models with some terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TermScores {
    /// The terms.
    pub terms: Terms,
    /// Of every cell.
    pub cells: Vec<Score>,
}

/// The file of a [`FitReport`].
pub const FIT_REPORT: &str = "fit.json";

/// Fits a generalised linear model to the training bins of a run, and keeps everything in its directory.
///
/// There is nothing to go on from: the optimum is the same from the start, so that a run that was interrupted is
/// fitted anew.
pub(super) fn fit_run(
    config: &RunConfig,
    directory: &RunDirectory,
    options: &TrainOptions,
    lock: &mut RunLock,
    progress: &mut dyn TrainingProgress,
) -> Result<TrainingOutcome, Error> {
    let data = TrainingData::load(&config.recording, config.seed)?;
    let spikes = spikes_of(config, &data)?;
    let begun = config;
    let config = with_bins(config, spikes[0].bins_per_frame())?;
    let glm = config
        .model
        .generalised_linear()
        .expect("the model is a generalised linear one");
    let mut description = describe(&config, &data, options.revision.clone())?;
    if options.resume {
        let accept = options.accept_changed_recordings;
        let provenance = &mut description.provenance;
        let changed = compare_recordings(&config, directory, provenance, accept)?;
        for place in changed {
            let path = config.recording.files[place].to_path_buf();
            progress.warn(&TrainingWarning::RecordingChanged(path));
        }
    }
    claim(begun, directory)?;
    lock.keep();
    origin::keep(directory, &description)?;
    progress.started(&plan(glm, &data)?);
    for warning in data.warnings(config.model.microns_per_pixel()) {
        progress.warn(&warning);
    }

    let repeats = repeats_of(&config, &data)?;
    let found = find(glm, &data, &spikes, repeats.as_ref(), progress)?;
    let device = config.device.backend.device()?;
    let network = config.model.init(&data.shape, config.seed, &device)?;
    let bins_in_a_second = bins_in_a_second(&data, glm);
    let network = network.with_fit(&found.fit, bins_in_a_second);
    description.provenance.epoch = 1;
    Model::new(description, &network, &device).save(&directory.model())?;
    save(directory, &found)?;
    let row = history(&found);
    write_history(&directory.history(), std::slice::from_ref(&row))?;
    progress.epoch(&row);
    Ok(TrainingOutcome {
        epochs: 1,
        best_epoch: 1,
        stopped_early: false,
    })
}

/// Reads what is known of a model's fit; none where the model has none.
///
/// # Errors
/// If the file is there and cannot be read.
pub fn read_fit_report(model: &std::path::Path) -> Result<Option<FitReport>, Error> {
    let path = model.join(FIT_REPORT);
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File {
        path: path.clone(),
        source,
    })?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| Error::Description {
            path,
            message: error.to_string(),
        })
}

/// Spikes of every recording, in bins of one length.
fn spikes_of(config: &RunConfig, data: &TrainingData) -> Result<Vec<TrialCounts>, Error> {
    let files = config.recording.files.iter().zip(&data.parts);
    let load = |(file, part): (&_, &super::data::TrainingRecording)| {
        let file = RecordingFile::open(file)?;
        let spikes = TrialCounts::load(&file, Partition::Train, data.cells())?;
        let shift = config.recording.shift_responses % part.movie().frames().max(1);
        Ok(spikes.shifted(shift))
    };
    let spikes: Vec<TrialCounts> = files.map(load).collect::<Result<_, Error>>()?;
    let first = spikes[0].bins_per_frame();
    match spikes.iter().position(|one| one.bins_per_frame() != first) {
        None => Ok(spikes),
        Some(place) => Err(Error::BinsDiffer {
            path: config.recording.files[place].to_path_buf(),
            found: spikes[place].bins_per_frame(),
            first: config.recording.files[0].to_path_buf(),
            expected: first,
        }),
    }
}

/// The config with the number of bins of a frame that models have: as asked for, or as recorded.
fn with_bins(config: &RunConfig, recorded: usize) -> Result<RunConfig, Error> {
    let mut config = config.clone();
    let ModelConfig::Glm(glm) = &mut config.model else {
        return Ok(config);
    };
    let bins = *glm.bins_per_frame.get_or_insert(recorded);
    match recorded.is_multiple_of(bins) {
        true => Ok(config),
        false => Err(Error::BinsNotRecorded { bins, recorded }),
    }
}

/// Bins of the models in a second.
fn bins_in_a_second(data: &TrainingData, glm: &Glm) -> f64 {
    let frame = data.parts[0].recording.frame_period.period;
    glm.bins_per_frame.unwrap_or(1) as f64 / frame.seconds()
}

fn plan(glm: &Glm, data: &TrainingData) -> Result<TrainingPlan, Error> {
    let count = |basis: &Basis| basis.functions().map(|functions| functions.count());
    let of = |basis: Option<&Basis>| basis.map_or(Ok(0), count);
    let shape = data.shape;
    let pixels = glm.window.map_or(shape.height * shape.width, |window| {
        window.rows_and_columns().into_iter().product()
    });
    let others = shape.cells - 1;
    let of_a_cell = 1
        + pixels * count(&glm.stimulus)?
        + of(glm.history.as_ref())?
        + others * of(glm.coupling.as_ref())?;
    Ok(TrainingPlan {
        epochs: 1,
        first_epoch: 1,
        steps_per_epoch: data.shape.cells,
        training_frames: data.count(Role::Train),
        validation_frames: data.count(Role::Validation),
        parameters: shape.cells * of_a_cell,
        cells: shape.cells,
    })
}

/// Fits with more and more terms, and scores each on the validation bins.
fn find(
    glm: &Glm,
    data: &TrainingData,
    spikes: &[TrialCounts],
    repeats: Option<&FineSpikes>,
    progress: &mut dyn TrainingProgress,
) -> Result<FitReport, Error> {
    let design = glm.design(windows(glm, data)?);
    let bins_per_frame = glm.bins_per_frame.unwrap_or(1);
    let reach = design.reach(bins_per_frame)?.div_ceil(bins_per_frame);
    if reach >= data.shape.history {
        return Err(Error::FilterBeyondHistory {
            frames: reach + 1,
            history: data.shape.history,
        });
    }
    let of = |role| recording(data, spikes, bins_per_frame, role, reach);
    let (train, validation) = (of(Role::Train)?, of(Role::Validation)?);
    let mut fits = match repeats {
        None => fit_terms(&train.view(), &design, &nested(glm), &glm.fit, |now| {
            tell(now, progress)
        })?,
        Some(repeats) => two_steps(&train, repeats, &design, &glm.fit, progress)?,
    };
    let validation = match validation.is_empty() {
        true => Vec::new(),
        false => term_scores(&fits, &validation)?,
    };
    let fit = fits.pop().expect("a fit for all terms");
    Ok(FitReport {
        fit,
        nested: fits,
        validation,
    })
}

/// The stimulus alone, then both steps.
fn two_steps(
    train: &SpikeRecording,
    repeats: &FineSpikes,
    design: &Design,
    settings: &Settings,
    progress: &mut dyn TrainingProgress,
) -> Result<Vec<Fit>, Error> {
    let repeats = Repeats {
        counts: Counts::Bytes(repeats.counts()),
        cells: repeats.cells().len(),
        repeats: repeats.trials(),
    };
    let (train, first) = (train.view(), [Terms::STIMULUS]);
    let mut fits = fit_terms(&train, design, &first, settings, |now| tell(now, progress))?;
    let both = fit_two_step(&train, &repeats, design, settings, |now| {
        tell(now, progress)
    })?;
    fits.push(both);
    Ok(fits)
}

/// Repeats of a movie that is not given, in the bins of the models; none unless models are of two steps.
fn repeats_of(config: &RunConfig, data: &TrainingData) -> Result<Option<FineSpikes>, Error> {
    let glm = config.model.generalised_linear();
    let Some(glm) = glm.filter(|glm| glm.two_step) else {
        return Ok(None);
    };
    let path = &config.recording.files[0];
    let repeats = RecordingFile::open(path)?.repeats_of_unknown_movie(data.cells())?;
    let repeats = repeats.ok_or_else(|| Error::NoRepeatsOfUnknownMovie {
        path: path.to_path_buf(),
    })?;
    let bins = glm.bins_per_frame.unwrap_or(1);
    match repeats.bins_per_frame() == bins {
        true => Ok(Some(repeats)),
        false => Err(Error::BinsNotRecorded {
            bins,
            recorded: repeats.bins_per_frame(),
        }),
    }
}

/// Scores of fits on the same bins.
pub(crate) fn term_scores<'a>(
    fits: impl IntoIterator<Item = &'a Fit>,
    recording: &SpikeRecording,
) -> Result<Vec<TermScores>, Error> {
    let of = |fit: &Fit| -> Result<TermScores, Error> {
        Ok(TermScores {
            terms: Terms {
                stimulus: fit.design.stimulus.is_some(),
                history: fit.design.history.is_some(),
                coupling: fit.design.coupling.is_some(),
            },
            cells: score(fit, &recording.view())?,
        })
    };
    fits.into_iter().map(of).collect()
}

/// Terms of models of more and more, all of them last.
fn nested(glm: &Glm) -> Vec<Terms> {
    let mut terms = vec![Terms::STIMULUS];
    if glm.history.is_some() {
        terms.push(Terms::OWN);
    }
    if glm.coupling.is_some() {
        terms.push(Terms::ALL);
    }
    terms
}

/// The window of each cell, where models do not see all of the frame.
fn windows(glm: &Glm, data: &TrainingData) -> Result<Option<Vec<Window>>, Error> {
    let Some(window) = glm.window else {
        return Ok(None);
    };
    let frame = [data.shape.height, data.shape.width];
    let size = window.within(frame, "model.window", || "the window".to_owned())?;
    let of = |peak: &crate::network::ReceptiveFieldPeak| {
        let [rows, columns] = peak.window(size, frame);
        Window { rows, columns }
    };
    Ok(Some(peaks(data)?.iter().map(of).collect()))
}

/// The bins of a role, of all recordings.
fn recording(
    data: &TrainingData,
    spikes: &[TrialCounts],
    bins_per_frame: usize,
    role: Role,
    reach: usize,
) -> Result<SpikeRecording, Error> {
    let size = [data.shape.height, data.shape.width];
    let mut all = SpikeRecording::empty(size, data.shape.cells, bins_per_frame);
    for (part, spikes) in data.parts.iter().zip(spikes) {
        let bins = part.timeline.ranges(role);
        all.add(part.movie(), &data.normalisation, spikes, &bins, reach)?;
    }
    Ok(all)
}

/// How far the fit is; whether to go on.
fn tell(now: Progress, progress: &mut dyn TrainingProgress) -> ControlFlow<()> {
    if now.stage == Stage::Fit {
        progress.step(1, now.of - now.left, now.gradient);
    }
    match progress.stops() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

fn history(found: &FitReport) -> HistoryRow {
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let values: Vec<f64> = values.collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    };
    let validation = found.validation.last();
    HistoryRow {
        epoch: 1,
        learning_rate: 0.0,
        train_loss: mean(&mut found.fit.cells.iter().map(|cell| cell.optimum.objective)),
        validation_loss: validation.map(|own| mean(&mut own.cells.iter().map(|cell| cell.loss))),
        validation_correlation: None,
        best: true,
    }
}

fn save(directory: &RunDirectory, found: &FitReport) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(found).map_err(|error| Error::Unwritable {
        message: error.to_string(),
    })?;
    Ok(write_atomically(
        directory.model().join(FIT_REPORT),
        |file| std::io::Write::write_all(file, text.as_bytes()),
    )?)
}
