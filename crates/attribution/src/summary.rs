//! Attributions summed by channel, by column, by kind of channel.

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
pub struct Kind {
    /// ON or OFF.
    pub polarity: Polarity,
    /// Excitatory or inhibitory.
    pub sign: Sign,
}

impl Kind {
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
    /// One sum.
    ///
    /// # Panics
    /// If there is no such sample, cell or group.
    pub fn at(&self, sample: usize, cell: usize, group: usize) -> f64 {
        assert!(cell < self.cells && group < self.groups, "no such sum");
        self.values[(sample * self.cells + cell) * self.groups + group]
    }
}

impl Attribution {
    /// Summed over space: groups are channels.
    pub fn by_channel(&self) -> Summary {
        let [channels, height, width] = self.planes;
        self.summed(channels, |unit| unit / (height * width))
    }

    /// Summed over y: groups are channel, x.
    pub fn by_channel_and_column(&self) -> Summary {
        let [channels, height, width] = self.planes;
        self.summed(channels * width, |unit| {
            unit / (height * width) * width + unit % width
        })
    }

    /// Effective weights summed over space: groups are channels. For stimuli that are the same
    /// everywhere, `r - r_0 = sum over channels of G_c (W_c * s)`.
    pub fn effective_weights_by_channel(&self) -> Summary {
        let [channels, height, width] = self.planes;
        self.sum_up(&self.effective_weights, channels, |unit| {
            unit / (height * width)
        })
    }

    /// Sign of each channel for each cell and this stimulus: `[cell][channel]`, from the attributions
    /// summed over space and all samples.
    pub fn signs(&self) -> Vec<Vec<Sign>> {
        let sums = self.by_channel();
        (0..sums.cells)
            .map(|cell| {
                (0..sums.groups)
                    .map(|channel| {
                        Sign::of((0..self.samples).map(|s| sums.at(s, cell, channel)).sum())
                    })
                    .collect()
            })
            .collect()
    }

    /// Summed by the channels' polarity and their sign for the cell: groups are [`Kind::ALL`].
    ///
    /// # Errors
    /// If there is not one polarity a channel.
    pub fn by_kind(&self, polarities: &[Polarity]) -> Result<Summary, Error> {
        if polarities.len() != self.planes[0] {
            return Err(Error::Length {
                what: "polarities",
                found: polarities.len(),
                expected: self.planes[0],
            });
        }
        let (sums, signs) = (self.by_channel(), self.signs());
        let mut values = vec![0.0; self.samples * sums.cells * Kind::ALL.len()];
        for (index, &value) in sums.values.iter().enumerate() {
            let (row, channel) = (index / sums.groups, index % sums.groups);
            let kind = Kind::new(polarities[channel], signs[row % sums.cells][channel]);
            if let Some(group) = Kind::ALL.iter().position(|&k| k == kind) {
                values[row * Kind::ALL.len() + group] += value;
            }
        }
        Ok(Summary {
            groups: Kind::ALL.len(),
            values,
            ..sums
        })
    }

    fn summed(&self, groups: usize, group: impl Fn(usize) -> usize) -> Summary {
        self.sum_up(&self.attribution, groups, group)
    }

    fn sum_up(&self, units: &[f32], groups: usize, group: impl Fn(usize) -> usize) -> Summary {
        let mut values = vec![0.0; self.samples * self.cells.len() * groups];
        for (units, sums) in units.chunks(self.units()).zip(values.chunks_mut(groups)) {
            for (unit, &value) in units.iter().enumerate() {
                sums[group(unit)] += f64::from(value);
            }
        }
        Summary {
            samples: self.samples,
            cells: self.cells.len(),
            groups,
            values,
        }
    }
}
