//! Temporal kernels and spatial weights of the cascade, from their parameters.

mod chain;
mod error_function;
mod gaussian;
mod kinetics;

pub(crate) use gaussian::pixel_weights;
pub use kinetics::{HighPass, Kinetics, Photoreceptor};
