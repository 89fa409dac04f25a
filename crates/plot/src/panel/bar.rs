//! Bars of named quantities.

use super::{Axis, Frame, Mapping, Panel};
use crate::draw::{Area, Color, SPINE_WIDTH, Scene, palette};
use crate::error::check_length;
use crate::table::number;
use crate::{Error, Table};

/// A plot of bars, one a name, from zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarPanel {
    title: String,
    x: String,
    y: Axis,
    names: Vec<String>,
    values: Vec<f64>,
    errors: Option<Vec<f64>>,
    colors: Option<Vec<Color>>,
}

impl BarPanel {
    /// A plot of one value a name.
    pub fn new(title: impl Into<String>, y: Axis, names: Vec<String>, values: Vec<f64>) -> Self {
        Self {
            title: title.into(),
            x: String::new(),
            y,
            names,
            values,
            errors: None,
            colors: None,
        }
    }

    /// Adds error bars of plus and minus these values.
    pub fn errors(mut self, errors: Vec<f64>) -> Self {
        self.errors = Some(errors);
        self
    }

    /// Says under the names what they are names of.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.x = label.into();
        self
    }

    /// Sets the colour of every bar.
    pub fn colors(mut self, colors: Vec<Color>) -> Self {
        self.colors = Some(colors);
        self
    }

    fn error(&self, index: usize) -> f64 {
        let error = self
            .errors
            .as_ref()
            .and_then(|errors| errors.get(index))
            .copied();
        error.filter(|error| error.is_finite()).unwrap_or(0.0)
    }

    fn extent(&self) -> Option<((f64, f64), (f64, f64))> {
        let ends = self
            .values
            .iter()
            .enumerate()
            .flat_map(|(index, &value)| [value - self.error(index), value + self.error(index)]);
        let (low, high) = super::extent(ends)?;
        Some((
            (-0.6, self.values.len() as f64 - 0.4),
            (low.min(0.0), high.max(0.0)),
        ))
    }

    fn draw_bar(&self, scene: &mut Scene, map: &Mapping, index: usize, value: f64) -> Option<()> {
        let place = index as f64;
        let (left, right) = (map.x(place - 0.36)?, map.x(place + 0.36)?);
        let (zero, end) = (map.y(0.0)?, map.y(value)?);
        let bar = Area::new(left, zero.min(end), right - left, (end - zero).abs());
        let color = self
            .colors
            .as_ref()
            .and_then(|colors| colors.get(index))
            .copied();
        scene.fill(bar.corners(), color.unwrap_or(palette::BLUE), 1.0);
        if self.error(index) > 0.0 {
            let (x, error) = ((left + right) / 2.0, self.error(index));
            let line = vec![(x, map.y(value - error)?), (x, map.y(value + error)?)];
            scene.line(line, palette::INK, 0.8);
        }
        Some(())
    }
}

impl Panel for BarPanel {
    fn draw(&self, scene: &mut Scene, area: Area) -> Result<(), Error> {
        check_length("names of the bars", self.values.len(), self.names.len())?;
        let count = self.values.len();
        if let Some(errors) = &self.errors {
            check_length("errors of the bars", count, errors.len())?;
        }
        let names = self
            .names
            .iter()
            .enumerate()
            .map(|(place, name)| (place as f64, name.clone()));
        let x = Axis::new(&*self.x).ticks(names);
        let frame = Frame::new(&self.title, &x, &self.y, self.extent());
        let Some(map) = frame.draw(scene, area) else {
            return Ok(());
        };
        for (index, &value) in self.values.iter().enumerate() {
            self.draw_bar(scene, &map, index, value);
        }
        if let Some(zero) = map.y(0.0) {
            let line = vec![(map.area().x, zero), (map.area().right(), zero)];
            scene.line(line, palette::INK, SPINE_WIDTH);
        }
        Ok(())
    }

    fn record(&self, name: &str, table: &mut Table) {
        for (index, (bar, &value)) in self.names.iter().zip(&self.values).enumerate() {
            let bound = |sign: f64| match &self.errors {
                Some(_) => number(value + sign * self.error(index)),
                None => String::new(),
            };
            let labels = [name, "bar", bar, ""].map(str::to_owned).to_vec();
            table.push([labels, vec![number(value), bound(-1.0), bound(1.0)]].concat());
        }
    }
}
