//! The parts of a simulated retina, as they are written into the truth.

mod check;
mod class;
mod description;
mod ganglion_cell;
mod interneuron;
mod loops;
mod output;
mod pathway;
mod problem;
mod sign;

pub use crate::kernel::{HighPass, Kinetics, Photoreceptor};
pub use class::{Class, Planted};
pub use description::Circuit;
pub use ganglion_cell::{GanglionCell, Position};
pub use interneuron::{Interneuron, InterneuronKind, ReceptiveField};
pub use output::Output;
pub use pathway::Pathway;
pub use problem::Problem;
pub use sign::{Polarity, Sign};

pub(crate) use check::unknown;
pub(crate) use loops::loop_gain;
pub(crate) use problem::{finite, not_negative, positive};
