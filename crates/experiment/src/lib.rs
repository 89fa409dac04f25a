//! In-silico physiology: stimuli in physical units, what is measured on the responses, and the
//! trait of anything that answers a movie with firing rates.
//!
//! - [`Screen`] is what a [`Responder`] sees: frame size, frame period, microns a pixel, history.
//! - [`StimulusMovie`] is a movie `[frame, y, x]` in units of the training stimulus' standard
//!   deviation, 0 being its mean (grey).
//! - [`Responder`] is anything that answers such movies: a trained network, a simulated retina, a
//!   reduced circuit.
//! - [`stimulus::Stimulus`] is a stimulus in milliseconds, microns and contrast, composed of layers;
//!   it is prepared for a screen and becomes a movie.
//! - [`receptive_field`] finds where, when and how a cell looks.
//! - [`ExperimentConfig`] is what to show for a phenomenon and by which rule to judge the answers;
//!   [`PreparedExperiment`] has its [`Condition`]s as movies and measures any [`Rates`], and its
//!   [`Outcome`] tells cell by cell what was found.
//! - [`Protocol`] is what every experiment implements, those of other crates too.

mod answers;
mod condition;
mod contrast_step;
mod course;
mod crossing;
mod ensemble;
mod error;
mod estimate;
pub mod figure;
mod flicker;
mod histories;
mod metric;
mod moment;
mod movie;
mod outcome;
mod phenomena;
mod phenomenon;
mod places;
mod prepared;
mod protocol;
pub mod receptive_field;
mod registry;
mod responder;
mod response_family;
mod screen;
mod selected;
pub mod statistics;
pub mod stimulus;
mod units;
mod warning;

pub use answers::Answers;
pub use condition::{Condition, Draft, Parameter, Role};
pub use course::{Course, Crest, RatePeak};
pub use ensemble::Ensemble;
pub use error::Error;
pub use estimate::{Estimate, Presence};
pub use figure::NamedFigure;
pub use histories::{Histories, Run};
pub use metric::Metric;
pub use moment::{Moment, MomentTimes};
pub use movie::StimulusMovie;
pub use outcome::{
    CONTRAST, CellOutcome, Curve, Map, Metrics, Outcome, PopulationMetric, Quantity, RATE,
};
pub use phenomena::*;
pub use prepared::PreparedExperiment;
pub use protocol::{Presets, Protocol};
pub use responder::{FiniteMemory, Rates, Responder, ResponderError};
pub use response_family::{FamilyMember, FamilyOutline, ResponseFamily, full_field};
pub use screen::Screen;
pub use selected::Selected;
pub use stimulus::Stimulus;
pub use units::{Contrast, Hertz, MicronsPerSecond};
pub use warning::Warning;
