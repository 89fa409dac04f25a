//! The path as the output of a cell counts it.

use super::vectors::LANES;
use crate::interval;

/// `S(a) = integral from 0 to a of output'(u)`, for several cells: within an interval of the path the
/// slope is the secant, the change of the rate over the change of the drive `u`.
///
/// Lanes are cells, each twice: once with intervals twice as long, to see what halving them changes.
pub(super) struct SlopeIntegral {
    /// `[block][interval end][lane]`
    readings: Vec<Vec<[f32; LANES]>>,
    intervals: usize,
}

/// Lane of the coarse reading of the cell at a place of the task; the fine one follows.
pub(super) fn lane(cell: usize) -> (usize, usize) {
    (2 * cell / LANES, 2 * cell % LANES)
}

impl SlopeIntegral {
    /// Clocks of cells with drives `[cell][interval end]` and outputs of `scale`, Hz.
    ///
    /// # Panics
    /// If the number of intervals is odd.
    pub(super) fn new(drives: &[Vec<f64>], scales: &[f64]) -> Self {
        let intervals = drives[0].len() - 1;
        assert!(intervals.is_multiple_of(2), "pairs of intervals");
        let blocks = (2 * drives.len()).div_ceil(LANES);
        let mut readings = vec![vec![[0.0; LANES]; intervals + 1]; blocks];
        for (cell, (drive, scale)) in drives.iter().zip(scales).enumerate() {
            let (block, lane) = lane(cell);
            for (offset, step) in [2, 1].into_iter().enumerate() {
                let mut reading = 0.0;
                for (end, reading_at_end) in readings[block].iter_mut().enumerate().skip(1) {
                    let start = (end - 1) / step * step;
                    let slope = interval::output(drive[start], drive[start + step]);
                    reading += scale * slope / intervals as f64;
                    reading_at_end[lane + offset] = reading as f32;
                }
            }
        }
        Self {
            readings,
            intervals,
        }
    }

    /// Groups of lanes.
    pub(super) fn blocks(&self) -> usize {
        self.readings.len()
    }

    /// Readings of a block at a place of the path.
    #[inline(always)]
    pub(super) fn at(&self, block: usize, place: f32) -> [f32; LANES] {
        let readings = &self.readings[block];
        let scaled = place * self.intervals as f32;
        let end = (scaled as usize).min(self.intervals - 1);
        let share = scaled - end as f32;
        let (below, above) = (&readings[end], &readings[end + 1]);
        let mut now = [0.0; LANES];
        for lane in 0..LANES {
            now[lane] = below[lane] + share * (above[lane] - below[lane]);
        }
        now
    }

    /// Readings of a block at the stimulus.
    pub(super) fn last(&self, block: usize) -> [f32; LANES] {
        self.readings[block][self.intervals]
    }
}

#[cfg(test)]
mod tests {
    use ganglion_numerics::softplus;

    use super::*;

    #[test]
    fn clocks_read_the_change_of_the_rate_over_that_of_the_drive() {
        let drives: Vec<Vec<f64>> = vec![vec![-1.0, 0.0, 2.0], vec![5.0; 3]];
        let clock = SlopeIntegral::new(&drives, &[10.0, 1.0]);
        let secant = |from: f64, to: f64| 10.0 * (softplus(to) - softplus(from)) / (to - from);
        let (coarse, fine) = (clock.at(0, 0.5)[0], clock.at(0, 0.5)[1]);
        assert!((f64::from(coarse) - 0.5 * secant(-1.0, 2.0)).abs() < 1e-6);
        assert!((f64::from(fine) - 0.5 * secant(-1.0, 0.0)).abs() < 1e-6);
        let last = f64::from(clock.last(0)[1]);
        assert!((last - 0.5 * (secant(-1.0, 0.0) + secant(0.0, 2.0))).abs() < 1e-6);
        // A drive that does not change: the slope of the output there.
        let slope = 1.0 / (1.0 + (-5.0f64).exp());
        assert!((f64::from(clock.last(0)[3]) - slope).abs() < 1e-6);
    }
}
