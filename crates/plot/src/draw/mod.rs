//! The drawing vocabulary: points, colours, text and marks, independent of any file format.

mod area;
mod color;
mod color_map;
mod dash;
pub(crate) mod font;
mod mark;
pub mod palette;
mod scene;
mod thinning;

pub use area::{Area, Point};
pub use color::Color;
pub use color_map::ColorMap;
pub(crate) use dash::dashed;
pub use font::Weight;
pub use mark::{Mark, Text};
pub use scene::Scene;
pub(crate) use thinning::thinned;

/// Size of axis labels and panel titles, in points.
pub(crate) const LABEL_SIZE: f64 = 8.0;
/// Size of tick labels and legends, in points.
pub(crate) const TICK_SIZE: f64 = 7.0;
/// Width of spines and ticks, in points.
pub(crate) const SPINE_WIDTH: f64 = 0.6;
/// Width of a data line, in points.
pub(crate) const LINE_WIDTH: f64 = 1.1;
