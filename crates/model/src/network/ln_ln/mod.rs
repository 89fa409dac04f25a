//! Subunit models: a linear-nonlinear stage of subunits, and another of the cell.

mod config;
mod module;

pub use config::LnLn;
