//! Motion reversal: ON and OFF reverse along space, and inhibition fixes the latency.

use crate::hypothesis::{Claim, DISPUTE, Evidence, Hypothesis, Observation, POSTER};
use crate::silencing::lesion::Target;

/// The two claims and their tests.
pub(super) fn claims(evidence: &Evidence<'_>) -> Vec<Hypothesis> {
    let both = [Target::On, Target::Off].map(|target| evidence.changed_by(target));
    let reversed = Claim {
        says: "The burst after a reversal comes from ON and OFF attributions that are reversed along \
             space.",
        source: POSTER,
        refuted_if: "attributions of ON and OFF channels after the reversal do not oppose one another over \
             columns, or the burst is unchanged when either is silenced",
        dispute: None,
    };
    let inhibition = Claim {
        says: "Inhibition fixes the latency of the burst.",
        source: POSTER,
        refuted_if: "the burst is unchanged when inhibitory pathways are silenced",
        dispute: Some(DISPUTE),
    };
    vec![
        reversed.tested(opposed(evidence).into_iter().chain(both).collect()),
        inhibition.tested(vec![evidence.changed_by(Target::Inhibition)]),
    ]
}

/// Whether attributions of ON and of OFF channels are anticorrelated over columns in the time of the
/// burst; nothing of a retina, which has no attributions.
fn opposed(evidence: &Evidence<'_>) -> Option<Observation> {
    evidence.network.as_ref()?;
    Some(Observation {
        holds: evidence.opposed.map(|r| r < 0.0),
        told: match evidence.opposed {
            Some(r) => format!(
                "attributions of ON and of OFF channels, summed over the time of the burst, correlate \
                 over columns with r = {r:.2}"
            ),
            None => "attributions of one polarity are 0, or the stimulus does not vary along space"
                .to_owned(),
        },
    })
}
