//! What a fit may change.

use crate::circuit::Rectifier;

/// Parameters of a circuit.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Of each pathway.
    pub pathways: Vec<PathwayParameters>,
    /// Drive at rest, all pathways included.
    pub bias: f64,
    /// Logarithm of the output's gain in Hz.
    pub log_gain: f64,
}

/// Parameters of one pathway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathwayParameters {
    /// Signed weight.
    pub weight: f64,
    /// What the drive must exceed.
    pub threshold: f64,
    /// Centre of the pool in positions; without meaning for a single position.
    pub centre: f64,
    /// Logarithm of the pool's standard deviation in positions.
    pub log_spread: f64,
    /// Half-width of the range of thresholds.
    pub threshold_spread: f64,
}

impl PathwayParameters {
    /// From its drive to what reaches the ganglion cell.
    pub fn rectifier(&self) -> Rectifier {
        Rectifier {
            threshold: self.threshold,
            spread: self.threshold_spread,
        }
    }
}

/// Numbers that a pathway has.
pub(super) const OF_A_PATHWAY: usize = 5;

/// What the numbers of a pathway may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Whether the weight is at or above 0, or at or below.
    pub(super) excites: bool,
    /// Least and largest threshold.
    pub(super) threshold: [f64; 2],
    /// Least and largest half-width of their range.
    pub(super) spread: [f64; 2],
}

/// Pools are neither narrower than this share of a position nor wider than this many fields.
const NARROWEST: f64 = 0.4;

impl Parameters {
    /// All numbers in one row: five a pathway, then bias and log gain.
    pub(super) fn flat(&self) -> Vec<f64> {
        let of = |p: &PathwayParameters| {
            [
                p.weight,
                p.threshold,
                p.centre,
                p.log_spread,
                p.threshold_spread,
            ]
        };
        let mut flat: Vec<f64> = self.pathways.iter().flat_map(of).collect();
        flat.extend([self.bias, self.log_gain]);
        flat
    }

    /// The parameters `step` away, within what makes sense for so many positions and the `limits`
    /// `[pathway]`.
    pub(super) fn moved(&self, step: &[f64], positions: usize, limits: &[Limits]) -> Self {
        let flat: Vec<f64> = self.flat().iter().zip(step).map(|(a, b)| a + b).collect();
        let (pathways, output) = flat.split_at(self.pathways.len() * OF_A_PATHWAY);
        let last = positions as f64 - 1.0;
        let pathway = |(p, limits): (&[f64], &Limits)| PathwayParameters {
            weight: match limits.excites {
                true => p[0].max(0.0),
                false => p[0].min(0.0),
            },
            threshold: p[1].clamp(
                limits.threshold[0],
                limits.threshold[1].max(limits.threshold[0]),
            ),
            centre: p[2].clamp(-0.25 * last, 1.25 * last),
            log_spread: p[3].clamp(NARROWEST.ln(), last.max(1.0).ln()),
            threshold_spread: p[4].clamp(limits.spread[0], limits.spread[1]),
        };
        Self {
            pathways: (pathways.chunks(OF_A_PATHWAY).zip(limits))
                .map(pathway)
                .collect(),
            bias: output[0],
            log_gain: output[1].clamp(-12.0, 12.0),
        }
    }
}
