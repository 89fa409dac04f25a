//! What the stimulus gives to every bin, and the rates that models predict.

use std::ops::Range;

use crate::Error;
use crate::blocks::Block;
use crate::design::Terms;
use crate::engine::Point;
use crate::features::Wanted;
use crate::layout::Layout;
use crate::model::{Fit, SpikeInput};
use crate::prepared::Source;
use crate::recording::Recording;

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
        let mut found = Self::predicted(fit, &source, recording)?;
        found.read_spikes(fit, &source, recording);
        if fit.spike_input == SpikeInput::Deviations {
            found.take_mean(fit)?;
        }
        found.shift(&fit.bias_shifts);
        Ok(found)
    }

    /// Of spike filters that act on counts, without spikes.
    fn predicted(fit: &Fit, source: &Source, recording: &Recording<'_>) -> Result<Self, Error> {
        let engine = source.engine::<f32>(recording, &fit.design, 1)?;
        let layout = &source.layout;
        let models = fit.cells.iter().map(|cell| cell.weights.rows(layout));
        let models: Vec<Vec<f64>> = models.collect();
        let stimulus: Vec<Vec<f64>> = (models.iter().enumerate())
            .map(|(cell, rows)| stimulus_alone(layout, cell, rows))
            .collect();
        let cells = fit.cells.len();
        let points: Vec<Point<'_>> = (stimulus.iter().chain(&models).enumerate())
            .map(|(index, coefficients)| Point {
                cell: index % cells,
                without: None,
                coefficients,
            })
            .collect();
        let mut found = Self::without_bins(cells);
        for block in &engine.blocks {
            found.add_bins(block, fit.bins_per_frame);
            let targets = found.drive.iter_mut().chain(&mut found.with_spikes);
            let rows = engine.predict(&points, Wanted::ALL, block);
            targets
                .zip(rows)
                .for_each(|(target, row)| target.extend(row));
        }
        Ok(found)
    }

    fn without_bins(cells: usize) -> Self {
        Self {
            bins: Vec::new(),
            runs: Vec::new(),
            drive: vec![Vec::new(); cells],
            with_spikes: vec![Vec::new(); cells],
            refractory: vec![Vec::new(); cells],
            counts: vec![Vec::new(); cells],
        }
    }

    /// Adds the bins of a block to the run of its segment.
    fn add_bins(&mut self, block: &Block, bins_per_frame: usize) {
        let used = block.used(bins_per_frame);
        let start = self.bins.len();
        match self.runs.last_mut() {
            Some(run) if self.bins[run.start] >= block.segment * bins_per_frame => {
                run.end = start + used.len();
            }
            _ => self.runs.push(start..start + used.len()),
        }
        self.bins.extend(used);
    }

    /// Adds to the bias of each cell; of none, nothing.
    fn shift(&mut self, shifts: &[f64]) {
        let rows = self.drive.iter_mut().zip(&mut self.with_spikes);
        for ((drive, with_spikes), shift) in rows.zip(shifts) {
            let etas = drive.iter_mut().chain(with_spikes);
            etas.for_each(|eta| *eta += shift);
        }
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

/// Coefficients of bias and stimulus, those of spikes being 0.
fn stimulus_alone(layout: &Layout, cell: usize, rows: &[f64]) -> Vec<f64> {
    let mut own = vec![0.0; rows.len()];
    for row in layout.used(cell, Terms::STIMULUS) {
        own[row] = rows[row];
    }
    own
}
