//! Clouds of points.

use super::line::record_series;
use super::{Axis, Frame, Legend, Mapping, Panel, Series, Symbol, extent, padded};
use crate::draw::{Area, Scene, palette};
use crate::{Error, Table};

/// A plot of points; with a unity line both axes share one range and the plot is square.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScatterPanel {
    title: String,
    x: Axis,
    y: Axis,
    series: Vec<Series>,
    unity: bool,
}

impl ScatterPanel {
    /// An empty plot.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            ..Self::default()
        }
    }

    /// Adds points.
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// Adds the line on which x and y are equal.
    pub fn unity(mut self) -> Self {
        self.unity = true;
        self
    }

    fn extent(&self) -> Option<((f64, f64), (f64, f64))> {
        let ends = |band: &Option<(Vec<f64>, Vec<f64>)>| -> Vec<f64> {
            let band = band.iter();
            band.flat_map(|(lower, upper)| lower.iter().chain(upper))
                .copied()
                .collect()
        };
        let all = || self.series.iter();
        let x = all().flat_map(|series| series.x.iter().copied().chain(ends(&series.x_band)));
        let y = all().flat_map(|series| series.y.iter().copied().chain(ends(&series.band)));
        Some((extent(x)?, extent(y)?))
    }

    /// One range for both axes: that of all the data, or the union of the fixed ones.
    fn shared_axes(&self) -> (Axis, Axis) {
        let (x, y) = (self.x.clone(), self.y.clone());
        let Some((data_x, data_y)) = self.extent().filter(|_| self.unity) else {
            return (x, y);
        };
        let (a, b) = (x.range.unwrap_or(data_x), y.range.unwrap_or(data_y));
        let fixed = x.range.is_some() && y.range.is_some();
        let union = (a.0.min(b.0), a.1.max(b.1));
        let (low, high) = if fixed { union } else { padded(union, 0.06) };
        (x.range(low, high), y.range(low, high))
    }
}

impl Panel for ScatterPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        self.series.iter().try_for_each(Series::check)?;
        let (x, y) = self.shared_axes();
        let mut legend = Legend::default();
        for (index, series) in self.series.iter().enumerate() {
            let color = series.color.unwrap_or_else(|| palette::series(index));
            legend.add(series.legend_name(), color, Symbol::Dot);
        }
        // Points on the edge of the data need room for their radius.
        let extent = self.extent().map(|(x, y)| (padded(x, 0.04), y));
        let frame = Frame {
            legend,
            square: self.unity,
            ..Frame::new(&self.title, &x, &y, extent)
        };
        let Some(map) = frame.draw(scene, area) else {
            return Ok(());
        };
        if self.unity {
            let area = map.area();
            let diagonal = [(area.x, area.bottom()), (area.right(), area.y)];
            scene.dashed_line(&diagonal, palette::GREY, 0.8);
        }
        for (index, series) in self.series.iter().enumerate() {
            draw_points(scene, &map, series, index);
        }
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for series in &self.series {
            record_series(series, name, "scatter", table);
            if series.x_band.is_some() {
                let across = Series {
                    band: series.x_band.clone(),
                    ..series.clone()
                };
                record_series(&across, name, "interval of x", table);
            }
        }
    }
}

fn draw_points(scene: &mut Scene, map: &Mapping, series: &Series, index: usize) {
    let color = series.color.unwrap_or_else(|| palette::series(index));
    scene.lines(bars(map, series), color, 0.5);
    let points = series
        .x
        .iter()
        .zip(&series.y)
        .filter_map(|(&x, &y)| map.point(x, y));
    scene.dots(points.collect(), 2.1, color, 0.8);
}

/// Error bars both ways; a point without an end has none.
fn bars(map: &Mapping, series: &Series) -> Vec<Vec<(f64, f64)>> {
    let ends = |band: &Option<(Vec<f64>, Vec<f64>)>, index: usize| {
        let (lower, upper) = band.as_ref()?;
        Some((lower[index], upper[index]))
    };
    let of = |index: usize| {
        let (x, y) = (series.x[index], series.y[index]);
        let across = ends(&series.x_band, index).map(|(low, high)| [(low, y), (high, y)]);
        let down = ends(&series.band, index).map(|(low, high)| [(x, low), (x, high)]);
        across.into_iter().chain(down)
    };
    let line = |[a, b]: [(f64, f64); 2]| Some(vec![map.point(a.0, a.1)?, map.point(b.0, b.1)?]);
    (0..series.x.len()).flat_map(of).filter_map(line).collect()
}
