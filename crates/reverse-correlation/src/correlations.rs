//! Whether frames and pixels of a movie are independent.

use ganglion_recording::Error;
use serde::{Deserialize, Serialize};

use crate::shown_movie::ShownMovie;

/// Frames that are looked at, at most: stretches spread over the movie.
const FRAMES: usize = 8192;
/// Frames of a stretch.
const STRETCH: usize = 256;
/// Pixels, or frames, apart that are looked at.
const APART: usize = 3;
/// Correlation beyond which neighbours are not independent.
const INDEPENDENT: f64 = 0.1;

/// What neighbours are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Neighbours {
    /// Pixels one above the other.
    Rows,
    /// Pixels side by side.
    Columns,
    /// Frames one after the other that are not the same.
    Frames,
}

/// How much neighbours in a movie are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovieCorrelations {
    /// Frames in a row that are the same picture, on average: 1 where every frame is new.
    pub frames_a_picture: f64,
    /// Strongest correlation of pixels up to three rows apart; none where there are no rows to compare.
    pub rows: Option<f64>,
    /// The same of columns.
    pub columns: Option<f64>,
    /// The same of pictures up to three apart in time.
    pub pictures: Option<f64>,
}

impl MovieCorrelations {
    /// Measures a movie: over pixels and over up to 8192 of its frames.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(shown: &ShownMovie<'_>) -> Result<Self, Error> {
        let (height, width) = (shown.movie.height(), shown.movie.width());
        let (mut frames, mut pictures) = (Vec::new(), Vec::new());
        let (mut count, mut stretches) = (0, Vec::new());
        for start in starts(shown.movie.frames()) {
            let end = (start + STRETCH).min(shown.movie.frames());
            shown
                .movie
                .normalised_frames(start..end, shown.normalisation, &mut frames)?;
            count += end - start;
            let before = pictures.len();
            for frame in frames.chunks_exact(height * width) {
                let last = pictures[before..].last();
                if last.is_none_or(|last: &Vec<f32>| last != frame) {
                    pictures.push(frame.to_vec());
                }
            }
            stretches.push(before..pictures.len());
        }
        centre(&mut pictures);
        let along = |size: usize, neighbours: Neighbours| {
            let shift =
                |apart: usize| pixel_correlation(&pictures, [height, width], (neighbours, apart));
            strongest((1..=APART.min(size.saturating_sub(1))).map(shift))
        };
        let later = |apart: usize| {
            let pairs = stretches.iter().flat_map(|one| {
                let pictures = &pictures[one.clone()];
                pictures.iter().zip(pictures.iter().skip(apart))
            });
            correlation(pairs.flat_map(|(a, b)| a.iter().copied().zip(b.iter().copied())))
        };
        Ok(Self {
            frames_a_picture: count as f64 / pictures.len().max(1) as f64,
            rows: along(height, Neighbours::Rows),
            columns: along(width, Neighbours::Columns),
            pictures: strongest((1..=APART).map(later)),
        })
    }

    /// The strongest of all, where it is strong enough that a plain average is no receptive field.
    pub fn strong(&self) -> Option<(Neighbours, f64)> {
        let all = [
            (Neighbours::Rows, self.rows),
            (Neighbours::Columns, self.columns),
            (Neighbours::Frames, self.pictures),
        ];
        let known = all
            .into_iter()
            .filter_map(|(what, found)| Some((what, found?)));
        let strongest = known.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        strongest.filter(|(_, found)| found.abs() > INDEPENDENT)
    }
}

/// Where stretches of frames begin.
fn starts(frames: usize) -> impl Iterator<Item = usize> {
    let count = frames.div_ceil(STRETCH).clamp(1, FRAMES / STRETCH);
    (0..count).map(move |stretch| stretch * frames / count)
}

/// Takes off the mean of each pixel.
fn centre(pictures: &mut [Vec<f32>]) {
    let pixels = pictures.first().map_or(0, Vec::len);
    for pixel in 0..pixels {
        let mean = ganglion_numerics::mean(pictures.iter().map(|one| f64::from(one[pixel])));
        pictures
            .iter_mut()
            .for_each(|one| one[pixel] -= mean as f32);
    }
}

fn strongest(found: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    found.flatten().max_by(|a, b| a.abs().total_cmp(&b.abs()))
}

/// Of pixels so many rows or columns apart.
fn pixel_correlation(
    pictures: &[Vec<f32>],
    [height, width]: [usize; 2],
    (neighbours, apart): (Neighbours, usize),
) -> Option<f64> {
    let ([rows, columns], step) = match neighbours {
        Neighbours::Rows => ([height.checked_sub(apart)?, width], width),
        _ => ([height, width.checked_sub(apart)?], 1),
    };
    let pairs = pictures.iter().flat_map(|picture| {
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| y * width + x));
        places.map(|place| (picture[place], picture[place + apart * step]))
    });
    correlation(pairs)
}

/// Of pairs of mean 0.
fn correlation(pairs: impl Iterator<Item = (f32, f32)>) -> Option<f64> {
    let (mut product, mut left, mut right) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        let (a, b) = (f64::from(a), f64::from(b));
        product += a * b;
        left += a * a;
        right += b * b;
    }
    let norm = f64::sqrt(left * right);
    (norm > 0.0).then(|| product / norm)
}

#[cfg(test)]
mod tests {
    use ganglion_recording::{Movie, MovieShape, Normalisation};

    use super::*;

    /// 600 frames of 4 x 5 pixels.
    fn of(pixel: impl Fn(usize, usize, usize) -> f32) -> MovieCorrelations {
        let shape = MovieShape {
            frames: 600,
            height: 4,
            width: 5,
        };
        let pixels = (0..shape.elements()).map(|i| pixel(i / 20, i / 5 % 4, i % 5));
        let movie = Movie::from_f32(shape, pixels.collect::<Vec<_>>());
        let normalisation = Normalisation::identity();
        let shown = ShownMovie {
            movie: &movie,
            normalisation: &normalisation,
        };
        MovieCorrelations::of(&shown).unwrap()
    }

    fn random(seed: usize) -> f32 {
        let mut bits = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits >> 40) as f32) / (1u32 << 24) as f32
    }

    #[test]
    fn white_noise_is_independent_also_where_each_picture_stands_twice() {
        let found = of(|frame, y, x| random(frame / 2 * 20 + y * 5 + x));
        assert_eq!(found.strong(), None, "{found:?}");
        assert!((found.frames_a_picture - 2.0).abs() < 0.1);
    }

    #[test]
    fn bars_large_checks_and_slow_light_are_not() {
        let bars = of(|frame, _, x| random(frame * 5 + x));
        assert_eq!(bars.strong().unwrap().0, Neighbours::Rows);
        let checks = of(|frame, y, x| random(frame * 20 + y * 5 + x / 2));
        assert_eq!(checks.strong().unwrap().0, Neighbours::Columns);
        let slow = of(|frame, y, x| {
            let of = |frame: usize| random(frame * 20 + y * 5 + x);
            of(frame) + of(frame + 1)
        });
        let (what, found) = slow.strong().unwrap();
        assert!(
            what == Neighbours::Frames && (found - 0.5).abs() < 0.05,
            "{slow:?}"
        );
    }
}
