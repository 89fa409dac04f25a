//! Means, lines and ranks: what measures of phenomena are made of.
//!
//! They are those of `ganglion-numerics`.

pub use ganglion_numerics::{
    LineFit, mean, mean_and_error, ordered_pairs, rank_correlation, standard_deviation,
};
