//! Whether a map stands out of its noise.

use ganglion_numerics::complementary_error;

use super::ReceptiveField;
use super::field::DEVIATIONS_A_MEDIAN;

/// How far the smoothed map of a receptive field stands out of its noise.
///
/// The weights are smoothed over neighbours in space and time by `[1, 2, 1] / 4` along each axis,
/// because a field is spread over pixels and frames and noise is not: a field that is flat over them
/// gains by a factor of four. The noise is the smoothed map's own, 1.48 times its median magnitude.
///
/// Reverse correlation with noise that the cell does not see gives weights that are sums over many
/// frames, and so normal, whatever the rates. The largest of `n` smoothed weights is then beyond `u`
/// standard deviations in at most a share `n erfc(u / sqrt 2)` of cells (Bonferroni's bound, which
/// holds for weights that are correlated, too).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapStatistic {
    /// Largest magnitude of the smoothed map, in standard deviations of its noise; infinite without
    /// noise, 0 for a map of nothing.
    pub peak: f64,
    /// Frame, row and column of it.
    pub place: [usize; 3],
    /// Share of cells without a field, at most, whose map peaks as high.
    pub false_positive_rate: f64,
    /// Number of weights.
    weights: usize,
}

impl MapStatistic {
    /// The peak that at most this share of cells without a field reaches.
    pub fn needed(&self, false_positive_rate: f64) -> f64 {
        let (mut low, mut high) = (0.0, 40.0);
        // Forty halvings of the interval leave nothing that matters.
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            match by_chance(middle, self.weights) > false_positive_rate {
                true => low = middle,
                false => high = middle,
            }
        }
        high
    }
}

/// Share of maps of so many weights, at most, that peak as high by chance.
fn by_chance(peak: f64, weights: usize) -> f64 {
    (weights as f64 * complementary_error(peak / std::f64::consts::SQRT_2)).min(1.0)
}

impl ReceptiveField {
    /// The field smoothed by `[1, 2, 1] / 4` along each axis of more than one; there is nothing beyond the edges.
    #[must_use]
    pub fn smoothed(&self) -> Self {
        Self::new(self.shape(), smoothed(self.values(), self.shape()))
    }

    /// How far the map stands out of its noise.
    pub fn map_statistic(&self) -> MapStatistic {
        let [history, height, width] = self.shape();
        let smooth = smoothed(self.values(), self.shape());
        let mut sizes: Vec<f32> = smooth.iter().map(|value| value.abs()).collect();
        let largest = (0..sizes.len())
            .max_by(|&a, &b| sizes[a].total_cmp(&sizes[b]))
            .unwrap_or_default();
        let highest = f64::from(sizes[largest]);
        sizes.sort_by(f32::total_cmp);
        let noise = DEVIATIONS_A_MEDIAN * f64::from(sizes[sizes.len() / 2]);
        let peak = if highest > 0.0 { highest / noise } else { 0.0 };
        let weights = history * height * width;
        let pixels = height * width;
        MapStatistic {
            peak,
            place: [largest / pixels, largest % pixels / width, largest % width],
            false_positive_rate: by_chance(peak, weights),
            weights,
        }
    }
}

/// `[1, 2, 1] / 4` along each axis; there is nothing beyond the edges.
fn smoothed(values: &[f32], [history, height, width]: [usize; 3]) -> Vec<f32> {
    let axes = [(history, height * width), (height, width), (width, 1)];
    let along = |values: Vec<f32>, (extent, stride): (usize, usize)| -> Vec<f32> {
        let at = |index: usize| {
            let place = index / stride % extent;
            let before = if place > 0 {
                values[index - stride]
            } else {
                0.0
            };
            let after = if place + 1 < extent {
                values[index + stride]
            } else {
                0.0
            };
            0.25 * before + 0.5 * values[index] + 0.25 * after
        };
        (0..values.len()).map(at).collect()
    };
    // An axis of one has no neighbours.
    let axes = axes.into_iter().filter(|(extent, _)| *extent > 1);
    axes.fold(values.to_vec(), along)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Normal numbers by Box and Muller from the generator splitmix64.
    struct Normal(u64);

    impl Normal {
        fn uniform(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }

        fn next(&mut self) -> f32 {
            let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
            (radius * (std::f64::consts::TAU * self.uniform()).cos()) as f32
        }

        fn field(&mut self, shape: [usize; 3]) -> Vec<f32> {
            (0..shape.iter().product()).map(|_| self.next()).collect()
        }
    }

    #[test]
    fn what_is_needed_is_what_the_rate_says() {
        let mut values = vec![0.0; 1000];
        values[0] = 1.0;
        let statistic = ReceptiveField::new([10, 10, 10], values).map_statistic();
        // Two-sided, 5e-5 for each of 1000 weights: 4.056 by tables.
        assert!((statistic.needed(0.05) - 4.056).abs() < 1e-3);
        assert!(statistic.needed(1e-3) > statistic.needed(0.05));
    }

    #[test]
    fn noise_is_called_a_field_as_seldom_as_is_said() {
        let (shape, fields, rate) = ([12, 8, 10], 600, 0.05);
        let mut normal = Normal(7);
        let called = (0..fields)
            .filter(|_| {
                let field = ReceptiveField::new(shape, normal.field(shape));
                field.map_statistic().false_positive_rate <= rate
            })
            .count();
        // At most 5 % of 600 are expected, with a standard deviation of 5.3; Bonferroni's bound is
        // not so coarse that it is never reached.
        assert!((1..=46).contains(&called), "{called} of {fields}");
    }

    #[test]
    fn a_plain_field_of_four_times_the_noise_is_found_and_a_lone_pixel_is_not_a_field() {
        let shape = [20, 16, 16];
        let mut normal = Normal(3);
        let mut spread = normal.field(shape);
        let mut lone = spread.clone();
        for frame in 13..17 {
            for pixel in 0..256usize {
                let (x, y) = ((pixel % 16) as f32 - 8.0, (pixel / 16) as f32 - 6.0);
                spread[frame * 256 + pixel] += 4.0 * (-(x * x + y * y) / 8.0).exp();
            }
        }
        lone[15 * 256 + 100] = 4.5;
        let found = ReceptiveField::new(shape, spread).map_statistic();
        assert!(found.false_positive_rate < 1e-9, "{found:?}");
        let [frame, y, x] = found.place;
        assert!(
            (13..17).contains(&frame) && y.abs_diff(6) < 2 && x.abs_diff(8) < 2,
            "{found:?}"
        );
        let lone = ReceptiveField::new(shape, lone).map_statistic();
        assert!(lone.false_positive_rate > 1e-3, "{lone:?}");
    }

    #[test]
    fn nothing_does_not_stand_out_and_what_has_no_noise_does() {
        let nothing = ReceptiveField::new([3, 2, 2], vec![0.0; 12]).map_statistic();
        assert_eq!((nothing.peak, nothing.false_positive_rate), (0.0, 1.0));
        let mut values = vec![0.0; 10 * 81];
        values[5 * 81 + 40] = 1.0;
        let sharp = ReceptiveField::new([10, 9, 9], values).map_statistic();
        assert_eq!(
            (sharp.peak, sharp.false_positive_rate),
            (f64::INFINITY, 0.0)
        );
        assert_eq!(sharp.place, [5, 4, 4]);
    }
}
