//! What a run tells while it goes on.

use super::checkpoint::Skipped;
use super::history::HistoryRow;

/// Hears how training goes.
pub trait Progress {
    /// The run goes on after `epoch`, since these newer checkpoints cannot be used; often none.
    fn restored(&mut self, _epoch: usize, _skipped: &[Skipped]) {}
    /// Training begins.
    fn started(&mut self, plan: &Plan);
    /// A step is done; epochs and steps are counted from one.
    fn step(&mut self, epoch: usize, step: usize, loss: f64);
    /// An epoch is done and saved.
    fn epoch(&mut self, row: &HistoryRow);
}

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
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
pub struct Silent;

impl Progress for Silent {
    fn started(&mut self, _plan: &Plan) {}
    fn step(&mut self, _epoch: usize, _step: usize, _loss: f64) {}
    fn epoch(&mut self, _row: &HistoryRow) {}
}
