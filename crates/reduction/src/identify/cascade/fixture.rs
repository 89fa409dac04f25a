//! Made-up circuits and what they answer.

use super::data::Data;
use super::depression::FittedDepression;
use super::model::{Cascade, CascadePathway};
use super::search::{CascadeFit, SearchOptions};

/// Frames of a kernel.
pub(super) const HISTORY: usize = 12;

/// Functions of a kernel.
pub(super) const FUNCTIONS: usize = 4;

/// Sign, coefficients of the kernel, threshold.
pub(super) type FixturePathway = (f64, [f64; FUNCTIONS], f64);

/// Values from -1 to 1, each for one to eight frames.
fn flicker(seed: u64, frames: usize) -> Vec<f64> {
    // A linear congruential sequence: any values without structure serve.
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let mut values = Vec::with_capacity(frames);
    while values.len() < frames {
        let (value, hold) = (2.0 * next() - 1.0, 1 + (8.0 * next()) as usize);
        values.extend(std::iter::repeat_n(value, hold));
    }
    values.truncate(frames);
    values
}

/// What circuits of these pathways answer to flicker of some regions, and the circuit.
pub(super) fn data_of(pathways: &[FixturePathway], bias: f64, regions: usize) -> (Data, Cascade) {
    let courses: Vec<Vec<f64>> = (0..regions)
        .map(|region| flicker(7 + region as u64, 900))
        .collect();
    let blank = |rates| Data::new(&courses, rates, (FUNCTIONS, HISTORY));
    let silent = blank(vec![0.0; 901 - HISTORY]);
    let truth = cascade(pathways, bias, &silent);
    (blank(truth.rates(&silent)), truth)
}

/// A circuit of two pathways with rounded corners, surrounds and another weight in the second region, and its answers.
pub(super) fn example(regions: usize) -> (Data, Cascade) {
    let pathways = [
        (1.0, [0.2, -1.0, 0.3, 0.0], 0.1),
        (-1.0, [0.0, 0.4, 0.5, -0.2], -0.3),
    ];
    let (data, mut cascade) = data_of(&pathways, -0.4, regions);
    for pathway in &mut cascade.pathways {
        (pathway.softness, pathway.balance) = (0.25, 0.7);
        let others = pathway.coefficients.iter_mut().skip(FUNCTIONS);
        others
            .enumerate()
            .for_each(|(i, c)| *c = 0.1 * i as f64 - 0.1);
    }
    (data, cascade)
}

fn cascade(pathways: &[FixturePathway], bias: f64, data: &Data) -> Cascade {
    let pathway = |&(sign, coefficients, threshold): &FixturePathway| {
        let mut coefficients = coefficients.to_vec();
        coefficients.resize(data.width(), 0.0);
        CascadePathway {
            sign,
            coefficients,
            threshold,
            softness: 0.0,
            balance: 1.0,
            tonic: threshold < 0.0,
            depression: None,
        }
    };
    Cascade {
        pathways: pathways.iter().map(pathway).collect(),
        bias,
        log_gain: 1.0,
    }
}

/// Of some circuits the one that costs least, as the search orders them.
///
/// # Panics
/// If there are none.
pub(super) fn cheapest(fits: &[CascadeFit], options: &SearchOptions) -> CascadeFit {
    let cost = |fit: &CascadeFit| options.cost(&fit.cascade, 1.0 - fit.explained);
    let cheapest = fits.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    cheapest.expect("at least one circuit").clone()
}

/// Values of a made-up course of light.
pub(super) fn course(frames: usize) -> Vec<f64> {
    let value = |frame: usize| ((frame * 7919 % 1009) as f64 / 504.5 - 1.0) * 1.5;
    (0..frames).map(value).collect()
}

/// A circuit of two pathways, the second of which depresses if asked for, and its probe.
pub(super) fn depressing_if(runs_down: bool) -> (Data, Cascade) {
    let (data, mut cascade) = example(2);
    if runs_down {
        cascade.pathways[1].depression = Some(FittedDepression {
            log_recovery: 3.0,
            log_depletion: -2.0,
        });
    }
    (data, cascade)
}
