//! The nonlinear input model of McFarland, Cui & Butts 2013.

mod config;
mod module;

pub use config::NonlinearInput;
