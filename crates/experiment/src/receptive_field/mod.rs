//! Receptive fields: where a cell looks, when, and what it prefers.
//!
//! A [`ReceptiveField`] is found by reverse correlation with white noise shown to anything that
//! answers movies ([`WhiteNoise`]), by reverse correlation with a recording ([`recorded`]), or, where
//! a responder knows its own gradients, as their mean or at a moment ([`InputGradient`]).
//! [`ReceptiveField::separated`] splits it into space and time, [`FieldProperties`] reads off what a
//! physiologist reports, and [`Nonlinearity`] is the second half of the LN cascade.
//!
//! All fields are `[frame, y, x]`, oldest frame first, in Hz per standard deviation of the training
//! stimulus.

mod correlation;
mod field;
mod gaussian;
mod gradient;
mod half_maximum;
mod kinetics;
mod nonlinearity;
mod polarity;
mod properties;
mod recorded;
mod separable;
mod significance;
mod white_noise;

pub use correlation::ReverseCorrelation;
pub use field::ReceptiveField;
pub use gaussian::Gaussian;
pub use gradient::{InputGradient, instantaneous, mean_gradient};
pub use half_maximum::half_maximum_area;
pub use kinetics::Kinetics;
pub use nonlinearity::Nonlinearity;
pub use polarity::Polarity;
pub use properties::FieldProperties;
pub use recorded::recorded;
pub use separable::Separable;
pub use significance::MapStatistic;
pub use white_noise::{CellField, WhiteNoise};
