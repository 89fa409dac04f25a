//! How well generalised linear models predict single spikes from the stimulus and all spikes before.

use std::path::Path;

use ganglion_recording::Partition;
use serde::{Deserialize, Serialize};

use super::shown::Shown;
use crate::error::Error;
use crate::model::Model;
use crate::spike_recording::SpikeRecording;
use crate::training::generalised_linear::term_scores;
use crate::training::{FitReport, TermScores};

/// Scores of single spikes, in the bins that a model has, over all trials of a partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpikeBySpike {
    /// Bins of a frame.
    pub bins_per_frame: usize,
    /// Trials.
    pub trials: usize,
    /// Of models with more and more terms, each fitted by itself where those fits are kept; the model itself last.
    pub models: Vec<TermScores>,
}

impl Model {
    /// How well single spikes of a recording are predicted, each from the stimulus and the spikes before it; none for
    /// networks that know no spikes. `report` has fits of fewer terms.
    ///
    /// # Errors
    /// If the recording has no spikes in bins that the model's are sums of, or cannot be read.
    pub fn spike_by_spike(
        &self,
        report: Option<&FitReport>,
        recording: &Path,
        partition: Partition,
    ) -> Result<Option<SpikeBySpike>, Error> {
        let Some(fit) = self.fit() else {
            return Ok(None);
        };
        let bins_per_frame = fit.bins_per_frame;
        let shown = Shown::load(self, bins_per_frame, recording, partition)?;
        let reach = fit.design.reach(bins_per_frame)?.div_ceil(bins_per_frame);
        let shape = self.description.movie;
        let size = [shape.height, shape.width];
        let mut all = SpikeRecording::empty(size, shape.cells, bins_per_frame);
        let (spikes, frames) = (&shown.spikes, &shown.frames);
        all.add(&shown.movie, &shown.normalisation, spikes, frames, reach)?;
        let nested = report.into_iter().flat_map(|report| &report.nested);
        Ok(Some(SpikeBySpike {
            bins_per_frame,
            trials: spikes.trials(),
            models: term_scores(nested.chain([&fit]), &all)?,
        }))
    }
}
