//! Circuits and verdicts beside the simulated retina that the network was trained on.

pub mod planting;
pub mod recovery;
mod reduction;
pub mod scoreboard;
