//! How well models predict.

use std::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::design::Observation;
use crate::drive::{Etas, SpikeInput};
use crate::engine::{Pass, Point};
use crate::features::Wanted;
use crate::fit::Fit;
use crate::prepared::Source;
use crate::recording::Recording;

/// How well the model of a cell predicts spikes, each from the stimulus and all spikes before it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Bits a spike by which the likelihood is above that of the constant rate of the same bins; NaN without a
    /// spike.
    pub bits_per_spike: f64,
    /// Mean loss of a bin, nats.
    pub loss: f64,
    /// Bins.
    pub bins: f64,
    /// Spikes in them.
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
        wanted: Wanted {
            history: true,
            coupling: true,
        },
        gradient: false,
        every: 1,
    };
    let sums = engine.evaluate(&points, pass);
    let of = |(cell, sums): (usize, &crate::engine::Sums)| {
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
        let constant = constant_loss(observation, bins, spikes);
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

/// Loss of a constant rate, summed: of Poisson counts without `log y!`.
pub(crate) fn constant_loss(observation: Observation, bins: f64, spikes: f64) -> f64 {
    let entropy = |count: f64, share: f64| {
        if count > 0.0 {
            -count * share.ln()
        } else {
            0.0
        }
    };
    let share = spikes / bins.max(1.0);
    match observation {
        Observation::Poisson => spikes + entropy(spikes, share),
        Observation::SpikeOrNone | Observation::Logistic => {
            entropy(spikes, share) + entropy(bins - spikes, 1.0 - share)
        }
    }
}

impl Fit {
    pub(crate) fn check(&self, recording: &Recording<'_>) -> Result<(), Error> {
        let cells = recording.spikes.cells;
        if cells != self.cells.len() {
            return Err(Error::Cells {
                what: "models",
                found: self.cells.len(),
                cells,
            });
        }
        if recording.spikes.bins_per_frame != self.bins_per_frame {
            return Err(crate::basis::setting(
                "bins_per_frame",
                &recording.spikes.bins_per_frame,
                "models are of another number",
            ));
        }
        match (&recording.movie, self.frame) {
            (None, _) if self.design.stimulus.is_some() => Err(Error::NoMovie),
            (Some(movie), Some([height, width]))
                if [movie.height, movie.width] != [height, width] =>
            {
                Err(Error::MovieShape {
                    values: movie.frames.len(),
                    frames: recording.frames(),
                    pixels: height * width,
                })
            }
            _ => Ok(()),
        }
    }
}
