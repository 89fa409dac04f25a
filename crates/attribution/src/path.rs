//! A stimulus and its baseline, seen from the first layer.

use crate::error::Error;

/// Bins of the histogram of switches: far finer than the intervals that follow it.
const BINS: usize = 256;

/// Straight paths from baseline to stimulus, one a response, at the first convolution's output:
/// `z(a) = z(baseline) + a (z(stimulus) - z(baseline))`, a = 0..1.
///
/// Made by [`Attributor::movie`](crate::Attributor::movie) or
/// [`Attributor::clips`](crate::Attributor::clips); the convolution is run once, whatever is asked of
/// the path later.
#[derive(Clone, Debug)]
pub struct Path {
    /// Channels, rows, columns.
    planes: [usize; 3],
    samples: usize,
    /// `[unit, sample]`, or `[unit, 1]` where all samples start from one baseline.
    start: Vec<f32>,
    /// `[unit, sample]`
    end: Vec<f32>,
}

impl Path {
    pub(crate) fn new(planes: [usize; 3], start: Vec<f32>, end: Vec<f32>) -> Result<Self, Error> {
        let units: usize = planes.iter().product();
        let (baseline, stimulus) = (start.len() / units, end.len() / units);
        if baseline != 1 && baseline != stimulus {
            return Err(Error::BaselineLength { baseline, stimulus });
        }
        Ok(Self {
            planes,
            samples: stimulus,
            start,
            end,
        })
    }

    /// One after the other, paths from one baseline to `[unit, sample]` each.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn joined(planes: [usize; 3], start: Vec<f32>, ends: &[Vec<f32>]) -> Self {
        let units: usize = planes.iter().product();
        let mut end = Vec::with_capacity(ends.iter().map(Vec::len).sum());
        for unit in 0..units {
            for values in ends {
                let samples = values.len() / units;
                end.extend_from_slice(&values[unit * samples..][..samples]);
            }
        }
        assert!(
            start.len() == units && !end.is_empty(),
            "one baseline, and stimuli"
        );
        Self {
            planes,
            samples: end.len() / units,
            start,
            end,
        }
    }

    /// Responses: frames with a full history, or clips.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Channels, rows and columns of the first layer.
    pub fn planes(&self) -> [usize; 3] {
        self.planes
    }

    /// Values `[start, end]` of a unit (counted channel, y, x) for a sample.
    ///
    /// # Panics
    /// If there is no such unit or sample.
    pub fn ends(&self, unit: usize, sample: usize) -> [f32; 2] {
        let start = if self.shares_baseline() {
            self.start[unit]
        } else {
            self.start[unit * self.samples + sample]
        };
        [start, self.end[unit * self.samples + sample]]
    }

    /// Whether all samples start from one baseline.
    pub(crate) fn shares_baseline(&self) -> bool {
        self.start.len() < self.end.len() || self.samples == 1
    }

    /// Change of every unit of a sample from baseline to stimulus, `[channel, y, x]`: for grey, `W * s`.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn change(&self, sample: usize) -> Vec<f32> {
        (0..self.units())
            .map(|unit| {
                let [start, end] = self.ends(unit, sample);
                end - start
            })
            .collect()
    }

    pub(crate) fn units(&self) -> usize {
        self.planes.iter().product()
    }

    /// The path's values at points `[sample, point]` of some samples: `[unit, (sample, point)]`.
    pub(crate) fn at(&self, points: &[(usize, &[f64])]) -> Vec<f32> {
        let columns: usize = points.iter().map(|(_, points)| points.len()).sum();
        let mut values = Vec::with_capacity(self.units() * columns);
        for unit in 0..self.units() {
            for (sample, points) in points {
                let [start, end] = self.ends(unit, *sample);
                // Exact at both ends, and everywhere where nothing changes.
                let along = |&a: &f64| match a as f32 {
                    1.0 => end,
                    a => start + a * (end - start),
                };
                values.extend(points.iter().map(along));
            }
        }
        values
    }

    /// Change of each channel `[sample, channel]` for stimuli that are the same everywhere, such as
    /// full-field flashes.
    ///
    /// # Errors
    /// If within a channel any unit's change differs from the mean by more than `tolerance` of the
    /// sample's largest change (1e-5 is single precision's own noise).
    pub fn change_by_channel(&self, tolerance: f64) -> Result<Vec<f32>, Error> {
        let [_, height, width] = self.planes;
        self.pooled(
            height * width,
            1,
            tolerance,
            "across space",
            "full-field stimulus",
        )
    }

    /// Change of each channel and column `[sample, channel, x]` for stimuli that are the same along
    /// y, such as upright bars.
    ///
    /// # Errors
    /// If within a column any unit's change differs from the mean by more than `tolerance` of the
    /// sample's largest change.
    pub fn change_by_channel_and_column(&self, tolerance: f64) -> Result<Vec<f32>, Error> {
        let [_, height, width] = self.planes;
        self.pooled(height, width, tolerance, "along y", "bar uniform along y")
    }

    /// Means over `pooled` rows of `kept` values each, for every sample and channel.
    fn pooled(
        &self,
        pooled: usize,
        kept: usize,
        tolerance: f64,
        along: &'static str,
        stimulus: &'static str,
    ) -> Result<Vec<f32>, Error> {
        let mut means = Vec::new();
        for sample in 0..self.samples {
            let change = self.change(sample);
            let largest = change.iter().fold(0.0f32, |most, v| most.max(v.abs()));
            for plane in change.chunks(pooled * kept) {
                for column in 0..kept {
                    let values = || plane.iter().skip(column).step_by(kept);
                    let mean = values().map(|&v| f64::from(v)).sum::<f64>() / pooled as f64;
                    let deviation = |&v: &f32| (f64::from(v) - mean).abs();
                    let spread = values().map(deviation).fold(0.0, f64::max);
                    if spread > tolerance * f64::from(largest) {
                        return Err(Error::NotInvariant {
                            along,
                            spread: spread / f64::from(largest),
                            tolerance,
                            stimulus,
                        });
                    }
                    means.push(mean as f32);
                }
            }
        }
        Ok(means)
    }

    /// Ends of `intervals` intervals of a sample's path, 0 and 1 included: half of them follow the
    /// path, half the places where the first stage's units switch. Doubling keeps the old ends.
    pub(crate) fn nodes(
        &self,
        sample: usize,
        intervals: usize,
        affine: impl Fn(usize) -> [f32; 2],
    ) -> Vec<f64> {
        let cumulative = self.switches(sample, affine);
        let total = cumulative[BINS];
        let density = |bin: usize| {
            let even = bin as f64 / BINS as f64;
            let switched = if total > 0 {
                cumulative[bin] as f64 / total as f64
            } else {
                even
            };
            (even + switched) / 2.0
        };
        let mut bin = 0;
        let mut nodes: Vec<f64> = (0..=intervals)
            .map(|index| {
                let target = index as f64 / intervals as f64;
                while bin + 1 < BINS && density(bin + 1) < target {
                    bin += 1;
                }
                let (below, above) = (density(bin), density(bin + 1));
                (bin as f64 + (target - below) / (above - below)) / BINS as f64
            })
            .collect();
        nodes[intervals] = 1.0;
        nodes
    }

    /// How many units of the first stage have switched before each bin's edge.
    fn switches(&self, sample: usize, affine: impl Fn(usize) -> [f32; 2]) -> [usize; BINS + 1] {
        let mut cumulative = [0; BINS + 1];
        for unit in 0..self.units() {
            let [scale, shift] = affine(unit);
            let [before, after] = self.ends(unit, sample).map(|z| scale * z + shift);
            if (before > 0.0) != (after > 0.0) {
                let place = before / (before - after) * BINS as f32;
                cumulative[(place as usize).min(BINS - 1) + 1] += 1;
            }
        }
        for bin in 0..BINS {
            cumulative[bin + 1] += cumulative[bin];
        }
        cumulative
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_crowd_where_units_switch_and_doubling_keeps_them() {
        // All units switch at a = 0.1.
        let path = Path::new([1, 10, 10], vec![-1.0; 100], vec![9.0; 100]).unwrap();
        let nodes = |intervals| path.nodes(0, intervals, |_| [1.0, 0.0]);
        let (few, many) = (nodes(8), nodes(16));
        assert_eq!((few[0], few[8]), (0.0, 1.0));
        assert!(few.windows(2).all(|pair| pair[0] < pair[1]), "{few:?}");
        let near = many.iter().filter(|&&a| (a - 0.1).abs() < 0.02).count();
        assert!(near >= 7, "{many:?}");
        for (a, b) in few.iter().zip(many.iter().step_by(2)) {
            assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn a_path_that_varies_in_space_is_not_reduced() {
        let path = Path::new([1, 1, 2], vec![0.0; 2], vec![1.0, 1.1]).unwrap();
        let refused = path.change_by_channel(1e-5).unwrap_err().to_string();
        assert!(refused.contains("across space"), "{refused}");
        assert_eq!(path.change_by_channel_and_column(1e-5).unwrap(), [1.0, 1.1]);
    }
}
