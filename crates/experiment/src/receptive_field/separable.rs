//! Space times time.

use ganglion_numerics::{RankOne, dot, rank_one, unit_norm};

use super::field::DEVIATIONS_A_MEDIAN;

/// The best separable approximation `space[y, x] * time[frame]` of a kernel, in the least-squares
/// sense (the leading pair of its singular value decomposition).
#[derive(Clone, Debug, PartialEq)]
pub struct Separable {
    /// Rows of the map.
    pub height: usize,
    /// Columns of the map.
    pub width: usize,
    /// Spatial profile of unit norm, row by row; its largest weight is positive.
    pub space: Vec<f32>,
    /// Time course, oldest frame first; it carries the kernel's norm and sign.
    pub time: Vec<f32>,
    /// Share of the squared kernel that the product of the two accounts for.
    pub explained_variance: f64,
}

impl Separable {
    /// Splits a kernel `[frame, y, x]`.
    ///
    /// # Panics
    /// If the kernel does not have that shape.
    pub fn of(kernel: &[f32], [history, height, width]: [usize; 3]) -> Self {
        let pixels = height * width;
        assert_eq!(kernel.len(), history * pixels, "not a kernel of that shape");
        let RankOne {
            left: time,
            right: space,
            explained,
        } = rank_one(kernel, [history, pixels]);
        // Signs of a product are free: let the map's largest weight be positive, so that the time
        // course carries the polarity.
        let peak = (space.iter().copied())
            .max_by(|a, b| a.abs().total_cmp(&b.abs()))
            .unwrap_or(1.0);
        let sign = if peak < 0.0 { -1.0 } else { 1.0 };
        Self {
            height,
            width,
            space: space.iter().map(|w| sign * w).collect(),
            time: time.iter().map(|w| sign * w).collect(),
            explained_variance: explained,
        }
    }

    /// The same without weights of the map that may be noise: those below 3 standard deviations of
    /// the noise, taken to be 1.48 times the median magnitude. A map that does not stand out of its
    /// noise by twice that stays as it is.
    pub fn without_noise(&self) -> Self {
        let mut sizes: Vec<f32> = self.space.iter().map(|weight| weight.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let least = 3.0 * DEVIATIONS_A_MEDIAN as f32 * sizes[sizes.len() / 2];
        if sizes[sizes.len() - 1] < 2.0 * least {
            return self.clone();
        }
        let kept = |&weight: &f32| if weight.abs() < least { 0.0 } else { weight };
        Self {
            space: unit_norm(self.space.iter().map(kept).collect()),
            ..self.clone()
        }
    }

    /// The kernel's output for every window of a movie `[frame, y, x]`: one value for the frames
    /// `t - history .. t` of each `t` from `history` on, up to and including the number of frames.
    ///
    /// # Panics
    /// If the movie is not whole frames of the map's size.
    pub fn output(&self, movie: &[f32]) -> Vec<f32> {
        let pixels = self.height * self.width;
        assert!(
            movie.len().is_multiple_of(pixels),
            "not whole frames of {pixels} pixels"
        );
        let seen: Vec<f32> = (movie.chunks(pixels))
            .map(|frame| dot(frame, &self.space) as f32)
            .collect();
        (seen.windows(self.time.len()))
            .map(|window| dot(window, &self.time) as f32)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel() -> (Vec<f32>, [f32; 4], Vec<f32>) {
        let space = [0.6f32, 0.8, 0.0, 0.0];
        let time: Vec<f32> = (0..30).map(|t| if t == 25 { -2.0 } else { 0.1 }).collect();
        let kernel = time.iter().flat_map(|t| space.map(|s| s * t)).collect();
        (kernel, space, time)
    }

    #[test]
    fn a_separable_kernel_is_recovered_with_its_sign() {
        let (kernel, space, time) = kernel();
        let split = Separable::of(&kernel, [30, 2, 2]);
        assert!((split.explained_variance - 1.0).abs() < 1e-6);
        assert!((split.space.iter().zip(space)).all(|(a, b)| (a - b).abs() < 1e-5));
        assert!((split.time.iter().zip(time)).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn the_output_is_the_sum_over_the_window() {
        let (kernel, ..) = kernel();
        let split = Separable::of(&kernel, [30, 2, 2]);
        let movie: Vec<f32> = (0..32 * 4).map(|i| (i as f32 * 0.37).sin()).collect();
        let output = split.output(&movie);
        assert_eq!(output.len(), 3);
        for (start, value) in output.iter().enumerate() {
            let window = &movie[start * 4..][..120];
            let direct: f32 = window.iter().zip(&kernel).map(|(a, b)| a * b).sum();
            assert!((value - direct).abs() < 1e-4, "{value}, not {direct}");
        }
    }

    #[test]
    fn nothing_is_split_into_nothing() {
        let split = Separable::of(&[0.0; 12], [3, 2, 2]);
        assert_eq!(split.explained_variance, 0.0);
        assert!(split.time.iter().all(|&weight| weight == 0.0));
    }
}
