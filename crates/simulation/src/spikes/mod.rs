//! From firing rates to spikes.

mod statistics;
mod train;

pub use statistics::fano_factor;
pub use train::Variability;
