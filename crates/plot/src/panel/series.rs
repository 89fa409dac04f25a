//! A named series of points.

use crate::Error;
use crate::draw::Color;
use crate::error::check_length;

/// A named line or cloud of points, with an error band if it has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub(crate) name: String,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) band: Option<(Vec<f64>, Vec<f64>)>,
    pub(crate) x_band: Option<(Vec<f64>, Vec<f64>)>,
    pub(crate) color: Option<Color>,
    pub(crate) dashed: bool,
    pub(crate) markers: bool,
    pub(crate) filled: bool,
    pub(crate) bars: bool,
    pub(crate) unconnected: bool,
    pub(crate) width: Option<f64>,
    pub(crate) listed: Option<String>,
}

impl Series {
    /// A series; with an empty name it stays out of the legend.
    pub fn new(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            x,
            y,
            ..Self::default()
        }
    }

    /// Adds a band between a lower and an upper value at every point.
    pub fn band(mut self, lower: Vec<f64>, upper: Vec<f64>) -> Self {
        self.band = Some((lower, upper));
        self
    }

    /// Adds the ends of a horizontal error bar at every point of a scatter plot.
    pub fn x_band(mut self, lower: Vec<f64>, upper: Vec<f64>) -> Self {
        self.x_band = Some((lower, upper));
        self
    }

    /// Adds a band of plus and minus an error.
    pub fn error(self, error: &[f64]) -> Self {
        let at = |sign: f64| {
            self.y
                .iter()
                .zip(error)
                .map(|(y, e)| y + sign * e)
                .collect()
        };
        let (lower, upper) = (at(-1.0), at(1.0));
        self.band(lower, upper)
    }

    /// Adds error bars of plus and minus an error; a missing error has no bar.
    pub fn error_bars(self, error: &[f64]) -> Self {
        Self {
            bars: true,
            ..self.error(error)
        }
    }

    /// Sets its name in the legend, while the table keeps its own; an empty one keeps it out.
    pub fn listed_as(mut self, name: impl Into<String>) -> Self {
        self.listed = Some(name.into());
        self
    }

    /// The name in the legend.
    pub(crate) fn legend_name(&self) -> &str {
        self.listed.as_ref().unwrap_or(&self.name)
    }

    /// Sets the colour instead of taking the next of the palette.
    pub fn color(mut self, color: Color) -> Self {
        self.color = Some(color);
        self
    }

    /// Dashes the line.
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }

    /// Marks every point with a dot.
    pub fn markers(mut self) -> Self {
        self.markers = true;
        self
    }

    /// Draws the points only, without a line between them.
    pub fn points(mut self) -> Self {
        self.markers = true;
        self.unconnected = true;
        self
    }

    /// Sets the width of the line in points instead of 1.1.
    pub fn width(mut self, points: f64) -> Self {
        self.width = Some(points);
        self
    }

    /// Fills the area between the line and zero instead of drawing the line.
    pub fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let what = |part: &str| format!("{part} of series {:?}", self.name);
        check_length(&what("y"), self.x.len(), self.y.len())?;
        if let Some((lower, upper)) = &self.band {
            check_length(&what("lower band"), self.x.len(), lower.len())?;
            check_length(&what("upper band"), self.x.len(), upper.len())?;
        }
        if let Some((lower, upper)) = &self.x_band {
            check_length(&what("lower band of x"), self.x.len(), lower.len())?;
            check_length(&what("upper band of x"), self.x.len(), upper.len())?;
        }
        Ok(())
    }

    /// Every vertical value that the axis must hold.
    pub(crate) fn heights(&self) -> impl Iterator<Item = f64> + '_ {
        let band = self
            .band
            .iter()
            .flat_map(|(lower, upper)| lower.iter().chain(upper));
        let zero = (self.filled && !self.y.is_empty()).then_some(0.0);
        self.y.iter().chain(band).copied().chain(zero)
    }
}
