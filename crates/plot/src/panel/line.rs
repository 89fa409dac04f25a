//! Lines with error bands.

use super::color_bar::{BAR_MARGIN, ColorKey};
use super::{Annotation, Axis, Frame, Legend, Mapping, Panel, Series, Symbol, extent, padded};
use crate::draw::{
    Area, Color, LINE_WIDTH, Point, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette, thinned,
};
use crate::table::number;
use crate::{Error, Table};

/// A plot of lines, with error bands and reference lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinePanel {
    title: String,
    x: Axis,
    y: Axis,
    series: Vec<Series>,
    levels: Vec<f64>,
    moments: Vec<(f64, String)>,
    key: Option<ColorKey>,
    right_room: f64,
    annotations: Vec<Annotation>,
}

/// Height of the row of names of moments.
const MOMENT_ROW: f64 = 9.0;

impl LinePanel {
    /// An empty plot.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            ..Self::default()
        }
    }

    /// Adds a series.
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// Adds a thin horizontal reference line.
    pub fn level(mut self, y: f64) -> Self {
        self.levels.push(y);
        self
    }

    /// Adds a dashed vertical line with a name above it, such as the best epoch or the onset of
    /// a flash; a name that would cover the one before it is left out.
    pub fn moment(mut self, x: f64, name: impl Into<String>) -> Self {
        self.moments.push((x, name.into()));
        self
    }

    /// Adds a colour bar on the right that explains the colours of the series.
    pub fn key(mut self, key: ColorKey) -> Self {
        self.key = Some(key);
        self.right_room(BAR_MARGIN)
    }

    /// Keeps room free on the right, in points, to align with a panel that has a colour bar.
    pub fn right_room(mut self, points: f64) -> Self {
        self.right_room = points;
        self
    }

    /// Adds a mark that explains the data: an object, a shaded span, a distance.
    pub fn annotate(mut self, annotation: Annotation) -> Self {
        self.annotations.push(annotation);
        self
    }

    fn extent(&self) -> Option<((f64, f64), (f64, f64))> {
        let x = extent(
            self.series
                .iter()
                .flat_map(|series| series.x.iter().copied()),
        )?;
        let heights = self.series.iter().flat_map(Series::heights);
        let y = extent(heights.chain(self.annotations.iter().filter_map(Annotation::height)))?;
        // Dots on the edge of the data need room for their radius.
        let marked = self.series.iter().any(|series| series.markers);
        let roomy = marked && !self.x.logarithmic && x.0 < x.1;
        Some((if roomy { padded(x, 0.03) } else { x }, y))
    }

    fn is_labelled(&self) -> bool {
        self.moments.iter().any(|(_, name)| !name.is_empty())
    }

    fn headroom(&self) -> f64 {
        let names = if self.is_labelled() { MOMENT_ROW } else { 0.0 };
        let rows = self.annotations.iter().map(Annotation::headroom);
        rows.fold(names, f64::max)
    }

    fn legend(&self) -> Legend {
        let mut legend = Legend::default();
        for (index, series) in self.series.iter().enumerate() {
            let symbol = match series {
                Series { filled: true, .. } => Symbol::Area,
                Series {
                    unconnected: true, ..
                } => Symbol::Dot,
                Series { dashed: true, .. } => Symbol::Dashed,
                _ => Symbol::Line,
            };
            legend.add(series.legend_name(), color_of(series, index), symbol);
        }
        legend
    }

    fn frame(&self) -> Frame<'_> {
        Frame {
            legend: self.legend(),
            headroom: self.headroom(),
            overhang: self.right_room,
            ..Frame::new(&self.title, &self.x, &self.y, self.extent())
        }
    }

    fn draw_references(&self, scene: &mut Scene, map: &Mapping) {
        let area = map.area();
        for &level in self.levels.iter().filter(|level| level.is_finite()) {
            if let Some(y) = map.y(level) {
                let line = vec![(area.x, y), (area.right(), y)];
                scene.line(line, palette::GREY, SPINE_WIDTH);
            }
        }
        let mut last: Option<Area> = None;
        for (x, name) in &self.moments {
            let Some(x) = map.x(*x) else { continue };
            scene.dashed_line(&[(x, area.y), (x, area.bottom())], palette::GREY, 0.8);
            let label = moment_label(name, x, area);
            let bounds = label.bounds();
            if last.is_none_or(|last| !last.overlaps(&bounds)) {
                last = Some(bounds);
                scene.text(label);
            }
        }
    }
}

/// The name of a moment above its line, moved sideways where it would leave the data area.
fn moment_label(name: &str, x: f64, area: Area) -> Text {
    let text = Text::new(name, (x, area.y - 2.5))
        .size(TICK_SIZE)
        .color(palette::GREY)
        .centered();
    let half = text.width() / 2.0;
    let centered = x.min(area.right() - half).max(area.x + half);
    Text {
        at: (centered, text.at.1),
        ..text
    }
}

impl Panel for LinePanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        self.series.iter().try_for_each(Series::check)?;
        let left = area.inside(0.0, 0.0, self.right_room, 0.0);
        let Some(map) = self.frame().draw(scene, left) else {
            return Ok(());
        };
        for annotation in &self.annotations {
            annotation.draw(scene, &map);
        }
        if let Some(key) = &self.key {
            key.draw(scene, map.area());
        }
        self.draw_references(scene, &map);
        for (index, series) in self.series.iter().enumerate() {
            draw_series(scene, &map, series, color_of(series, index));
        }
        Ok(())
    }

    fn left_margin(&self, area: Area) -> f64 {
        self.frame().left_margin(area)
    }

    fn record(&self, name: &str, table: &mut Table) {
        for series in &self.series {
            record_series(series, name, "line", table);
        }
    }
}

fn color_of(series: &Series, index: usize) -> Color {
    series.color.unwrap_or_else(|| palette::series(index))
}

pub(super) fn record_series(series: &Series, panel: &str, kind: &str, table: &mut Table) {
    for (index, (&x, &y)) in series.x.iter().zip(&series.y).enumerate() {
        let bound = |values: &[f64]| values.get(index).copied().map_or_else(String::new, number);
        let (lower, upper) = match &series.band {
            Some((lower, upper)) => (bound(lower), bound(upper)),
            None => Default::default(),
        };
        let labels = [panel, kind, &series.name].map(str::to_owned);
        table.push([labels.to_vec(), vec![number(x), number(y), lower, upper]].concat());
    }
}

fn draw_series(scene: &mut Scene, map: &Mapping, series: &Series, color: Color) {
    if series.bars {
        draw_error_bars(scene, map, series, color);
    } else {
        draw_band(scene, map, series, color);
    }
    let lines = runs(map, &series.x, &series.y);
    if series.markers {
        draw_markers(scene, lines.iter().flatten().copied().collect(), color);
    } else {
        // A point between two missing ones has no line to be seen by.
        let lone = lines
            .iter()
            .filter(|line| line.len() == 1)
            .flatten()
            .copied()
            .collect();
        scene.dots(lone, LINE_WIDTH, color, 1.0);
    }
    if series.unconnected {
        return;
    }
    let width = series.width.unwrap_or(LINE_WIDTH);
    let lines: Vec<_> = lines.into_iter().map(thinned).collect();
    if series.filled {
        fill_to_zero(scene, map, &lines, color);
    } else if series.dashed {
        lines
            .iter()
            .for_each(|line| scene.dashed_line(line, color, width));
    } else {
        scene.lines(lines, color, width);
    }
}

fn draw_markers(scene: &mut Scene, centers: Vec<Point>, color: Color) {
    scene.dots(centers.clone(), 2.4, palette::WHITE, 1.0);
    scene.dots(centers, 1.9, color, 1.0);
}

fn draw_band(scene: &mut Scene, map: &Mapping, series: &Series, color: Color) {
    let Some((lower, upper)) = &series.band else {
        return;
    };
    let edges = series.x.iter().zip(lower).zip(upper);
    let edges: Vec<Option<(Point, Point)>> = edges
        .map(|((&x, &low), &high)| map.clamped(x, low).zip(map.clamped(x, high)))
        .collect();
    for run in edges.split(Option::is_none).filter(|run| run.len() > 1) {
        let (below, above): (Vec<Point>, Vec<Point>) = run.iter().flatten().copied().unzip();
        let polygon = thinned(below)
            .into_iter()
            .chain(thinned(above).into_iter().rev());
        scene.fill(polygon.collect(), color, 0.22);
    }
}

fn draw_error_bars(scene: &mut Scene, map: &Mapping, series: &Series, color: Color) {
    let Some((lower, upper)) = &series.band else {
        return;
    };
    let ends = series.x.iter().zip(lower).zip(upper);
    let bars = ends
        .filter_map(|((&x, &low), &high)| Some(vec![map.clamped(x, low)?, map.clamped(x, high)?]));
    scene.lines(bars.collect(), color, 0.8);
}

fn fill_to_zero(scene: &mut Scene, map: &Mapping, lines: &[Vec<Point>], color: Color) {
    let Some(zero) = map.y(0.0) else { return };
    for line in lines {
        let (Some(first), Some(last)) = (line.first(), line.last()) else {
            continue;
        };
        let ends = [(last.0, zero), (first.0, zero)];
        scene.fill(line.iter().copied().chain(ends).collect(), color, 1.0);
    }
}

/// The unbroken stretches of a line on the page; a missing value breaks it.
fn runs(map: &Mapping, x: &[f64], y: &[f64]) -> Vec<Vec<Point>> {
    let points: Vec<Option<Point>> = x.iter().zip(y).map(|(&x, &y)| map.clamped(x, y)).collect();
    points
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().flatten().copied().collect())
        .collect()
}
