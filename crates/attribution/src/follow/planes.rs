//! The second stage, laid out so that what one first-stage unit drives are runs of memory.

use std::ops::Range;

use super::vectors::LANES;
use crate::upper::Upper;

/// Planes whose rows are as wide as the first stage's: `kernel width - 1` empty places stand before
/// the units of a row. The units that a first-stage unit at column `x` drives then begin at place `x`
/// of their rows, and what does not exist at the borders is empty.
pub(super) struct Planes {
    /// Channels, rows and columns of the first stage.
    lower: [usize; 3],
    /// Those of the second.
    upper: [usize; 3],
    /// Rows and columns of the kernel.
    size: [usize; 2],
    /// Columns of the kernel, rounded up to whole lanes.
    width: usize,
    /// `[channel_in, channel_out, ky, lane]`: mirrored along x, then zeros.
    kernel: Vec<f32>,
}

impl Planes {
    /// The layout of a network's second stage; nothing if there is none.
    pub(super) fn new(network: &Upper) -> Option<Self> {
        let [lower, upper] = &network.stages[..] else {
            return None;
        };
        let convolution = upper.convolution.as_ref()?;
        let size = convolution.size;
        Some(Self::of(
            lower.planes,
            upper.planes,
            size,
            &convolution.kernel,
        ))
    }

    /// Stages of these planes with a convolution `[channel_out, channel_in, ky, kx]` between them.
    pub(super) fn of(
        lower: [usize; 3],
        upper: [usize; 3],
        size: [usize; 2],
        weights: &[f32],
    ) -> Self {
        let (inputs, outputs) = (lower[0], upper[0]);
        let [rows, columns] = size;
        let width = columns.next_multiple_of(LANES);
        let mut kernel = vec![0.0; inputs * outputs * rows * width];
        for (row, weights) in weights.chunks(columns).enumerate() {
            // Rows of the network's kernels are counted output, input, y.
            let (pair, y) = (row / rows, row % rows);
            let place = (pair % inputs * outputs + pair / inputs) * rows + y;
            let mirrored = weights.iter().rev().copied();
            for (target, weight) in kernel[place * width..].iter_mut().zip(mirrored) {
                *target = weight;
            }
        }
        Self {
            lower,
            upper,
            size,
            width,
            kernel,
        }
    }

    /// Values of all second-stage units in this layout; empty places are zero.
    pub(super) fn lay_out(&self, value: impl Fn(usize) -> f32) -> Vec<f32> {
        let [channels, height, width] = self.upper;
        let mut values = vec![0.0; channels * height * self.lower[2] + self.width];
        for unit in 0..channels * height * width {
            values[self.place(unit)] = value(unit);
        }
        values
    }

    /// Where a second-stage unit stands.
    pub(super) fn place(&self, unit: usize) -> usize {
        let width = self.upper[2];
        unit / width * self.lower[2] + self.size[1] - 1 + unit % width
    }

    /// The second-stage unit at a place, unless it is empty.
    pub(super) fn unit(&self, place: usize) -> Option<usize> {
        let column = (place % self.lower[2]).checked_sub(self.size[1] - 1)?;
        let row = place / self.lower[2];
        (row < self.upper[0] * self.upper[1]).then_some(row * self.upper[2] + column)
    }

    /// The second-stage units that a first-stage unit drives.
    #[inline(always)]
    pub(super) fn driven(&self, unit: usize) -> Driven<'_> {
        let [_, lower_height, lower_width] = self.lower;
        let [_, height, width] = self.upper;
        let [rows, columns] = self.size;
        let (y, x) = (unit / lower_width % lower_height, unit % lower_width);
        let top = (y + 1).saturating_sub(rows);
        Driven {
            planes: self,
            from: unit / (lower_height * lower_width),
            rows: top..(y + 1).min(height),
            kernel_row: y - top,
            column: x,
            units: (x + 1).saturating_sub(columns)..(x + 1).min(width),
            empty: (columns - 1).saturating_sub(x),
        }
    }

    /// Number of second-stage units.
    pub(super) fn units(&self) -> usize {
        self.upper.iter().product()
    }
}

/// The second-stage units that a first-stage unit drives, row after row.
pub(super) struct Driven<'a> {
    planes: &'a Planes,
    /// Channel of the first-stage unit.
    from: usize,
    /// Rows of each channel.
    rows: Range<usize>,
    /// Row of the kernel that meets the first of them.
    kernel_row: usize,
    /// Column of the first-stage unit.
    column: usize,
    /// Columns of the units.
    units: Range<usize>,
    /// Places before the first of them.
    empty: usize,
}

impl<'a> Driven<'a> {
    /// Channels of the second stage.
    #[inline(always)]
    pub(super) fn channels(&self) -> usize {
        self.planes.upper[0]
    }

    /// Rows of each channel.
    #[inline(always)]
    pub(super) fn rows(&self) -> usize {
        self.rows.end - self.rows.start
    }

    /// Place of the first unit of a row, and the weights from there on.
    #[inline(always)]
    pub(super) fn row(&self, channel: usize, row: usize) -> (usize, &'a [f32]) {
        let planes = self.planes;
        let place = (channel * planes.upper[1] + self.rows.start + row) * planes.lower[2];
        let kernel = (self.from * planes.upper[0] + channel) * planes.size[0];
        let weights = (kernel + self.kernel_row - row) * planes.width;
        (
            place + self.column,
            &planes.kernel[weights..weights + planes.width],
        )
    }

    /// As [`Self::row`], with units instead of places and nothing that is empty.
    #[inline(always)]
    pub(super) fn units(&self, channel: usize, row: usize) -> (Range<usize>, &'a [f32]) {
        let (_, weights) = self.row(channel, row);
        let planes = self.planes;
        let first = (channel * planes.upper[1] + self.rows.start + row) * planes.upper[2];
        let units = first + self.units.start..first + self.units.end;
        (units, &weights[self.empty..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two channels of 4 x 5 units drive three of 2 x 3 through kernels of 3 x 3.
    fn planes() -> (Planes, Vec<f32>) {
        let weights: Vec<f32> = (0..54).map(|index| index as f32 + 1.0).collect();
        let planes = Planes::of([2, 4, 5], [3, 2, 3], [3, 3], &weights);
        (planes, weights)
    }

    #[test]
    fn a_unit_drives_what_convolution_says() {
        let (planes, kernel) = planes();
        for lower in 0..40 {
            let (from, y, x) = (lower / 20, lower / 5 % 4, lower % 5);
            let mut expected = Vec::new();
            for unit in 0..18 {
                let (channel, top, left) = (unit / 6, unit / 3 % 2, unit % 3);
                if (top..top + 3).contains(&y) && (left..left + 3).contains(&x) {
                    let weight = ((channel * 2 + from) * 3 + y - top) * 3 + x - left;
                    expected.push((unit, kernel[weight]));
                }
            }
            let mut by_place = Vec::new();
            let driven = planes.driven(lower);
            let rows = || {
                let channels = 0..driven.channels();
                channels.flat_map(|channel| (0..driven.rows()).map(move |row| (channel, row)))
            };
            for (start, weights) in rows().map(|(channel, row)| driven.row(channel, row)) {
                let weighted = weights.iter().enumerate().filter(|(_, w)| **w != 0.0);
                by_place.extend(
                    weighted.filter_map(|(lane, w)| Some((planes.unit(start + lane)?, *w))),
                );
            }
            assert_eq!(by_place, expected, "unit {lower}");
            let by_unit: Vec<(usize, f32)> = rows()
                .map(|(channel, row)| driven.units(channel, row))
                .flat_map(|(units, weights)| units.zip(weights.iter().copied()))
                .collect();
            assert_eq!(by_unit, expected, "unit {lower}");
        }
    }

    #[test]
    fn units_are_found_where_they_were_put() {
        let (planes, _) = planes();
        let values = planes.lay_out(|unit| unit as f32 + 1.0);
        assert_eq!(values.iter().sum::<f32>(), 171.0);
        for (place, value) in values.iter().enumerate() {
            match planes.unit(place) {
                Some(unit) => assert_eq!(*value, unit as f32 + 1.0),
                None => assert_eq!(*value, 0.0),
            }
        }
    }
}
