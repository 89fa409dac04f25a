//! Motion anticipation: ON, OFF and inhibition are all necessary.

use super::{DISPUTE, Hypothesis, Knowledge};
use crate::lesion::{INHIBITORY, OFF, ON};

/// The claim and its test.
pub(super) fn claim(known: &Knowledge<'_>) -> Hypothesis {
    Hypothesis::from(
        [
            "Motion anticipation needs ON and OFF pathways and an inhibitory one.",
            "anticipation is unchanged when one of them is silenced in the full network",
        ],
        Some(DISPUTE),
        vec![
            known.necessary(ON),
            known.necessary(OFF),
            known.necessary(INHIBITORY),
        ],
    )
}
