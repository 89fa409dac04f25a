//! Values of single cells, by group.

use super::swarm::swarms;
use super::{Axis, Frame, Mapping, Panel, extent, padded};
use crate::draw::{Area, Color, Scene, palette};
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

/// Part of a group's width, to each side of its middle, that dots may take.
const ROOM: f64 = 0.4;

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

    /// Heights of the dots of a group, in the scene.
    fn heights(&self, map: &Mapping, group: usize) -> Vec<f64> {
        let values = self.groups[group].1.iter();
        let heights = values.filter_map(|&value| map.point(group as f64, value).map(|(_, y)| y));
        heights.collect()
    }

    fn draw_groups(&self, scene: &mut Scene, map: &Mapping) {
        let room = ROOM * map.area().width / self.groups.len().max(1) as f64;
        let heights = (0..self.groups.len()).map(|group| self.heights(map, group));
        let (radius, swarms) = swarms(heights.collect(), room);
        for (group, dots) in swarms.into_iter().enumerate() {
            let (_, values, color) = &self.groups[group];
            let Some(center) = map.x(group as f64) else {
                continue;
            };
            let dots = dots.into_iter().map(|(x, y)| (center + x, y)).collect();
            scene.dots(dots, radius, *color, 0.75);
            if let Some(y) = median(values).and_then(|median| map.y(median)) {
                let line = vec![(center - 10.0, y), (center + 10.0, y)];
                scene.line(line, palette::INK, 1.2);
            }
        }
    }
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
        self.draw_groups(scene, &map);
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
    fn the_median_ignores_missing_values() {
        assert_eq!(median(&[3.0, f64::NAN, 1.0]), Some(2.0));
        assert_eq!(median(&[f64::NAN]), None);
    }
}
