//! Pixels that always have the same value.

use std::collections::HashMap;

use ganglion_recording::Error;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::shown_movie::ShownMovie;

/// Frames that are looked at together.
const CHUNK: usize = 512;
/// Pixels that a thread looks at together.
const TILE: usize = 64;

/// How many pixels of a movie are different from one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockCounts {
    /// Pixels of a frame.
    pub pixels: usize,
    /// Blocks: pixels that always have the same value are one.
    pub blocks: usize,
    /// Pixels that never change, and are in no block.
    pub constant_pixels: usize,
}

/// Blocks of pixels that have the same value in every frame, such as the checks of a pattern that is drawn on a
/// finer movie. Pixels that never change, such as those beyond an aperture, are in none.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    height: usize,
    width: usize,
    /// Block of each pixel, counted in the order of the first pixel.
    of_pixel: Vec<Option<usize>>,
    /// First pixel of each block.
    firsts: Vec<usize>,
    /// Pixels of each block.
    sizes: Vec<usize>,
    /// Mean of each block over all frames.
    means: Vec<f32>,
}

/// What was seen of a pixel.
#[derive(Clone, Copy)]
struct Course {
    /// Of all its values in their order: equal courses have equal digests, and others with a probability of
    /// less than one in 10^12 for frames of a million pixels.
    digest: u64,
    sum: f64,
    first: f32,
    is_constant: bool,
}

impl Course {
    fn add(&mut self, value: f32) {
        let bits = u64::from(value.to_bits());
        self.digest = (self.digest.rotate_left(23) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.sum += f64::from(value);
        self.is_constant &= value == self.first;
    }
}

impl Blocks {
    /// Reads a whole movie.
    pub(crate) fn of(shown: &ShownMovie<'_>) -> Result<Self, Error> {
        let (height, width) = (shown.movie.height(), shown.movie.width());
        let (pixels, count) = (height * width, shown.movie.frames());
        let mut courses: Vec<Course> = Vec::new();
        let mut frames = Vec::new();
        for start in (0..count).step_by(CHUNK) {
            let range = start..(start + CHUNK).min(count);
            shown
                .movie
                .normalised_frames(range, shown.normalisation, &mut frames)?;
            if courses.is_empty() {
                courses = frames[..pixels].iter().map(|&first| new(first)).collect();
            }
            let tiles = courses.par_chunks_mut(TILE).enumerate();
            tiles.for_each(|(tile, courses)| {
                for frame in frames.chunks_exact(pixels) {
                    let values = &frame[tile * TILE..];
                    courses
                        .iter_mut()
                        .zip(values)
                        .for_each(|(course, &value)| course.add(value));
                }
            });
        }
        Ok(Self::grouped(&courses, [height, width], count))
    }

    fn grouped(courses: &[Course], [height, width]: [usize; 2], frames: usize) -> Self {
        let mut blocks = Self {
            height,
            width,
            of_pixel: Vec::with_capacity(courses.len()),
            firsts: Vec::new(),
            sizes: Vec::new(),
            means: Vec::new(),
        };
        let mut known: HashMap<u64, usize> = HashMap::new();
        for (pixel, course) in courses.iter().enumerate() {
            if course.is_constant {
                blocks.of_pixel.push(None);
                continue;
            }
            let block = *known.entry(course.digest).or_insert_with(|| {
                blocks.firsts.push(pixel);
                blocks.sizes.push(0);
                blocks.means.push((course.sum / frames as f64) as f32);
                blocks.firsts.len() - 1
            });
            blocks.sizes[block] += 1;
            blocks.of_pixel.push(Some(block));
        }
        blocks
    }

    /// Number of blocks.
    pub(crate) fn len(&self) -> usize {
        self.firsts.len()
    }

    /// Rows and columns of the frame.
    pub(crate) fn frame(&self) -> [usize; 2] {
        [self.height, self.width]
    }

    /// Block of each pixel; none of those that never change.
    pub(crate) fn of_pixels(&self) -> &[Option<usize>] {
        &self.of_pixel
    }

    pub(crate) fn counts(&self) -> BlockCounts {
        BlockCounts {
            pixels: self.of_pixel.len(),
            blocks: self.len(),
            constant_pixels: self.of_pixel.iter().filter(|block| block.is_none()).count(),
        }
    }

    /// Values `[frame, block]` without the mean of each block, of whole frames `[frame, pixel]`.
    pub(crate) fn courses(&self, frames: &[f32], courses: &mut Vec<f32>) {
        let pixels = self.of_pixel.len();
        courses.resize(frames.len() / pixels * self.len(), 0.0);
        if self.len() == 0 {
            return;
        }
        let is_whole = self.len() == pixels;
        let pairs = courses
            .par_chunks_exact_mut(self.len())
            .zip(frames.par_chunks_exact(pixels));
        pairs.with_min_len(16).for_each(|(courses, frame)| {
            let means = &self.means;
            if is_whole {
                let values = frame.iter().zip(means);
                courses
                    .iter_mut()
                    .zip(values)
                    .for_each(|(course, (value, mean))| *course = value - mean);
            } else {
                let values = self.firsts.iter().zip(means);
                courses
                    .iter_mut()
                    .zip(values)
                    .for_each(|(course, (&first, mean))| *course = frame[first] - mean);
            }
        });
    }

    /// Weights of pixels `[lag, pixel]` that all have the value of their block `[lag, block]`; 0 where nothing
    /// changes.
    pub(crate) fn spread(&self, values: &[f32]) -> Vec<f32> {
        self.on_pixels(values, |_| 1.0)
    }

    /// Weights of pixels `[lag, pixel]` that add up to the value of their block `[lag, block]`, so that they
    /// predict what the blocks do.
    pub(crate) fn shared(&self, values: &[f32]) -> Vec<f32> {
        self.on_pixels(values, |block| 1.0 / self.sizes[block] as f32)
    }

    fn on_pixels(&self, values: &[f32], factor: impl Fn(usize) -> f32) -> Vec<f32> {
        let count = self.len();
        let lags = values.len().checked_div(count).unwrap_or(0);
        let plane = |lag: usize| {
            let own = &values[lag * count..(lag + 1) * count];
            let weight =
                |block: &Option<usize>| block.map_or(0.0, |block| factor(block) * own[block]);
            self.of_pixel.iter().map(weight).collect::<Vec<f32>>()
        };
        (0..lags).flat_map(plane).collect()
    }
}

fn new(first: f32) -> Course {
    Course {
        digest: 0,
        sum: 0.0,
        first,
        is_constant: true,
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::{Movie, MovieShape, Normalisation};

    use super::*;

    /// 3 frames of 2 x 3 pixels: two that are alike, one constant, three others.
    #[test]
    fn pixels_that_are_always_alike_are_one_block_and_constant_ones_none() {
        let shape = MovieShape {
            frames: 3,
            height: 2,
            width: 3,
        };
        let pixels = [
            [1.0, 1.0, 5.0, 2.0, 0.0, 1.0],
            [2.0, 2.0, 5.0, 1.0, 0.0, 2.0],
            [6.0, 6.0, 5.0, 3.0, 3.0, 7.0],
        ];
        let movie = Movie::from_f32(shape, pixels.concat());
        let normalisation = Normalisation::identity();
        let shown = ShownMovie {
            movie: &movie,
            normalisation: &normalisation,
        };
        let blocks = Blocks::of(&shown).unwrap();
        assert_eq!(
            blocks.of_pixels(),
            [Some(0), Some(0), None, Some(1), Some(2), Some(3)]
        );
        let counts = blocks.counts();
        assert_eq!(
            (counts.pixels, counts.blocks, counts.constant_pixels),
            (6, 4, 1)
        );
        let mut courses = Vec::new();
        blocks.courses(&pixels[2], &mut courses);
        assert_eq!(courses, [3.0, 1.0, 2.0, 7.0 - 10.0f32 / 3.0]);
        let values = [4.0, 1.0, 2.0, 3.0];
        assert_eq!(blocks.spread(&values), [4.0, 4.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(blocks.shared(&values), [2.0, 2.0, 0.0, 1.0, 2.0, 3.0]);
    }
}
