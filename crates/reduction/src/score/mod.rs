//! Predicted circuits beside the truth of simulated retinas, as scores with errors.
//!
//! A prediction is right in what an experiment could show: which pathways there are, of which polarity
//! and sign ([`Planting`](crate::truth::planting::Planting) pairs them by kernel), what silencing a part
//! does ([`change`]), how sure it is ([`calibration`]), and whether it says so where no circuit of its
//! class fits ([`roc`]). Scores are defined once, in [`DEFINITIONS`](definitions::DEFINITIONS), and their intervals
//! come from a [bootstrap](ganglion_numerics::cluster_bootstrap) over whole retinas: cells of one retina share
//! its wiring, its movie and its network, so that they are not independent; retinas are.

pub mod calibration;
pub mod change;
pub mod definitions;
#[cfg(test)]
mod laws;
pub mod retina;
pub mod roc;
mod summary;

pub use retina::{Misfit, OwnMisfit, RetinaScore};
pub use summary::{GroupScore, Score, ScoreSummary};
