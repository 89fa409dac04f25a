//! What has been claimed of the circuits behind each phenomenon.

mod latency;
mod motion_anticipation;
mod motion_reversal;
mod omitted_stimulus;

use ganglion_experiment::Phenomenon;

use super::{Evidence, Hypothesis};

/// The claims about an experiment, tested.
///
/// A new phenomenon does not compile before it has a line here, be it one that says that nothing was
/// claimed of it.
pub(super) fn tested(evidence: &Evidence<'_>) -> Vec<Hypothesis> {
    match evidence.experiment.config().phenomenon() {
        Some(Phenomenon::OmittedStimulus) => omitted_stimulus::claims(evidence),
        Some(Phenomenon::Latency) => vec![latency::claim(evidence)],
        Some(Phenomenon::MotionAnticipation) => vec![motion_anticipation::claim(evidence)],
        Some(Phenomenon::MotionReversal) => motion_reversal::claims(evidence),
        // Of classical stimuli no circuit has been claimed: that is what their place in the list of
        // experiments says.
        None => Vec::new(),
    }
}
