//! Networks of the retina: layers, training on recordings, evaluation, models on disk.
//!
//! A movie stays a movie: networks take contiguous segments, time fastest in memory, and share the
//! work between the overlapping windows that neighbouring responses see. The main types:
//!
//! - [`network::ModelConfig`] says what a network is made of, [`network::Network`] is one;
//! - [`training::RunConfig`] says how it is trained, [`training::train`] does it;
//! - [`model::Model`] is a trained network on disk, with everything needed to use it;
//! - [`hub`] finds models by name, in folders of this machine;
//! - [`responder::ModelResponder`] answers the movies of experiments with it;
//! - [`evaluation::evaluate`] judges it against a recording and the recording's own noise;
//! - [`agreement`] tells whether two movies mean the same by a frame, a pixel and light.
//!
//! The crate `ganglion-exchange` makes models of other programs' weights, and writes them for other
//! programs.
//!
//! [`spectral`] and [`unit_statistics`] hold the arithmetic that makes it fast, on plain memory.

mod activation;
pub mod agreement;
mod backend;
mod backend_kind;
pub mod device;
pub mod error;
pub mod evaluation;
pub mod filters;
pub mod free_running;
pub mod hidden_units;
pub mod hub;
mod initialisation;
mod input_gradient;
mod interval;
pub mod layer;
mod limits;
pub mod loss;
pub mod memory;
pub mod metrics;
pub mod model;
pub mod network;
mod prediction;
pub mod responder;
pub mod score_record;
mod source;
pub mod spectral;
mod spike_recording;
mod summation;
pub mod targets;
pub mod training;
pub mod training_set;
mod trials;
pub mod unit_statistics;
pub mod weights;

pub use activation::Activation;
pub use error::Error;
