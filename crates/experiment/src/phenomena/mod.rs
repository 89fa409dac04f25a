//! The experiments there are: a folder each, named here.
//!
//! `docs/extending.md` tells what a folder holds.

mod contrast_adaptation;
mod contrast_gain;
mod frequency_doubling;
mod latency;
mod motion_anticipation;
mod motion_reversal;
mod object_motion;
mod omitted_stimulus;
mod polarity_reversal;
mod receptive_field;
mod step_response;

crate::registry::experiments! {
    // Predictions of the retina that circuits are to explain: Tanaka et al., NeurIPS 2019.
    phenomena {
        /// A response to the flash that is missing at the end of a train, at a constant delay after
        /// it was due. Schwartz et al. 2007.
        omitted_stimulus::OmittedStimulus,
        /// A response whose latency falls with contrast. Gollisch & Meister 2008.
        latency::Latency,
        /// A response to a moving bar that leads the bar. Berry et al. 1999.
        motion_anticipation::MotionAnticipation,
        /// A burst after a moving bar reverses, at a constant delay. Schwartz et al. 2007.
        motion_reversal::MotionReversal,
    }
    // Stimuli of physiology of which no circuit has been claimed.
    classical {
        /// Where, when and how cells look.
        receptive_field::ReceptiveField,
        /// Responses to steps of the whole screen.
        step_response::StepResponse,
        /// Responses after the contrast of flicker changes.
        contrast_adaptation::ContrastAdaptation,
        /// Filter and nonlinearity at several contrasts.
        contrast_gain::ContrastGain,
        /// Reversing gratings of several widths and phases.
        frequency_doubling::FrequencyDoubling,
        /// Objects that move with or against their background.
        object_motion::ObjectMotion,
        /// Polarity after a shift of the periphery.
        polarity_reversal::PolarityReversal,
    }
}
