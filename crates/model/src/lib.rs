//! Networks of the retina.
mod activation;
mod backend;
mod initialisation;
pub mod layer;
pub mod spectral;
pub mod unit_statistics;

pub use activation::Activation;
