//! Coupled generalised linear models of spikes.

mod config;
mod expansion;
mod module;
mod state;

pub use config::Glm;
pub use module::CoupledGlm;
