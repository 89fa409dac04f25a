//! Circuits of rectified pathways, fitted to responses.
//!
//! ```text
//! r(t) = gain * log(1 + exp(bias + sum over pathways of w * (D(t) - D_rest))),
//! D(t) = sum over positions of p * release(m(t))
//! ```
//!
//! with `m` the pathway's drive, `release` its [`Rectifier`](crate::circuit::Rectifier), `D_rest` what
//! it releases at rest, `w` its signed weight and `p` a Gaussian pool over positions of sum 1.
//! Full-field stimuli have one position. This is form 2 of the reduced model, the circuit that a
//! physiologist can draw; the authors' one explicit circuit (omitted stimulus response, three channels)
//! has this form with hand-set thresholds. Ours may be negative, unless `tonic` is off: a pathway that
//! is active at rest can also be taken away (disinhibition). Ours are also spread over the members of a
//! pathway: with one threshold for all, the peak of a response cannot move gradually with contrast.
//!
//! A circuit says what silencing does as well: with a pathway silenced, its term is 0. [`FitTargets`] are
//! the network's rates, intact and with each candidate's channels silenced, and both count.
//! [`Fitter::search`] fits every choice of candidates and signs.

pub(crate) mod assemble;
pub mod causal_misfit;
pub mod fitted_form;
mod fitter;
#[cfg(test)]
pub(crate) mod fixture;
mod forward;
mod parameters;
pub mod price;
pub(crate) mod problem;
mod screening;
mod search;
pub mod selection;
mod structure;
mod targets;

pub use fitter::{Fit, Fitter, Input};
pub use forward::Drive;
pub use parameters::{Parameters, PathwayParameters};
pub use search::EXHAUSTIVE;
pub use structure::{Structure, choices};
pub use targets::{FitTargets, Rows};
