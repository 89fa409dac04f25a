//! A simulated retina whose circuit is known, and the recordings it makes.

pub mod circuit;
mod error;
mod family;
mod kernel;
mod retina;

pub use circuit::{
    Circuit, Class, GanglionCell, HighPass, Interneuron, InterneuronKind, Kinetics, Output,
    Pathway, Photoreceptor, Planted, PlantedPhenomenon, Polarity, Position, ReceptiveField, Sign,
};
pub use error::Error;
pub use family::{Family, Number};
pub use retina::{PathwayDrives, Retina, RetinaStream};
