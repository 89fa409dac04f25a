//! From results to figures: which numbers go where.

pub mod attribution;
mod cell_scores;
mod comparison;
mod couplings;
mod experiment;
mod families;
mod filters;
mod interneurons;
mod learning_curve;
mod psth;
mod rasters;
mod receptive_fields;
mod reduction;
mod spike_filters;
mod variability;

pub use cell_scores::cell_scores;
pub use comparison::comparison;
pub use couplings::couplings;
pub use experiment::experiment;
pub use families::families;
pub use filters::filters;
pub use interneurons::interneurons;
pub use learning_curve::learning_curve;
pub use psth::psth;
pub use rasters::rasters;
pub use receptive_fields::receptive_fields;
pub use reduction::{
    attribution_sweep, circuit_schematic, circuit_traces, explained_schematic, fidelity,
};
pub use spike_filters::spike_filters;
pub use variability::variability;
