//! Attributions summed by channel, by column, by kind of channel.

use rayon::prelude::*;

use crate::Polarity;
use crate::attribution::Attribution;
use crate::channel::Sign;
use crate::error::Error;

/// Sums `[sample, cell, group]` of attributions, Hz.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Responses.
    pub samples: usize,
    /// Cells.
    pub cells: usize,
    /// Groups of units.
    pub groups: usize,
    /// `[sample, cell, group]`
    pub values: Vec<f64>,
}

/// A kind of channel: polarity, and effect on a cell for a stimulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelKind {
    /// ON or OFF.
    pub polarity: Polarity,
    /// Excitatory or inhibitory.
    pub sign: Sign,
}

impl ChannelKind {
    /// The groups of [`Attribution::by_kind`], in order.
    pub const ALL: [Self; 4] = [
        Self::new(Polarity::On, Sign::Excitatory),
        Self::new(Polarity::On, Sign::Inhibitory),
        Self::new(Polarity::Off, Sign::Excitatory),
        Self::new(Polarity::Off, Sign::Inhibitory),
    ];

    const fn new(polarity: Polarity, sign: Sign) -> Self {
        Self { polarity, sign }
    }
}

impl Summary {
    /// Correlation over samples with the sum of all groups that the sum of those kept must have: what
    /// is left out adds less than a fifth of the variance.
    pub const KEPT: f64 = 0.9;

    /// One sum.
    ///
    /// # Panics
    /// If there is no such sample, cell or group.
    pub fn at(&self, sample: usize, cell: usize, group: usize) -> f64 {
        assert!(cell < self.cells && group < self.groups, "no such sum");
        self.values[(sample * self.cells + cell) * self.groups + group]
    }

    /// Sums without samples, to append to.
    pub fn empty(cells: usize, groups: usize) -> Self {
        Self {
            samples: 0,
            cells,
            groups,
            values: Vec::new(),
        }
    }

    /// Adds the samples of other sums of the same cells and groups.
    ///
    /// # Panics
    /// If cells or groups differ.
    pub fn append(&mut self, other: &Self) {
        assert_eq!((self.cells, self.groups), (other.cells, other.groups));
        self.samples += other.samples;
        self.values.extend(&other.values);
    }

    /// Sums of some samples, in any order and as often as asked for.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn of_samples(&self, samples: &[usize]) -> Self {
        let size = self.cells * self.groups;
        let of = |&sample: &usize| self.values[sample * size..][..size].iter().copied();
        Self {
            samples: samples.len(),
            values: samples.iter().flat_map(of).collect(),
            ..*self
        }
    }

    /// Sums over all samples: `[cell][group]`.
    pub fn totals(&self) -> Vec<Vec<f64>> {
        self.each(|cell, group| self.course(cell, group).sum())
    }

    /// Mean magnitude of each sum over samples: `[cell][group]`. What channels are ranked by.
    pub fn mean_magnitudes(&self) -> Vec<Vec<f64>> {
        let samples = self.samples.max(1) as f64;
        self.each(|cell, group| self.course(cell, group).map(f64::abs).sum::<f64>() / samples)
    }

    /// Mean magnitude of each group over that of all groups, negative where the group's total is:
    /// `[cell][group]`. Zero everywhere where nothing has an effect.
    pub fn shares(&self) -> Vec<Vec<f64>> {
        let (totals, magnitudes) = (self.totals(), self.mean_magnitudes());
        self.each(|cell, group| {
            let all: f64 = magnitudes[cell].iter().sum();
            let sign = if totals[cell][group] < 0.0 { -1.0 } else { 1.0 };
            if all > 0.0 {
                sign * magnitudes[cell][group] / all
            } else {
                0.0
            }
        })
    }

    /// Sign of each group for each cell, by its total over all samples: `[cell][group]`.
    pub fn signs(&self) -> Vec<Vec<Sign>> {
        let signs = |totals: Vec<f64>| totals.into_iter().map(Sign::of).collect();
        self.totals().into_iter().map(signs).collect()
    }

    /// Sums over channels of the same polarity and the same sign for a cell: groups are
    /// [`ChannelKind::ALL`].
    ///
    /// # Errors
    /// If there is not one polarity a group.
    pub fn by_kind(&self, polarities: &[Polarity]) -> Result<Self, Error> {
        if polarities.len() != self.groups {
            return Err(Error::Length {
                what: "polarities",
                found: polarities.len(),
                expected: self.groups,
            });
        }
        let signs = self.signs();
        let kinds = ChannelKind::ALL.len();
        let mut values = vec![0.0; self.samples * self.cells * kinds];
        for (index, &value) in self.values.iter().enumerate() {
            let (row, channel) = (index / self.groups, index % self.groups);
            let kind = ChannelKind::new(polarities[channel], signs[row % self.cells][channel]);
            // A channel without any effect is of no kind.
            if let Some(group) = ChannelKind::ALL.iter().position(|&k| k == kind) {
                values[row * kinds + group] += value;
            }
        }
        Ok(Self {
            groups: kinds,
            values,
            ..*self
        })
    }

    /// The fewest groups, by mean magnitude, whose sum has at least a correlation with the sum of
    /// all over samples: their numbers, the largest first.
    pub fn fewest(&self, cell: usize, correlation: f64) -> Vec<usize> {
        let magnitudes = &self.mean_magnitudes()[cell];
        let mut ranked: Vec<usize> = (0..self.groups).collect();
        ranked.sort_by(|&a, &b| magnitudes[b].total_cmp(&magnitudes[a]));
        let sum_of = |groups: &[usize]| -> Vec<f64> {
            let sum = |sample| groups.iter().map(|&g| self.at(sample, cell, g)).sum();
            (0..self.samples).map(sum).collect()
        };
        let all = sum_of(&ranked);
        let enough = |count: &usize| {
            let reached = ganglion_numerics::correlation(&sum_of(&ranked[..*count]), &all);
            reached.is_some_and(|reached| reached >= correlation)
        };
        let count = (1..self.groups).find(enough).unwrap_or(self.groups);
        ranked.truncate(count);
        ranked
    }

    /// The fewest groups that tell how the response of a cell goes: those whose sum follows the sum of
    /// all with a correlation of at least [`Self::KEPT`].
    pub fn kept(&self, cell: usize) -> Vec<usize> {
        self.fewest(cell, Self::KEPT)
    }

    fn course(&self, cell: usize, group: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.samples).map(move |sample| self.at(sample, cell, group))
    }

    fn each(&self, value: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
        let groups = |cell| (0..self.groups).map(|group| value(cell, group)).collect();
        (0..self.cells).map(groups).collect()
    }
}

impl Attribution {
    /// Summed over space: groups are channels.
    pub fn by_channel(&self) -> Summary {
        self.over_space(&self.attribution)
    }

    /// Summed over y: groups are channel, x.
    pub fn by_channel_and_column(&self) -> Summary {
        self.over_y(&self.attribution)
    }

    /// Effective weights summed over space: groups are channels. For stimuli that are the same
    /// everywhere, `r - r_0 = sum over channels of G_c (W_c * s)`.
    pub fn effective_weights_by_channel(&self) -> Summary {
        self.over_space(&self.effective_weights)
    }

    /// Effective weights summed over y: groups are channel, x. For bars along y,
    /// `r - r_0 = sum over channels and x of G_cx (W_c * s)_x`.
    pub fn effective_weights_by_channel_and_column(&self) -> Summary {
        self.over_y(&self.effective_weights)
    }

    /// [`Summary::signs`] of the channels.
    pub fn signs(&self) -> Vec<Vec<Sign>> {
        self.by_channel().signs()
    }

    /// [`Summary::by_kind`] of the channels.
    ///
    /// # Errors
    /// If there is not one polarity a channel.
    pub fn by_kind(&self, polarities: &[Polarity]) -> Result<Summary, Error> {
        self.by_channel().by_kind(polarities)
    }

    fn over_space(&self, units: &[f32]) -> Summary {
        self.sum_up(units, 1, |plane, sums| {
            sums[0] = plane.iter().map(|&value| f64::from(value)).sum();
        })
    }

    fn over_y(&self, units: &[f32]) -> Summary {
        let width = self.planes[2];
        self.sum_up(units, width, |plane, sums| {
            for row in plane.chunks(width) {
                let columns = sums.iter_mut().zip(row);
                columns.for_each(|(sum, &value)| *sum += f64::from(value));
            }
        })
    }

    /// Sums of every plane, `count` each, which start at zero.
    fn sum_up(
        &self,
        units: &[f32],
        count: usize,
        sum: impl Fn(&[f32], &mut [f64]) + Sync,
    ) -> Summary {
        let [channels, height, width] = self.planes;
        let groups = channels * count;
        let mut values = vec![0.0; self.samples * self.cells.len() * groups];
        let planes = units.par_chunks(height * width);
        planes
            .zip(values.par_chunks_mut(count))
            .with_min_len(64)
            .for_each(|(plane, sums)| sum(plane, sums));
        Summary {
            samples: self.samples,
            cells: self.cells.len(),
            groups,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two samples, one cell, three groups.
    fn sums() -> Summary {
        let mut sums = Summary::empty(1, 3);
        for values in [[4.0, -1.0, 0.0], [2.0, 0.5, 0.0]] {
            sums.append(&Summary {
                samples: 1,
                cells: 1,
                groups: 3,
                values: values.to_vec(),
            });
        }
        sums
    }

    #[test]
    fn shares_are_signed_magnitudes() {
        let sums = sums();
        assert_eq!(sums.mean_magnitudes(), [[3.0, 0.75, 0.0]]);
        assert_eq!(sums.shares(), [[0.8, -0.2, 0.0]]);
        let signs = [Sign::Excitatory, Sign::Inhibitory, Sign::None];
        assert_eq!(sums.signs(), [signs]);
    }

    #[test]
    fn kinds_are_polarity_and_sign() {
        let polarities = [Polarity::On, Polarity::Off, Polarity::Off];
        let kinds = sums().by_kind(&polarities).unwrap();
        let expected = [4.0, 0.0, 0.0, -1.0, 2.0, 0.0, 0.0, 0.5];
        assert_eq!(kinds.values, expected);
    }

    #[test]
    fn the_fewest_channels_that_correlate_are_kept() {
        // The first alone rises and falls as the sum does.
        assert_eq!(sums().fewest(0, 0.9), [0]);
        assert_eq!(sums().fewest(0, 1.1), [0, 1, 2]);
    }
}
