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

mod error;
mod movie;
pub mod receptive_field;
mod responder;
mod screen;
pub mod stimulus;
mod units;
mod warning;

pub use error::Error;
pub use movie::StimulusMovie;
pub use responder::{Rates, Responder, ResponderError};
pub use screen::Screen;
pub use stimulus::Stimulus;
pub use units::{Contrast, Hertz, MicronsPerSecond};
pub use warning::Warning;
