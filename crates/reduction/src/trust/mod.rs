//! Whether a circuit is to be believed: judged by what it was not chosen by.

pub mod acceptance;
pub mod comparison;
pub mod held_out;
pub mod shuffled;
