//! Predictions on bins that were not trained on.

use std::ops::ControlFlow;

use ganglion_recording::Role;

use super::data::TrainingData;
use super::schedule::Judgement;
use crate::error::Error;
use crate::evaluation::correlation;
use crate::network::Network;
use crate::prediction;
use burn::tensor::Device;

/// Loss and mean correlation on the validation bins; none where there are none.
///
/// # Errors
/// If the movie cannot be read.
pub fn validate(
    network: &Network,
    data: &TrainingData,
    loss_epsilon: f64,
    cell_weights: &[f32],
    device: &Device,
) -> Result<Option<Judgement>, Error> {
    if data.count(Role::Validation) == 0 {
        return Ok(None);
    }
    let held_out = predict(network, data, device)?;
    let correlations: Vec<f64> = held_out
        .iter()
        .filter_map(ValidationBins::correlation)
        .collect();
    let correlation = correlations.iter().sum::<f64>() / correlations.len().max(1) as f64;
    let losses = held_out
        .iter()
        .zip(cell_weights)
        .map(|(cell, weight)| f64::from(*weight) * cell.poisson(loss_epsilon));
    let loss = losses.sum::<f64>() / held_out.len() as f64;
    Ok(Some(Judgement { loss, correlation }))
}

/// The validation bins of one cell.
#[derive(Clone, Default)]
struct ValidationBins {
    /// Predicted rates, Hz.
    predicted: Vec<f32>,
    /// Recorded rates, Hz: where spikes are learned from, their mean over trials, not smoothed.
    recorded: Vec<f32>,
    /// Share of the trials that hold each bin; one where rates are learned from.
    weights: Vec<f64>,
}

impl ValidationBins {
    /// Correlation over the bins that hold anything.
    fn correlation(&self) -> Option<f64> {
        let held = |rates: &[f32]| -> Vec<f32> {
            let pairs = rates.iter().zip(&self.weights);
            let held = pairs.filter(|(_, weight)| **weight > 0.0);
            held.map(|(rate, _)| *rate).collect()
        };
        correlation(&held(&self.predicted), &held(&self.recorded))
    }

    /// The Poisson loss, see [`PoissonLoss`](crate::loss::PoissonLoss): as the rate of a bin is the mean
    /// over the trials that hold it, that of spikes is that of rates, weighed by the share of trials.
    fn poisson(&self, epsilon: f64) -> f64 {
        let term = |((&p, &r), &weight): ((&f32, &f32), &f64)| {
            let (p, r) = (f64::from(p), f64::from(r));
            weight * (p - r * (p + epsilon).ln())
        };
        let bins = self.predicted.iter().zip(&self.recorded).zip(&self.weights);
        bins.map(term).sum::<f64>() / self.predicted.len().max(1) as f64
    }
}

fn predict(
    network: &Network,
    data: &TrainingData,
    device: &Device,
) -> Result<Vec<ValidationBins>, Error> {
    let mut cells = vec![ValidationBins::default(); data.shape.cells];
    let trials = data.trials().unwrap_or(1) as f64;
    for part in &data.parts {
        let roles = part.timeline.roles();
        let ranges = if part.timeline.is_scattered() {
            part.timeline.predicted().to_vec()
        } else {
            part.timeline.ranges(Role::Validation)
        };
        for range in ranges {
            let movie = part.movie();
            let rates = prediction::rates(
                network,
                &data.shape,
                movie,
                &data.normalisation,
                range.clone(),
                device,
                &mut |_| ControlFlow::Continue(()),
            )?;
            for (cell, rates) in rates.iter().enumerate() {
                let truth = part.recording.responses.cell(cell);
                let held_out = range.clone().filter(|&bin| roles[bin] == Role::Validation);
                for bin in held_out {
                    let held = &mut cells[cell];
                    held.predicted.push(rates[bin - range.start]);
                    held.recorded.push(truth[bin]);
                    held.weights.push(part.recorded(cell, bin) as f64 / trials);
                }
            }
        }
    }
    Ok(cells)
}
