//! Networks of the retina.
mod activation;
mod backend;
pub mod device;
pub mod error;
mod initialisation;
pub mod layer;
pub mod loss;
pub mod network;
pub mod spectral;
pub mod unit_statistics;
pub mod weights;

pub use activation::Activation;
pub use error::Error;
