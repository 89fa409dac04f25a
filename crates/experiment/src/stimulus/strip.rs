//! A bar on the pixels.

use ganglion_recording::Microns;

use super::conversion::Conversion;
use super::coverage::{HalfPlane, overlap, square_fraction};
use super::direction::Direction;
use super::painter::mix;
use crate::{Contrast, Error, Screen};

/// A bar of a width, at right angles to a direction, that is painted at any position along it.
pub(crate) struct Strip {
    screen: Screen,
    width: f64,
    length: Option<f64>,
    contrast: f32,
    vector: [f64; 2],
    /// Half the screen's extent along the direction, in microns.
    half_screen: f64,
}

impl Strip {
    /// # Errors
    /// If the bar is not narrower than the screen.
    pub(crate) fn new(
        conversion: &mut Conversion,
        width: Microns,
        length: Option<Microns>,
        contrast: Contrast,
        direction: Direction,
    ) -> Result<Self, Error> {
        let screen = conversion.screen();
        conversion.finite("direction", direction.0, "degrees")?;
        let strip = Self {
            screen,
            width: conversion.length("width", width)?,
            length: (length)
                .map(|length| conversion.length("length", length))
                .transpose()?,
            contrast: conversion.contrast("contrast", contrast)?,
            vector: direction.vector(),
            half_screen: screen.half_extent(direction).0,
        };
        strip.check_width(conversion)?;
        Ok(strip)
    }

    fn check_width(&self, conversion: &mut Conversion) -> Result<(), Error> {
        let across = 2.0 * self.half_screen;
        if self.width >= across {
            return Err(conversion.error(
                "width",
                format!("{} um", self.width),
                format!("is not narrower than the screen, {across} um along the motion"),
                format!("use less than {across} um, or a `flash` of the whole screen"),
            ));
        }
        let pixel = self.screen.microns_per_pixel.0;
        if self.width < pixel {
            conversion.warn(
                "width",
                format!(
                    "{} um is less than a pixel ({pixel} um); shown as one or two pixels of lower \
                     contrast",
                    self.width
                ),
            );
        }
        Ok(())
    }

    /// Smallest distance of the centre from the screen's at which nothing of the bar is seen.
    pub(crate) fn off_screen(&self) -> f64 {
        self.half_screen + 0.5 * self.width
    }

    /// Paints the bar with its centre at a position in microns.
    pub(crate) fn paint(&self, position: f64, canvas: &mut [f32]) {
        let side = self.screen.microns_per_pixel.0;
        let along = [position - 0.5 * self.width, position + 0.5 * self.width].map(|at| at / side);
        let across = self
            .length
            .map(|length| [-0.5 * length / side, 0.5 * length / side]);
        match self.vector {
            [x, 0.0] => self.paint_upright(signed(along, x), across, canvas, false),
            [0.0, y] => self.paint_upright(signed(along, y), across, canvas, true),
            _ => self.paint_oblique(along, across, canvas),
        }
    }

    /// A bar along columns or (`rows`) along rows.
    fn paint_upright(
        &self,
        along: [f64; 2],
        across: Option<[f64; 2]>,
        canvas: &mut [f32],
        rows: bool,
    ) {
        let [x, y] = if rows {
            [across.unwrap_or(EVERYWHERE), along]
        } else {
            [along, across.unwrap_or(EVERYWHERE)]
        };
        let columns = covered(x, self.screen.width);
        let lines = covered(y, self.screen.height);
        for (line, pixels) in lines.iter().zip(canvas.chunks_mut(self.screen.width)) {
            for (column, pixel) in columns.iter().zip(pixels) {
                mix(pixel, self.contrast, line * column);
            }
        }
    }

    fn paint_oblique(&self, along: [f64; 2], across: Option<[f64; 2]>, canvas: &mut [f32]) {
        let [x, y] = self.vector;
        let mut planes = vec![slab([x, y], along[1], 1.0), slab([x, y], along[0], -1.0)];
        if let Some([low, high]) = across {
            planes.extend([slab([-y, x], high, 1.0), slab([-y, x], low, -1.0)]);
        }
        for (index, pixel) in canvas.iter_mut().enumerate() {
            let column = (index % self.screen.width) as f64 + 0.5 - 0.5 * self.screen.width as f64;
            let row = (index / self.screen.width) as f64 + 0.5 - 0.5 * self.screen.height as f64;
            let middle = x * column + y * row;
            if middle > along[0] - 1.0 && middle < along[1] + 1.0 {
                mix(
                    pixel,
                    self.contrast,
                    square_fraction([column, row], &planes) as f32,
                );
            }
        }
    }
}

const EVERYWHERE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

/// An interval along a direction as one along the axis that the direction points along or against.
fn signed([low, high]: [f64; 2], sign: f64) -> [f64; 2] {
    if sign > 0.0 {
        [low, high]
    } else {
        [-high, -low]
    }
}

/// Fraction of each of `pixels` pixels, centred on 0, that lies in an interval.
fn covered(interval: [f64; 2], pixels: usize) -> Vec<f32> {
    (0..pixels)
        .map(|pixel| pixel as f64 - 0.5 * pixels as f64)
        .map(|low| overlap(interval, [low, low + 1.0]) as f32)
        .collect()
}

/// One side of an edge: `sign` 1 for the points below `offset` along `normal`, -1 for those above.
fn slab(normal: [f64; 2], offset: f64, sign: f64) -> HalfPlane {
    HalfPlane {
        normal: normal.map(|component| sign * component),
        offset: sign * offset,
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Milliseconds;
    use rstest::rstest;

    use super::*;
    use crate::stimulus::fixture::screen;

    fn painted(direction: Direction, position: f64, length: Option<f64>) -> Vec<f32> {
        let screen = screen();
        let mut conversion = Conversion::new("test", screen, Milliseconds(10.0)).unwrap();
        let strip = Strip::new(
            &mut conversion,
            Microns(160.0),
            length.map(Microns),
            Contrast(-1.0),
            direction,
        )
        .unwrap();
        let mut canvas = vec![0.0; screen.pixels()];
        strip.paint(position, &mut canvas);
        canvas
    }

    #[test]
    fn edges_take_the_fraction_of_the_pixel_that_is_covered() {
        // Columns of 50 um from -500 um on; the bar covers -70 to 90 um.
        let canvas = painted(Direction::RIGHT, 10.0, None);
        let expected = [0.0, -0.4, -1.0, -1.0, -0.8, 0.0];
        for (column, value) in (7..13).zip(expected) {
            assert!((canvas[column] - value).abs() < 1e-6, "column {column}");
        }
    }

    #[test]
    fn positions_lie_along_the_motion() {
        let left = painted(Direction::LEFT, 10.0, None);
        let right = painted(Direction::RIGHT, -10.0, None);
        assert_eq!(left, right);
    }

    #[rstest]
    #[case(Direction(30.0))]
    #[case(Direction(45.0))]
    #[case(Direction(0.0))]
    #[case(Direction(90.0))]
    fn a_bar_covers_its_area_at_every_angle(#[case] direction: Direction) {
        let area: f32 = painted(direction, 17.0, Some(300.0)).iter().sum();
        let exact = -160.0 * 300.0 / 2500.0;
        assert!((area - exact).abs() < 1e-4, "{area}, not {exact}");
    }

    #[test]
    fn angles_near_an_axis_are_continuous() {
        let upright = painted(Direction(0.0), 17.0, None);
        let tilted = painted(Direction(1e-7), 17.0, None);
        for (a, b) in upright.iter().zip(&tilted) {
            assert!((a - b).abs() < 1e-5);
        }
    }
}
