//! What the stimulus gives to every bin, and the rates that models predict.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::design::{Observation, Terms};
use crate::engine::Point;
use crate::features::Wanted;
use crate::fit::Fit;
use crate::prepared::Source;
use crate::recording::Recording;

/// What spike filters of a model are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpikeInput {
    /// Of spike counts.
    #[default]
    Counts,
    /// Of spike counts less the mean that the stimulus alone gives in that bin: what the stimulus explains is not
    /// counted twice (two-step models).
    Deviations,
}

/// Rates that models predict from the stimulus and the recorded spikes before each bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Bins that have a whole history within their segment, in order.
    pub bins: Vec<usize>,
    /// Mean counts, or probabilities of a spike, `[cell][bin of those]`.
    pub rates: Vec<Vec<f64>>,
}

/// Predicts the rate in every bin that has a whole history.
///
/// # Errors
/// If the recording is not one of the same cells and movie.
pub fn predict(fit: &Fit, recording: &Recording<'_>) -> Result<Prediction, Error> {
    let etas = Etas::new(fit, recording)?;
    let observation = fit.design.observation;
    let mut rates: Vec<Vec<f64>> = Vec::new();
    for (cell, mut row) in etas.with_spikes.into_iter().enumerate() {
        row.iter_mut().for_each(|eta| *eta = observation.mean(*eta));
        for (rate, is_refractory) in row.iter_mut().zip(&etas.refractory[cell]) {
            *rate = if *is_refractory { 0.0 } else { *rate };
        }
        rates.push(row);
    }
    Ok(Prediction {
        bins: etas.bins,
        rates,
    })
}

impl Observation {
    /// Mean count of a bin.
    pub(crate) fn mean(self, eta: f64) -> f64 {
        match self {
            Self::Poisson => eta.exp(),
            Self::SpikeOrNone => -(-eta.exp()).exp_m1(),
            Self::Logistic => ganglion_numerics::logistic(eta),
        }
    }
}

/// `eta` of all cells in the bins that have a whole history.
pub(crate) struct Etas {
    pub(crate) bins: Vec<usize>,
    /// Places in `bins` of each run of bins that follow one another, one a segment.
    pub(crate) runs: Vec<Range<usize>>,
    /// Of bias and stimulus, less what the mean of the other spikes gives in models of deviations,
    /// `[cell][bin]`.
    pub(crate) drive: Vec<Vec<f64>>,
    /// With the recorded spikes.
    pub(crate) with_spikes: Vec<Vec<f64>>,
    pub(crate) refractory: Vec<Vec<bool>>,
    pub(crate) counts: Vec<Vec<f64>>,
}

impl Etas {
    pub(crate) fn new(fit: &Fit, recording: &Recording<'_>) -> Result<Self, Error> {
        fit.check(recording)?;
        let source = Source::new(recording, &fit.design)?;
        let engine = source.engine::<f32>(recording, &fit.design, 1)?;
        let per_frame = fit.bins_per_frame;
        let layout = &source.layout;
        let all: Vec<Vec<f64>> = fit
            .cells
            .iter()
            .map(|cell| cell.weights.rows(layout))
            .collect();
        let stimulus: Vec<Vec<f64>> = (all.iter().enumerate())
            .map(|(cell, rows)| {
                let kept = layout.used(cell, Terms::STIMULUS);
                let mut own = vec![0.0; rows.len()];
                kept.iter().for_each(|&row| own[row] = rows[row]);
                own
            })
            .collect();
        let points: Vec<Point<'_>> = (stimulus.iter().chain(&all).enumerate())
            .map(|(index, coefficients)| Point {
                cell: index % fit.cells.len(),
                without: None,
                coefficients,
            })
            .collect();
        let wanted = Wanted {
            history: true,
            coupling: true,
        };
        let cells = fit.cells.len();
        let mut found = Self {
            bins: Vec::new(),
            runs: Vec::new(),
            drive: vec![Vec::new(); cells],
            with_spikes: vec![Vec::new(); cells],
            refractory: vec![Vec::new(); cells],
            counts: vec![Vec::new(); cells],
        };
        for block in &engine.blocks {
            let used = block.used(per_frame);
            let start = found.bins.len();
            match found.runs.last_mut() {
                Some(run) if found.bins[run.start] >= block.segment * per_frame => {
                    run.end = start + used.len();
                }
                _ => found.runs.push(start..start + used.len()),
            }
            found.bins.extend(used);
            for (index, row) in engine
                .predict(&points, wanted, block)
                .into_iter()
                .enumerate()
            {
                let rows = if index < cells {
                    &mut found.drive
                } else {
                    &mut found.with_spikes
                };
                rows[index % cells].extend(row);
            }
        }
        found.read_spikes(fit, &source, recording);
        if fit.spike_input == SpikeInput::Deviations {
            found.take_mean(fit)?;
        }
        for (cell, shift) in fit.bias_shifts.iter().enumerate() {
            let etas = found.drive[cell]
                .iter_mut()
                .chain(&mut found.with_spikes[cell]);
            etas.for_each(|eta| *eta += shift);
        }
        Ok(found)
    }

    fn read_spikes(&mut self, fit: &Fit, source: &Source, recording: &Recording<'_>) {
        let per_frame = fit.bins_per_frame;
        for (cell, train) in source.trains.iter().enumerate() {
            let mut counts = vec![0.0; self.bins.len()];
            let mut refractory = vec![false; self.bins.len()];
            for &spike in train {
                let spike = spike as usize;
                if let Ok(place) = self.bins.binary_search(&spike) {
                    counts[place] += 1.0;
                }
                let frame = spike / per_frame;
                let segment = recording
                    .segments
                    .iter()
                    .find(|segment| segment.contains(&frame));
                let Some(segment) = segment else {
                    continue;
                };
                let after = spike + 1
                    ..(spike + 1 + fit.design.refractory_bins).min(segment.end * per_frame);
                for bin in after {
                    if let Ok(place) = self.bins.binary_search(&bin) {
                        refractory[place] = true;
                    }
                }
            }
            (self.counts[cell], self.refractory[cell]) = (counts, refractory);
        }
    }

    /// Takes away what the mean of the spikes, as the stimulus alone gives it, would add; and gives back what the mean
    /// time after a spike takes. Bins before the first of a run count as having its mean.
    fn take_mean(&mut self, fit: &Fit) -> Result<(), Error> {
        let filters = fit.spike_filters()?;
        let means: Vec<Vec<f64>> = (self.drive.iter())
            .map(|row| {
                row.iter()
                    .map(|&eta| fit.design.observation.mean(eta))
                    .collect()
            })
            .collect();
        for (cell, filters) in filters.iter().enumerate() {
            let mut taken = vec![0.0; self.bins.len()];
            for run in &self.runs {
                for (other, filter) in filters.iter().enumerate() {
                    let own = &means[other][run.clone()];
                    let mean = ganglion_numerics::mean(own.iter().copied());
                    for (at, taken) in taken[run.clone()].iter_mut().enumerate() {
                        for (lag, weight) in filter.iter().enumerate() {
                            let before = at.checked_sub(1 + lag).map_or(mean, |at| own[at]);
                            *taken += weight * before;
                        }
                        if other == cell {
                            let lags = 1..=fit.design.refractory_bins;
                            let before =
                                |lag: usize| at.checked_sub(lag).map_or(mean, |at| own[at]);
                            *taken -= lags.map(before).sum::<f64>();
                        }
                    }
                }
            }
            for (place, taken) in taken.iter().enumerate() {
                self.drive[cell][place] -= taken;
                self.with_spikes[cell][place] -= taken;
            }
        }
        Ok(())
    }
}

impl Fit {
    /// What a spike of each cell adds to the `eta` of each in the bins after it, `[cell][other][lag]`.
    pub(crate) fn spike_filters(&self) -> Result<Vec<Vec<Vec<f64>>>, Error> {
        let cells = 0..self.cells.len();
        let of = |cell: usize, other: usize| match cell == other {
            true => self.history_filter(cell),
            false => self.coupling_filter(cell, other),
        };
        cells
            .clone()
            .map(|cell| cells.clone().map(|other| of(cell, other)).collect())
            .collect()
    }
}
