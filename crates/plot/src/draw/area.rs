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

    /// The part of a line from one place to another that lies inside; none where it has none.
    ///
    /// Source: Liang & Barsky 1984, ACM Transactions on Graphics 3:1.
    pub fn clipped(&self, [from, to]: [Point; 2]) -> Option<[Point; 2]> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let edges = [
            (-dx, from.0 - self.x),
            (dx, self.right() - from.0),
            (-dy, from.1 - self.y),
            (dy, self.bottom() - from.1),
        ];
        let (mut enters, mut leaves) = (0.0f64, 1.0f64);
        for (outward, room) in edges {
            match outward {
                0.0 if room < 0.0 => return None,
                0.0 => {}
                outward if outward < 0.0 => enters = enters.max(room / outward),
                outward => leaves = leaves.min(room / outward),
            }
        }
        let at = |share: f64| (from.0 + share * dx, from.1 + share * dy);
        // Ends that lie inside stay exactly where they are.
        let start = if enters == 0.0 { from } else { at(enters) };
        let end = if leaves == 1.0 { to } else { at(leaves) };
        (enters < leaves).then_some([start, end])
    }

    /// Whether two rectangles share any interior.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_edges() {
        let area = Area::new(0.0, 10.0, 4.0, 2.0);
        let inside = [(1.0, 11.0), (3.0, 11.5)];
        assert_eq!(area.clipped(inside), Some(inside));
        assert_eq!(
            area.clipped([(2.0, 11.0), (2.0, 15.0)]),
            Some([(2.0, 11.0), (2.0, 12.0)])
        );
        assert_eq!(
            area.clipped([(-4.0, 11.0), (8.0, 11.0)]),
            Some([(0.0, 11.0), (4.0, 11.0)])
        );
        assert_eq!(area.clipped([(-1.0, 11.0), (2.0, 8.0)]), None);
        assert_eq!(area.clipped([(5.0, 0.0), (5.0, 20.0)]), None);
    }
}
