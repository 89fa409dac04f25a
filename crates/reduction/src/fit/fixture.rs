//! Made-up drives and the rates of a circuit of them.

use super::fitter::{Fit, Fitter, Input};
use super::forward::Drive;
use super::parameters::{Parameters, PathwayParameters};
use super::structure::Structure;
use super::targets::{FitTargets, Rows};
use crate::fit::price::Price;

pub(crate) const PRICE: Price = Price {
    a_pathway: 3.2e-3,
    at_rest: 1.5e-3,
};

const POSITIONS: usize = 9;
const SAMPLES: usize = 390;

/// Drives, the circuit's parameters, and what it does.
pub(crate) struct FixtureCircuit {
    pub(crate) inputs: Vec<Input>,
    pub(crate) targets: FitTargets,
    pub(crate) parameters: Parameters,
}

impl FixtureCircuit {
    pub(crate) fn fitter(&self, tonic: bool) -> Fitter<'_> {
        Fitter {
            inputs: &self.inputs,
            targets: &self.targets,
            rows: Rows::distinct(
                &(0..SAMPLES).collect::<Vec<_>>(),
                &(0..SAMPLES).collect::<Vec<_>>(),
            ),
            price: PRICE,
            known: None,
            tonic,
            spread: true,
        }
    }
}

fn noise(index: usize) -> f32 {
    let hash = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash ^ (hash >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32 / (1u64 << 23) as f32
        - 1.0
}

/// A candidate's drive: noise that is smooth over positions.
fn smooth(index: usize) -> Input {
    let value = |place: usize| {
        let at = |back: usize| noise(POSITIONS * 400 * index + place + POSITIONS * back);
        at(0) + at(1) + at(2)
    };
    Input {
        drive: Drive {
            values: (0..POSITIONS * SAMPLES).map(value).collect(),
            positions: POSITIONS,
        },
        pool: [4.0, 2.0],
        threshold: [0.1, 0.5],
        likeness: Default::default(),
    }
}

/// Smooth drives over nine positions, and the rates of a circuit of the first two: an excitation and an
/// inhibition, intact and with each candidate silenced.
pub(crate) fn planted(count: usize, spread: f64) -> FixtureCircuit {
    let inputs: Vec<Input> = (0..count.max(2)).map(smooth).collect();
    let pathway = |weight: f64, threshold: f64, centre: f64| PathwayParameters {
        weight,
        threshold,
        centre,
        log_spread: 0.4,
        threshold_spread: spread,
    };
    let parameters = Parameters {
        pathways: vec![pathway(4.0, 0.6, 3.0), pathway(-2.5, 0.2, 5.0)],
        bias: 0.3,
        log_gain: 1.0,
    };
    let mut targets = FitTargets {
        intact: vec![0.0; SAMPLES],
        silenced: Vec::new(),
        weight: 0.1,
    };
    let rates = |silenced: Option<usize>| {
        let mut parameters = parameters.clone();
        if let Some(place) = silenced.filter(|&place| place < 2) {
            parameters.pathways[place].weight = 0.0;
        }
        let fitter = Fitter {
            inputs: &inputs,
            targets: &targets,
            rows: Rows::distinct(&[0], &[0]),
            price: PRICE,
            known: None,
            tonic: true,
            spread: true,
        };
        fitter.rates(&Fit {
            structure: Structure {
                members: vec![0, 1],
                excites: vec![true, false],
            },
            parameters,
            misfit: 0.0,
            cost: 0.0,
        })
    };
    let intact = rates(None);
    let silenced = (0..inputs.len()).map(|one| rates(Some(one))).collect();
    targets.intact = intact;
    targets.silenced = silenced;
    FixtureCircuit {
        inputs,
        targets,
        parameters,
    }
}
