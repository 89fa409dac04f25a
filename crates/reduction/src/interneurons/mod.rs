//! Hidden units of a network beside the potentials of interneurons that it was never told of.
//!
//! After Maheswaranathan et al. 2023, *Neuron* 111:2742 (recalled): the potential of an interneuron is
//! correlated with every unit of the network's hidden layers, all channels at all places, and the best one
//! is kept. With thousands of units the best is high by chance, so that it is chosen on one half of the
//! time and judged on the other ([`best_unit`]), beside networks that know nothing of the circuit and
//! beside a linear-nonlinear model of the interneuron itself ([`LnModel`]). Means over networks and
//! recordings have intervals that know what belongs together ([`Measure::over`]).

pub mod best_unit;
pub mod correlations;
mod ln_model;

pub use best_unit::{BestUnit, Search};
pub use correlations::{Correlations, MeanOf, Measure};
pub use ln_model::{LnModel, PixelMajorMovie};
