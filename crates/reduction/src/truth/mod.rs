//! Circuits and verdicts beside the simulated retina that the network was trained on.

pub mod equivalence;
pub mod matching;
pub mod planting;
mod reduction;
pub mod scoreboard;
