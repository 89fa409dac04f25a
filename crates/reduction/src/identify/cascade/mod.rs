//! Circuits of rectified pathways whose kernels are fitted too.
//!
//! ```text
//! r(t)   = gain * log(1 + exp(bias + sum over pathways of +-D(t)))
//! D(t)   = sum over regions g of w_g * rectify(k * s_g(t) + l * s_others(t) - theta)
//! ```
//!
//! with `s_g` the stimulus of a region, such as one of two sets of stripes, `k` and `l` a pathway's
//! temporal kernels for its units' own region and for the others, in a basis of few functions, its
//! weight absorbed, `w_g` the weight of the units of a region, and `theta` its threshold, at which
//! the corner of `rectify` may be rounded. Every pathway excites or inhibits; whether it is ON or OFF
//! follows from `k`.
//!
//! Synapses of excitatory pathways may [depress](FittedDepression): a second search of its own.
//!
//! A slow OFF excitation and a tonic ON inhibition that darkness takes away differ only where one of
//! them is silent, and `max(b, 0) = b + max(-b, 0)` lets two pathways exchange what they do: such
//! circuits are tried as starts for each other, and the error decides, or else how many are active at
//! rest. After the nonlinear input model of McFarland, Cui & Butts 2013 (recalled); that the network
//! is what is fitted, so that there is no noise and as much data as needed, and the stripes, are
//! ours.

mod basis;
mod data;
mod depression;
mod descent;
#[cfg(test)]
mod fixture;
mod full_field;
mod model;
mod own_spikes;
mod prune;
mod search;
mod starts;

pub use data::Data;
pub use depression::{FittedDepression, Synapses};
pub use model::{Cascade, CascadePathway};
pub use own_spikes::{AnsweredStretch, Joint, OwnSpikes};
pub use prune::{shares, without_small};
pub use search::{CascadeFit, SearchOptions, search};
