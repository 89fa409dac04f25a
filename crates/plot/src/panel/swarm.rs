//! Dots that are moved sideways so that none covers another.

use crate::draw::Point;

/// Radii that are tried, the largest first.
const RADII: [f64; 5] = [1.9, 1.6, 1.3, 1.0, 0.8];
/// Rounding of places of dots that touch.
const TOUCH: f64 = 1e-9;

/// Places of dots around 0 at their heights, group by group, within `room` to each side, and their radius:
/// the largest at which no dot covers another in any group. Where none is small enough, dots are spread evenly
/// over the room, and cover one another in part.
pub(super) fn swarms(mut groups: Vec<Vec<f64>>, room: f64) -> (f64, Vec<Vec<Point>>) {
    for heights in &mut groups {
        heights.sort_by(f64::total_cmp);
    }
    for radius in RADII {
        let placed = groups.iter().map(|heights| apart(heights, radius, room));
        if let Some(placed) = placed.collect() {
            return (radius, placed);
        }
    }
    let least = RADII[RADII.len() - 1];
    let spread = groups.iter().map(|heights| spread(heights, least, room));
    (least, spread.collect())
}

/// Each dot as near to the middle as it can be without covering one that lies below it; none where the
/// room is too small.
fn apart(heights: &[f64], radius: f64, room: f64) -> Option<Vec<Point>> {
    let mut placed: Vec<Point> = Vec::with_capacity(heights.len());
    for &y in heights {
        let near = placed.iter().rev();
        let near: Vec<Point> = near
            .take_while(|(_, other)| y - other < 2.0 * radius)
            .copied()
            .collect();
        // A dot in the middle, or one that touches another.
        let beside = near.iter().flat_map(|(x, other)| {
            let by = (4.0 * radius * radius - (y - other).powi(2))
                .max(0.0)
                .sqrt();
            [x + by, x - by]
        });
        let mut candidates: Vec<f64> = std::iter::once(0.0).chain(beside).collect();
        candidates.retain(|x| x.abs() <= room);
        candidates.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let is_free = |x: &f64| {
            let covers = |other: &Point| (x - other.0).hypot(y - other.1) < 2.0 * radius - TOUCH;
            !near.iter().any(covers)
        };
        placed.push((candidates.into_iter().find(is_free)?, y));
    }
    Some(placed)
}

/// Dots in rows as high as a dot, those of a row evenly spaced from the middle to both sides.
fn spread(heights: &[f64], radius: f64, room: f64) -> Vec<Point> {
    let row = |y: f64| (y / (2.0 * radius)).floor();
    let rows = heights.chunk_by(|a, b| row(*a) == row(*b));
    rows.flat_map(|dots| {
        let steps = (dots.len() / 2).max(1);
        let spacing = (2.0 * radius).min(room / steps as f64);
        dots.iter().enumerate().map(move |(place, &y)| {
            let side = if place % 2 == 0 { 1.0 } else { -1.0 };
            (side * place.div_ceil(2) as f64 * spacing, y)
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(dots: &[Point]) -> f64 {
        let pairs = dots.iter().enumerate();
        let distances = pairs.flat_map(|(place, a)| {
            let before = dots[..place].iter();
            before.map(|b| (a.0 - b.0).hypot(a.1 - b.1))
        });
        distances.fold(f64::INFINITY, f64::min)
    }

    /// Heights like those of correlations near 1: most of them close together.
    fn crowded(count: usize) -> Vec<f64> {
        let value = |index: usize| ((index * 7919 % 1009) as f64 / 1009.0).powi(3);
        (0..count).map(|index| 100.0 * value(index)).collect()
    }

    #[test]
    fn equal_values_lie_side_by_side() {
        let (radius, groups) = swarms(vec![vec![5.0; 3]], 20.0);
        assert_eq!(radius, RADII[0]);
        assert!(groups[0].iter().all(|dot| dot.1 == 5.0));
        assert!(nearest(&groups[0]) >= 2.0 * radius - 1e-6);
        assert!(groups[0].iter().any(|dot| dot.0 == 0.0));
    }

    #[test]
    fn no_dot_covers_another_and_all_groups_have_one_radius() {
        let (radius, groups) = swarms(vec![crowded(128), vec![3.0, 90.0]], 30.0);
        assert!(radius < RADII[0] || nearest(&groups[0]) >= 2.0 * RADII[0] - 1e-6);
        for dots in &groups {
            assert!(nearest(dots) >= 2.0 * radius - 1e-6, "{radius}");
            assert!(dots.iter().all(|dot| dot.0.abs() <= 30.0));
        }
        let mut heights: Vec<f64> = groups[0].iter().map(|dot| dot.1).collect();
        let mut expected = crowded(128);
        heights.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert_eq!(heights, expected);
    }

    /// More dots than the room holds do not lie on each other in the middle.
    #[test]
    fn dots_without_room_are_spread_over_all_of_it() {
        let (radius, groups) = swarms(vec![vec![7.0; 200]], 20.0);
        assert_eq!(radius, RADII[RADII.len() - 1]);
        let dots = &groups[0];
        assert!(nearest(dots) > 0.1, "{}", nearest(dots));
        let widest = dots.iter().map(|dot| dot.0.abs()).fold(0.0, f64::max);
        assert!((19.0..=20.0).contains(&widest), "{widest}");
    }
}
