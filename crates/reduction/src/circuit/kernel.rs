//! Space-time kernels.

use ganglion_numerics::dot;
use serde::{Deserialize, Serialize};

/// A kernel `[frame, y, x]`, the oldest frame first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kernel {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// `[frame][y * width + x]`
    pub frames: Vec<Vec<f32>>,
}

impl Kernel {
    /// A kernel from its values `[frame, y, x]`.
    pub fn new([frames, height, width]: [usize; 3], values: &[f32]) -> Self {
        let frame = |frame: usize| values[frame * height * width..][..height * width].to_vec();
        Self {
            height,
            width,
            frames: (0..frames).map(frame).collect(),
        }
    }

    /// Frames.
    pub fn history(&self) -> usize {
        self.frames.len()
    }

    /// All values `[frame, y, x]`.
    pub fn values(&self) -> Vec<f32> {
        self.frames.concat()
    }

    /// Summed over space, `[frame]`: all that a full-field stimulus sees.
    pub fn summed(&self) -> Vec<f64> {
        let sum = |frame: &Vec<f32>| frame.iter().map(|&value| f64::from(value)).sum();
        self.frames.iter().map(sum).collect()
    }

    /// Summed along y, `[frame, x]`: all that bars along y see.
    pub fn summed_along_y(&self) -> Vec<f64> {
        let column = |frame: &Vec<f32>, x: usize| -> f64 {
            frame
                .iter()
                .skip(x)
                .step_by(self.width)
                .map(|&value| f64::from(value))
                .sum()
        };
        (self.frames.iter())
            .flat_map(|frame| (0..self.width).map(move |x| column(frame, x)))
            .collect()
    }

    /// The time course of the kernel's centre, `[frame]`: weights summed over the pixels at which
    /// the spatial profile has its main sign, so that surround and centre do not cancel.
    pub fn time_course(&self) -> Vec<f64> {
        let centre = self.centre();
        let inside = |frame: &Vec<f32>| -> f64 {
            frame
                .iter()
                .zip(&centre)
                .filter(|(_, inside)| **inside)
                .map(|(v, _)| f64::from(*v))
                .sum()
        };
        self.frames.iter().map(inside).collect()
    }

    /// The largest size of the response to a full-contrast step that fills the kernel's centre and
    /// spares its surround.
    pub fn step_peak(&self) -> f64 {
        let mut sum = 0.0;
        let newest_first = self.time_course();
        newest_first.iter().rev().fold(0.0, |peak: f64, tap| {
            sum += tap;
            peak.max(sum.abs())
        })
    }

    /// The same kernel `factor` times as strong.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let scale = |frame: &Vec<f32>| {
            frame
                .iter()
                .map(|value| (f64::from(*value) * factor) as f32)
                .collect()
        };
        Self {
            frames: self.frames.iter().map(scale).collect(),
            ..*self
        }
    }

    /// Standard deviation in pixels of the centre of the spatial profile, over one axis, for a round
    /// Gaussian.
    pub fn centre_sd(&self) -> f64 {
        let profile = self.profile();
        let peak = peak(&profile);
        let sign = profile.get(peak).map_or(1.0, |value| value.signum());
        // Half-height area of a Gaussian is 2 pi ln 2 sd^2; moments would follow the noise far out.
        let half = 0.5 * profile.get(peak).map_or(0.0, |value| value.abs());
        let area = profile.iter().filter(|value| sign * **value > half).count() as f64;
        (area / (2.0 * std::f64::consts::PI * 2f64.ln())).sqrt()
    }

    /// The spatial profile at the frame of the largest spread over space, `[y, x]`.
    fn profile(&self) -> Vec<f64> {
        let squares = |frame: &&Vec<f32>| -> f64 {
            frame.iter().map(|value| f64::from(*value).powi(2)).sum()
        };
        let strongest = (self.frames.iter()).max_by(|a, b| squares(a).total_cmp(&squares(b)));
        let main = strongest.cloned().unwrap_or_default();
        // Projected on the strongest frame's own course: one step of power iteration.
        let mut profile = vec![0.0; self.height * self.width];
        for frame in &self.frames {
            let course = dot(frame, &main);
            for (sum, value) in profile.iter_mut().zip(frame) {
                *sum += course * f64::from(*value);
            }
        }
        profile
    }

    /// The spatial profile with sum 1, `[y, x]`; without its surround where that takes away nearly
    /// all that the centre gives.
    pub fn unit_profile(&self) -> Vec<f64> {
        let profile = self.profile();
        let sign = profile
            .get(peak(&profile))
            .map_or(1.0, |value| value.signum());
        let size: f64 = profile.iter().map(|value| value.abs()).sum();
        let sum = sign * profile.iter().sum::<f64>();
        if sum > LEAST_BALANCE * size {
            return profile.iter().map(|value| sign * value / sum).collect();
        }
        let centre = profile.iter().zip(self.centre());
        let kept: Vec<f64> = centre
            .map(|(value, inside)| if inside { sign * value } else { 0.0 })
            .collect();
        let sum = kept.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        kept.iter().map(|value| value / sum).collect()
    }

    /// A time course `[frame]` times a spatial profile `[y, x]`.
    pub fn product(course: &[f64], profile: &[f64], [height, width]: [usize; 2]) -> Self {
        let frame = |weight: &f64| {
            profile
                .iter()
                .map(|value| (weight * value) as f32)
                .collect()
        };
        Self {
            height,
            width,
            frames: course.iter().map(frame).collect(),
        }
    }

    /// Pixels at which the profile has the sign of its peak and at least a tenth of its size.
    fn centre(&self) -> Vec<bool> {
        let profile = self.profile();
        let peak = profile.get(peak(&profile)).copied().unwrap_or(0.0);
        profile
            .iter()
            .map(|value| value * peak.signum() > 0.1 * peak.abs())
            .collect()
    }
}

/// Least sum of a spatial profile, relative to the sum of its sizes, by which it is scaled.
const LEAST_BALANCE: f64 = 0.2;

fn peak(values: &[f64]) -> usize {
    let indices = 0..values.len();
    indices
        .max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs()))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A centre of 2 with a surround of -1 around it, times a course.
    fn kernel() -> Kernel {
        let course = [0.0, 0.5, -1.0];
        let space: Vec<f32> = (0..25)
            .map(|pixel| if pixel == 12 { 2.0 } else { -0.05 })
            .collect();
        let values: Vec<f32> = course
            .iter()
            .flat_map(|c| space.iter().map(move |s| c * s))
            .collect();
        Kernel::new([3, 5, 5], &values)
    }

    #[test]
    fn the_centre_s_course_is_free_of_the_surround() {
        let expected = [0.0, 1.0, -2.0];
        let course = kernel().time_course();
        assert!(
            course
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-6)
        );
        // Newest first: -2, then -1.
        assert!((kernel().step_peak() - 2.0).abs() < 1e-6);
        let summed = kernel().summed();
        assert!((summed[1] - 0.5 * (2.0 - 24.0 * 0.05)).abs() < 1e-6);
    }

    #[test]
    fn sums_along_y_add_up_to_the_sum_over_space() {
        let (summed, columns) = (kernel().summed(), kernel().summed_along_y());
        for (frame, sum) in summed.iter().enumerate() {
            let total: f64 = columns[frame * 5..][..5].iter().sum();
            assert!((total - sum).abs() < 1e-9);
        }
    }
}
