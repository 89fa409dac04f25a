//! From recordings of retinal ganglion cells to the circuits behind their responses.
//!
//! This crate is the whole of ganglion as a library. The [stages] are typed: each is a value that holds
//! its settings, runs with a [`Runner`], leaves files where it is told to, and returns what it found. A
//! [`Pipeline`] is a row of them with one [report]. The program of the same name reads the same settings
//! from its command line.
//!
//! # Example
//!
//! A simulated retina, a network trained on it, a phenomenon, and the circuit behind it:
//!
//! ```no_run
#![doc = include_str!("../examples/pipeline.rs")]
//! ```
//!
//! # Crates
//!
//! The library is made of crates that can be used alone; they are all found here under their short names.
//!
//! | module | crate | holds |
//! |---|---|---|
//! | [`recording`] | `ganglion-recording` | recordings: read, check, write, split, normalise |
//! | [`simulation`] | `ganglion-simulation` | a retina whose circuit is known |
//! | [`experiment`] | `ganglion-experiment` | stimuli and phenomena |
//! | [`model`] | `ganglion-model` | networks, training, evaluation |
//! | [`exchange`] | `ganglion-exchange` | weights of other programs, read and written |
//! | [`attribution`] | `ganglion-attribution` | what hidden units add to responses |
//! | [`reduction`] | `ganglion-reduction` | circuits, and whether to believe them |
//! | [`reverse_correlation`] | `ganglion-reverse-correlation` | receptive fields of recorded cells |
//! | [`plot`] | `ganglion-plot` | figures from plain arrays |
//!
//! # Errors
//!
//! Everything fails with an [`Error`] that says what is wrong, in which file or key, and what to do.
//! Warnings, such as stimuli brighter than any that a network has seen, are told through `tracing`.

pub mod agreement;
mod error;
pub mod figures;
mod location;
pub mod notes;
pub mod nwb;
pub mod outputs;
pub mod pipeline;
mod predictions;
mod program;
pub mod progress;
pub mod report;
pub mod results;
mod runner;
pub mod scores;
pub mod stages;
mod stimulus;
mod stimulus_file;
mod subject;
mod table;
pub mod text;
mod trained;
pub mod truth;

pub use ganglion_attribution as attribution;
pub use ganglion_exchange as exchange;
pub use ganglion_experiment as experiment;
pub use ganglion_model as model;
pub use ganglion_plot as plot;
pub use ganglion_recording as recording;
pub use ganglion_reduction as reduction;
pub use ganglion_reverse_correlation as reverse_correlation;
pub use ganglion_simulation as simulation;

pub use error::{Context, Error, Result};
pub use pipeline::{Pipeline, PipelineConfig};
pub use program::{PROGRAM, VERSION, revision};
pub use runner::Runner;
pub use subject::Subject;
pub use text::from_toml;
