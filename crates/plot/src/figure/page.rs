//! A page of panels, each at its own place.

use super::PAGE_WIDTH;
use crate::draw::{Area, LABEL_SIZE, Scene, Text};
use crate::panel::{LEFT_MARGIN, Panel};
use crate::{Error, Table};

/// Panels placed on a page, with what their numbers are called and measured in.
///
/// The numbers are one table: panel, kind, series, x, y, lower, upper, value, and what x and y
/// are, as on the axes.
pub(super) struct Page {
    title: String,
    width: f64,
    height: f64,
    panels: Vec<PlacedOnPage>,
}

struct PlacedOnPage {
    name: String,
    axes: [String; 2],
    area: Area,
    panel: Box<dyn Panel>,
}

const TITLE_ROW: f64 = 17.0;

impl Page {
    /// An empty page as wide as a printed page, of this height below its title.
    pub(super) fn new(title: &str, height: f64) -> Self {
        Self {
            title: title.to_owned(),
            width: PAGE_WIDTH,
            height,
            panels: Vec::new(),
        }
    }

    /// Sets the width of the page in points.
    pub(super) fn wide(self, width: f64) -> Self {
        Self { width, ..self }
    }

    /// Adds a panel by its name in the table, what its x and y are, and its area below the title.
    pub(super) fn with(
        mut self,
        name: impl Into<String>,
        axes: [&str; 2],
        area: Area,
        panel: impl Panel + 'static,
    ) -> Self {
        self.panels.push(PlacedOnPage {
            name: name.into(),
            axes: axes.map(str::to_owned),
            area,
            panel: Box::new(panel),
        });
        self
    }

    fn top(&self) -> f64 {
        if self.title.is_empty() {
            0.0
        } else {
            TITLE_ROW
        }
    }

    /// Room left of the data that all panels of the column at `x` keep.
    fn left_margin(&self, x: f64) -> f64 {
        let column = self.panels.iter().filter(|placed| placed.area.x == x);
        column
            .map(|placed| placed.panel.left_margin(placed.area))
            .fold(0.0, f64::max)
    }

    pub(super) fn scene(&self) -> Result<Scene, Error> {
        let mut scene = Scene::new(self.width, self.top() + self.height);
        let title = Text::new(self.title.clone(), (LEFT_MARGIN, 12.0));
        scene.text(title.size(LABEL_SIZE + 1.0).bold());
        for placed in &self.panels {
            let area = Area {
                y: placed.area.y + self.top(),
                ..placed.area
            };
            let shift = self.left_margin(placed.area.x) - placed.panel.left_margin(area);
            placed
                .panel
                .draw(&mut scene, area.inside(shift, 0.0, 0.0, 0.0))?;
        }
        Ok(scene)
    }

    pub(super) fn table(&self) -> Table {
        let header = [
            "panel", "kind", "series", "x", "y", "lower", "upper", "value", "x_is", "y_is",
        ];
        let mut table = Table::new(header);
        for placed in &self.panels {
            let mut numbers = Table::new(header[..8].iter().copied());
            placed.panel.record(&placed.name, &mut numbers);
            for row in numbers.rows() {
                table.push([&row[..], &placed.axes[..]].concat());
            }
        }
        table
    }
}
