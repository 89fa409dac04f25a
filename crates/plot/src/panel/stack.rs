//! A family of traces, one above another.

use super::{Axis, Frame, Legend, Mapping, Panel, Symbol, extent};
use crate::draw::{Area, Color, LINE_WIDTH, Scene, TICK_SIZE, Text, palette, thinned};
use crate::error::check_length;
use crate::table::number;
use crate::{Error, Table};

/// Traces that share a time axis and a scale, each on its own baseline, the first on top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackPanel {
    title: String,
    x: Axis,
    y: String,
    unit: String,
    time: Vec<f64>,
    traces: Vec<StackedTrace>,
    names: Vec<(String, Color, Symbol)>,
    moments: Vec<f64>,
    right_room: f64,
}

/// A trace of a [`StackPanel`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackedTrace {
    /// What is written at its baseline, for example the period `"80"`.
    pub label: String,
    /// Its values `[time]`; zero lies on the baseline.
    pub values: Vec<f64>,
    /// Its colour; ink unless set.
    pub color: Option<Color>,
    /// Events below the baseline, such as flashes: time and colour.
    pub events: Vec<(f64, Color)>,
    /// Times marked by a dashed line through the row: time and colour.
    pub expected: Vec<(f64, Color)>,
    /// Points of the trace marked by a dot: time and value.
    pub peaks: Vec<(f64, f64)>,
}

/// How many rows the largest value of a trace reaches above its baseline.
const REACH: f64 = 1.35;
/// How many rows a signed trace reaches up or down.
const SIGNED_REACH: f64 = 0.8;
/// Room on the right for the scale bar.
const SCALE_ROOM: f64 = 20.0;

impl StackPanel {
    /// An empty stack: x axis, label of the rows, unit of the traces, and the time `[time]` that
    /// all of them share.
    pub fn new(
        title: impl Into<String>,
        x: Axis,
        y: impl Into<String>,
        unit: impl Into<String>,
        time: Vec<f64>,
    ) -> Self {
        Self {
            title: title.into(),
            x,
            y: y.into(),
            unit: unit.into(),
            time,
            right_room: SCALE_ROOM,
            ..Self::default()
        }
    }

    /// Adds a trace below those before it.
    pub fn with(mut self, trace: StackedTrace) -> Self {
        self.traces.push(trace);
        self
    }

    /// Adds a thin vertical line through all rows.
    pub fn moment(mut self, time: f64) -> Self {
        self.moments.push(time);
        self
    }

    /// Room kept free on the right; panels above it align with the same.
    pub(crate) const fn right_room() -> f64 {
        SCALE_ROOM
    }

    /// Adds a name to the legend.
    pub(crate) fn name(mut self, name: &str, color: Color, symbol: Symbol) -> Self {
        self.names.push((name.to_owned(), color, symbol));
        self
    }

    fn check(&self) -> Result<(), Error> {
        self.traces.iter().try_for_each(|trace| {
            let what = format!("trace {:?}", trace.label);
            check_length(&what, self.time.len(), trace.values.len())
        })
    }

    /// The values inside the window of the x axis.
    fn shown<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        let (from, to) = self.x.range.unwrap_or((f64::MIN, f64::MAX));
        let points = self.time.iter().copied().zip(values.iter().copied());
        points.filter(move |(time, _)| (from..=to).contains(time))
    }

    /// Lowest and highest value, both reaching zero.
    fn range(&self) -> Option<(f64, f64)> {
        let all = self
            .traces
            .iter()
            .flat_map(|trace| self.shown(&trace.values));
        extent(all.map(|(_, value)| value)).map(|(low, high)| (low.min(0.0), high.max(0.0)))
    }

    /// Rows a unit of the traces takes, and how far the stack reaches below and above in rows.
    fn gain(&self) -> Option<(f64, (f64, f64))> {
        let (low, high) = self.range()?;
        let peak = high.max(-low);
        let signed = -low > 0.05 * high;
        let reach = if signed { SIGNED_REACH } else { REACH };
        let gain = if peak > 0.0 { reach / peak } else { 1.0 };
        let below = (low * gain).min(-0.35);
        Some((gain, (below - 0.1, (high * gain).max(0.5) + 0.1)))
    }

    fn baseline(&self, row: usize) -> f64 {
        (self.traces.len() - 1 - row) as f64
    }

    fn y_axis(&self, (below, above): (f64, f64)) -> Axis {
        let labels = self.traces.iter().enumerate();
        let labels = labels.map(|(row, trace)| (self.baseline(row), trace.label.clone()));
        let top = self.traces.len().saturating_sub(1) as f64 + above;
        // From the bottom upward, so that a crowded stack keeps its first labels from below.
        let labels: Vec<_> = labels.rev().collect();
        Axis::new(self.y.clone()).range(below, top).ticks(labels)
    }

    fn frame<'a>(&'a self, y: &'a Axis, drawn: bool) -> Frame<'a> {
        let mut legend = Legend::default();
        for (name, color, symbol) in &self.names {
            legend.add(name, *color, *symbol);
        }
        let times = extent(self.time.iter().copied());
        let extent = times.zip(y.range).filter(|_| drawn);
        Frame {
            legend,
            overhang: self.right_room,
            ..Frame::new(&self.title, &self.x, y, extent)
        }
    }

    fn draw_trace(&self, scene: &mut Scene, map: &Mapping, row: usize, gain: f64) {
        let (trace, base) = (&self.traces[row], self.baseline(row));
        let color = trace.color.unwrap_or(palette::INK);
        let y = |value: f64| map.y(base + gain * value);
        if let Some(zero) = y(0.0) {
            let ends = vec![(map.area().x, zero), (map.area().right(), zero)];
            scene.line(ends, palette::MISSING, 0.5);
        }
        let points: Vec<_> = self
            .shown(&trace.values)
            .map(|(time, value)| map.x(time).zip(y(value)))
            .collect();
        for run in points.split(Option::is_none) {
            let line = thinned(run.iter().flatten().copied().collect());
            if let (Some(first), Some(last), Some(zero)) = (line.first(), line.last(), y(0.0)) {
                let ends = [(last.0, zero), (first.0, zero)];
                scene.fill(line.iter().copied().chain(ends).collect(), color, 0.18);
            }
            scene.line(line, color, 0.9 * LINE_WIDTH);
        }
        let peaks = trace.peaks.iter();
        let peaks = peaks.filter_map(|&(time, value)| map.x(time).zip(y(value)));
        scene.dots(peaks.collect(), 1.7, palette::INK, 1.0);
    }

    fn draw_events(&self, scene: &mut Scene, map: &Mapping, row: usize) {
        let (trace, base) = (&self.traces[row], self.baseline(row));
        let span = |from: f64, to: f64| map.y(base + from).zip(map.y(base + to));
        if let Some((top, bottom)) = span(-0.06, -0.3) {
            for &(time, color) in &trace.events {
                let line = map.x(time).map(|x| vec![(x, top), (x, bottom)]);
                scene.lines(line.into_iter().collect(), color, 1.5);
            }
        }
        if let Some((top, bottom)) = span(0.85, -0.3) {
            for &(time, color) in &trace.expected {
                if let Some(x) = map.x(time) {
                    scene.dashed_line(&[(x, top), (x, bottom)], color, 0.9);
                }
            }
        }
    }

    /// A vertical bar of a round value beside the top rows.
    fn draw_scale(&self, scene: &mut Scene, map: &Mapping, gain: f64) {
        let Some((low, high)) = self.range() else {
            return;
        };
        let length = round_below(high.max(-low));
        let base = self.traces.len().saturating_sub(1) as f64 - 1.0;
        let base = base.max(0.0);
        let (Some(bottom), Some(top)) = (map.y(base), map.y(base + gain * length)) else {
            return;
        };
        if high.max(-low) <= 0.0 {
            return;
        }
        let x = map.area().right() + 7.0;
        scene.line(vec![(x, bottom), (x, top)], palette::INK, 1.3);
        let label = format!("{length} {}", self.unit);
        let text = Text::new(label.trim(), (x + 8.5, (bottom + top) / 2.0)).size(TICK_SIZE);
        let text = text.centered().upward();
        // A label longer than its bar must stay on the panel.
        let overflow = (map.area().y - text.bounds().y).max(0.0);
        scene.text(Text {
            at: (text.at.0, text.at.1 + overflow),
            ..text
        });
    }
}

/// The largest of 1, 2 or 5 times a power of ten that is not above a positive value.
pub(crate) fn round_below(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let factor = [5.0, 2.0, 1.0]
        .into_iter()
        .find(|factor| factor * power <= value);
    let round = factor.unwrap_or(1.0) * power;
    if round.is_finite() && round > 0.0 {
        round
    } else {
        1.0
    }
}

impl Panel for StackPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        self.check()?;
        let gain = self.gain();
        let y = self.y_axis(gain.map_or((0.0, 1.0), |(_, reach)| reach));
        let frame = self.frame(&y, gain.is_some());
        let left = area.inside(0.0, 0.0, self.right_room, 0.0);
        let (Some(map), Some((gain, _))) = (frame.draw(scene, left), gain) else {
            return Ok(());
        };
        for x in self.moments.iter().filter_map(|&time| map.x(time)) {
            let line = vec![(x, map.area().y), (x, map.area().bottom())];
            scene.line(line, palette::RECORDED, 0.6);
        }
        for row in 0..self.traces.len() {
            self.draw_trace(scene, &map, row, gain);
            self.draw_events(scene, &map, row);
        }
        self.draw_scale(scene, &map, gain);
        Ok(())
    }

    fn left_margin(&self, area: Area) -> f64 {
        let gain = self.gain();
        let y = self.y_axis(gain.map_or((0.0, 1.0), |(_, reach)| reach));
        self.frame(&y, gain.is_some()).left_margin(area)
    }

    fn record(&self, name: &str, table: &mut Table) {
        for trace in &self.traces {
            let mut push = |kind: &str, x: f64, y: f64| {
                let labels = [name, kind, &trace.label].map(str::to_owned).to_vec();
                table.push([labels, vec![number(x), number(y)]].concat());
            };
            for (&time, &value) in self.time.iter().zip(&trace.values) {
                push("trace", time, value);
            }
            let missing = f64::NAN;
            trace
                .events
                .iter()
                .for_each(|e| push("event", e.0, missing));
            trace
                .expected
                .iter()
                .for_each(|e| push("expected event", e.0, missing));
            trace.peaks.iter().for_each(|p| push("peak", p.0, p.1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_are_round() {
        assert_eq!(round_below(73.0), 50.0);
        assert_eq!(round_below(0.3), 0.2);
        assert_eq!(round_below(f64::NAN), 1.0);
    }
}
