//! Circuits of rectified pathways whose kernels are fitted too.
//!
//! ```text
//! r(t) = gain * log(1 + exp(bias + sum over pathways of +-max(k * s(t) - theta, 0)))
//! ```
//!
//! with `s` a full-field stimulus, `k` a pathway's temporal kernel in a basis of few functions, its
//! weight absorbed, and `theta` its threshold. Every pathway excites or inhibits; whether it is ON or
//! OFF follows from its kernel. A slow OFF excitation and a tonic ON inhibition that darkness takes
//! away differ only where one of them is silent: both are tried as starts, and the error decides.
//! After the nonlinear input model of McFarland, Cui & Butts 2013 (recalled); that the network is
//! what is fitted, so that there is no noise and as much data as needed, is ours.

mod basis;
mod descent;
mod model;
mod prune;
mod rectifier;
mod search;
mod starts;

pub use model::{Cascade, CascadePathway, Data};
pub use prune::{shares, simplest};
pub use search::{CascadeFit, SearchOptions, search};
