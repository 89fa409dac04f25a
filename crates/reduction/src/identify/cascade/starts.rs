//! Where descents begin.

use ganglion_attribution::Polarity;
use ganglion_numerics::{dot_by_fours, mean, root_mean_square};

use super::data::Data;
use super::depression::{FittedDepression, Synapses};
use super::model::{Cascade, CascadePathway};
use crate::candidates::polarity_of;

/// Thresholds at which a new pathway starts, in root mean squares of its drive: hardly ever silent,
/// silenced at times, rectified at rest, active only when driven strongly.
const THRESHOLDS: [f64; 4] = [-1.8, -0.7, 0.1, 0.9];

/// Softness at which a new pathway starts, in the same.
const SOFTNESS: f64 = 0.1;

/// Starts for each combination of polarity, sign and activity at rest.
const OF_A_KIND: usize = 2;

/// A circuit without pathways.
pub(super) fn constant(data: &Data) -> Cascade {
    let mean = data.rates.iter().sum::<f64>() / data.samples().max(1) as f64;
    let largest = data.rates.iter().copied().fold(0.0, f64::max);
    // A knee a twentieth of the largest rate wide, and the mean rate above it.
    let gain = (0.05 * largest).max(1e-6);
    Cascade {
        pathways: Vec::new(),
        bias: (mean.max(1e-3 * gain) / gain).exp_m1().max(1e-12).ln(),
        log_gain: gain.ln(),
    }
}

/// Circuits with one more pathway: of each polarity and sign those whose drive explains most of what
/// `cascade` leaves, the kernel being one of `kernels` or its negative.
pub(super) fn extended(
    data: &Data,
    cascade: &Cascade,
    kernels: &[Vec<f64>],
    synapses: Synapses,
) -> Vec<Cascade> {
    let gain = cascade.log_gain.exp();
    let explained = cascade.rates(data);
    let left: Vec<f64> = (data.rates.iter().zip(&explained))
        .map(|(rate, explained)| (rate - explained) / gain)
        .collect();
    let mut kinds: [Vec<(f64, CascadePathway)>; 8] = Default::default();
    for (index, kernel) in kernels.iter().enumerate() {
        let coefficients = data.coefficients(kernel);
        for flip in [1.0, -1.0] {
            let flipped: Vec<f64> = coefficients.iter().map(|c| flip * c).collect();
            let drive = data.drive(&flipped);
            let best = THRESHOLDS.map(|threshold| tried(&drive, &flipped, &left, threshold));
            for (gained, pathway) in best.into_iter().flatten() {
                let is_on = is_on(&data.kernel(&pathway.coefficients));
                let kind = usize::from(is_on)
                    + 2 * usize::from(pathway.sign > 0.0)
                    + 4 * usize::from(pathway.tonic);
                kinds[kind].push((gained * (1.0 - 1e-6 * index as f64), pathway));
            }
        }
    }
    let best_of = |mut kind: Vec<(f64, CascadePathway)>| {
        kind.sort_by(|a, b| b.0.total_cmp(&a.0));
        kind.truncate(OF_A_KIND);
        kind
    };
    let chosen = kinds.into_iter().flat_map(best_of);
    chosen
        .map(|(_, pathway)| match synapses.of(pathway.sign) {
            false => with(data, cascade, pathway),
            true => with(data, cascade, depressing(data, &pathway)),
        })
        .collect()
}

/// How much of `left` a pathway explains at the weight that explains most, and the pathway.
fn tried(
    drive: &[f64],
    coefficients: &[f64],
    left: &[f64],
    threshold: f64,
) -> Option<(f64, CascadePathway)> {
    let threshold = threshold * root_mean_square(drive);
    let released: Vec<f64> = (drive.chunks_exact(drive.len() / left.len()))
        .map(|regions| regions.iter().map(|d| (d - threshold).max(0.0)).sum())
        .collect();
    let mean = released.iter().sum::<f64>() / released.len().max(1) as f64;
    let centred: Vec<f64> = released.iter().map(|r| r - mean).collect();
    let (shared, square) = (
        dot_by_fours(&centred, left),
        dot_by_fours(&centred, &centred),
    );
    if square <= 0.0 || shared == 0.0 {
        return None;
    }
    let weight = shared / square;
    let size = weight.abs() * root_mean_square(drive);
    let pathway = CascadePathway {
        sign: weight.signum(),
        coefficients: coefficients.iter().map(|c| weight.abs() * c).collect(),
        threshold: weight.abs() * threshold,
        softness: SOFTNESS * size,
        balance: 1.0,
        tonic: threshold < 0.0,
        depression: None,
    };
    Some((shared * shared / square, pathway))
}

/// The circuit with one more pathway, the bias such that the drive at rest stays.
fn with(data: &Data, cascade: &Cascade, pathway: CascadePathway) -> Cascade {
    let mut extended = cascade.clone();
    extended.bias -= pathway.at_rest(data);
    extended.pathways.push(pathway);
    extended
}

/// The circuit with one pathway changed to another that does much the same: an active one made silent
/// at rest, a silent one active, and turned round.
pub(super) fn variations(data: &Data, cascade: &Cascade, synapses: Synapses) -> Vec<Cascade> {
    let of = |index: usize| {
        let is_active = cascade.pathways[index].threshold < 0.0;
        let other = match is_active {
            true => rectified(data, cascade, index),
            false => released(data, cascade, index),
        };
        let active = if is_active { cascade } else { &other };
        [turned(data, active, index, synapses), other.clone()]
    };
    let alone = (0..cascade.pathways.len()).flat_map(of);
    alone.chain(exchanged(cascade)).collect()
}

/// Recovery at which a synapse that depresses starts, in frames.
const RECOVERY: f64 = 30.0;

/// A pathway whose synapses depress to a half while they release as much as on average, and that is twice as
/// strong.
fn depressing(data: &Data, pathway: &CascadePathway) -> CascadePathway {
    let twice = CascadePathway {
        coefficients: pathway.coefficients.iter().map(|c| 2.0 * c).collect(),
        threshold: 2.0 * pathway.threshold,
        softness: 2.0 * pathway.softness,
        ..pathway.clone()
    };
    let mean = twice.sign * mean(twice.released(data)) / twice.pooled(data);
    let depletion = 1.0 / (RECOVERY * mean.max(1e-6));
    CascadePathway {
        depression: Some(FittedDepression {
            log_recovery: RECOVERY.ln(),
            log_depletion: depletion.ln(),
        }),
        ..twice
    }
}

/// For each two pathways `a` and `b` the circuit with `a + b` and `-b` in their place.
///
/// `max(b, 0) = b + max(-b, 0)`: where `a` does not fall silent, both do the same.
fn exchanged(cascade: &Cascade) -> Vec<Cascade> {
    let count = cascade.pathways.len();
    let pairs = (0..count).flat_map(|a| (0..count).map(move |b| (a, b)));
    let of = |(a, b): (usize, usize)| {
        let mut exchanged = cascade.clone();
        let [one, other] = [&cascade.pathways[a], &cascade.pathways[b]];
        let factor = one.sign * other.sign;
        let sum = one.coefficients.iter().zip(&other.coefficients);
        exchanged.pathways[a].coefficients = sum.map(|(a, b)| a + factor * b).collect();
        let turned = &mut exchanged.pathways[b];
        turned.coefficients.iter_mut().for_each(|c| *c = -*c);
        turned.threshold = -turned.threshold;
        exchanged
    };
    pairs.filter(|(a, b)| a != b).map(of).collect()
}

/// One pathway turned into that of the other polarity and sign that does the same as long as neither
/// is silent.
fn turned(data: &Data, cascade: &Cascade, index: usize, synapses: Synapses) -> Cascade {
    let pathway = &cascade.pathways[index];
    let coefficients: Vec<f64> = pathway.coefficients.iter().map(|c| -c).collect();
    let threshold = -0.9 * root_mean_square(&data.drive(&coefficients));
    let turned = CascadePathway {
        sign: -pathway.sign,
        coefficients,
        threshold,
        tonic: true,
        depression: None,
        ..*pathway
    };
    let turned = match synapses.of(turned.sign) {
        false => turned,
        true => depressing(data, &turned),
    };
    replaced(data, cascade, index, turned)
}

/// One pathway silent at rest.
fn rectified(data: &Data, cascade: &Cascade, index: usize) -> Cascade {
    let rectified = CascadePathway {
        threshold: 0.0,
        tonic: false,
        ..cascade.pathways[index].clone()
    };
    replaced(data, cascade, index, rectified)
}

/// One pathway active at rest.
fn released(data: &Data, cascade: &Cascade, index: usize) -> Cascade {
    let pathway = &cascade.pathways[index];
    let released = CascadePathway {
        threshold: -0.5 * root_mean_square(&data.drive(&pathway.coefficients)),
        tonic: true,
        ..pathway.clone()
    };
    replaced(data, cascade, index, released)
}

/// Another pathway in the place of one, the bias such that the drive at rest stays.
fn replaced(data: &Data, cascade: &Cascade, index: usize, other: CascadePathway) -> Cascade {
    let mut replaced = cascade.clone();
    replaced.bias += cascade.pathways[index].at_rest(data) - other.at_rest(data);
    replaced.pathways[index] = other;
    replaced
}

/// Whether a kernel `[frame]` is ON.
pub(super) fn is_on(kernel: &[f64]) -> bool {
    polarity_of(kernel) == Polarity::On
}
