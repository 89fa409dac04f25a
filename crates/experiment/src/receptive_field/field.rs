//! A receptive field in space and time.

use ganglion_numerics::dot;

use super::Separable;

/// A receptive field `[frame, y, x]`, oldest frame first, in Hz per standard deviation of the
/// training stimulus: the filter `k` of `rate(t) = mean + sum_i k[i] . frame(t - history + i)`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceptiveField {
    history: usize,
    height: usize,
    width: usize,
    values: Vec<f32>,
}

/// Standard deviations a median absolute deviation, for normal noise.
pub(super) const DEVIATIONS_A_MEDIAN: f64 = 1.4826;

impl ReceptiveField {
    /// A field from its weights.
    ///
    /// # Panics
    /// If there are not history x height x width weights, or none.
    pub fn new([history, height, width]: [usize; 3], values: Vec<f32>) -> Self {
        assert!(
            !values.is_empty() && values.len() == history * height * width,
            "{} weights are not {history} frames of {height}x{width} pixels",
            values.len()
        );
        Self {
            history,
            height,
            width,
            values,
        }
    }

    /// Frames, rows and columns.
    pub fn shape(&self) -> [usize; 3] {
        [self.history, self.height, self.width]
    }

    /// All weights `[frame, y, x]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The best split into space and time.
    pub fn separated(&self) -> Separable {
        Separable::of(&self.values, self.shape())
    }

    /// Largest magnitude over the standard deviation of the noise, which is taken to be 1.48 times
    /// the median magnitude: most weights of a field are noise around 0. Infinite without noise.
    pub fn signal_to_noise(&self) -> f64 {
        let mut sizes: Vec<f32> = self.values.iter().map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let noise = DEVIATIONS_A_MEDIAN * f64::from(sizes[sizes.len() / 2]);
        f64::from(sizes[sizes.len() - 1]) / noise
    }

    /// Cosine of the angle between two fields: 1 if they are the same but for a factor.
    ///
    /// # Panics
    /// If their shapes differ.
    pub fn similarity(&self, other: &Self) -> f64 {
        assert_eq!(self.shape(), other.shape(), "fields of different shapes");
        let (a, b) = (&self.values, &other.values);
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_stands_out_of_noise() {
        let noise = |index: usize| ((index * 37) % 101) as f32 / 50.0 - 1.0;
        let mut values: Vec<f32> = (0..400).map(noise).collect();
        values[210] = 10.0;
        let field = ReceptiveField::new([4, 10, 10], values);
        // The median magnitude of uniform noise up to 1 is a half.
        let expected = 10.0 / (0.5 * DEVIATIONS_A_MEDIAN);
        assert!((field.signal_to_noise() / expected - 1.0).abs() < 0.1);
        assert!((field.similarity(&field) - 1.0).abs() < 1e-12);
    }
}
