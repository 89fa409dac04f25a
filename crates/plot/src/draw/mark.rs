//! Marks: what a scene is made of.

use super::font::{self, CAP_HEIGHT};
use super::{Area, Color, LABEL_SIZE, Point, Weight, palette};

/// Something drawn on the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Lines of one colour and width.
    Stroke {
        /// The lines.
        lines: Vec<Vec<Point>>,
        /// Their colour.
        color: Color,
        /// Their width in points.
        width: f64,
    },
    /// Filled polygons of one colour.
    Fill {
        /// The polygons.
        polygons: Vec<Vec<Point>>,
        /// Their colour.
        color: Color,
        /// From 0 (invisible) to 1.
        opacity: f64,
    },
    /// Dots of one size.
    Dots {
        /// Their centres.
        centers: Vec<Point>,
        /// Their radius in points.
        radius: f64,
        /// Their colour.
        color: Color,
        /// From 0 (invisible) to 1.
        opacity: f64,
    },
    /// A map of coloured cells that touch.
    Cells {
        /// The rectangle they cover.
        area: Area,
        /// Cells in a row.
        columns: usize,
        /// Their colours, row by row from the top.
        colors: Vec<Color>,
    },
    /// A line of text, above all other marks.
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// Where its anchor lies: on the baseline.
    pub at: Point,
    /// Where the anchor is along the text: 0 at its start, 0.5 in the middle, 1 at its end.
    pub anchor: f64,
    /// Size in points.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
    /// Colour.
    pub color: Color,
    /// Whether it reads from bottom to top.
    pub upward: bool,
}

impl Text {
    /// Text that starts at a place on its baseline.
    pub fn new(text: impl Into<String>, at: Point) -> Self {
        Self {
            text: text.into(),
            at,
            anchor: 0.0,
            size: LABEL_SIZE,
            weight: Weight::Regular,
            color: palette::INK,
            upward: false,
        }
    }

    /// Centres the text on its place.
    pub fn centered(mut self) -> Self {
        self.anchor = 0.5;
        self
    }

    /// Ends the text at its place.
    pub fn ending(mut self) -> Self {
        self.anchor = 1.0;
        self
    }

    /// Centres the capitals vertically on the place instead of standing on it.
    pub fn middle(mut self) -> Self {
        self.at.1 += CAP_HEIGHT / 2.0 * self.size;
        self
    }

    /// Sets the size in points; call it before [`middle`](Self::middle).
    pub fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }

    /// Sets the colour.
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Makes the text bold.
    pub fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }

    /// Turns the text to read from bottom to top.
    pub fn upward(mut self) -> Self {
        self.upward = true;
        self
    }

    /// Width of the text in points.
    pub fn width(&self) -> f64 {
        font::width(&self.text, self.size, self.weight)
    }

    /// The rectangle the text covers.
    pub fn bounds(&self) -> Area {
        let (width, rise, depth) = (self.width(), 0.74 * self.size, 0.2 * self.size);
        let (x, y) = self.at;
        if self.upward {
            return Area::new(
                x - rise,
                y - (1.0 - self.anchor) * width,
                rise + depth,
                width,
            );
        }
        Area::new(x - self.anchor * width, y - rise, width, rise + depth)
    }
}
