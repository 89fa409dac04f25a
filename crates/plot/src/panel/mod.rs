//! Panels: one plot each, drawn into an area of the page.

mod annotation;
mod axis;
mod bar;
mod color_bar;
mod dots;
mod frame;
mod graph;
mod heat;
mod legend;
mod line;
mod mapping;
mod range;
mod raster;
mod scatter;
mod series;
mod stack;
mod stimulus;
mod swarm;
mod ticks;

pub use annotation::Annotation;
pub use axis::{Axis, Tick};
pub use bar::BarPanel;
pub use color_bar::ColorKey;
pub(crate) use color_bar::{BAR_MARGIN, color_bar};
pub use dots::DotPanel;
pub(crate) use dots::median;
pub(crate) use frame::{BOTTOM_MARGIN, Frame, LEFT_MARGIN, RIGHT_MARGIN, TITLE_HEIGHT};
pub use graph::GraphPanel;
pub use heat::HeatPanel;
pub(crate) use heat::cells;
pub(crate) use legend::{Legend, Symbol};
pub use line::LinePanel;
pub use mapping::Mapping;
pub(crate) use range::{extent, padded};
pub use raster::RasterPanel;
pub(crate) use raster::spike_ticks;
pub use scatter::ScatterPanel;
pub use series::Series;
pub(crate) use stack::round_below;
pub use stack::{StackPanel, StackedTrace};
pub use stimulus::StimulusPanel;

use crate::draw::{Area, Scene, Text, palette};
use crate::{Error, Table};

/// One plot of a figure.
pub trait Panel {
    /// Draws the plot, with its axes and labels, inside an area of the page.
    ///
    /// # Errors
    ///
    /// If arrays that describe the same things differ in length.
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error>;

    /// Room that the plot takes left of its data in this area, in points; panels of one column are
    /// moved so that their data begin at the same place.
    fn left_margin(&self, _area: Area) -> f64 {
        LEFT_MARGIN
    }

    /// Adds the numbers of the plot to a table with the columns of
    /// [`PanelGrid`](crate::PanelGrid): panel, kind, series, x, y, lower, upper, value.
    fn record(&self, name: &str, table: &mut Table);
}

/// Says that there is nothing to draw here.
pub(crate) fn no_data(scene: &mut Scene, area: Area) {
    scene.text(
        Text::new("no data", area.center())
            .centered()
            .middle()
            .color(palette::GREY),
    );
}
