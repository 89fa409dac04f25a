//! Where in space, or in space and time, the channels act.

use super::{Figure, PAGE_WIDTH, Polarity};
use crate::draw::{Area, ColorMap, LABEL_SIZE, Scene, Text};
use crate::error::check_length;
use crate::panel::{Axis, BAR_MARGIN, HeatPanel, LEFT_MARGIN, Panel, color_bar, no_data};
use crate::{Error, Table};

/// Maps of the channels on one colour scale: `A_c(y, x)` at a moment or over a stretch of time, or
/// `A_c(x, t)` for bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionMaps {
    /// Title of the page.
    pub title: String,
    /// One map a channel.
    pub maps: Vec<AttributionMap>,
    /// Columns of every map.
    pub columns: usize,
    /// What runs from left to right, for example `"x (µm)"` or `"Time (ms)"`.
    pub x_label: String,
    /// From the left edge of the first column to the right edge of the last.
    pub x_range: (f64, f64),
    /// What runs from the bottom to the top, for example `"y (µm)"` or `"Position (µm)"`.
    pub y_label: String,
    /// From the bottom edge of the last row to the top edge of the first.
    pub y_range: (f64, f64),
    /// What the colours are, for example `"Attribution (Hz)"`.
    pub value_label: String,
    /// Whether pixels are square, as in a map of space.
    pub square: bool,
}

/// The map of one channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionMap {
    /// The channel, for example `"Channel 3"`.
    pub name: String,
    /// Whether its kernel is ON or OFF, if known.
    pub polarity: Option<Polarity>,
    /// Values `[row * columns + column]`, row 0 on top.
    pub values: Vec<f64>,
}

const ACROSS: usize = 4;
const TITLE_ROW: f64 = 17.0;
const FLAT: f64 = 112.0;
/// Room by which neighbouring rows share their margins.
const SHARED: f64 = 10.0;

impl AttributionMap {
    fn title(&self) -> String {
        let polarity = self
            .polarity
            .map(|polarity| format!(" · {}", polarity.name()));
        format!("{}{}", self.name, polarity.unwrap_or_default())
    }
}

impl AttributionMaps {
    fn check(&self) -> Result<(), Error> {
        let expected = self.maps.first().map_or(0, |map| map.values.len());
        self.maps.iter().try_for_each(|map| {
            let what = format!("values of map {:?}", map.name);
            check_length(&what, expected, map.values.len())?;
            let whole = expected.checked_div(self.columns).unwrap_or(0) * self.columns;
            check_length(&what, whole, map.values.len())
        })
    }

    fn across(&self) -> usize {
        self.maps.len().clamp(1, ACROSS)
    }

    fn cell(&self) -> (f64, f64) {
        let width = (PAGE_WIDTH - BAR_MARGIN) / self.across() as f64;
        // Square maps make the rows as high as their data area is wide.
        let height = if self.square { width - 6.0 } else { FLAT };
        (width, height.min(180.0))
    }

    fn limits(&self) -> (f64, f64) {
        let values = self.maps.iter().flat_map(|map| map.values.iter().copied());
        ColorMap::Diverging.limits(values)
    }

    fn panel(&self, index: usize) -> HeatPanel {
        let map = &self.maps[index];
        let bottom = index + self.across() >= self.maps.len();
        let left = index.is_multiple_of(self.across());
        let label = |shown: bool, label: &str| {
            if shown {
                label.to_owned()
            } else {
                String::new()
            }
        };
        let x = Axis::new(label(bottom, &self.x_label)).range(self.x_range.0, self.x_range.1);
        let y = Axis::new(label(left, &self.y_label)).range(self.y_range.0, self.y_range.1);
        let limits = self.limits();
        let heat = HeatPanel::new(map.title(), x, y, map.values.clone(), self.columns)
            .limits(limits.0, limits.1)
            .without_bar();
        if self.square {
            heat.square_cells()
        } else {
            heat
        }
    }
}

impl Figure for AttributionMaps {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        let top = if self.title.is_empty() {
            0.0
        } else {
            TITLE_ROW
        };
        let ((width, height), down) = (self.cell(), self.maps.len().div_ceil(self.across()));
        let total = top + down.max(1) as f64 * (height - SHARED) + SHARED;
        let mut scene = Scene::new(PAGE_WIDTH, total);
        let title = Text::new(&*self.title, (LEFT_MARGIN, 12.0)).size(LABEL_SIZE + 1.0);
        scene.text(title.bold());
        if self.maps.is_empty() {
            let page = scene.area();
            no_data(&mut scene, page);
            return Ok(scene);
        }
        for index in 0..self.maps.len() {
            let (row, column) = ((index / self.across()) as f64, index % self.across());
            let corner = (column as f64 * width, top + row * (height - SHARED));
            let area = Area::new(corner.0, corner.1, width, height);
            self.panel(index).draw(&mut scene, area)?;
        }
        let beside = Area::new(
            0.0,
            top + 14.0,
            PAGE_WIDTH - BAR_MARGIN - 6.0,
            height - 41.0,
        );
        color_bar(
            &mut scene,
            beside,
            ColorMap::Diverging,
            self.limits(),
            &self.value_label,
        );
        Ok(scene)
    }

    /// Places are the centres of the cells in the units of the axes.
    fn table(&self) -> Table {
        let header = [
            "panel", "kind", "series", "x", "y", "lower", "upper", "value",
        ];
        let mut table = Table::new(header);
        for (index, map) in self.maps.iter().enumerate() {
            self.panel(index).record(&map.name, &mut table);
        }
        table
    }
}
