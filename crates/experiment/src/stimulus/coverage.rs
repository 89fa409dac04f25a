//! How much of a pixel a shape covers.

/// Length that two intervals share.
pub(crate) fn overlap(first: [f64; 2], second: [f64; 2]) -> f64 {
    (first[1].min(second[1]) - first[0].max(second[0])).max(0.0)
}

/// A half plane: the points `r` with `normal . r <= offset`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HalfPlane {
    pub(crate) normal: [f64; 2],
    pub(crate) offset: f64,
}

impl HalfPlane {
    fn distance(&self, point: [f64; 2]) -> f64 {
        self.normal[0] * point[0] + self.normal[1] * point[1] - self.offset
    }
}

/// Fraction of the square of side 1 around `centre` that lies in all the half planes: exact, by
/// clipping the square as a polygon (Sutherland and Hodgman 1974).
pub(crate) fn square_fraction(centre: [f64; 2], planes: &[HalfPlane]) -> f64 {
    let [x, y] = centre;
    let mut polygon = vec![
        [x - 0.5, y - 0.5],
        [x + 0.5, y - 0.5],
        [x + 0.5, y + 0.5],
        [x - 0.5, y + 0.5],
    ];
    for plane in planes {
        polygon = clip(&polygon, plane);
    }
    area(&polygon)
}

fn clip(polygon: &[[f64; 2]], plane: &HalfPlane) -> Vec<[f64; 2]> {
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (index, &corner) in polygon.iter().enumerate() {
        let next = polygon[(index + 1) % polygon.len()];
        let (here, there) = (plane.distance(corner), plane.distance(next));
        if here <= 0.0 {
            kept.push(corner);
        }
        if (here < 0.0 && there > 0.0) || (here > 0.0 && there < 0.0) {
            let share = here / (here - there);
            kept.push([0, 1].map(|axis| corner[axis] + share * (next[axis] - corner[axis])));
        }
    }
    kept
}

/// Area of a convex polygon.
fn area(polygon: &[[f64; 2]]) -> f64 {
    let twice: f64 = polygon
        .iter()
        .enumerate()
        .map(|(index, a)| {
            let b = polygon[(index + 1) % polygon.len()];
            a[0] * b[1] - a[1] * b[0]
        })
        .sum();
    (0.5 * twice).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_planes_cut_known_areas() {
        let right_of_centre = HalfPlane {
            normal: [1.0, 0.0],
            offset: 0.25,
        };
        assert_eq!(square_fraction([0.0, 0.0], &[right_of_centre]), 0.75);
        let diagonal = HalfPlane {
            normal: [0.5f64.sqrt(), 0.5f64.sqrt()],
            offset: 0.0,
        };
        assert!((square_fraction([0.0, 0.0], &[diagonal]) - 0.5).abs() < 1e-12);
        assert_eq!(square_fraction([5.0, 0.0], &[diagonal]), 0.0);
        assert!((square_fraction([-5.0, 0.0], &[diagonal]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn intervals_overlap_by_what_they_share() {
        assert_eq!(overlap([0.0, 2.0], [1.5, 9.0]), 0.5);
        assert_eq!(overlap([0.0, 2.0], [3.0, 9.0]), 0.0);
    }
}
