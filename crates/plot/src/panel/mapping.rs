//! From data to places on the page.

use crate::draw::{Area, Point};

/// Maps data inside two ranges to places inside an area of the page.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    area: Area,
    x: Scale,
    y: Scale,
}

#[derive(Clone, Copy, Debug)]
struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    fn new((low, high): (f64, f64), logarithmic: bool) -> Self {
        let of = |value: f64| if logarithmic { value.log10() } else { value };
        Self {
            low: of(low),
            high: of(high),
            logarithmic,
        }
    }

    /// Position along the axis: 0 at its low end, 1 at its high end.
    fn position(&self, value: f64) -> Option<f64> {
        let value = if self.logarithmic {
            value.log10()
        } else {
            value
        };
        let position = (value - self.low) / (self.high - self.low);
        position.is_finite().then_some(position)
    }
}

/// How far outside the range a value may lie and still be drawn, for rounding.
const SLACK: f64 = 1e-6;

impl Mapping {
    pub(crate) fn new(area: Area, x: ((f64, f64), bool), y: ((f64, f64), bool)) -> Self {
        Self {
            area,
            x: Scale::new(x.0, x.1),
            y: Scale::new(y.0, y.1),
        }
    }

    /// The area of the page that the ranges span.
    pub fn area(&self) -> Area {
        self.area
    }

    /// The place of a point, if it lies inside both ranges.
    pub fn point(&self, x: f64, y: f64) -> Option<Point> {
        let inside = -SLACK..=1.0 + SLACK;
        let y_position = self
            .y
            .position(y)
            .filter(|position| inside.contains(position))?;
        Some((
            self.x(x)?,
            self.area.bottom() - y_position * self.area.height,
        ))
    }

    /// The place of a point, moved to the nearest edge where it lies above or below the range.
    pub fn clamped(&self, x: f64, y: f64) -> Option<Point> {
        Some((self.x(x)?, self.y(y)?))
    }

    /// The horizontal place of a value inside the range.
    pub fn x(&self, value: f64) -> Option<f64> {
        let position = self.x.position(value)?;
        let inside = (-SLACK..=1.0 + SLACK).contains(&position);
        inside.then_some(self.area.x + position * self.area.width)
    }

    /// The vertical place of a value, moved to the nearest edge where it lies outside the range.
    pub fn y(&self, value: f64) -> Option<f64> {
        let position = self.y.position(value)?.clamp(0.0, 1.0);
        Some(self.area.bottom() - position * self.area.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_map_to_corners_and_the_rest_is_refused() {
        let area = Area::new(10.0, 20.0, 100.0, 50.0);
        let map = Mapping::new(area, ((0.0, 1.0), false), ((1.0, 100.0), true));
        assert_eq!(map.point(0.0, 1.0), Some((10.0, 70.0)));
        assert_eq!(map.point(1.0, 10.0), Some((110.0, 45.0)));
        assert_eq!(map.point(1.5, 10.0), None);
        assert_eq!(map.point(1.0, -1.0), None);
        assert_eq!(map.clamped(1.0, 1e9), Some((110.0, 20.0)));
        assert_eq!(map.point(f64::NAN, 1.0), None);
    }
}
