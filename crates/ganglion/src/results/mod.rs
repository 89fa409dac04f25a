//! What stages leave, as types that are written and read.
//!
//! Every `summary.json` and `evaluation.json` is one of these types, which the
//! [report](crate::report) and other programs read again. Arrays are in HDF5 files beside them, tables in
//! CSV files.

mod attribution;
pub(crate) mod circuit_tables;
mod comparison;
mod evaluation;
mod experiment;
mod files;
mod identification;
mod interneurons;
mod number;
mod phenomena;
mod receptive_fields;
mod recovery;
mod reduction;

pub use attribution::{
    AttributionCell, AttributionChannel, AttributionQuality, AttributionSummary, Attributions,
};
pub use comparison::ComparisonSummary;
pub use evaluation::EvaluationSummary;
pub use experiment::{ExperimentSummary, Experiments};
pub use files::{json, read, read_summary, write_json, write_text};
pub use ganglion_reduction::Summary as ReductionSummary;
pub use ganglion_reduction::score::ScoreSummary;
pub use ganglion_simulation::session::Outcome as SimulationSummary;
pub use identification::{IdentificationSummary, IdentifiedCell, IdentifiedPathway};
pub use interneurons::{ComparedInterneuron, InterneuronSummary, MeanCorrelation};
pub use phenomena::{PhenomenonScore, ShownPhenomenon};
pub use receptive_fields::{CellLeftOut, CellReceptiveField, FieldPolarity, ReceptiveFieldSummary};
pub use recovery::{RecoveredNetwork, RecoveredRetina, RecoverySummary};
pub use reduction::Reductions;
