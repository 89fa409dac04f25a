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

mod answers;
mod condition;
mod config;
mod contrast_adaptation;
mod contrast_gain;
mod contrast_step;
mod course;
mod crossing;
mod error;
mod estimate;
mod flicker;
mod frequency_doubling;
mod histories;
mod latency;
mod moment;
mod motion_anticipation;
mod motion_reversal;
mod movie;
mod object_motion;
mod omitted_stimulus;
mod outcome;
mod phenomenon;
mod places;
mod polarity_reversal;
mod prepared;
mod protocol;
pub mod receptive_field;
mod responder;
mod response_family;
mod screen;
mod selected;
pub mod statistics;
mod step_response;
pub mod stimulus;
mod units;
mod warning;

pub use condition::{Condition, Parameter, Role};
pub use config::ExperimentConfig;
pub use contrast_adaptation::{AdaptationCriteria, ContrastAdaptation};
pub use contrast_gain::{ContrastGain, GainCriteria};
pub use course::{Course, Crest, Peak};
pub use error::Error;
pub use estimate::{Estimate, Presence};
pub use frequency_doubling::{DoublingCriteria, FrequencyDoubling};
pub use histories::{Histories, Run};
pub use latency::{Latency, LatencyCriteria};
pub use moment::Moment;
pub use motion_anticipation::{AnticipationCriteria, MotionAnticipation};
pub use motion_reversal::{MotionReversal, ReversalCriteria};
pub use movie::StimulusMovie;
pub use object_motion::{ObjectCriteria, ObjectMotion};
pub use omitted_stimulus::{OmissionCriteria, OmittedStimulus};
pub use outcome::{CellOutcome, Curve, Map, Metrics, Outcome, PopulationMetric, Quantity};
pub use phenomenon::Phenomenon;
pub use polarity_reversal::{PolarityReversal, ReversedCriteria};
pub use prepared::PreparedExperiment;
pub use responder::{FiniteMemory, Rates, Responder, ResponderError};
pub use response_family::ResponseFamily;
pub use screen::Screen;
pub use selected::Selected;
pub use step_response::StepResponse;
pub use stimulus::Stimulus;
pub use units::{Contrast, Hertz, MicronsPerSecond};
pub use warning::Warning;
