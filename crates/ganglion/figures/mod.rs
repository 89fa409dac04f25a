//! From results to figures: which numbers go where.

mod cell_scores;
mod experiment;
mod filters;
mod learning_curve;
mod psth;

pub use cell_scores::cell_scores;
pub use experiment::experiment;
pub use filters::filters;
pub use learning_curve::learning_curve;
pub use psth::psth;
