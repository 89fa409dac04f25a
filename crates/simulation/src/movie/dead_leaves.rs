//! Pictures of discs that cover each other.

use std::ops::Range;

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
            let share = random.random();
            let needed = random.random::<f64>() * area(largest);
            // Most draws are thrown away: a square root that is off in the last digit throws nearly all
            // of them away faster than the power does.
            let about = power_below(smallest, largest, share).sqrt().recip();
            if area(about) < needed * (1.0 - 1e-9) {
                continue;
            }
            let radius = power_law(smallest, largest, share);
            if needed < area(radius) {
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
    power_below(smallest, largest, share).powf(-0.5)
}

/// That radius to the power -2.
fn power_below(smallest: f64, largest: f64, share: f64) -> f64 {
    let (high, low) = (smallest.powi(-2), largest.powi(-2));
    high - share * (high - low)
}

impl PictureSource for DeadLeaves {
    fn picture(&self, height: usize, width: usize, random: &mut ChaCha8Rng) -> Picture {
        let mut canvas = Canvas::new(height * SAMPLES, width * SAMPLES);
        let (rows, columns) = (canvas.height as f64, canvas.width as f64);
        let most = MOST_DISCS_A_POINT * canvas.points.len();
        for _ in 0..most {
            if canvas.bare.is_empty() {
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

/// Sample points. Leaves are laid from the front to the back, so that a point is painted once.
struct Canvas {
    height: usize,
    width: usize,
    points: Vec<f32>,
    bare: Bare,
}

impl Canvas {
    fn new(height: usize, width: usize) -> Self {
        Self {
            height,
            width,
            points: vec![0.0; height * width],
            bare: Bare::new(height, width),
        }
    }

    fn lay_behind(&mut self, disc: &Disc) {
        let clipped = |place: f64, size: usize| place.ceil().clamp(0.0, size as f64) as usize;
        let top = clipped(disc.y - disc.radius - 0.5, self.height);
        let bottom = clipped(disc.y + disc.radius - 0.5, self.height);
        for row in top..bottom {
            if self.bare.of_rows[row] == 0 {
                continue;
            }
            let away = row as f64 + 0.5 - disc.y;
            let reach = (disc.radius * disc.radius - away * away).max(0.0).sqrt();
            let left = clipped(disc.x - reach - 0.5, self.width);
            let right = clipped(disc.x + reach - 0.5, self.width).max(left);
            let points = &mut self.points[row * self.width..][..self.width];
            self.bare
                .cover(row, left..right, |column| points[column] = disc.luminance);
        }
    }

    fn fill_bare(&mut self, luminance: f32) {
        for (row, points) in self.points.chunks_exact_mut(self.width).enumerate() {
            self.bare
                .cover(row, 0..self.width, |column| points[column] = luminance);
        }
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

/// The points that nothing covers yet: a bit each, so that what is covered is passed over 64 points at a
/// time.
struct Bare {
    words_of_a_row: usize,
    bits: Vec<u64>,
    /// How many there are in each row.
    of_rows: Vec<usize>,
    count: usize,
}

impl Bare {
    fn new(height: usize, width: usize) -> Self {
        let row: Vec<u64> = (0..width.div_ceil(64))
            .map(|word| bits_below((width - 64 * word).min(64)))
            .collect();
        Self {
            words_of_a_row: row.len(),
            bits: row.repeat(height),
            of_rows: vec![width; height],
            count: height * width,
        }
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Covers some columns of a row; `paint` is told of those that were bare.
    fn cover(&mut self, row: usize, columns: Range<usize>, mut paint: impl FnMut(usize)) {
        if columns.is_empty() {
            return;
        }
        let words = &mut self.bits[row * self.words_of_a_row..][..self.words_of_a_row];
        let touched = columns.start / 64..=(columns.end - 1) / 64;
        for (word, bare) in words.iter_mut().enumerate() {
            if !touched.contains(&word) {
                continue;
            }
            let first = 64 * word;
            let inside = bits_below((columns.end - first).min(64))
                & !bits_below(columns.start.saturating_sub(first));
            let mut hit = *bare & inside;
            *bare &= !inside;
            self.of_rows[row] -= hit.count_ones() as usize;
            self.count -= hit.count_ones() as usize;
            while hit != 0 {
                paint(first + hit.trailing_zeros() as usize);
                hit &= hit - 1;
            }
        }
    }
}

/// The lowest bits, up to all 64.
fn bits_below(count: usize) -> u64 {
    match count {
        64.. => u64::MAX,
        _ => (1 << count) - 1,
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
    fn a_point_is_bare_until_it_is_covered_and_is_painted_once() {
        for width in [1, 63, 64, 65, 150] {
            let mut bare = Bare::new(2, width);
            let mut painted = vec![0; width];
            let middle = width / 3..2 * width / 3;
            for columns in [middle, 0..0, 0..width, 0..width] {
                bare.cover(1, columns, |column| painted[column] += 1);
            }
            assert!(painted.iter().all(|&times| times == 1), "{painted:?}");
            assert_eq!((bare.of_rows[1], bare.count), (0, width));
            bare.cover(0, 0..width, |_| ());
            assert!(bare.is_empty());
        }
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
