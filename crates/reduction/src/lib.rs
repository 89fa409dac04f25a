//! From attributions to the smallest circuit that explains a response, and whether it does.
//!
//! 1. [`Sweep`]: the responses to an experiment's stimuli as sums of few terms, after checking that
//!    the stimuli allow it;
//! 2. [`candidates`]: channels whose kernels match become one cell type;
//! 3. [`effective`]: the fewest channels and types whose effective weights make up the response;
//! 4. [`fit`] and [`circuit`]: the fewest rectified pathways with fixed signed weights, as a value
//!    that is drawn, told in words, written, and answers movies;
//! 5. [`silencing`], [`trust`], [`hypothesis`]: whether to believe it;
//! 6. [`identify`]: the circuit of a cell without a phenomenon, from its answers to a probe;
//! 7. [`next_experiment`]: the stimulus that would tell apart what the circuit may be;
//! 8. [`prediction`] and [`standing`]: whether anything may be stated of the cell, and of which pathway what;
//! 9. [`truth`] and [`score`]: circuits beside those of a simulated retina, and scores with errors;
//! 10. [`interneurons`]: hidden units beside recorded potentials.
//!
//! [`Reducer::run`] does all of it. After Tanaka et al., NeurIPS 2019; what is ours is marked so
//! where it is documented.

pub mod candidates;
mod channel;
pub mod circuit;
mod config;
mod description;
pub mod effective;
pub mod ensemble;
mod error;
pub mod explanation;
pub mod fit;
pub mod hypothesis;
pub mod identify;
pub mod interneurons;
pub mod judge;
pub mod known;
pub mod network_agreement;
mod network_error;
pub mod next_experiment;
mod number;
pub mod pathway_use;
pub mod prediction;
mod reduce;
pub mod score;
pub mod silencing;
pub mod standing;
mod stated;
mod subject;
pub mod summary;
mod sweep;
pub mod trust;
pub mod truth;

pub use candidates::cell_type::{CellType, cell_types, similarity};
pub use channel::ChannelAttribution;
pub use circuit::{Circuit, CircuitResponder, Pathway};
pub use config::ReductionConfig;
pub use error::Error;
pub use explanation::Explanation;
pub use fit::causal_misfit::{CausalMisfit, LEAST_CAUSAL};
pub use fit::fitted_form::Search;
pub use ganglion_numerics::{Gram, correlation};
pub use reduce::{CellReduction, Reducer, Reduction, ReductionProgress, Told, Unexplained};
pub use silencing::random::RandomLesions;
pub use subject::Subject;
pub use summary::{CellSummary, Details, PathwaySummary, Summary};
pub use sweep::{CellSweep, Invariance, Sweep};
pub use trust::acceptance::Acceptance;
pub use trust::comparison::{Agreement, Comparison};
pub use truth::scoreboard::Scoreboard;
