//! The network of McIntosh et al. 2016.

mod config;
mod module;
mod state;

pub use config::NipsCnn;
