//! Motion anticipation: ON, OFF and inhibition are all necessary.

use crate::hypothesis::{DISPUTE, Evidence, Hypothesis};
use crate::silencing::lesion::Target;

/// The claim and its test.
pub(super) fn claim(evidence: &Evidence<'_>) -> Hypothesis {
    Hypothesis::from(
        [
            "Motion anticipation needs ON and OFF pathways and an inhibitory one.",
            "anticipation is present, and not surely another, when one of them is silenced",
        ],
        Some(DISPUTE),
        Target::ALL.map(|target| evidence.necessary(target)).into(),
    )
}
