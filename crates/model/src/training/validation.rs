//! Predictions on bins that were not trained on.

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
    let (predicted, recorded) = predict(network, data, device)?;
    let correlations: Vec<f64> = predicted
        .iter()
        .zip(&recorded)
        .filter_map(|(p, r)| correlation(p, r))
        .collect();
    let correlation = correlations.iter().sum::<f64>() / correlations.len().max(1) as f64;
    let losses = predicted
        .iter()
        .zip(&recorded)
        .zip(cell_weights)
        .map(|((p, r), weight)| f64::from(*weight) * poisson(p, r, loss_epsilon));
    let loss = losses.sum::<f64>() / predicted.len() as f64;
    Ok(Some(Judgement { loss, correlation }))
}

type Rates = Vec<Vec<f32>>;

fn predict(
    network: &Network,
    data: &TrainingData,
    device: &Device,
) -> Result<(Rates, Rates), Error> {
    let mut predicted = vec![Vec::new(); data.shape.cells];
    let mut recorded = vec![Vec::new(); data.shape.cells];
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
            )?;
            for (cell, rates) in rates.iter().enumerate() {
                let truth = part.recording.responses.cell(cell);
                let held_out = range.clone().filter(|&bin| roles[bin] == Role::Validation);
                for bin in held_out {
                    predicted[cell].push(rates[bin - range.start]);
                    recorded[cell].push(truth[bin]);
                }
            }
        }
    }
    Ok((predicted, recorded))
}

fn poisson(predicted: &[f32], recorded: &[f32], epsilon: f64) -> f64 {
    let term = |(&p, &r): (&f32, &f32)| {
        let (p, r) = (f64::from(p), f64::from(r));
        p - r * (p + epsilon).ln()
    };
    predicted.iter().zip(recorded).map(term).sum::<f64>() / predicted.len().max(1) as f64
}
