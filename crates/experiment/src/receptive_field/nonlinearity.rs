//! The static nonlinearity of an LN cascade.

use ganglion_numerics::golden_section;

/// Mean rate against the output of a filter (the *drive*), in bins of equally many samples.
///
/// Chichilnisky (2001), Network 12:199.
#[derive(Clone, Debug, PartialEq)]
pub struct Nonlinearity {
    /// Mean drive of each bin, rising.
    pub drive: Vec<f64>,
    /// Mean rate of each bin, Hz.
    pub rate: Vec<f64>,
    /// Standard error of the rate of each bin, Hz.
    pub error: Vec<f64>,
    /// Mean slope, Hz a unit of drive: covariance of rate and drive over the drive's variance. For
    /// normal drive it is the mean of the derivative (Bussgang 1952).
    pub gain: f64,
    /// `1 - slope below zero drive / slope above it`: 0 linear, 1 half-wave rectified, 2 full-wave
    /// rectified.
    pub rectification: f64,
    /// Squared correlation of the rate with what the nonlinearity predicts from the drive.
    pub explained_variance: f64,
}

impl Nonlinearity {
    /// Of a rate and the drive in the same bins.
    ///
    /// # Panics
    /// If the numbers of rates and drives differ, or there are fewer than two samples a bin.
    pub fn of(drive: &[f32], rate: &[f32], bins: usize) -> Self {
        assert_eq!(drive.len(), rate.len(), "one rate a drive");
        assert!(bins > 0 && drive.len() >= 2 * bins, "too few samples");
        let mut pairs: Vec<(f64, f64)> = (drive.iter().zip(rate))
            .map(|(&drive, &rate)| (f64::from(drive), f64::from(rate)))
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let groups: Vec<&[(f64, f64)]> = (0..bins)
            .map(|bin| &pairs[bin * pairs.len() / bins..(bin + 1) * pairs.len() / bins])
            .collect();
        let mut curve = Self {
            drive: groups
                .iter()
                .map(|group| mean(group, |pair| pair.0))
                .collect(),
            rate: groups
                .iter()
                .map(|group| mean(group, |pair| pair.1))
                .collect(),
            error: groups.iter().map(|group| standard_error(group)).collect(),
            gain: slope(&pairs),
            rectification: rectification(&pairs),
            explained_variance: f64::NAN,
        };
        curve.explained_variance = curve.explained(&pairs);
        curve
    }

    /// The rate at a drive, between the bins' means; constant beyond them.
    pub fn at(&self, drive: f64) -> f64 {
        let above = self.drive.partition_point(|&bin| bin < drive);
        if above == 0 {
            return self.rate[0];
        }
        if above == self.drive.len() {
            return self.rate[above - 1];
        }
        let [low, high] = [above - 1, above].map(|bin| self.drive[bin]);
        let part = if high > low {
            (drive - low) / (high - low)
        } else {
            0.5
        };
        self.rate[above - 1] * (1.0 - part) + self.rate[above] * part
    }

    /// The rate at a drive that was measured; NaN beyond.
    pub fn within(&self, drive: f64) -> f64 {
        let measured = self.drive[0] <= drive && drive <= self.drive[self.drive.len() - 1];
        if measured { self.at(drive) } else { f64::NAN }
    }

    fn explained(&self, pairs: &[(f64, f64)]) -> f64 {
        let predicted: Vec<(f64, f64)> = (pairs.iter())
            .map(|&(drive, rate)| (self.at(drive), rate))
            .collect();
        let [_, variance_predicted, covariance] = moments(&predicted);
        let variance = moments(
            &(pairs
                .iter()
                .map(|&(_, rate)| (rate, 0.0))
                .collect::<Vec<_>>()),
        )[1];
        covariance * covariance / (variance_predicted * variance)
    }

    /// The factor `s` for which this curve at drive `s * d` is most like another's at `d`, by least
    /// squares over this curve's bins: how much more sensitive the other is. The other must have
    /// been measured over the wider range of drives.
    ///
    /// For filters of unit norm this is the change of gain that leaves the shape of the nonlinearity
    /// alone (Baccus and Meister 2002, Neuron 36:909). An LN cell has 1, wherever its threshold is.
    /// NaN if a curve is flat.
    pub fn sensitivity_of(&self, other: &Self) -> f64 {
        if self.gain == 0.0 || other.gain == 0.0 || !(self.gain * other.gain).is_finite() {
            return f64::NAN;
        }
        let coarse = (0..=STEPS).map(|step| (step as f64 / STEPS as f64 * 2.0 - 1.0) * RANGE);
        let best = coarse
            .min_by(|a, b| {
                self.mismatch(other, *a)
                    .total_cmp(&self.mismatch(other, *b))
            })
            .unwrap_or(0.0);
        let width = 2.0 * RANGE / STEPS as f64;
        golden_section([best - width, best + width], |log| {
            self.mismatch(other, log)
        })
        .exp()
    }

    /// Mean squared difference of this curve at its own drives `d` and the other at `d / s`.
    ///
    /// The sum is over the same bins for every factor, so that a small overlap is no advantage.
    fn mismatch(&self, other: &Self, log_scale: f64) -> f64 {
        let scale = log_scale.exp();
        let square = |(drive, rate): (&f64, &f64)| (other.at(drive / scale) - rate).powi(2);
        self.drive.iter().zip(&self.rate).map(square).sum::<f64>() / self.drive.len() as f64
    }
}

/// Natural logarithm of the largest factor looked for: 8.
const RANGE: f64 = 2.079;
const STEPS: usize = 80;

fn mean(pairs: &[(f64, f64)], part: impl Fn(&(f64, f64)) -> f64) -> f64 {
    pairs.iter().map(part).sum::<f64>() / pairs.len() as f64
}

/// Mean of the first, variance of the first, covariance.
fn moments(pairs: &[(f64, f64)]) -> [f64; 3] {
    let (first, second) = (mean(pairs, |pair| pair.0), mean(pairs, |pair| pair.1));
    [
        first,
        mean(pairs, |pair| (pair.0 - first).powi(2)),
        mean(pairs, |pair| (pair.0 - first) * (pair.1 - second)),
    ]
}

fn slope(pairs: &[(f64, f64)]) -> f64 {
    let [_, variance, covariance] = moments(pairs);
    if variance > 0.0 {
        covariance / variance
    } else {
        0.0
    }
}

fn rectification(sorted: &[(f64, f64)]) -> f64 {
    let zero = sorted.partition_point(|pair| pair.0 < 0.0);
    let (below, above) = sorted.split_at(zero);
    if below.len() < 2 || above.len() < 2 {
        return f64::NAN;
    }
    1.0 - slope(below) / slope(above)
}

fn standard_error(pairs: &[(f64, f64)]) -> f64 {
    let center = mean(pairs, |pair| pair.1);
    let squares: f64 = pairs.iter().map(|pair| (pair.1 - center).powi(2)).sum();
    let count = pairs.len() as f64;
    (squares / (count - 1.0) / count).sqrt()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Quantiles of a distribution close to normal, scaled.
    fn drive(scale: f64) -> Vec<f32> {
        (1..2000)
            .map(|i| {
                let p = f64::from(i) / 2000.0;
                (scale * (p / (1.0 - p)).ln() / 1.7) as f32
            })
            .collect()
    }

    fn curve(scale: f64, rate: impl Fn(f64) -> f64) -> Nonlinearity {
        let drive = drive(scale);
        let rates: Vec<f32> = drive.iter().map(|&g| rate(f64::from(g)) as f32).collect();
        Nonlinearity::of(&drive, &rates, 20)
    }

    #[rstest]
    #[case::linear(curve(1.0, |g| 5.0 + 2.0 * g), 2.0, 0.0)]
    #[case::half_wave(curve(1.0, |g| 4.0 * g.max(0.0)), 2.0, 1.0)]
    #[case::full_wave(curve(1.0, |g| 3.0 * g.abs()), 0.0, 2.0)]
    fn shapes_have_known_gains_and_rectification(
        #[case] curve: Nonlinearity,
        #[case] gain: f64,
        #[case] rectification: f64,
    ) {
        assert!((curve.gain - gain).abs() < 1e-3, "{}", curve.gain);
        assert!((curve.rectification - rectification).abs() < 1e-3);
    }

    #[test]
    fn the_curve_passes_through_its_bins() {
        let curve = curve(1.0, |g| 5.0 + 2.0 * g);
        assert!((curve.at(0.3) - 5.6).abs() < 0.01);
        assert_eq!(curve.at(1e3), *curve.rate.last().unwrap());
        assert!(curve.explained_variance > 0.97);
    }

    #[rstest]
    fn an_ln_cell_has_one_sensitivity_at_every_contrast(#[values(-1.0, 0.0, 0.7)] threshold: f64) {
        let rate = |g: f64| 10.0 * (g - threshold).max(0.0);
        let (low, high) = (curve(0.5, rate), curve(2.0, rate));
        let found = low.sensitivity_of(&high);
        // Bins are means over a stretch of a curve with a kink.
        assert!((found - 1.0).abs() < 0.08, "{found}");
    }

    #[test]
    fn a_planted_change_of_gain_is_recovered() {
        let rate = |g: f64| 10.0 * (g - 0.4).max(0.0);
        let (low, high) = (curve(1.0, rate), curve(2.0, |g| rate(0.6 * g)));
        let found = low.sensitivity_of(&high);
        assert!((found - 0.6).abs() < 0.04, "{found}");
        assert!(low.sensitivity_of(&curve(1.0, |_| 3.0)).is_nan());
    }
}
