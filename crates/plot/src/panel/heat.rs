//! Heat maps.

use super::frame::draw_spines;
use super::{Axis, Frame, Panel, ticks};
use crate::draw::{
    Area, Color, ColorMap, LABEL_SIZE, Mark, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette,
};
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
}

/// Room right of the map for the colour bar, its ticks and its label.
const BAR_MARGIN: f64 = 40.0;

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

    fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
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
            width: (area.width - BAR_MARGIN).max(1.0),
            ..area
        };
        if self.square_cells && rows > 0 {
            left = with_square_cells(left, columns as f64 / rows as f64, self.title.is_empty());
        }
        let extent = (rows > 0).then_some((x_edges, y_edges));
        let overhang = area.right() - left.right();
        let frame = Frame {
            overhang,
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
        color_bar(scene, map.area(), self.map, limits, &self.bar);
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (index, &value) in self.values.iter().enumerate() {
            let (row, column) = (index / self.columns.max(1), index % self.columns.max(1));
            let labels = [name, "heat", ""].map(str::to_owned).to_vec();
            let place = vec![
                column.to_string(),
                row.to_string(),
                String::new(),
                String::new(),
            ];
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

fn color_bar(scene: &mut Scene, beside: Area, map: ColorMap, limits: (f64, f64), label: &str) {
    let bar = Area::new(beside.right() + 9.0, beside.y, 7.0, beside.height);
    let shades: Vec<f64> = (0..64).map(|shade| 1.0 - f64::from(shade) / 63.0).collect();
    cells(scene, bar, &shades, 1, |position| map.at(position));
    let mut outline = bar.corners();
    outline.push((bar.x, bar.y));
    scene.line(outline, palette::INK, SPINE_WIDTH);
    draw_bar_ticks(scene, bar, limits);
    let at = (bar.right() + 28.0, bar.center().1);
    scene.text(Text::new(label, at).size(LABEL_SIZE).centered().upward());
}

/// Draws the ticks of a colour bar; beside a short bar only those whose labels have room.
fn draw_bar_ticks(scene: &mut Scene, bar: Area, limits: (f64, f64)) {
    let wanted = (bar.height / 17.0).clamp(1.0, 5.0) as usize;
    let mut last: Option<Area> = None;
    for tick in ticks::linear(limits.0, limits.1, wanted) {
        let y = bar.bottom() - (tick.at - limits.0) / (limits.1 - limits.0) * bar.height;
        let label = Text::new(tick.label, (bar.right() + 4.0, y))
            .size(TICK_SIZE)
            .middle();
        let bounds = label.bounds();
        if last.is_none_or(|last| !last.overlaps(&bounds)) {
            last = Some(bounds);
            scene.line(
                vec![(bar.right(), y), (bar.right() + 2.0, y)],
                palette::INK,
                SPINE_WIDTH,
            );
            scene.text(label);
        }
    }
}
