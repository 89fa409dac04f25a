//! The stimulus above the responses.

use super::{LEFT_MARGIN, Mapping, Panel, RIGHT_MARGIN, extent, padded};
use crate::draw::{Area, Color, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette, thinned};
use crate::error::check_length;
use crate::table::number;
use crate::{Error, Table};

/// A stimulus drawn as steps, frame by frame, on the same time axis as the responses below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StimulusPanel {
    title: String,
    label: String,
    window: (f64, f64),
    time: Vec<f64>,
    lines: Vec<(String, Vec<f64>, Option<Color>)>,
    right_room: f64,
}

impl StimulusPanel {
    /// An empty strip over a window of time, labelled at its left, for example `"Contrast"`.
    ///
    /// `time` holds the start of every frame `[frame]`, evenly spaced.
    pub fn new(
        title: impl Into<String>,
        label: impl Into<String>,
        time: Vec<f64>,
        window: (f64, f64),
    ) -> Self {
        Self {
            title: title.into(),
            label: label.into(),
            window,
            time,
            ..Self::default()
        }
    }

    /// Adds a stimulus: its value in every frame `[frame]`.
    pub fn with(mut self, name: impl Into<String>, values: Vec<f64>, color: Option<Color>) -> Self {
        self.lines.push((name.into(), values, color));
        self
    }

    /// Keeps room free on the right, in points, to align with a panel that has a colour bar.
    pub fn right_room(mut self, points: f64) -> Self {
        self.right_room = points;
        self
    }

    fn inner(&self, area: Area) -> Area {
        let top = if self.title.is_empty() { 4.0 } else { 15.0 };
        area.inside(self.margin(), top, RIGHT_MARGIN + self.right_room, 3.0)
    }

    /// Smallest and largest value.
    fn range(&self) -> Option<(f64, f64)> {
        let values = self.lines.iter().flat_map(|(_, values, _)| values);
        extent(values.copied())
    }

    /// Width of the wider of the two numbers of the scale.
    fn widest(&self) -> f64 {
        let width = |value: f64| Text::new(short(value), (0.0, 0.0)).size(TICK_SIZE).width();
        self.range()
            .map_or(0.0, |(low, high)| width(low).max(width(high)))
    }

    fn margin(&self) -> f64 {
        LEFT_MARGIN.max(self.widest() + 24.0)
    }

    /// The corners of the steps inside the window; each value lasts until the next frame.
    fn steps(&self, map: &Mapping, values: &[f64]) -> Vec<Vec<(f64, f64)>> {
        let (from, to) = self.window;
        let period = match self.time[..] {
            [first, second, ..] => second - first,
            _ => 0.0,
        };
        let frames = self.time.iter().zip(values);
        let corners: Vec<_> = frames
            .filter(|(time, _)| **time + period > from && **time < to)
            .flat_map(|(&time, &value)| {
                let ends = [time.max(from), (time + period).min(to)];
                ends.map(|time| map.clamped(time, value))
            })
            .collect();
        corners
            .split(Option::is_none)
            .map(|run| thinned(run.iter().flatten().copied().collect()))
            .collect()
    }

    fn draw_scale(&self, scene: &mut Scene, map: &Mapping, (low, high): (f64, f64)) {
        let area = map.area();
        let ends = [high, low].map(|value| (value, map.y(value).unwrap_or(area.y)));
        let apart = low < high;
        for (value, y) in ends.into_iter().take(if apart { 2 } else { 1 }) {
            scene.line(
                vec![(area.x - 2.6, y), (area.x, y)],
                palette::INK,
                SPINE_WIDTH,
            );
            let text = Text::new(short(value), (area.x - 4.8, y)).size(TICK_SIZE);
            scene.text(text.ending().middle());
        }
        let spine = vec![(area.x, ends[0].1), (area.x, ends[1].1)];
        scene.line(spine, palette::INK, SPINE_WIDTH);
        let beside = area.x - 24f64.max(self.widest() + 12.0);
        let label = Text::new(self.label.clone(), (beside, area.center().1));
        scene.text(label.size(TICK_SIZE).centered().upward());
    }
}

/// A number with at most two decimals and a true minus sign.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        return "0".to_owned();
    }
    text.replace('-', "−")
}

impl Panel for StimulusPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        for (name, values, _) in &self.lines {
            check_length(&format!("stimulus {name:?}"), self.time.len(), values.len())?;
        }
        let inner = self.inner(area);
        let title = Text::new(self.title.clone(), (inner.x, inner.y - 6.0)).bold();
        scene.text(title);
        let Some(range) = self.range() else {
            super::no_data(scene, inner);
            return Ok(());
        };
        let (low, high) = self.window;
        if high.partial_cmp(&low) != Some(std::cmp::Ordering::Greater) {
            return Ok(());
        }
        let map = Mapping::new(inner, (self.window, false), (padded(range, 0.12), false));
        self.draw_scale(scene, &map, range);
        for (_, values, color) in &self.lines {
            let lines = self.steps(&map, values);
            scene.lines(lines, color.unwrap_or(palette::INK), 0.9);
        }
        Ok(())
    }

    fn left_margin(&self, _area: Area) -> f64 {
        self.margin()
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (line, values, _) in &self.lines {
            for (&time, &value) in self.time.iter().zip(values) {
                let labels = [name, "stimulus", line].map(str::to_owned).to_vec();
                table.push([labels, vec![number(time), number(value)]].concat());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_numbers_are_short() {
        assert_eq!(short(-2.0), "−2");
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(-0.001), "0");
    }
}
