//! How well models predict.

use std::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::drive::Etas;
use crate::engine::{Pass, Point, Sums};
use crate::features::Wanted;
use crate::model::{Fit, SpikeInput};
use crate::observation::Observation;
use crate::prepared::Source;
use crate::recording::Recording;

/// How well the model of a cell predicts spikes, each from the stimulus and all spikes before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Bits a spike by which the likelihood is above that of the constant rate of the same bins; NaN without a
    /// spike.
    #[serde(with = "crate::json_number::one")]
    pub bits_per_spike: f64,
    /// Mean loss of a bin, nats.
    #[serde(with = "crate::json_number::one")]
    pub loss: f64,
    /// Bins.
    #[serde(with = "crate::json_number::one")]
    pub bins: f64,
    /// Spikes in them.
    #[serde(with = "crate::json_number::one")]
    pub spikes: f64,
}

/// Scores of all cells in the segments of a recording, which need not be those that the models were fitted to.
///
/// # Errors
/// If the recording is not one of the same cells and movie.
pub fn score(fit: &Fit, recording: &Recording<'_>) -> Result<Vec<Score>, Error> {
    fit.check(recording)?;
    if fit.spike_input == SpikeInput::Deviations {
        return score_deviations(fit, recording);
    }
    let source = Source::new(recording, &fit.design)?;
    let engine = source.engine::<f32>(recording, &fit.design, 1)?;
    let weights: Vec<Vec<f64>> = fit
        .cells
        .iter()
        .map(|cell| cell.weights.rows(&source.layout))
        .collect();
    let points: Vec<Point<'_>> = (weights.iter().enumerate())
        .map(|(cell, coefficients)| Point {
            cell,
            without: None,
            coefficients,
        })
        .collect();
    let pass = Pass {
        wanted: Wanted::ALL,
        gradient: false,
        every: 1,
    };
    let sums = engine.evaluate(&points, pass);
    let of = |(cell, sums): (usize, &Sums)| {
        Score::new(
            fit.design.observation,
            sums.loss,
            engine.count(cell, None, 1),
        )
    };
    Ok(sums.iter().enumerate().map(of).collect())
}

/// Of models whose spike filters act on deviations, which are Poisson.
fn score_deviations(fit: &Fit, recording: &Recording<'_>) -> Result<Vec<Score>, Error> {
    let etas = Etas::new(fit, recording)?;
    let of = |cell: usize| {
        let used = (0..etas.bins.len()).filter(|&place| !etas.refractory[cell][place]);
        let (mut loss, mut counts) = (0.0, [0.0; 2]);
        for place in used {
            let (eta, count) = (etas.with_spikes[cell][place], etas.counts[cell][place]);
            loss += eta.exp() - count * eta;
            counts = [counts[0] + 1.0, counts[1] + count];
        }
        Score::new(Observation::Poisson, loss, counts)
    };
    Ok((0..fit.cells.len()).map(of).collect())
}

impl Score {
    fn new(observation: Observation, loss: f64, [bins, spikes]: [f64; 2]) -> Self {
        let constant = observation.constant_loss(bins, spikes);
        Self {
            bits_per_spike: match spikes > 0.0 {
                true => (constant - loss) / (spikes * LN_2),
                false => f64::NAN,
            },
            loss: loss / bins,
            bins,
            spikes,
        }
    }
}
