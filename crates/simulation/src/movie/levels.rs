//! Contrasts as the levels of a display.

use rayon::prelude::*;

use super::Movie;

/// Parts of a movie whose sums are taken at a time.
const PARTS: usize = 16;

/// From Weber contrast to the 256 levels of a display: `level = grey * (1 + contrast)`, rounded and
/// clipped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Level of contrast 0.
    pub grey: f64,
}

impl Default for Levels {
    /// Grey at 100, so that contrasts up to 1.55 are shown: natural images are brighter than their
    /// mean by more than they are darker.
    fn default() -> Self {
        Self { grey: 100.0 }
    }
}

impl Levels {
    /// The level that shows a contrast.
    pub fn of(self, contrast: f64) -> u8 {
        // Casts to u8 saturate.
        (self.grey * (1.0 + contrast)).round() as u8
    }
}

/// Mean and standard deviation of all pixels of a movie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Mean level.
    pub mean: f64,
    /// Standard deviation of the levels.
    pub deviation: f64,
}

impl Moments {
    /// Of a whole movie, which is made once for it and not kept. Sums are of integers, so that they
    /// are exact and the same on any number of threads.
    pub fn of(movie: &dyn Movie) -> Self {
        let frames = movie.frames();
        let stride = movie.stride();
        let parts: Vec<usize> = (0..frames).step_by(stride).collect();
        let mut counts = [0u64; 256];
        for parts in parts.chunks(PARTS) {
            let part =
                |&first: &usize| histogram(&movie.bytes(first..(first + stride).min(frames)));
            for counted in parts.par_iter().map(part).collect::<Vec<_>>() {
                counts
                    .iter_mut()
                    .zip(counted)
                    .for_each(|(sum, count)| *sum += count);
            }
        }
        Self::of_counts(&counts)
    }

    fn of_counts(counts: &[u64; 256]) -> Self {
        let power = |exponent: u32| {
            let term =
                |(level, &count): (usize, &u64)| u128::from(count) * (level as u128).pow(exponent);
            counts.iter().enumerate().map(term).sum::<u128>() as f64
        };
        let (count, mean) = (power(0), power(1) / power(0));
        Self {
            mean,
            deviation: (power(2) / count - mean * mean).max(0.0).sqrt(),
        }
    }

    /// Weber contrast of one standard deviation, for a retina that has adapted to the mean.
    pub fn contrast_unit(self) -> f64 {
        self.deviation / self.mean
    }

    /// Levels in standard deviations from the mean.
    pub fn normalised(self, levels: &[u8]) -> Vec<f32> {
        let value = |level: usize| ((level as f64 - self.mean) / self.deviation) as f32;
        let table: Vec<f32> = (0..256).map(value).collect();
        levels
            .iter()
            .map(|&level| table[usize::from(level)])
            .collect()
    }
}

fn histogram(levels: &[u8]) -> [u64; 256] {
    let mut counts = [0; 256];
    levels
        .iter()
        .for_each(|&level| counts[usize::from(level)] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_clipped_at_black_and_white() {
        let levels = Levels::default();
        assert_eq!(
            [-2.0, -1.0, 0.0, 0.5, 1.55, 9.0].map(|c| levels.of(c)),
            [0, 0, 100, 150, 255, 255]
        );
    }

    #[test]
    fn moments_are_those_of_the_levels() {
        let mut counts = [0; 256];
        counts[90] = 3;
        counts[110] = 1;
        let moments = Moments::of_counts(&counts);
        assert!((moments.mean - 95.0).abs() < 1e-12);
        assert!((moments.deviation - 75f64.sqrt()).abs() < 1e-12);
    }
}
