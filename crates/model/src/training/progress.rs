//! What a run tells while it goes on.

use std::fmt;
use std::path::PathBuf;

use ganglion_recording::Milliseconds;

use super::checkpoint::Skipped;
use super::config::{RecordingConfig, USUAL_HISTORY};
use super::history::HistoryRow;
use super::lock::Promise;

/// Hears how training goes.
pub trait TrainingProgress {
    /// The run goes on after `epoch`, since these newer checkpoints cannot be used; often none.
    fn restored(&mut self, _epoch: usize, _skipped: &[Skipped]) {}
    /// Training begins.
    fn started(&mut self, plan: &TrainingPlan);
    /// A step is done; epochs and steps are counted from one.
    fn step(&mut self, epoch: usize, step: usize, loss: f64);
    /// An epoch is done and saved.
    fn epoch(&mut self, row: &HistoryRow);
    /// Whether training is to end after this step, with [`Error::Stopped`](crate::Error::Stopped); the run goes on
    /// from its last full epoch when it is resumed.
    fn stops(&self) -> bool {
        false
    }
    /// Something is worth a doubt. Not heard unless this is written.
    fn warn(&mut self, _warning: &TrainingWarning) {}
}

/// What is worth a doubt in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingWarning {
    /// The folder's lock may not keep every other process out.
    Lock(Promise),
    /// A recording had changed, and the run went on.
    RecordingChanged(PathBuf),
    /// Bins are too long for delays of the retina, in words.
    LongBins(String),
    /// A history is much shorter or longer than what responses depend on.
    History {
        /// Frames that one response sees.
        frames: usize,
        /// Time from one to the next.
        frame_period: Milliseconds,
    },
    /// The config and a recording differ in the size of a pixel, micrometres.
    PixelSize {
        /// What `model.microns_per_pixel` says, which is used.
        stated: f64,
        /// What the recording says.
        recorded: f64,
        /// The recording.
        recording: PathBuf,
    },
    /// Guards around the validation bins take this share of the bins that could be predicted.
    Guards {
        /// Share of the bins, from 0 to 1.
        share: f64,
        /// Stretches of validation bins.
        segments: usize,
        /// Bins of a guard.
        history: usize,
    },
    /// The mean validation correlation fell far below what it had been.
    Collapse {
        /// Epoch, counted from one.
        epoch: usize,
        /// Correlation of the best epoch.
        best: f64,
        /// That of this epoch.
        now: f64,
    },
}

impl fmt::Display for TrainingWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(Promise::All) => f.write_str("the folder is locked"),
            Self::Lock(Promise::Network(kind)) => write!(
                f,
                "the run is on a network file system ({kind}): its lock keeps out other processes \
                 of this computer, and those of other computers only where the server passes locks \
                 on; do not start the same run on two computers"
            ),
            Self::Lock(Promise::Nobody(error)) => write!(
                f,
                "this file system cannot lock files ({error}): nothing keeps a second process out \
                 of the run; do not start one"
            ),
            Self::RecordingChanged(path) => write!(
                f,
                "{} has changed since the run was begun; that is noted in the model's provenance",
                path.display()
            ),
            Self::LongBins(note) => f.write_str(note),
            Self::History {
                frames,
                frame_period,
            } => {
                let usual = RecordingConfig::usual_history(*frame_period);
                write!(
                    f,
                    "a history of {frames} frames of {frame_period} spans {}, while responses \
                     depend on some hundreds of milliseconds; recording.history_frames = {usual} (or \
                     recording.history_ms = {}) is usual",
                    *frames as f64 * *frame_period,
                    USUAL_HISTORY.0,
                )
            }
            Self::PixelSize {
                stated,
                recorded,
                recording,
            } => write!(
                f,
                "model.microns_per_pixel = {stated} is used, but a pixel of {} has {recorded} um: stimuli of \
                 experiments will have the wrong size if that is right; leave model.microns_per_pixel out to \
                 take the recording's",
                recording.display()
            ),
            Self::Guards {
                share,
                segments,
                history,
            } => write!(
                f,
                "{:.0} % of the frames are neither trained on nor validated on: guards of {history} \
                 frames stand around {segments} stretches of validation frames; fewer \
                 recording.validation.segments leave more to learn from",
                100.0 * share
            ),
            Self::Collapse { epoch, best, now } => write!(
                f,
                "the mean validation correlation fell to {now:.3} in epoch {epoch}, from {best:.3}; \
                 the best model is kept. A lower training.optimiser.learning_rate or \
                 training.gradient_clip may keep it from collapsing"
            ),
        }
    }
}

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingPlan {
    /// Epochs of the whole run.
    pub epochs: usize,
    /// First epoch to be done, counted from one; later than the first if the run is resumed.
    pub first_epoch: usize,
    /// Steps in an epoch.
    pub steps_per_epoch: usize,
    /// Bins that are learned from.
    pub training_frames: usize,
    /// Bins that are held out.
    pub validation_frames: usize,
    /// Weights that are learned.
    pub parameters: usize,
    /// Cells.
    pub cells: usize,
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SilentTraining;

impl TrainingProgress for SilentTraining {
    fn started(&mut self, _plan: &TrainingPlan) {}
    fn step(&mut self, _epoch: usize, _step: usize, _loss: f64) {}
    fn epoch(&mut self, _row: &HistoryRow) {}
}
