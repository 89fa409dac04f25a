//! Where descents begin.

use super::descent::root_mean_square;
use super::model::{Cascade, CascadePathway, Data, dot};

/// Thresholds at which a new pathway starts, in root mean squares of its drive: hardly ever silent,
/// silenced at times, rectified at rest, active only when driven strongly.
const THRESHOLDS: [f64; 4] = [-1.8, -0.7, 0.1, 0.9];

/// Starts for each combination of polarity and sign.
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
pub(super) fn extended(data: &Data, cascade: &Cascade, kernels: &[Vec<f64>]) -> Vec<Cascade> {
    let gain = cascade.log_gain.exp();
    let explained = cascade.rates(data);
    let left: Vec<f64> = (data.rates.iter().zip(&explained))
        .map(|(rate, explained)| (rate - explained) / gain)
        .collect();
    let mut kinds: [Vec<(f64, CascadePathway)>; 4] = Default::default();
    for (index, kernel) in kernels.iter().enumerate() {
        let coefficients = data.coefficients(kernel);
        for flip in [1.0, -1.0] {
            let flipped: Vec<f64> = coefficients.iter().map(|c| flip * c).collect();
            let drive = data.drive(&flipped);
            let best = THRESHOLDS.map(|threshold| tried(&drive, &flipped, &left, threshold));
            for (gained, pathway) in best.into_iter().flatten() {
                let is_on = is_on(&data.kernel(&pathway.coefficients));
                let kind = usize::from(is_on) + 2 * usize::from(pathway.sign > 0.0);
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
    chosen.map(|(_, pathway)| with(cascade, pathway)).collect()
}

/// How much of `left` a pathway explains at the weight that explains most, and the pathway.
fn tried(
    drive: &[f64],
    coefficients: &[f64],
    left: &[f64],
    threshold: f64,
) -> Option<(f64, CascadePathway)> {
    let threshold = threshold * root_mean_square(drive);
    let released: Vec<f64> = drive.iter().map(|d| (d - threshold).max(0.0)).collect();
    let mean = released.iter().sum::<f64>() / released.len().max(1) as f64;
    let centred: Vec<f64> = released.iter().map(|r| r - mean).collect();
    let (shared, square) = (dot(&centred, left), dot(&centred, &centred));
    if square <= 0.0 || shared == 0.0 {
        return None;
    }
    let weight = shared / square;
    let pathway = CascadePathway {
        sign: weight.signum(),
        coefficients: coefficients.iter().map(|c| weight.abs() * c).collect(),
        threshold: weight.abs() * threshold,
    };
    Some((shared * shared / square, pathway))
}

/// The circuit with one more pathway, the bias such that the drive at rest stays.
fn with(cascade: &Cascade, pathway: CascadePathway) -> Cascade {
    let mut extended = cascade.clone();
    extended.bias -= pathway.sign * (-pathway.threshold).max(0.0);
    extended.pathways.push(pathway);
    extended
}

/// The circuit with one pathway turned into that of the other polarity and sign that does the same
/// as long as neither is silent; none if the pathway is silent at rest.
pub(super) fn turned(data: &Data, cascade: &Cascade, index: usize) -> Option<Cascade> {
    let pathway = &cascade.pathways[index];
    if pathway.threshold >= 0.0 {
        return None;
    }
    let coefficients: Vec<f64> = pathway.coefficients.iter().map(|c| -c).collect();
    let threshold = -0.9 * root_mean_square(&data.drive(&coefficients));
    let mut turned = cascade.clone();
    // At rest, the turned pathway's drive is as far on the other side.
    turned.bias += pathway.sign * (-pathway.threshold - threshold);
    turned.pathways[index] = CascadePathway {
        sign: -pathway.sign,
        coefficients,
        threshold,
    };
    Some(turned)
}

/// Whether a kernel `[frame]` is ON: the sign of its largest weight.
pub(super) fn is_on(kernel: &[f64]) -> bool {
    let largest = kernel.iter().max_by(|a, b| a.abs().total_cmp(&b.abs()));
    largest.is_some_and(|value| *value > 0.0)
}
