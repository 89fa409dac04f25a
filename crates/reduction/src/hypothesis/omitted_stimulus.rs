//! The omitted stimulus response: two ON types on one cell.

use ganglion_attribution::Polarity;

use super::{DISPUTE, Hypothesis, Knowledge, Observation};
use crate::lesion::INHIBITORY;

/// How much less active the early type must be at long periods than at short ones, relative to the
/// late type, for its activity to count as tied to short periods.
const LESS_ACTIVE: f64 = 0.7;

/// The two claims and their tests.
pub(super) fn claims(known: &Knowledge<'_>) -> Vec<Hypothesis> {
    vec![
        Hypothesis::from(
            [
                "Two ON types converge on the cell: one always active with a later peak, one \
                 active only at high flash frequency with an earlier peak, so that the latency \
                 grows with the period.",
                "fewer than two excitatory ON types are kept, or the earlier one is not the one \
                 whose activity falls more towards long periods",
            ],
            None,
            vec![
                two_types(known).on_kept(known.good_enough),
                activities(known).on_kept(known.good_enough),
            ],
        ),
        Hypothesis::from(
            [
                "The omitted stimulus response needs inhibition.",
                "the response is unchanged when inhibitory channels are silenced",
            ],
            Some(DISPUTE),
            vec![known.necessary(INHIBITORY)],
        ),
    ]
}

fn two_types(known: &Knowledge<'_>) -> Observation {
    let kept = known.excitatory(Polarity::On);
    let peaks: Vec<String> = kept
        .iter()
        .map(|&one| format!("{:.0} ms", known.circuit.pathways[one].peak.0))
        .collect();
    Observation {
        holds: Some(kept.len() >= 2),
        told: format!(
            "{} excitatory ON types are kept, peaks {}",
            kept.len(),
            peaks.join(", ")
        ),
    }
}

/// Whether of two ON types the one with the earlier peak is the one tied to short periods.
fn activities(known: &Knowledge<'_>) -> Observation {
    let mut kept = known.excitatory(Polarity::On);
    kept.sort_by(|&a, &b| {
        let peak = |one: usize| known.circuit.pathways[one].peak.0;
        peak(a).total_cmp(&peak(b))
    });
    let (Some(&early), Some(&late)) = (kept.first(), kept.last()) else {
        return none("there is no ON type");
    };
    let (short, long) = periods(known);
    if early == late || short.is_empty() || long.is_empty() {
        return none("activity at short and long periods cannot be compared");
    }
    let change = |one| known.activity(one, &long) / known.activity(one, &short).max(1e-12);
    let (early_change, late_change) = (change(early), change(late));
    Observation {
        holds: Some(early_change < LESS_ACTIVE * late_change),
        told: format!(
            "from the shortest to the longest third of periods the earlier type's mean drive \
             changes by a factor of {early_change:.2}, the later one's by {late_change:.2}"
        ),
    }
}

fn none(told: &str) -> Observation {
    Observation {
        holds: None,
        told: told.to_owned(),
    }
}

/// Conditions with the shortest and with the longest third of periods.
fn periods(known: &Knowledge<'_>) -> (Vec<usize>, Vec<usize>) {
    let conditions = known.experiment.conditions().iter().enumerate();
    let mut periods: Vec<(usize, f64)> = conditions
        .filter_map(|(index, condition)| {
            let mut parameters = condition.parameters.iter();
            parameters
                .find(|one| one.name == "period")
                .map(|period| (index, period.value))
        })
        .collect();
    periods.sort_by(|a, b| a.1.total_cmp(&b.1));
    let third = periods.len() / 3;
    let indices = |part: &[(usize, f64)]| part.iter().map(|(index, _)| *index).collect();
    (
        indices(&periods[..third]),
        indices(&periods[periods.len() - third..]),
    )
}
