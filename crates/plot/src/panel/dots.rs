//! Values of single cells, by group.

use super::{Axis, Frame, Mapping, Panel, extent, padded};
use crate::draw::{Area, Color, Point, Scene, palette};
use crate::table::number;
use crate::{Error, Table};

/// A dot a cell in named groups, with the median of each group as a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotPanel {
    title: String,
    y: Axis,
    groups: Vec<(String, Vec<f64>, Color)>,
    level: Option<f64>,
}

const RADIUS: f64 = 1.9;

impl DotPanel {
    /// An empty plot.
    pub fn new(title: impl Into<String>, y: Axis) -> Self {
        Self {
            title: title.into(),
            y,
            ..Self::default()
        }
    }

    /// Adds a group: its name and one value a cell.
    pub fn with(mut self, name: impl Into<String>, values: Vec<f64>, color: Color) -> Self {
        self.groups.push((name.into(), values, color));
        self
    }

    /// Adds a thin horizontal reference line.
    pub fn level(mut self, y: f64) -> Self {
        self.level = Some(y);
        self
    }

    fn draw_group(&self, scene: &mut Scene, map: &Mapping, group: usize) {
        let (_, values, color) = &self.groups[group];
        let Some(center) = map.x(group as f64) else {
            return;
        };
        let heights = values
            .iter()
            .filter_map(|&value| map.point(group as f64, value).map(|(_, y)| y));
        let room = 0.4 * map.area().width / self.groups.len() as f64;
        scene.dots(swarm(center, heights.collect(), room), RADIUS, *color, 0.75);
        if let Some(y) = median(values).and_then(|median| map.y(median)) {
            let line = vec![(center - 10.0, y), (center + 10.0, y)];
            scene.line(line, palette::INK, 1.2);
        }
    }
}

/// Places dots at their heights, moved sideways where they would cover one another.
fn swarm(center: f64, mut heights: Vec<f64>, room: f64) -> Vec<Point> {
    heights.sort_by(f64::total_cmp);
    let mut placed: Vec<Point> = Vec::new();
    for y in heights {
        let free = |offset: &f64| {
            let near = |&(x, other): &Point| (x - center - offset).hypot(other - y) < 2.0 * RADIUS;
            !placed.iter().rev().take(60).any(near)
        };
        let steps = (room / RADIUS).max(0.0) as i32;
        let offsets = (0..=2 * steps).map(|step| {
            let side = if step % 2 == 0 { 1.0 } else { -1.0 };
            side * f64::from((step + 1) / 2) * RADIUS
        });
        let offset = offsets.into_iter().find(free).unwrap_or(0.0);
        placed.push((center + offset, y));
    }
    placed
}

/// The median of the finite values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    ganglion_numerics::median(values.iter().copied().filter(|value| value.is_finite()))
}

impl Panel for DotPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        let count = self.groups.len() as f64;
        let names = self.groups.iter().enumerate();
        let names = names.map(|(place, (name, ..))| (place as f64, name.clone()));
        let x = Axis::new("")
            .range(-0.6, (count - 0.4).max(0.4))
            .ticks(names);
        let heights = extent(self.groups.iter().flat_map(|g| g.1.iter().copied()));
        let reach = |(low, high): (f64, f64)| match self.level {
            Some(level) => (low.min(level), high.max(level)),
            None => (low, high),
        };
        let data = heights.map(|heights| ((0.0, count), padded(reach(heights), 0.04)));
        let frame = Frame::new(&self.title, &x, &self.y, data);
        let Some(map) = frame.draw(scene, area) else {
            return Ok(());
        };
        if let Some(y) = self.level.and_then(|level| map.y(level)) {
            let ends = [(map.area().x, y), (map.area().right(), y)];
            scene.dashed_line(&ends, palette::GREY, 0.8);
        }
        (0..self.groups.len()).for_each(|group| self.draw_group(scene, &map, group));
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (group, values, _) in &self.groups {
            for (index, &value) in values.iter().enumerate() {
                let labels = [name, "cells", group].map(str::to_owned).to_vec();
                let place = vec![index.to_string(), number(value)];
                table.push([labels, place].concat());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_lie_side_by_side() {
        let dots = swarm(10.0, vec![5.0; 3], 20.0);
        assert!(dots.iter().all(|dot| dot.1 == 5.0));
        for (index, a) in dots.iter().enumerate() {
            assert!(
                dots[..index]
                    .iter()
                    .all(|b| (a.0 - b.0).abs() >= 2.0 * RADIUS)
            );
        }
    }

    #[test]
    fn the_median_ignores_missing_values() {
        assert_eq!(median(&[3.0, f64::NAN, 1.0]), Some(2.0));
        assert_eq!(median(&[f64::NAN]), None);
    }
}
