//! From a fit to a circuit.

use ganglion_attribution::Sign;
use ganglion_recording::{CellIndex, Microns, Milliseconds};

use crate::candidates::Candidate;
use crate::circuit::kinetics::{biphasic_index, peak_lag};
use crate::circuit::{Circuit, Output, Pathway, Place, Pool};
use crate::fit::{Fit, PathwayParameters};
use crate::identify::cascade::shares;
use crate::subject::Subject;
use crate::sweep::Invariance;

/// What a circuit is called and belongs to.
pub struct Title<'a> {
    /// The phenomenon that was explained.
    pub phenomenon: &'a str,
    /// The ganglion cell.
    pub cell: CellIndex,
    /// Where the network comes from.
    pub source: &'a str,
}

/// The circuit of a fit, its pathways in the order of their shares.
///
/// A full-field stimulus says nothing about pools: there they are where the attributions lie.
pub fn assemble(
    subject: &Subject<'_>,
    candidates: &[Candidate],
    invariance: Invariance,
    (fit, departures, correlation): (&Fit, &[Vec<f64>], f64),
    title: &Title<'_>,
) -> Circuit {
    let softness = fit.parameters.log_gain.exp();
    let shares = shares(departures);
    // A circuit's drive counts from nothing, a fit's from rest.
    let at_rest: f64 = (fit.parameters.pathways.iter())
        .map(|pathway| pathway.weight * pathway.rectifier().released(0.0))
        .sum();
    let pathway = |index: usize| {
        let candidate = &candidates[fit.structure.members[index]];
        let fitted = &fit.parameters.pathways[index];
        let sign = fit.structure.sign(index);
        let pool = pool(subject, candidate, invariance, fitted);
        Pathway {
            sign,
            effect: Some(Sign::of(departures[index].iter().sum())),
            weight: softness * fitted.weight.abs(),
            threshold: fitted.threshold,
            threshold_spread: fitted.threshold_spread,
            share: shares[index],
            pool,
            ..unweighted(subject, candidate)
        }
    };
    let mut pathways: Vec<Pathway> = (0..fit.structure.members.len()).map(pathway).collect();
    pathways.sort_by(|a, b| b.share.total_cmp(&a.share));
    Circuit {
        phenomenon: title.phenomenon.to_owned(),
        cell: title.cell,
        source: title.source.to_owned(),
        correlation,
        screen: subject.screen(),
        output: Output {
            threshold_hz: -softness * (fit.parameters.bias - at_rest),
            softness_hz: softness,
            highest_hz: None,
        },
        pathways,
    }
}

/// A candidate as a pathway that does nothing yet.
fn unweighted(subject: &Subject<'_>, candidate: &Candidate) -> Pathway {
    let course = candidate.kernel.time_course();
    let lag = peak_lag(&course);
    let peak = course.len() - lag;
    Pathway {
        channels: candidate.channels.clone(),
        polarity: candidate.polarity,
        sign: candidate.sign,
        effect: None,
        weight: 0.0,
        threshold: 0.0,
        threshold_spread: 0.0,
        depression: None,
        share: 0.0,
        peak: Milliseconds(lag as f64 * subject.screen().frame_period.0),
        biphasic_index: biphasic_index(&course, peak),
        receptive_field_sd: Microns(candidate.kernel.centre_sd() * subject.pixel().0),
        pool: Pool {
            centre: Place {
                x: Microns(0.0),
                y: Microns(0.0),
            },
            sd: subject.pixel(),
        },
        kernel: candidate.kernel.clone(),
    }
}

fn pool(
    subject: &Subject<'_>,
    candidate: &Candidate,
    invariance: Invariance,
    fitted: &PathwayParameters,
) -> Pool {
    let extent = &candidate.extent;
    let (column, sd) = match invariance {
        Invariance::FullField => (extent.centre[1], 0.5 * (extent.sd[0] + extent.sd[1])),
        Invariance::AlongY => (fitted.centre, fitted.log_spread.exp()),
    };
    let pixel = subject.pixel().0;
    // A position is where the kernel's middle lies.
    let place = |position: f64, kernel: usize| Microns((position + kernel as f64 / 2.0) * pixel);
    Pool {
        centre: Place {
            x: place(column, candidate.kernel.width),
            y: place(extent.centre[0], candidate.kernel.height),
        },
        sd: Microns(sd.max(NARROWEST) * pixel),
    }
}

/// Narrowest pool in positions: below it a Gaussian is one position.
const NARROWEST: f64 = 0.3;
