//! Pictures of discs that cover each other.

use ganglion_recording::Microns;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::{Picture, PictureSource};

/// Points a pixel is sampled at along each axis.
const SAMPLES: usize = 3;

/// Discs are tried for each sample point before what is still bare is left to one large leaf behind
/// all others; a few points in a million are.
const MOST_DISCS_A_POINT: usize = 20;

/// The dead-leaves model of natural images: discs of all sizes that cover each other, each of one
/// luminance. Its spectrum falls as that of natural images does, about as 1/f in amplitude, and it
/// has their sharp edges and their occlusions.
///
/// A radius has the density `r^-3` between `smallest` and `largest`, which makes the picture scale
/// invariant in between; luminances are log-normal. Matheron 1968; Ruderman, Vision Res 1997; Lee,
/// Mumford & Huang, IJCV 2001 (all recalled).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeadLeaves {
    /// Smallest radius.
    pub smallest: Microns,
    /// Largest radius.
    pub largest: Microns,
    /// Standard deviation of the logarithm of luminance.
    pub log_deviation: f64,
    /// Side of a pixel.
    pub microns_per_pixel: Microns,
}

impl DeadLeaves {
    /// Leaves from one pixel to twice the published frame across, and the spread of luminance in
    /// outdoor scenes without the sun in them.
    pub fn new(microns_per_pixel: Microns) -> Self {
        Self {
            smallest: Microns(0.5 * microns_per_pixel.0),
            largest: Microns(2500.0),
            log_deviation: 0.6,
            microns_per_pixel,
        }
    }

    /// A disc that touches a picture, in sample points.
    ///
    /// Discs of radius `r` touch a picture from an area that grows with `r`, so that the density of
    /// the radii of those that touch is `r^-3 * area(r)`: the draw from `r^-3` is kept in proportion
    /// to the area.
    fn disc(&self, height: f64, width: f64, random: &mut impl Rng) -> Disc {
        let point = self.microns_per_pixel.0 / SAMPLES as f64;
        let (smallest, largest) = (self.smallest.0 / point, self.largest.0 / point);
        let area = |radius: f64| (height + 2.0 * radius) * (width + 2.0 * radius);
        let radius = loop {
            let radius = power_law(smallest, largest, random.random());
            if random.random::<f64>() * area(largest) < area(radius) {
                break radius;
            }
        };
        let mut place = |size: f64| (size + 2.0 * radius) * random.random::<f64>() - radius;
        let (y, x) = (place(height), place(width));
        Disc {
            y,
            x,
            radius,
            luminance: self.luminance(random),
        }
    }

    fn luminance(&self, random: &mut impl Rng) -> f32 {
        let deviation: f64 = StandardNormal.sample(random);
        (self.log_deviation * deviation).exp() as f32
    }
}

struct Disc {
    y: f64,
    x: f64,
    radius: f64,
    luminance: f32,
}

/// The radius below which the share `share` of the density `r^-3` lies.
fn power_law(smallest: f64, largest: f64, share: f64) -> f64 {
    let (high, low) = (smallest.powi(-2), largest.powi(-2));
    (high - share * (high - low)).powf(-0.5)
}

impl PictureSource for DeadLeaves {
    fn picture(&self, height: usize, width: usize, random: &mut ChaCha8Rng) -> Picture {
        let mut canvas = Canvas::new(height * SAMPLES, width * SAMPLES);
        let (rows, columns) = (canvas.height as f64, canvas.width as f64);
        let most = MOST_DISCS_A_POINT * canvas.points.len();
        for _ in 0..most {
            if canvas.bare == 0 {
                break;
            }
            canvas.lay_behind(&self.disc(rows, columns, random));
        }
        canvas.fill_bare(self.luminance(random));
        canvas.averaged(height, width)
    }

    fn largest(&self) -> (usize, usize) {
        (usize::MAX, usize::MAX)
    }

    fn name(&self) -> String {
        "dead leaves".to_owned()
    }
}

/// Sample points, those that nothing covers yet being NaN. Leaves are laid from the front to the
/// back, so that a point is painted once.
struct Canvas {
    height: usize,
    width: usize,
    points: Vec<f32>,
    bare: usize,
}

impl Canvas {
    fn new(height: usize, width: usize) -> Self {
        let points = vec![f32::NAN; height * width];
        Self {
            height,
            width,
            bare: points.len(),
            points,
        }
    }

    fn lay_behind(&mut self, disc: &Disc) {
        let clipped = |place: f64, size: usize| place.ceil().clamp(0.0, size as f64) as usize;
        let top = clipped(disc.y - disc.radius - 0.5, self.height);
        let bottom = clipped(disc.y + disc.radius - 0.5, self.height);
        for row in top..bottom {
            let away = row as f64 + 0.5 - disc.y;
            let reach = (disc.radius * disc.radius - away * away).max(0.0).sqrt();
            let left = clipped(disc.x - reach - 0.5, self.width);
            let right = clipped(disc.x + reach - 0.5, self.width).max(left);
            for point in &mut self.points[row * self.width..][left..right] {
                if point.is_nan() {
                    *point = disc.luminance;
                    self.bare -= 1;
                }
            }
        }
    }

    fn fill_bare(&mut self, luminance: f32) {
        self.points
            .iter_mut()
            .filter(|point| point.is_nan())
            .for_each(|point| *point = luminance);
    }

    fn averaged(&self, height: usize, width: usize) -> Picture {
        let pixel = |index: usize| {
            let (y, x) = (index / width * SAMPLES, index % width * SAMPLES);
            let row = |row: usize| {
                self.points[(y + row) * self.width + x..][..SAMPLES]
                    .iter()
                    .sum::<f32>()
            };
            (0..SAMPLES).map(row).sum::<f32>() / (SAMPLES * SAMPLES) as f32
        };
        Picture::new(height, width, (0..height * width).map(pixel).collect())
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn leaves() -> DeadLeaves {
        DeadLeaves::new(Microns(50.0))
    }

    fn pictures(count: u64, size: usize) -> Vec<Picture> {
        let picture = |seed| leaves().picture(size, size, &mut ChaCha8Rng::seed_from_u64(seed));
        (0..count).map(picture).collect()
    }

    #[test]
    fn radii_follow_the_power_law() {
        let shares = [0.0, 0.5, 0.999, 1.0].map(|share| power_law(1.0, 100.0, share));
        assert!((shares[0] - 1.0).abs() < 1e-12 && (shares[3] - 100.0).abs() < 1e-6);
        // Half of the density r^-3 lies below sqrt(2) radii, 0.1 % above sqrt(1000) or nearly so.
        assert!((shares[1] - 2f64.sqrt()).abs() < 1e-3);
        assert!((28.0..33.0).contains(&shares[2]), "{}", shares[2]);
    }

    #[test]
    fn structure_is_alike_on_all_scales() {
        // For an amplitude spectrum of 1/f, blocks of any size vary nearly as much as pixels do,
        // while white noise averaged over blocks of 8 x 8 keeps 1/8 of its deviation.
        let pictures = pictures(60, 64);
        let deviation = |block: usize| {
            let means: Vec<f64> = pictures
                .iter()
                .flat_map(|picture| blocks(picture, block))
                .collect();
            let mean = means.iter().sum::<f64>() / means.len() as f64;
            (means
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f64>()
                / means.len() as f64)
                .sqrt()
        };
        let kept = deviation(8) / deviation(1);
        assert!((0.5..0.9).contains(&kept), "{kept}");
    }

    #[test]
    fn edges_are_sharp() {
        // Most neighbours belong to one leaf and are equal; the others differ by any amount.
        let pictures = pictures(4, 64);
        let differences: Vec<f32> = (pictures.iter())
            .flat_map(|picture| picture.values().chunks(64).flat_map(|row| row.windows(2)))
            .map(|pair| (pair[1] - pair[0]).abs())
            .collect();
        let equal = differences
            .iter()
            .filter(|difference| **difference < 1e-6)
            .count();
        let share = equal as f64 / differences.len() as f64;
        assert!((0.25..0.9).contains(&share), "{share}");
        let squares: Vec<f64> = differences.iter().map(|&d| f64::from(d).powi(2)).collect();
        let mean = squares.iter().sum::<f64>() / squares.len() as f64;
        let fourth =
            squares.iter().map(|square| square * square).sum::<f64>() / squares.len() as f64;
        // Kurtosis of the differences: 3 for noise.
        assert!(fourth / (mean * mean) > 6.0, "{}", fourth / (mean * mean));
    }

    fn blocks(picture: &Picture, side: usize) -> Vec<f64> {
        let across = picture.width() / side;
        let mean = |block: usize| {
            let (y, x) = (block / across * side, block % across * side);
            let row = |row: usize| &picture.values()[(y + row) * picture.width() + x..][..side];
            let sum: f32 = (0..side).flat_map(row).sum();
            f64::from(sum) / (side * side) as f64
        };
        (0..across * (picture.height() / side)).map(mean).collect()
    }
}
