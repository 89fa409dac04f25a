//! The recordings of a run, split and normalised.

use std::ops::{Range, RangeInclusive};

use ganglion_recording::{
    Blocks, CellIndex, LoadOptions, Milliseconds, Movie, Normalisation, Partition, Recording,
    RecordingFile, Role, SpikeCounts, Timeline, long_bins_note,
};

use super::config::RecordingConfig;
use super::progress::TrainingWarning;
use super::spikes;
use crate::agreement::{Facts, Light, differing, disagreements};
use crate::error::Error;
use crate::network::NetworkShape;
use crate::targets::TargetForm;

/// Recordings that are trained on together.
pub struct TrainingData {
    /// The recordings and how their bins are used.
    pub parts: Vec<TrainingRecording>,
    /// One normalisation for all of them.
    pub normalisation: Normalisation,
    /// Sizes that they impose on a model.
    pub shape: NetworkShape,
}

/// Histories of which nothing is said: temporal filters of ganglion cells rise and fall within 100 to 400 ms, and weights
/// for light of more than a second before a response are noise.
const TOLD_OUTSIDE: RangeInclusive<Milliseconds> = Milliseconds(150.0)..=Milliseconds(1500.0);
/// Guards that take a larger share of the bins are told.
const MANY_GUARDS: f64 = 0.2;

/// One recording and the use of its bins.
pub struct TrainingRecording {
    /// What was shown and answered. Where spikes are learned from, the responses are their mean rates,
    /// not smoothed, and 0 in bins that no trial holds.
    pub recording: Recording,
    /// The spikes that are learned from; none where rates are.
    spikes: Option<SpikeCounts>,
    /// Which bins train, which validate.
    pub timeline: Timeline,
    /// Frames that one response sees.
    history: usize,
    /// What the recording says of itself.
    facts: Facts,
}

impl TrainingData {
    /// Loads, checks, splits and normalises the recordings of a run.
    ///
    /// # Errors
    /// Whatever is wrong with a file, and recordings that do not fit each other.
    pub fn load(config: &RecordingConfig, seed: u64) -> Result<Self, Error> {
        let parts = config
            .files
            .iter()
            .map(|file| TrainingRecording::load(file, config, seed))
            .collect::<Result<Vec<_>, _>>()?;
        let first = parts.first().ok_or(Error::NoRecordings)?;
        for part in &parts[1..] {
            part.check_against(first)?;
            part.check_agreement(first)?;
        }
        refuse_twins(&parts)?;
        let shape = NetworkShape {
            height: first.movie().height(),
            width: first.movie().width(),
            history: first.history,
            cells: first.cells().len(),
        };
        let normalisation = pooled_normalisation(&parts, config)?;
        let data = Self {
            parts,
            normalisation,
            shape,
        };
        data.check_that_all_cells_fire(config)?;
        Ok(data)
    }

    fn check_that_all_cells_fire(&self, config: &RecordingConfig) -> Result<(), Error> {
        let rates = self.mean_rates();
        let silent = self
            .cells()
            .iter()
            .zip(rates)
            .filter(|(_, rate)| *rate == 0.0);
        let cells: Vec<usize> = silent.map(|(cell, _)| cell.0).collect();
        if cells.is_empty() {
            return Ok(());
        }
        Err(Error::SilentInTraining {
            path: self.parts[0].recording.path.clone(),
            response: match &self.parts[0].spikes {
                Some(spikes) => spikes.dataset().to_owned(),
                None => config.response.clone(),
            },
            cells,
        })
    }

    /// Cells, 0-based within the recordings.
    pub fn cells(&self) -> &[CellIndex] {
        self.parts[0].cells()
    }

    /// Number of bins with a role, over all recordings.
    pub fn count(&self, role: Role) -> usize {
        self.parts
            .iter()
            .map(|part| part.timeline.count(role))
            .sum()
    }

    /// Least and greatest intensity of all movies, in the recordings' units.
    pub fn light_range(&self) -> Option<[f64; 2]> {
        Light::joined_range(self.parts.iter().filter_map(|part| part.facts.light))
    }

    /// What is worth a doubt before anything is learned, where the config says that a pixel has the size `stated`.
    pub fn warnings(&self, stated: Option<f64>) -> Vec<TrainingWarning> {
        let mut warnings = self.temporal();
        warnings.extend(self.pixel_size(stated));
        warnings.extend(self.guards());
        warnings
    }

    /// A warning where the config and the recording differ in the size of a pixel.
    fn pixel_size(&self, stated: Option<f64>) -> Option<TrainingWarning> {
        let recording = &self.parts[0].recording;
        let recorded = recording.microns_per_pixel.map(|microns| microns.0);
        let (stated, recorded) = differing(stated, recorded)?;
        Some(TrainingWarning::PixelSize {
            stated,
            recorded,
            recording: recording.path.clone(),
        })
    }

    /// Warnings where bins are too long for delays of the retina, or a history is not of its time scale.
    fn temporal(&self) -> Vec<TrainingWarning> {
        let frame_period = self.parts[0].recording.frame_period.period;
        let frames = self.shape.history;
        let span = frames as f64 * frame_period;
        let long = long_bins_note(frame_period).map(TrainingWarning::LongBins);
        let odd = (!TOLD_OUTSIDE.contains(&span)).then_some(TrainingWarning::History {
            frames,
            frame_period,
        });
        long.into_iter().chain(odd).collect()
    }

    /// A warning where the guards of the validation bins take much of the data.
    fn guards(&self) -> Option<TrainingWarning> {
        let timelines = || self.parts.iter().map(|part| &part.timeline);
        let could: usize = timelines()
            .flat_map(|timeline| timeline.predicted())
            .map(ExactSizeIterator::len)
            .sum();
        let used = self.count(Role::Train) + self.count(Role::Validation);
        let share = (could - used) as f64 / could.max(1) as f64;
        (share > MANY_GUARDS).then(|| TrainingWarning::Guards {
            share,
            segments: timelines()
                .map(|timeline| timeline.ranges(Role::Validation).len())
                .sum(),
            history: self.shape.history,
        })
    }

    /// Most trials of a recording, where spikes are learned from.
    pub fn trials(&self) -> Option<usize> {
        let of_parts = self.parts.iter().filter_map(|part| part.spikes.as_ref());
        of_parts.map(SpikeCounts::trials).max()
    }

    /// Mean rate of each cell over the training bins, Hz; over their trials where spikes are learned
    /// from.
    pub fn mean_rates(&self) -> Vec<f32> {
        let mean = |cell: usize| {
            let sum: f64 = self.parts.iter().map(|part| part.sum_of_rates(cell)).sum();
            let count: f64 = self.parts.iter().map(|part| part.weight(cell)).sum();
            (sum / count.max(1.0)) as f32
        };
        (0..self.shape.cells).map(mean).collect()
    }
}

/// Bins by which responses are shifted, as a null asks for: far enough from where they were, either way
/// round.
fn shift(config: &RecordingConfig, recording: &Recording) -> Result<usize, Error> {
    let shift = config.shift_responses;
    let least = RecordingConfig::least_shift(config.history(recording.frame_period.period));
    let frames = recording.responses.frames();
    if shift > 0 && (shift < least || shift + least > frames) {
        return Err(Error::OutOfRange {
            key: "recording.shift_responses",
            value: shift as f64,
            allowed: "0, or at least ten histories and as many below the number of frames of every \
                      recording; a sixth of it is usual",
        });
    }
    Ok(shift)
}

impl TrainingRecording {
    fn load(file: &std::path::Path, config: &RecordingConfig, seed: u64) -> Result<Self, Error> {
        let learns_spikes = config.targets == TargetForm::SpikeCounts;
        let options = LoadOptions {
            // Rates are then only compared with.
            allow_missing: learns_spikes,
            ..LoadOptions::training(config.cells.clone(), config.response.clone())
        };
        let file = RecordingFile::open(file)?;
        let mut recording = file.load_in_hertz(Partition::Train, &options)?;
        let shift = shift(config, &recording)?;
        let spikes = match learns_spikes {
            true => Some(spikes::load(&file, &recording)?.shifted(shift)),
            false => None,
        };
        recording.responses = match &spikes {
            Some(spikes) => spikes.mean_rates(recording.frame_period.period),
            None => recording.responses.shifted(shift),
        };
        let history = config.history(recording.frame_period.period);
        let blocks = Blocks {
            frames: recording.movie.frames(),
            blocks: config.blocks,
            skip: config.skip_frames_per_block,
            history,
        };
        let gaps = &recording.gaps;
        let timeline = Timeline::with_gaps(blocks, gaps, &config.validation, seed)?;
        Ok(Self {
            facts: Facts::of_recording(&recording)?,
            recording,
            spikes,
            timeline,
            history,
        })
    }

    /// The movie.
    pub fn movie(&self) -> &Movie {
        &self.recording.movie
    }

    fn cells(&self) -> &[CellIndex] {
        self.recording.responses.cells()
    }

    /// The spikes of a trial in every bin, NaN where it was not recorded; none where rates are learned
    /// from, or the recording has no such trial.
    pub fn trial(&self, cell: usize, trial: usize) -> Option<&[f32]> {
        let spikes = self.spikes.as_ref()?;
        (trial < spikes.trials()).then(|| spikes.trial(cell, trial))
    }

    /// Trials that hold a bin of a cell; one where rates are learned from.
    pub fn recorded(&self, cell: usize, bin: usize) -> usize {
        match &self.spikes {
            Some(spikes) => spikes.recorded(cell, bin),
            None => 1,
        }
    }

    /// Rates added up over the training bins, and over the trials that hold them.
    fn sum_of_rates(&self, cell: usize) -> f64 {
        let rates = self.recording.responses.cell(cell);
        let rate = |bin: usize| self.recorded(cell, bin) as f64 * f64::from(rates[bin]);
        self.training_bins(|bins| bins.map(rate).sum())
    }

    /// Training bins, counted once a trial that holds them.
    fn weight(&self, cell: usize) -> f64 {
        let weight = |bin: usize| self.recorded(cell, bin) as f64;
        self.training_bins(|bins| bins.map(weight).sum())
    }

    /// Something added up over the ranges of training bins.
    fn training_bins(&self, sum: impl Fn(Range<usize>) -> f64) -> f64 {
        self.timeline.ranges(Role::Train).into_iter().map(sum).sum()
    }

    /// Refuses what would make two recordings' pixels, frames or light mean different things.
    fn check_agreement(&self, first: &Self) -> Result<(), Error> {
        let found = disagreements(&first.facts, &self.facts);
        let mut refused = found.iter().filter(|one| !one.is_tolerable_in_training());
        match refused.next() {
            None => Ok(()),
            Some(disagreement) => Err(Error::RecordingsDisagree {
                path: self.recording.path.clone(),
                first: first.recording.path.clone(),
                problem: disagreement.told("first"),
            }),
        }
    }

    fn check_against(&self, first: &Self) -> Result<(), Error> {
        let describe = |part: &Self| {
            let (height, width) = (part.movie().height(), part.movie().width());
            let cells = part.cells().len();
            format!("{height}x{width} pixels and {cells} cells")
        };
        let (expected, found) = (describe(first), describe(self));
        if expected == found {
            return Ok(());
        }
        Err(Error::RecordingsDiffer {
            path: self.recording.path.clone(),
            found,
            first: first.recording.path.clone(),
            expected,
        })
    }
}

/// Refuses the same recording twice, whatever it is called: copies, and files whose links lead to
/// the other. Recordings may share a movie, also by links, but no two have every rate the same.
fn refuse_twins(parts: &[TrainingRecording]) -> Result<(), Error> {
    for (second, part) in parts.iter().enumerate() {
        let rates = part.recording.responses.values();
        let fires = rates.iter().any(|&rate| rate > 0.0);
        let is_twin = |other: &&TrainingRecording| other.recording.responses.values() == rates;
        if let Some(first) = parts[..second].iter().find(|other| fires && is_twin(other)) {
            return Err(Error::SameRecording {
                first: first.recording.path.clone(),
                second: part.recording.path.clone(),
            });
        }
    }
    Ok(())
}

/// Fits one normalisation to the training partitions of all files, every frame counted once.
fn pooled_normalisation(
    parts: &[TrainingRecording],
    config: &RecordingConfig,
) -> Result<Normalisation, Error> {
    let fits = parts
        .iter()
        .map(|part| {
            let frames = part.movie().frames();
            Normalisation::fit(
                config.normalisation,
                part.movie(),
                std::slice::from_ref(&(0..frames)),
            )
            .map(|fit| (fit, frames as f64))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(match &fits[..] {
        [(only, _)] => only.clone(),
        _ => pool(&fits),
    })
}

fn pool(fits: &[(Normalisation, f64)]) -> Normalisation {
    match &fits[0].0 {
        Normalisation::Global { .. } => {
            let moments = fits.iter().filter_map(|(fit, frames)| match fit {
                Normalisation::Global { mean, sd } => Some((*mean, *sd, *frames)),
                Normalisation::PerPixel { .. } => None,
            });
            let (mean, sd) = pooled_moments(moments);
            Normalisation::Global { mean, sd }
        }
        Normalisation::PerPixel {
            height,
            width,
            mean,
            ..
        } => {
            let pixel = |index: usize| {
                pooled_moments(fits.iter().filter_map(move |(fit, frames)| match fit {
                    Normalisation::PerPixel { mean, sd, .. } => {
                        Some((mean[index], sd[index], *frames))
                    }
                    Normalisation::Global { .. } => None,
                }))
            };
            let (mean, sd) = (0..mean.len()).map(pixel).unzip();
            Normalisation::PerPixel {
                height: *height,
                width: *width,
                mean,
                sd,
            }
        }
    }
}

/// Mean and standard deviation of samples pooled from (mean, standard deviation, count).
fn pooled_moments(moments: impl Iterator<Item = (f64, f64, f64)>) -> (f64, f64) {
    let (mut total, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (mean, sd, count) in moments {
        total += count;
        sum += count * mean;
        squares += count * (sd * sd + mean * mean);
    }
    let mean = sum / total;
    (mean, (squares / total - mean * mean).max(0.0).sqrt())
}
