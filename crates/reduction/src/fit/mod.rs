//! Circuits of fixed rectified pathways, fitted to responses.
//!
//! ```text
//! r(t) = gain * log(1 + exp(bias + sum over pathways of w * D(t))),
//! D(t) = sum over positions of p * release(m(t))
//! ```
//!
//! with `m` the pathway's drive, `release` its [`Rectifier`](crate::circuit::Rectifier), `w` its
//! signed weight and `p` a Gaussian pool over positions of sum 1. Full-field stimuli have one position. This is form 2 of the
//! reduced model, the circuit that a physiologist can draw; the authors' one explicit circuit
//! (omitted stimulus response, three channels) has this form with hand-set thresholds. Ours may be
//! negative, unless `tonic` is off: a pathway that is active at rest can also be taken away
//! (disinhibition). Ours are also spread over the members of a pathway: with one threshold for all,
//! the peak of a response cannot move gradually with contrast.

mod beam;
mod fitting;
mod forward;
mod linear;
mod parameters;
mod selection;

pub use beam::beam;
pub use fitting::{Fit, FitOptions, Fitter};
pub use forward::{Drive, Samples};
pub(crate) use forward::{logistic, softplus};
pub(crate) use linear::solve_damped;
pub use parameters::{Parameters, PathwayParameters};
pub use selection::{FitCurve, FitStep, select};
