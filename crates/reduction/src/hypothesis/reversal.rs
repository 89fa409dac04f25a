//! Motion reversal: ON and OFF reverse along space, and inhibition fixes the latency.

use ganglion_attribution::Polarity;

use super::{DISPUTE, Hypothesis, Knowledge, Observation};
use crate::correlation::correlation;
use crate::lesion::{INHIBITORY, OFF, ON};
use crate::sweep::Invariance;

/// The two claims and their tests.
pub(super) fn claims(known: &Knowledge<'_>) -> Vec<Hypothesis> {
    vec![
        Hypothesis::from(
            [
                "The burst after a reversal comes from ON and OFF attributions that are reversed \
                 along space.",
                "attributions of ON and OFF channels do not oppose one another over columns, or the \
                 burst is unchanged when either is silenced",
            ],
            None,
            vec![opposed(known), known.necessary(ON), known.necessary(OFF)],
        ),
        Hypothesis::from(
            [
                "Inhibition fixes the latency of the burst.",
                "the burst is unchanged when inhibitory channels are silenced",
            ],
            Some(DISPUTE),
            vec![known.necessary(INHIBITORY)],
        ),
    ]
}

/// Whether attributions of ON and of OFF channels are anticorrelated over columns.
fn opposed(known: &Knowledge<'_>) -> Observation {
    if known.sweep.invariance != Invariance::AlongY {
        return Observation {
            holds: None,
            told: "the stimulus does not vary along space".to_owned(),
        };
    }
    let (on, off) = (profile(known, Polarity::On), profile(known, Polarity::Off));
    let found = correlation(&on, &off);
    Observation {
        holds: found.map(|r| r < 0.0),
        told: match found {
            Some(r) => format!(
                "attributions of ON and of OFF channels, summed over time, correlate over columns \
                 with r = {r:.2}"
            ),
            None => "one of the two polarities has no attribution".to_owned(),
        },
    }
}

/// Attribution of a polarity's channels summed over samples, `[column]`.
fn profile(known: &Knowledge<'_>, polarity: Polarity) -> Vec<f64> {
    let columns = known.sweep.columns();
    let mut sums = vec![0.0; columns];
    let chosen = known
        .candidates
        .iter()
        .filter(|candidate| candidate.polarity == polarity);
    for channel in chosen.flat_map(|candidate| candidate.channels.iter()) {
        let terms = &known.data.terms[channel * columns..][..columns];
        for (sum, term) in sums.iter_mut().zip(terms) {
            *sum += term.iter().sum::<f64>();
        }
    }
    sums
}
