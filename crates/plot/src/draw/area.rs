//! Places on the page.

/// A place on the page: points from the left and from the top.
pub type Point = (f64, f64);

/// A rectangle on the page, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// A rectangle from its top left corner and its size.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The centre.
    pub fn center(&self) -> Point {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// What is left inside margins; never of negative size.
    pub fn inside(&self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        let width = (self.width - left - right).max(1.0);
        let height = (self.height - top - bottom).max(1.0);
        Self::new(self.x + left, self.y + top, width, height)
    }

    /// The four corners, clockwise from the top left.
    pub fn corners(&self) -> Vec<Point> {
        let (right, bottom) = (self.right(), self.bottom());
        vec![
            (self.x, self.y),
            (right, self.y),
            (right, bottom),
            (self.x, bottom),
        ]
    }

    /// The largest centred rectangle of this ratio of width to height.
    pub fn fitted(&self, ratio: f64) -> Self {
        let width = self.width.min(self.height * ratio);
        let height = width / ratio;
        let (x, y) = self.center();
        Self::new(x - width / 2.0, y - height / 2.0, width, height)
    }

    /// Whether two rectangles share any interior.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}
