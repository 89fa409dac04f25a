//! Classical stimuli shown to toy cells whose answers are known.

mod receptive_field;
mod toy;
