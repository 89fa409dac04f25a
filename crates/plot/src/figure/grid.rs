//! Panels in a grid.

use super::{COLUMN_WIDTH, Figure, PAGE_WIDTH};
use crate::draw::{Area, LABEL_SIZE, Scene, Text};
use crate::panel::{LEFT_MARGIN, Panel};
use crate::{Error, Table};

/// Panels laid out in rows, the generic figure.
///
/// The numbers are one table: panel, kind, series, x, y, lower, upper, value.
pub struct PanelGrid {
    title: String,
    columns: usize,
    width: Option<f64>,
    panel_height: f64,
    panels: Vec<(String, Box<dyn Panel>)>,
}

const PANEL_HEIGHT: f64 = 150.0;
const TITLE_ROW: f64 = 16.0;
const GAP: f64 = 8.0;

impl PanelGrid {
    /// An empty grid of so many columns (at least one).
    pub fn new(columns: usize) -> Self {
        Self {
            title: String::new(),
            columns: columns.max(1),
            width: None,
            panel_height: PANEL_HEIGHT,
            panels: Vec::new(),
        }
    }

    /// Sets the title of the page.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the width of the page in points; otherwise one column (252) for one panel a row, or
    /// the whole page (504).
    pub fn width(mut self, points: f64) -> Self {
        self.width = Some(points);
        self
    }

    /// Sets the height of each panel in points, 150 unless set.
    pub fn panel_height(mut self, points: f64) -> Self {
        self.panel_height = points;
        self
    }

    /// Adds a panel, called by its number in the table.
    pub fn with(self, panel: impl Panel + 'static) -> Self {
        let name = (self.panels.len() + 1).to_string();
        self.with_named(name, panel)
    }

    /// Adds a panel with a name for the table.
    pub fn with_named(mut self, name: impl Into<String>, panel: impl Panel + 'static) -> Self {
        self.panels.push((name.into(), Box::new(panel)));
        self
    }

    fn page_width(&self) -> f64 {
        self.width.unwrap_or(if self.columns == 1 {
            COLUMN_WIDTH
        } else {
            PAGE_WIDTH
        })
    }

    fn cell(&self, index: usize, width: f64, top: f64) -> Area {
        let (row, column) = (index / self.columns, index % self.columns);
        let gaps = GAP * (self.columns - 1) as f64;
        let panel_width = ((width - gaps) / self.columns as f64).max(1.0);
        let x = column as f64 * (panel_width + GAP);
        Area::new(
            x,
            top + row as f64 * (self.panel_height + GAP),
            panel_width,
            self.panel_height,
        )
    }
}

impl Figure for PanelGrid {
    fn scene(&self) -> Result<Scene, Error> {
        let width = self.page_width();
        crate::error::check_positive("width of the figure", width)?;
        crate::error::check_positive("height of the panels", self.panel_height)?;
        let rows = self.panels.len().div_ceil(self.columns).max(1) as f64;
        let top = if self.title.is_empty() {
            0.0
        } else {
            TITLE_ROW
        };
        let height = top + rows * (self.panel_height + GAP) - GAP;
        let mut scene = Scene::new(width, height);
        let title = Text::new(self.title.clone(), (LEFT_MARGIN, 12.0));
        scene.text(title.size(LABEL_SIZE + 1.0).bold());
        if self.panels.is_empty() {
            let page = scene.area();
            crate::panel::no_data(&mut scene, page);
        }
        for (index, (_, panel)) in self.panels.iter().enumerate() {
            panel.draw(&mut scene, self.cell(index, width, top))?;
        }
        Ok(scene)
    }

    fn table(&self) -> Table {
        let header = [
            "panel", "kind", "series", "x", "y", "lower", "upper", "value",
        ];
        let mut table = Table::new(header);
        for (name, panel) in &self.panels {
            panel.record(name, &mut table);
        }
        table
    }
}
