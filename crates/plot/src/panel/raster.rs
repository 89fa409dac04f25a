//! Spikes of repeated trials.

use super::{Axis, Frame, Mapping, Panel};
use crate::draw::{Area, Color, Mark, Point, Scene, palette};
use crate::table::number;
use crate::{Error, Table};

/// A raster: a row of ticks for every trial, the first trial on top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RasterPanel {
    title: String,
    x: Axis,
    trials: Vec<Vec<f64>>,
    rows: Option<String>,
    color: Option<Color>,
}

impl RasterPanel {
    /// A raster of spike times, in the unit of its x axis.
    pub fn new(title: impl Into<String>, x: Axis, trials: Vec<Vec<f64>>) -> Self {
        Self {
            title: title.into(),
            x,
            trials,
            ..Self::default()
        }
    }

    /// Says what the rows are, beside them, instead of `Trial`.
    pub fn rows_of(mut self, name: impl Into<String>) -> Self {
        self.rows = Some(name.into());
        self
    }

    /// Sets the colour of the spikes.
    pub fn color(mut self, color: Color) -> Self {
        self.color = Some(color);
        self
    }
}

impl Panel for RasterPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        let times = super::extent(self.trials.iter().flatten().copied());
        let count = self.trials.len() as f64;
        let rows = self.rows.as_deref().unwrap_or("Trial");
        let y = Axis::new(rows).range(0.0, count.max(1.0)).ticks([
            (count - 0.5, "1".to_owned()),
            (0.5, self.trials.len().to_string()),
        ]);
        // Trials without a spike are drawn empty where the axis says over which time.
        let times = times.or(self.x.range.filter(|_| count > 0.0));
        let extent = times.map(|times| (times, (0.0, count)));
        let frame = Frame::new(&self.title, &self.x, &y, extent);
        if let Some(map) = frame.draw(scene, area) {
            let color = self.color.unwrap_or(palette::INK);
            spike_ticks(scene, &self.trials, (map.area(), color), |time| {
                Mapping::x(&map, time)
            });
        }
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (trial, times) in self.trials.iter().enumerate() {
            for &time in times {
                let labels = [name, "raster"].map(str::to_owned);
                let place = vec![format!("trial {}", trial + 1), number(time)];
                table.push([labels.to_vec(), place].concat());
            }
        }
    }
}

/// Draws a row of ticks for every trial inside an area.
pub(crate) fn spike_ticks(
    scene: &mut Scene,
    trials: &[Vec<f64>],
    (area, color): (Area, Color),
    x: impl Fn(f64) -> Option<f64>,
) {
    let row = area.height / trials.len().max(1) as f64;
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for (trial, times) in trials.iter().enumerate() {
        let top = area.y + trial as f64 * row;
        let places = times.iter().filter_map(|&time| x(time));
        lines.extend(places.map(|x| vec![(x, top + 0.1 * row), (x, top + 0.9 * row)]));
    }
    if !lines.is_empty() {
        scene.push(Mark::Stroke {
            lines,
            color,
            width: 0.7,
        });
    }
}
