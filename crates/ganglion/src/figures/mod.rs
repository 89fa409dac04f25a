//! From results to figures: which numbers go where.

pub mod attribution;
mod cell_scores;
mod comparison;
mod experiment;
mod filters;
mod interneurons;
mod learning_curve;
mod psth;
mod receptive_fields;
mod reduction;

pub use cell_scores::cell_scores;
pub use comparison::comparison;
pub use experiment::experiment;
pub use filters::filters;
pub use interneurons::interneurons;
pub use learning_curve::learning_curve;
pub use psth::psth;
pub use receptive_fields::receptive_fields;
pub use reduction::{
    attribution_sweep, circuit_schematic, circuit_traces, explained_schematic, fidelity,
};
