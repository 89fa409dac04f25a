//! The linear-nonlinear baseline.

mod config;
mod module;
mod state;

pub use config::Ln;
pub use module::LinearNonlinear;
