//! The network of McIntosh et al. 2016.

mod config;
mod module;

pub use config::NipsCnn;
