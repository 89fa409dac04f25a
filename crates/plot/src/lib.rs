//! Paper-quality figures from plain arrays.
//!
//! A [`Figure`] describes itself twice: as a [`Scene`] of vector marks in points, and as a
//! [`Table`] of the numbers behind it. [`Figure::save`] writes both, so every figure has its
//! numbers beside it:
//!
//! ```
//! use ganglion_plot::{Axis, Figure, Format, LinePanel, PanelGrid, Series};
//!
//! let panel = LinePanel::new("", Axis::new("Period (ms)"), Axis::new("Latency (ms)"))
//!     .with(Series::new("Cell 1", vec![80.0, 100.0, 120.0], vec![95.0, 117.0, 134.0]));
//! let folder = tempfile::tempdir().unwrap();
//! let saved = PanelGrid::new(1).with(panel).save(&folder.path().join("latency"), Format::Svg)?;
//! assert!(saved.figure.ends_with("latency.svg") && saved.numbers.ends_with("latency.csv"));
//! # Ok::<(), ganglion_plot::Error>(())
//! ```
//!
//! - Figures of training and evaluation: [`LearningCurve`], [`PsthFigure`], [`FilterFigure`],
//!   [`CellScores`], [`ReceptiveFieldComparison`].
//! - Figures of models of spikes: [`RasterFigure`].
//! - Figures of experiments: [`OmittedStimulusFigure`], [`LatencyFigure`],
//!   [`AnticipationFigure`], [`ReversalFigure`], and [`TraceFigure`] for every other stimulus.
//! - Figures of attribution and reduction: [`AttributionFigure`], [`AttributionMaps`],
//!   [`AttributionMatrix`], [`AttributionSweep`], [`CircuitSchematic`].
//! - Building blocks for others, laid out by [`PanelGrid`]: [`LinePanel`], [`ScatterPanel`],
//!   [`HeatPanel`], [`BarPanel`], [`RasterPanel`], [`DotPanel`], [`GraphPanel`], [`StackPanel`],
//!   [`StimulusPanel`], or anything that implements [`Panel`].
//!
//! One scene is painted by two thin writers: SVG with glyphs as outlines, so that text looks the
//! same in every viewer, and PNG through plotters, supersampled. The font is embedded; no system
//! library is needed.
//!
//! Missing numbers (NaN, infinities) are left out of the drawing; a figure without any data says
//! "no data" instead of failing. Arrays whose lengths contradict each other are an [`Error`].

mod draw;
mod error;
mod figure;
mod output;
mod panel;
mod table;

pub use draw::{Area, Color, ColorMap, Mark, Point, Scene, Text, Weight, palette};
pub use error::Error;
pub use figure::{
    AnticipationFigure, AttributionFigure, AttributionMap, AttributionMaps, AttributionMatrix,
    AttributionSweep, CellPortrait, CellRasters, CellScores, CellTraces, Certainty, ChannelFilter,
    ChannelTrace, CircuitInput, CircuitSchematic, Figure, FilterFigure, FittedLine, Interneuron,
    LatencyFigure, LearningCurve, MapEllipse, Measured, MotionProfile, OmittedStimulusFigure,
    PanelGrid, Polarity, PsthFigure, PsthPanel, QuantityDistribution, RasterFigure,
    ReceptiveFieldComparison, ResponseBars, ReversalFigure, StaFigure, SweptChannel, SweptCourse,
    Trace, TraceFigure,
};
pub use output::{Format, SavedFigure, UnknownFormat};
pub use panel::{
    Annotation, Axis, BarPanel, ColorKey, DotPanel, GraphPanel, HeatPanel, LinePanel, Mapping,
    Panel, RasterPanel, ScatterPanel, Series, StackPanel, StackedTrace, StimulusPanel, Tick,
};
pub use table::Table;
