//! Motion anticipation: ON, OFF and inhibition are all necessary.

use crate::hypothesis::{Claim, DISPUTE, Evidence, Hypothesis, POSTER};
use crate::silencing::lesion::Target;

/// The claim and its test.
pub(super) fn claim(evidence: &Evidence<'_>) -> Hypothesis {
    let claim = Claim {
        says: "Motion anticipation needs ON and OFF pathways and an inhibitory one.",
        source: POSTER,
        refuted_if: "anticipation is present, and not surely another, when one of them is silenced",
        dispute: Some(DISPUTE),
    };
    claim.tested(Target::ALL.map(|target| evidence.necessary(target)).into())
}
