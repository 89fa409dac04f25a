//! The batch-normalised network of Tanaka et al. 2019 and Maheswaranathan et al. 2023.

mod config;
mod module;

pub use config::BnCnn;
