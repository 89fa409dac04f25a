//! From attributions to the smallest circuit that explains a response, and whether it does.
//!
//! 1. [`Sweep`]: the responses to an experiment's stimuli as sums of few terms, after checking that
//!    the stimuli allow it;
//! 2. [`candidate`]: channels whose kernels match become one cell type;
//! 3. [`effective`]: the fewest channels and types whose effective weights make up the response;
//! 4. [`fit`] and [`circuit`]: the fewest rectified pathways with fixed signed weights, as a value
//!    that is drawn, told in words, written, and answers movies;
//! 5. [`causal`], [`held_out`], [`control`], [`hypothesis`]: whether to believe it.
//!
//! [`Reducer::run`] does all of it. After Tanaka et al., NeurIPS 2019; what is ours is marked so
//! where it is documented.

mod acceptance;
mod assemble;
pub mod candidate;
pub mod cascade;
pub mod causal;
mod causal_misfit;
mod cell_type;
mod channel;
pub mod circuit;
mod comparison;
mod config;
pub mod control;
mod description;
pub mod effective;
mod error;
pub mod explanation;
pub mod fit;
mod fitted_form;
pub mod held_out;
pub mod hypothesis;
mod identified_candidate;
pub mod identify;
pub mod lesion;
mod number;
pub mod planting;
pub mod price;
pub mod probe;
mod problem;
mod random_lesions;
pub mod recovery;
mod reduce;
mod scoreboard;
pub mod selection;
mod silenced;
mod subject;
pub mod summary;
mod sweep;

pub use acceptance::Acceptance;
pub use causal_misfit::{CausalMisfit, LEAST_CAUSAL};
pub use cell_type::{CellType, cell_types, similarity};
pub use channel::ChannelAttribution;
pub use circuit::{Circuit, CircuitResponder, Pathway};
pub use comparison::{Agreement, Comparison};
pub use config::ReductionConfig;
pub use error::Error;
pub use explanation::Explanation;
pub use fitted_form::Search;
pub use ganglion_numerics::{Gram, correlation};
pub use random_lesions::RandomLesions;
pub use reduce::{CellReduction, Progress, Reducer, Reduction, Unexplained};
pub use scoreboard::Scoreboard;
pub use subject::Subject;
pub use summary::{CellSummary, Details, PathwaySummary, Summary};
pub use sweep::{CellSweep, Invariance, Sweep};
