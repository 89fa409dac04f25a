//! The omitted stimulus response: two ON types on one cell.

use ganglion_attribution::Polarity;
use ganglion_experiment::statistics::LineFit;

use super::evidence::PathwayAnatomy;
use super::{DISPUTE, Evidence, Hypothesis, Observation};
use crate::lesion::Target;

/// Normal quantile of a two-sided 95 % interval.
const Z95: f64 = 1.96;

/// The two claims and their tests.
pub(super) fn claims(evidence: &Evidence<'_>) -> Vec<Hypothesis> {
    vec![
        Hypothesis::from(
            [
                "Two ON types converge on the cell: one always active with a later peak, one \
                 active only at high flash frequency with an earlier peak, so that the latency \
                 grows with the period.",
                "there are fewer than two excitatory ON types, or the part of the earlier one in the \
                 response to the omission does not fall towards long periods",
            ],
            None,
            vec![
                evidence.on_pathways(two_types(evidence)),
                evidence.on_pathways(activities(evidence)),
            ],
        ),
        Hypothesis::from(
            [
                "The omitted stimulus response needs inhibition.",
                "the response is present, and not surely another, when inhibitory pathways are silenced",
            ],
            Some(DISPUTE),
            vec![evidence.necessary(Target::Inhibition)],
        ),
    ]
}

fn two_types(evidence: &Evidence<'_>) -> Observation {
    let found = evidence.excitatory(Polarity::On);
    let peaks: Vec<String> = found
        .iter()
        .map(|one| format!("{:.0} ms", one.peak_ms))
        .collect();
    Observation {
        holds: Some(found.len() >= 2),
        told: match found.len() {
            0 => "no ON type excites".to_owned(),
            1 => format!("one ON type excites, with a peak at {}", peaks[0]),
            count => format!(
                "{count} ON types excite, with peaks at {}",
                peaks.join(", ")
            ),
        },
    }
}

/// Whether of two ON types the part of the earlier one falls with the period, in the time of the
/// response to the omission.
fn activities(evidence: &Evidence<'_>) -> Observation {
    let found = evidence.excitatory(Polarity::On);
    let (Some(early), Some(late)) = (found.first(), found.last()) else {
        return none("no ON type excites");
    };
    if found.len() < 2 {
        return none("with one ON type there is none to compare it with");
    }
    let frame = evidence.experiment.screen().frame_period.0;
    if late.peak_ms - early.peak_ms < frame {
        return none("the peaks of the types do not differ by a frame, so that none is the earlier");
    }
    let points = parts(evidence, early, late);
    let Some(fit) = LineFit::through(&points).filter(|fit| fit.slope_error.is_finite()) else {
        return none("the types are not active at enough periods");
    };
    let [fall, error] = [100.0 * fit.slope, 100.0 * fit.slope_error];
    Observation {
        holds: match (fall + Z95 * error < 0.0, fall - Z95 * error > 0.0) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        told: format!(
            "in the time of the response to the omission, the earlier type's part of the two changes by \
             {fall:.2} ± {error:.2} for each 100 ms of period (standard error over {} periods)",
            points.len()
        ),
    }
}

/// The earlier type's part of the activity of both, by period in ms.
fn parts(
    evidence: &Evidence<'_>,
    early: &PathwayAnatomy,
    late: &PathwayAnatomy,
) -> Vec<(f64, f64)> {
    let moments = evidence.experiment.moments();
    let part = |moment: &ganglion_experiment::Moment| {
        let condition = &evidence.experiment.conditions()[moment.condition];
        let mut parameters = condition.parameters.iter();
        let period = parameters.find(|one| one.name == "period")?.value;
        let [early, late] = [early, late].map(|one| evidence.activity(one, moment));
        (early + late > 0.0).then(|| (period, early / (early + late)))
    };
    moments.iter().filter_map(part).collect()
}

fn none(told: &str) -> Observation {
    Observation {
        holds: None,
        told: told.to_owned(),
    }
}
