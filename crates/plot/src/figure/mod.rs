//! Figures: pages of panels, saved together with their numbers.

mod anticipation;
mod attribution;
mod attribution_maps;
mod attribution_matrix;
mod attribution_sweep;
mod cell_scores;
mod circuit;
mod circuit_symbols;
mod filters;
mod grid;
mod latency;
mod learning_curve;
mod measured;
mod omitted_stimulus;
mod page;
mod psth;
mod rasters;
mod receptive_fields;
mod reversal;
mod traces;

pub use anticipation::{AnticipationFigure, MotionProfile};
pub use attribution::{AttributionFigure, ChannelTrace, Polarity};
pub use attribution_maps::{AttributionMap, AttributionMaps};
pub use attribution_matrix::AttributionMatrix;
pub use attribution_sweep::{AttributionSweep, SweptChannel, SweptCourse};
pub use cell_scores::CellScores;
pub use circuit::{Certainty, CircuitInput, CircuitSchematic, Interneuron};
pub use filters::{ChannelFilter, FilterFigure, MapEllipse, StaFigure};
pub use grid::PanelGrid;
pub use latency::LatencyFigure;
pub use learning_curve::LearningCurve;
pub use measured::Measured;
pub use omitted_stimulus::{FittedLine, OmittedStimulusFigure};
pub use psth::{PsthFigure, PsthPanel, Trace};
pub use rasters::{CellRasters, RasterFigure};
pub use receptive_fields::{CellPortrait, QuantityDistribution, ReceptiveFieldComparison};
pub use reversal::ReversalFigure;
pub use traces::{CellTraces, ResponseBars, TraceFigure};

use crate::{Error, Format, SavedFigure, Scene, Table, output};
use std::path::Path;

/// Width of a figure across one column of a page, in points (89 mm).
pub(crate) const COLUMN_WIDTH: f64 = 252.0;
/// Width of a figure across the whole page, in points (178 mm).
pub(crate) const PAGE_WIDTH: f64 = 504.0;

/// A figure: a picture and the numbers in it.
pub trait Figure {
    /// Draws the picture.
    ///
    /// # Errors
    ///
    /// If arrays that describe the same things differ in length, or a size is not positive.
    fn scene(&self) -> Result<Scene, Error>;

    /// The numbers in the picture.
    fn table(&self) -> Table;

    /// The picture as an SVG document, such as notebooks show.
    ///
    /// # Errors
    ///
    /// If the figure cannot be drawn.
    fn svg(&self) -> Result<String, Error> {
        Ok(output::svg(&self.scene()?))
    }

    /// Writes `stem.svg` or `stem.png`, and the numbers as `stem.csv` beside it.
    ///
    /// The folder is created if needed; each file is whole or absent.
    ///
    /// # Errors
    ///
    /// If the figure cannot be drawn or a file cannot be written.
    fn save(&self, stem: &Path, format: Format) -> Result<SavedFigure, Error> {
        output::save(&self.scene()?, &self.table(), stem, format)
    }

    /// Writes only the numbers.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    fn write_csv(&self, path: &Path) -> Result<(), Error> {
        output::write_csv(&self.table(), path)
    }
}
