//! First-order low-passes, one step a bin.

use ganglion_recording::Milliseconds;

/// Share of a value that is left of it after a bin.
pub(crate) fn kept(time_constant: Milliseconds, bin: Milliseconds) -> f32 {
    (-bin.0 / time_constant.0).exp() as f32
}

/// `state = kept * state + (1 - kept) * input`, for each of many.
pub(crate) fn low_pass(kept: f32, inputs: &[f32], states: &mut [f32]) {
    for (state, input) in states.iter_mut().zip(inputs) {
        *state = kept * *state + (1.0 - kept) * input;
    }
}
