//! A simulated retina whose circuit is known, and the recordings it makes.
//!
//! - [`Circuit`] is the truth: types of interneuron, the pathways of each ganglion cell, and what
//!   was planted in each class. A [`PlantedFamily`] is a circuit whose numbers are ranges, a
//!   [`RandomTopology`] draws the wiring as well; either is a [`Family`], which makes one [`Retina`] a seed.
//! - [`mechanism`] has what real retinas do beyond a filter and a threshold, and [`Silencing`] takes parts
//!   out.
//! - [`Retina`] answers movies, as a [`Responder`](ganglion_experiment::Responder) or as a stream.
//! - [`movie`] has natural movies, white noise, flicker and noise of bars; [`Variability`] turns rates
//!   into spikes.
//! - [`session::simulate`] writes recordings in the session layout, with the truth beside them.

pub mod circuit;
mod error;
pub mod family;
mod kernel;
pub mod mechanism;
pub mod movie;
mod random;
mod retina;
pub mod session;
mod spikes;
mod widest_vectors;

pub use circuit::{
    Circuit, Class, GanglionCell, HighPass, Interneuron, InterneuronKind, Kinetics, Output,
    Pathway, Photoreceptor, Planted, Polarity, Position, ReceptiveField, Sign,
};
pub use error::Error;
pub use family::{Family, Mechanisms, Number, PlantedFamily, RandomTopology};
pub use retina::{FiniteRetina, PathwayDrives, Retina, RetinaStream, Silencing};
pub use session::SimulationConfig;
pub use spikes::{Variability, fano_factor};
