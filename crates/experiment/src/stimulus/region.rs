//! The part of the screen that a layer covers.

use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::painter::mix;
use crate::Error;

/// Points a pixel is sampled at along each axis, for the edges of round regions.
const SAMPLES: usize = 16;

/// The part of the screen that a layer covers. Positions are in microns from the screen's centre,
/// `x` to the right and `y` down.
///
/// A pixel on an edge is covered by the fraction of its area inside, sampled at 16 x 16 points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Region {
    /// The whole screen.
    #[default]
    Everywhere,
    /// Inside a circle.
    Disc {
        /// Centre `[x, y]`.
        #[serde(default = "screen_centre")]
        centre: [Microns; 2],
        /// Radius.
        radius: Microns,
    },
    /// Between two circles.
    Annulus {
        /// Centre `[x, y]`.
        #[serde(default = "screen_centre")]
        centre: [Microns; 2],
        /// Radius of the hole.
        inner: Microns,
        /// Outer radius.
        outer: Microns,
    },
    /// Outside a circle.
    Surround {
        /// Centre `[x, y]`.
        #[serde(default = "screen_centre")]
        centre: [Microns; 2],
        /// Radius of the hole.
        radius: Microns,
    },
    /// An upright rectangle.
    Rectangle {
        /// Centre `[x, y]`.
        #[serde(default = "screen_centre")]
        centre: [Microns; 2],
        /// Size along x.
        width: Microns,
        /// Size along y.
        height: Microns,
    },
}

fn screen_centre() -> [Microns; 2] {
    [Microns(0.0), Microns(0.0)]
}

/// A region in pixels.
pub(crate) enum Mask {
    Everywhere,
    Covered(Vec<f32>),
}

impl Mask {
    /// Paints a value, given by pixel, where the region is.
    pub(crate) fn paint(&self, canvas: &mut [f32], value: impl Fn(usize) -> f32) {
        match self {
            Self::Everywhere => {
                (canvas.iter_mut().enumerate()).for_each(|(index, pixel)| *pixel = value(index))
            }
            Self::Covered(covered) => (canvas.iter_mut().zip(covered).enumerate())
                .filter(|(_, (_, covered))| **covered > 0.0)
                .for_each(|(index, (pixel, covered))| mix(pixel, value(index), *covered)),
        }
    }
}

impl Region {
    pub(crate) fn mask(&self, conversion: &Conversion) -> Result<Mask, Error> {
        self.check(conversion)?;
        if *self == Self::Everywhere {
            return Ok(Mask::Everywhere);
        }
        let screen = conversion.screen();
        let covered: Vec<f32> = (0..screen.pixels())
            .map(|pixel| self.covered(pixel, &screen))
            .collect();
        if covered.iter().all(|covered| *covered == 0.0) {
            return Err(conversion.error(
                "region",
                format!("{self:?}"),
                "covers no part of the screen",
                format!(
                    "the screen is {} um wide and {} um high around its centre",
                    screen.width_on_retina().0,
                    screen.height_on_retina().0
                ),
            ));
        }
        Ok(Mask::Covered(covered))
    }

    fn check(&self, conversion: &Conversion) -> Result<(), Error> {
        match *self {
            Self::Everywhere => Ok(()),
            Self::Disc { radius, .. } | Self::Surround { radius, .. } => {
                conversion.length("radius", radius).map(|_| ())
            }
            Self::Rectangle { width, height, .. } => {
                conversion.length("width", width)?;
                conversion.length("height", height).map(|_| ())
            }
            Self::Annulus { inner, outer, .. } => {
                let inner = conversion.length("inner", inner)?;
                let outer = conversion.length("outer", outer)?;
                if outer > inner {
                    return Ok(());
                }
                Err(conversion.error(
                    "outer",
                    format!("{outer} um"),
                    format!("is not larger than `inner`, {inner} um"),
                    format!("use more than {inner} um"),
                ))
            }
        }
    }

    fn covered(&self, pixel: usize, screen: &crate::Screen) -> f32 {
        let side = screen.microns_per_pixel.0;
        let corner = [
            ((pixel % screen.width) as f64 - 0.5 * screen.width as f64) * side,
            ((pixel / screen.width) as f64 - 0.5 * screen.height as f64) * side,
        ];
        let sample = |index: usize| (index as f64 + 0.5) / SAMPLES as f64 * side;
        let inside = (0..SAMPLES * SAMPLES)
            .filter(|index| {
                self.contains([
                    corner[0] + sample(index % SAMPLES),
                    corner[1] + sample(index / SAMPLES),
                ])
            })
            .count();
        inside as f32 / (SAMPLES * SAMPLES) as f32
    }

    fn contains(&self, point: [f64; 2]) -> bool {
        let from = |centre: [Microns; 2]| [point[0] - centre[0].0, point[1] - centre[1].0];
        let distance = |centre| {
            let [x, y]: [f64; 2] = from(centre);
            x.hypot(y)
        };
        match *self {
            Self::Everywhere => true,
            Self::Disc { centre, radius } => distance(centre) < radius.0,
            Self::Surround { centre, radius } => distance(centre) >= radius.0,
            Self::Annulus {
                centre,
                inner,
                outer,
            } => (inner.0..outer.0).contains(&distance(centre)),
            Self::Rectangle {
                centre,
                width,
                height,
            } => {
                let [x, y] = from(centre);
                x.abs() < 0.5 * width.0 && y.abs() < 0.5 * height.0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Milliseconds;

    use super::*;
    use crate::stimulus::fixture::screen;

    fn covered(region: Region) -> f32 {
        let conversion = Conversion::new("test", screen(), Milliseconds(100.0)).unwrap();
        match region.mask(&conversion).unwrap() {
            Mask::Covered(covered) => covered.iter().sum(),
            Mask::Everywhere => f32::NAN,
        }
    }

    #[test]
    fn a_disc_and_its_surround_make_the_screen() {
        let centre = screen_centre();
        let radius = Microns(200.0);
        let disc = covered(Region::Disc { centre, radius });
        let surround = covered(Region::Surround { centre, radius });
        assert_eq!(disc + surround, screen().pixels() as f32);
        let exact = std::f32::consts::PI * 16.0;
        assert!((disc - exact).abs() < 0.01 * exact, "{disc}");
    }

    #[test]
    fn an_annulus_is_the_difference_of_its_discs() {
        let centre = screen_centre();
        let disc = |radius| {
            covered(Region::Disc {
                centre,
                radius: Microns(radius),
            })
        };
        let annulus = covered(Region::Annulus {
            centre,
            inner: Microns(100.0),
            outer: Microns(300.0),
        });
        assert!((annulus - (disc(300.0) - disc(100.0))).abs() < 1e-3);
    }

    #[test]
    fn a_region_off_the_screen_is_refused() {
        let conversion = Conversion::new("test", screen(), Milliseconds(100.0)).unwrap();
        let region = Region::Disc {
            centre: [Microns(1e5), Microns(0.0)],
            radius: Microns(10.0),
        };
        assert!(region.mask(&conversion).is_err());
    }
}
