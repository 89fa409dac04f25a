//! Nonlinear inputs of each cell, summed with signs: what subunit models and nonlinear input models share.

mod layout;
mod module;
mod nonlinearity;
mod start;
mod state;

pub(super) use layout::{FilterSet, Input, Inputs};
pub use module::SummedInputs;
pub use nonlinearity::InputNonlinearity;
