//! A page of marks.

use super::{Area, Color, Mark, Point, Text, dashed};

/// A page of vector marks, in points, origin at the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    width: f64,
    height: f64,
    marks: Vec<Mark>,
}

/// Length of a dash and of a gap, in points.
const DASH: f64 = 2.4;

impl Scene {
    /// An empty white page.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            marks: Vec::new(),
        }
    }

    /// Width of the page in points.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Height of the page in points.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// The whole page.
    pub fn area(&self) -> Area {
        Area::new(0.0, 0.0, self.width, self.height)
    }

    /// The marks, from back to front.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The texts on the page.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Adds a mark on top.
    pub fn push(&mut self, mark: Mark) {
        self.marks.push(mark);
    }

    /// Adds text; empty text adds nothing.
    pub fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.push(Mark::Text(text));
        }
    }

    /// Adds a line.
    pub fn line(&mut self, line: Vec<Point>, color: Color, width: f64) {
        self.lines(vec![line], color, width);
    }

    /// Adds lines of one colour and width; a line of one point is left out.
    pub fn lines(&mut self, mut lines: Vec<Vec<Point>>, color: Color, width: f64) {
        lines.retain(|line| line.len() > 1);
        if !lines.is_empty() {
            self.push(Mark::Stroke {
                lines,
                color,
                width,
            });
        }
    }

    /// Adds a dashed line.
    pub fn dashed_line(&mut self, line: &[Point], color: Color, width: f64) {
        self.lines(dashed(line, DASH), color, width);
    }

    /// Adds a filled polygon.
    pub fn fill(&mut self, polygon: Vec<Point>, color: Color, opacity: f64) {
        self.push(Mark::Fill {
            polygons: vec![polygon],
            color,
            opacity,
        });
    }

    /// Adds dots of one size and colour.
    pub fn dots(&mut self, centers: Vec<Point>, radius: f64, color: Color, opacity: f64) {
        if !centers.is_empty() {
            self.push(Mark::Dots {
                centers,
                radius,
                color,
                opacity,
            });
        }
    }
}
