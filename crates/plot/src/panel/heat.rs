//! Heat maps.

use super::color_bar::{BAR_MARGIN, color_bar};
use super::frame::draw_spines;
use super::{Axis, Frame, Mapping, Panel, ticks};
use crate::draw::{Area, Color, ColorMap, Mark, Scene, TICK_SIZE, Text, palette};
use crate::error::check_length;
use crate::table::number;
use crate::{Error, Table};

/// A map of values as colours, row 0 on top, with a colour bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatPanel {
    title: String,
    x: Axis,
    y: Axis,
    values: Vec<f64>,
    columns: usize,
    map: ColorMap,
    limits: Option<(f64, f64)>,
    bar: String,
    square_cells: bool,
    barless: bool,
    numbers: Option<usize>,
    notes: Vec<(String, Color)>,
    framed: Vec<usize>,
    marked: Vec<usize>,
}

impl HeatPanel {
    /// A map of values in rows of so many columns; the axes count columns and rows from 0 unless
    /// they have a range, which then spans the outer edges of the map (y from bottom to top).
    pub fn new(
        title: impl Into<String>,
        x: Axis,
        y: Axis,
        values: Vec<f64>,
        columns: usize,
    ) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            values,
            columns,
            ..Self::default()
        }
    }

    /// Sets the colour map; diverging unless set.
    pub fn color_map(mut self, map: ColorMap) -> Self {
        self.map = map;
        self
    }

    /// Fixes the values at the ends of the colour map.
    pub fn limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Some((low, high));
        self
    }

    /// Labels the colour bar.
    pub fn bar(mut self, label: impl Into<String>) -> Self {
        self.bar = label.into();
        self
    }

    /// Draws every cell as a square.
    pub fn square_cells(mut self) -> Self {
        self.square_cells = true;
        self
    }

    /// Leaves out the colour bar and its room, for maps that share one.
    pub fn without_bar(mut self) -> Self {
        self.barless = true;
        self
    }

    /// Writes every value in its cell, with so many decimals.
    pub fn numbers(mut self, decimals: usize) -> Self {
        self.numbers = Some(decimals);
        self
    }

    /// Writes a coloured word above every column, such as a channel's polarity.
    pub fn column_notes(mut self, notes: Vec<(String, Color)>) -> Self {
        self.notes = notes;
        self
    }

    /// Draws a frame around some rows, counted from the top.
    pub fn framed_rows(mut self, rows: Vec<usize>) -> Self {
        self.framed = rows;
        self
    }

    /// Draws a dot in some cells, counted row by row from the top, such as those that are significant.
    pub fn marked_cells(mut self, cells: Vec<usize>) -> Self {
        self.marked = cells;
        self
    }

    fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    fn bar_margin(&self) -> f64 {
        if self.barless { 0.0 } else { BAR_MARGIN }
    }

    fn write_notes(&self, scene: &mut Scene, area: Area) {
        let wide = area.width / self.columns.max(1) as f64;
        for (column, (note, color)) in self.notes.iter().take(self.columns).enumerate() {
            let at = (area.x + (column as f64 + 0.5) * wide, area.y - 3.0);
            let text = Text::new(note, at).size(TICK_SIZE - 0.5).centered();
            scene.text(text.color(*color).bold());
        }
    }

    fn frame_rows(&self, scene: &mut Scene, area: Area) {
        let high = area.height / self.rows().max(1) as f64;
        for &row in self.framed.iter().filter(|&&row| row < self.rows()) {
            let row = Area::new(area.x, area.y + row as f64 * high, area.width, high);
            let mut outline = row.inside(0.0, 0.6, 0.0, 0.6).corners();
            outline.push(outline[0]);
            scene.line(outline, palette::INK, 1.2);
        }
    }

    /// Draws dots in marked cells, white where the cell is dark.
    fn mark_cells(&self, scene: &mut Scene, area: Area, limits: (f64, f64)) {
        let (columns, rows) = (self.columns.max(1), self.rows().max(1));
        let (wide, high) = (area.width / columns as f64, area.height / rows as f64);
        let radius = (0.16 * wide.min(high)).clamp(0.6, 2.4);
        for is_dark in [true, false] {
            let cells = self.marked.iter().filter(|&&cell| cell < self.values.len());
            let cells = cells
                .filter(|&&cell| self.map.color(self.values[cell], limits).is_dark() == is_dark);
            let center = |cell: &usize| {
                let (row, column) = ((cell / columns) as f64, (cell % columns) as f64);
                (area.x + (column + 0.5) * wide, area.y + (row + 0.5) * high)
            };
            let ink = if is_dark {
                palette::WHITE
            } else {
                palette::INK
            };
            scene.dots(cells.map(center).collect(), radius, ink, 1.0);
        }
    }

    /// Writes the values in their cells, white where the cell is dark.
    fn write_numbers(&self, scene: &mut Scene, map: &Mapping, limits: (f64, f64), decimals: usize) {
        let area = map.area();
        let (wide, high) = (
            area.width / self.columns as f64,
            area.height / self.rows() as f64,
        );
        let finite = self
            .values
            .iter()
            .enumerate()
            .filter(|(_, v)| v.is_finite());
        for (index, &value) in finite {
            let (row, column) = (index / self.columns, index % self.columns);
            let at = (
                area.x + (column as f64 + 0.5) * wide,
                area.y + (row as f64 + 0.5) * high,
            );
            let ink = if self.map.color(value, limits).is_dark() {
                palette::WHITE
            } else {
                palette::INK
            };
            let label = format!("{value:.decimals$}").replace('-', "−");
            let text = Text::new(label, at).size(TICK_SIZE - 0.5).centered();
            scene.text(text.color(ink).middle());
        }
    }

    fn shown_limits(&self) -> (f64, f64) {
        let fixed = self
            .limits
            .filter(|(low, high)| low.is_finite() && high > low);
        fixed.unwrap_or_else(|| self.map.limits(self.values.iter().copied()))
    }

    /// The axes over the outer edges of the map; cells counted from 0 lie centred on their index.
    fn edges(&self) -> ((f64, f64), (f64, f64)) {
        let (rows, columns) = (self.rows() as f64, self.columns as f64);
        let x = self.x.range.unwrap_or((-0.5, columns - 0.5));
        (x, self.y.range.unwrap_or((-0.5, rows - 0.5)))
    }
}

impl HeatPanel {
    /// The centre of a cell on the axes; column and row where an axis has no range.
    fn place(&self, row: usize, column: usize) -> (f64, f64) {
        let part = |(low, high): (f64, f64), index: usize, count: usize| {
            low + (high - low) * (index as f64 + 0.5) / count as f64
        };
        let (rows, columns) = (self.rows(), self.columns.max(1));
        let x = self.x.range.map(|range| part(range, column, columns));
        // Row 0 lies on top, where the range of y ends.
        let y = self
            .y
            .range
            .map(|(low, high)| part((high, low), row, rows.max(1)));
        (x.unwrap_or(column as f64), y.unwrap_or(row as f64))
    }
}

impl Panel for HeatPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        let (rows, columns) = (self.rows(), self.columns);
        check_length("values of the map", rows * columns, self.values.len())?;
        let (x_edges, y_edges) = self.edges();
        let mut x = self.x.clone().range(x_edges.0, x_edges.1);
        x.counting |= self.x.range.is_none();
        let mut y = self.y.clone().range(y_edges.0, y_edges.1);
        if self.y.range.is_none() && y.ticks.is_none() {
            // Rows count downward from the top.
            let last = rows as f64 - 1.0;
            let wanted = ticks::whole(0.0, last, 4).into_iter();
            y = y.ticks(wanted.map(|tick| (last - tick.at, tick.label)));
        }
        let mut left = Area {
            width: (area.width - self.bar_margin()).max(1.0),
            ..area
        };
        if self.square_cells && rows > 0 {
            left = with_square_cells(left, columns as f64 / rows as f64, self.title.is_empty());
        }
        let extent = (rows > 0).then_some((x_edges, y_edges));
        let overhang = area.right() - left.right();
        let frame = Frame {
            overhang,
            headroom: if self.notes.is_empty() { 0.0 } else { 10.0 },
            ..Frame::new(&self.title, &x, &y, extent)
        };
        let Some(map) = frame.draw(scene, left) else {
            return Ok(());
        };
        let limits = self.shown_limits();
        cells(scene, map.area(), &self.values, columns, |value| {
            self.map.color(value, limits)
        });
        // The cells cover half of the spines.
        draw_spines(scene, map.area());
        self.frame_rows(scene, map.area());
        self.write_notes(scene, map.area());
        self.mark_cells(scene, map.area(), limits);
        if let Some(decimals) = self.numbers {
            self.write_numbers(scene, &map, limits, decimals);
        }
        if !self.barless {
            color_bar(scene, map.area(), self.map, limits, &self.bar);
        }
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (index, &value) in self.values.iter().enumerate() {
            let (row, column) = (index / self.columns.max(1), index % self.columns.max(1));
            let mark = if self.marked.contains(&index) {
                "marked"
            } else {
                ""
            };
            let labels = [name, "heat", mark].map(str::to_owned).to_vec();
            let (x, y) = self.place(row, column);
            let place = vec![number(x), number(y), String::new(), String::new()];
            table.push([labels, place, vec![number(value)]].concat());
        }
    }
}

/// Shrinks a panel so that its data area has a ratio of width to height.
fn with_square_cells(panel: Area, ratio: f64, untitled: bool) -> Area {
    let (across, above) = (
        super::LEFT_MARGIN + super::RIGHT_MARGIN,
        if untitled { 5.0 } else { 14.0 },
    );
    let down = above + super::BOTTOM_MARGIN;
    let data = Area::new(
        0.0,
        0.0,
        (panel.width - across).max(1.0),
        (panel.height - down).max(1.0),
    );
    let data = data.fitted(ratio);
    Area {
        width: data.width + across,
        height: data.height + down,
        ..panel
    }
}

/// Draws values as coloured cells, row 0 on top.
pub(crate) fn cells(
    scene: &mut Scene,
    area: Area,
    values: &[f64],
    columns: usize,
    color: impl Fn(f64) -> Color,
) {
    let colors = values.iter().copied().map(color).collect();
    scene.push(Mark::Cells {
        area,
        columns,
        colors,
    });
}
