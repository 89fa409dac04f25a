//! Values of single cells, by group.

use super::swarm::swarms;
use super::{
    Axis, Frame, LEFT_MARGIN, Legend, Mapping, Panel, RIGHT_MARGIN, Symbol, extent, padded,
};
use crate::draw::{Area, Color, Scene, TICK_SIZE, Text, palette};
use crate::table::number;
use crate::{Error, Table};

/// A dot a cell in named groups, with the median of each group as a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotPanel {
    title: String,
    y: Axis,
    groups: Vec<(String, Vec<f64>, Color)>,
    /// Of the median of each group, where it has one.
    intervals: Vec<Option<[f64; 2]>>,
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
        self.intervals.push(None);
        self
    }

    /// Adds an interval of the median to the group that was added last.
    pub fn interval(mut self, ends: [f64; 2]) -> Self {
        if let Some(last) = self.intervals.last_mut() {
            *last = Some(ends);
        }
        self
    }

    /// Names of groups below them where all of them fit, else their numbers, with the names in a legend.
    fn names(&self, width: f64) -> (Vec<(f64, String)>, Legend) {
        let room = width / (self.groups.len().max(1) as f64 + 0.2) - 4.0;
        let fits = |name: &str| Text::new(name, (0.0, 0.0)).size(TICK_SIZE).width() <= room;
        let places = (0..self.groups.len()).map(|group| group as f64);
        let mut legend = Legend::default();
        let names = self.groups.iter().map(|(name, ..)| name.clone());
        if self.groups.iter().all(|(name, ..)| fits(name)) {
            return (places.zip(names).collect(), legend);
        }
        let numbers = (1..=self.groups.len()).map(|number| number.to_string());
        for (number, (name, _, color)) in self.groups.iter().enumerate() {
            legend.add(&format!("{} {name}", number + 1), *color, Symbol::Dot);
        }
        (places.zip(numbers).collect(), legend)
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
            let ends = self.intervals[group].map(|ends| ends.map(|end| map.y(end)));
            if let Some([Some(low), Some(high)]) = ends {
                let caps = [low, high].map(|y| vec![(center - 3.0, y), (center + 3.0, y)]);
                scene.lines(caps.to_vec(), palette::INK, 0.8);
                scene.line(vec![(center, low), (center, high)], palette::INK, 0.8);
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
        let (names, legend) = self.names(area.width - LEFT_MARGIN - RIGHT_MARGIN);
        let x = Axis::new("")
            .range(-0.6, (count - 0.4).max(0.4))
            .ticks(names);
        let ends = self.intervals.iter().flatten().flatten();
        let values = self.groups.iter().flat_map(|group| &group.1);
        let heights = extent(values.chain(ends).copied());
        let reach = |(low, high): (f64, f64)| match self.level {
            Some(level) => (low.min(level), high.max(level)),
            None => (low, high),
        };
        let data = heights.map(|heights| ((0.0, count), padded(reach(heights), 0.04)));
        let frame = Frame {
            legend,
            ..Frame::new(&self.title, &x, &self.y, data)
        };
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
        for ((group, values, _), interval) in self.groups.iter().zip(&self.intervals) {
            for (index, &value) in values.iter().enumerate() {
                let labels = [name, "cells", group].map(str::to_owned).to_vec();
                let place = vec![index.to_string(), number(value)];
                table.push([labels, place].concat());
            }
            if let Some(ends) = interval {
                let labels = [name, "median", group].map(str::to_owned).to_vec();
                let middle = number(median(values).unwrap_or(f64::NAN));
                let ends = ends.map(number).to_vec();
                table.push([labels, vec![String::new(), middle], ends].concat());
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
