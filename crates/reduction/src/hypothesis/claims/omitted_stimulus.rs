//! The omitted stimulus response: two ON types on one cell.

use ganglion_attribution::Polarity;
use ganglion_experiment::statistics::LineFit;
use ganglion_experiment::{Moment, OmittedStimulus};
use ganglion_numerics::Z95;

use crate::hypothesis::evidence::PathwayAnatomy;
use crate::hypothesis::{Claim, DISPUTE, Evidence, Hypothesis, Observation, POSTER};
use crate::silencing::lesion::Target;

/// The two claims and their tests.
pub(super) fn claims(evidence: &Evidence<'_>) -> Vec<Hypothesis> {
    let types = Claim {
        says: "Two ON types converge on the cell: one always active with a later peak, one active only at \
             high flash frequency with an earlier peak, so that the latency grows with the period.",
        source: POSTER,
        refuted_if: "there are fewer than two excitatory ON types, or what is active of them in the response \
             to the omission does not peak later at longer periods",
        dispute: None,
    };
    let inhibition = Claim {
        says: "The omitted stimulus response needs inhibition.",
        source: POSTER,
        refuted_if: "the response is present, and not surely another, when inhibitory pathways are silenced",
        dispute: Some(DISPUTE),
    };
    vec![
        types.tested(vec![
            evidence.on_pathways(two_types(evidence)),
            evidence.on_pathways(activities(evidence)),
            evidence.carried(Target::On, Target::Off),
        ]),
        inhibition.tested(vec![evidence.necessary(Target::Inhibition)]),
    ]
}

/// Whether two ON types excite. A circuit with one refutes it where the network has no second one either:
/// a small pathway may have been too dear.
fn two_types(evidence: &Evidence<'_>) -> Observation {
    let found = evidence.anatomy.excitatory(Polarity::On);
    let told = match found.len() {
        0 => "no ON type excites".to_owned(),
        1 => format!(
            "one ON type excites, with a peak at {:.0} ms",
            found[0].peak_ms
        ),
        count => format!("{count} ON types excite, with peaks at {}", peaks(&found)),
    };
    let others = evidence.types.as_ref();
    let others = others.map(|types| types.excitatory(Polarity::On));
    match others {
        _ if found.len() >= 2 => Observation {
            holds: Some(true),
            told,
        },
        Some(types) if differ(evidence, &types) => Observation {
            holds: None,
            told: format!(
                "{told}; of the network's channels those with peaks at {} excite, so that this decides \
                 nothing",
                peaks(&types)
            ),
        },
        _ => Observation {
            holds: Some(false),
            told,
        },
    }
}

/// Whether what is active peaks later at longer periods, in the time of the response to the omission; in
/// the circuit, and in the network where there is one.
fn activities(evidence: &Evidence<'_>) -> Observation {
    let circuit = mean_peak(evidence, &evidence.anatomy.excitatory(Polarity::On));
    let (holds, told) = match &circuit {
        Ok(change) => (change.grows(), change.told()),
        Err(told) => (None, (*told).to_owned()),
    };
    let Some(types) = &evidence.types else {
        return Observation { holds, told };
    };
    let network = mean_peak(evidence, &types.excitatory(Polarity::On)).ok();
    let also = network.as_ref().and_then(TimeChange::grows);
    Observation {
        holds: holds.filter(|holds| also == Some(*holds)),
        told: match network {
            Some(change) => format!("in the circuit, {told}; in the network, {}", change.told()),
            None => told,
        },
    }
}

/// How a time changes with the period, ms for each 100 ms, with its standard error.
struct TimeChange {
    slope: f64,
    error: f64,
    periods: usize,
}

impl TimeChange {
    fn grows(&self) -> Option<bool> {
        match (
            self.slope - Z95 * self.error > 0.0,
            self.slope + Z95 * self.error < 0.0,
        ) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    fn told(&self) -> String {
        format!(
            "the mean peak of ON excitation, each type weighted with its activity in the time of the \
             response to the omission, changes by {:.2} ± {:.2} ms for each 100 ms of period (standard \
             error over {} periods)",
            self.slope, self.error, self.periods
        )
    }
}

/// The change of `sum of activity * peak / sum of activity` over ON types that excite.
fn mean_peak(
    evidence: &Evidence<'_>,
    types: &[&PathwayAnatomy],
) -> Result<TimeChange, &'static str> {
    if types.is_empty() {
        return Err("no ON type excites");
    }
    if types.len() < 2 {
        return Err("with one ON type there is none to compare it with");
    }
    if !differ(evidence, types) {
        return Err("the peaks of the types do not differ by a frame, so that none is the earlier");
    }
    let points: Vec<(f64, f64)> = (evidence.experiment.moments().iter())
        .filter_map(|moment| {
            Some((
                period(evidence, moment)?,
                mean_peak_at(evidence, types, moment)?,
            ))
        })
        .collect();
    let fit = LineFit::through(&points).filter(|fit| fit.slope_error.is_finite());
    let fit = fit.ok_or("the types are not active at enough periods")?;
    Ok(TimeChange {
        slope: 100.0 * fit.slope,
        error: 100.0 * fit.slope_error,
        periods: points.len(),
    })
}

fn mean_peak_at(
    evidence: &Evidence<'_>,
    types: &[&PathwayAnatomy],
    moment: &Moment,
) -> Option<f64> {
    let activities = types
        .iter()
        .map(|one| (one.peak_ms, evidence.activity(one, moment)));
    let (sum, total) = activities.fold((0.0, 0.0), |(sum, total), (peak, activity)| {
        (sum + peak * activity, total + activity)
    });
    (total > 0.0).then(|| sum / total)
}

fn period(evidence: &Evidence<'_>, moment: &Moment) -> Option<f64> {
    let condition = &evidence.experiment.conditions()[moment.condition];
    let mut parameters = condition.parameters.iter();
    Some(
        parameters
            .find(|one| one.name == OmittedStimulus::PERIOD)?
            .value,
    )
}

/// Whether the earliest and the latest peak differ by a frame or more.
fn differ(evidence: &Evidence<'_>, types: &[&PathwayAnatomy]) -> bool {
    let frame = evidence.experiment.screen().frame_period.0;
    match (types.first(), types.last()) {
        (Some(early), Some(late)) => late.peak_ms - early.peak_ms >= frame,
        _ => false,
    }
}

fn peaks(types: &[&PathwayAnatomy]) -> String {
    let peaks: Vec<String> = types
        .iter()
        .map(|one| format!("{:.0} ms", one.peak_ms))
        .collect();
    peaks.join(", ")
}
