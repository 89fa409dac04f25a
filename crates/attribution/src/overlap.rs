//! How long units of the first two stages are active together.
//!
//! Within an interval of the path a first-stage unit `i` is affine, so its switch `t_i` is known
//! exactly, and a second-stage unit `j` is linear between the switches of the units it reads. For
//! every `j` that switches, this follows it from kink to kink, and so finds when it is active
//! (`on_j`) and how long together with each `i` that switches too. With these times
//!
//! ```text
//! sum over i of w_ji (change of i) |on_i and on_j| = change of max(p_j, 0)
//! ```
//!
//! exactly, as with secants, but each term is its own integral as well, where secants spread the sum
//! over the units by the product of their shares of the interval.

use rayon::prelude::*;

use crate::interval::rectification;

/// Two neighbouring stages at the interval ends of some paths.
pub(crate) struct StagePair<'a> {
    /// Inputs of the first stage's rectification, `[unit, (task, interval end)]`.
    pub(crate) lower: &'a [f32],
    /// Those of the second, in the same layout.
    pub(crate) upper: &'a [f32],
    /// Channels, rows and columns of the first stage.
    pub(crate) lower_planes: [usize; 3],
    /// Those of the second.
    pub(crate) upper_planes: [usize; 3],
    /// The convolution between them, `[channel_out, channel_in, ky, kx]`.
    pub(crate) kernel: &'a [f32],
    /// Rows and columns of the kernel.
    pub(crate) size: [usize; 2],
    /// Gain of each unit of the second stage.
    pub(crate) gain: &'a [f32],
    pub(crate) tasks: usize,
    pub(crate) intervals: usize,
}

/// A second-stage unit that switches within an interval.
pub(crate) struct UnitSwitch {
    pub(crate) unit: usize,
    /// Share of the interval during which it is active.
    pub(crate) share: f32,
    /// For each first-stage unit that switches too, what the joint share exceeds the product of the
    /// two shares by, times the weight between them.
    pub(crate) excess: Vec<Excess>,
}

/// See [`UnitSwitch::excess`].
#[derive(Clone, Copy)]
pub(crate) struct Excess {
    pub(crate) unit: usize,
    /// Change of the first-stage unit over the interval.
    pub(crate) change: f32,
    pub(crate) weighted: f32,
}

/// A first-stage unit that switches within an interval.
#[derive(Clone, Copy)]
struct OverlapKink {
    unit: usize,
    place: [usize; 3],
    /// When, as a share of the interval.
    at: f32,
    change: f32,
}

/// A kink as one second-stage unit sees it.
#[derive(Clone, Copy)]
struct Seen {
    kink: OverlapKink,
    weight: f32,
    /// Change of the slope of the second-stage unit.
    bend: f32,
    /// How long the second-stage unit was active before.
    active: f32,
}

impl StagePair<'_> {
    /// Switches of the second stage in every interval: `[(task, interval)]`.
    pub(crate) fn switches(&self) -> Vec<Vec<UnitSwitch>> {
        (0..self.tasks)
            .into_par_iter()
            .flat_map(|task| {
                let kinks = self.kinks(task);
                let switching = self.switching(task);
                kinks
                    .into_par_iter()
                    .zip(switching)
                    .map(|(kinks, units)| {
                        let mut seen = Vec::new();
                        let follow = |(unit, ends)| self.follow(unit, ends, &kinks, &mut seen);
                        units.into_iter().map(follow).collect()
                    })
                    .collect::<Vec<Vec<UnitSwitch>>>()
            })
            .collect()
    }

    /// First-stage units that switch, for each interval of a task.
    fn kinks(&self, task: usize) -> Vec<Vec<OverlapKink>> {
        let [_, height, width] = self.lower_planes;
        let mut kinks = vec![Vec::new(); self.intervals];
        self.each_switch(self.lower, task, |interval, unit, [before, after]| {
            kinks[interval].push(OverlapKink {
                unit,
                place: [unit / (height * width), unit / width % height, unit % width],
                at: before / (before - after),
                change: after - before,
            });
        });
        kinks
    }

    /// Second-stage units that switch, with their values, for each interval of a task.
    fn switching(&self, task: usize) -> Vec<Vec<(usize, [f32; 2])>> {
        let mut switching = vec![Vec::new(); self.intervals];
        self.each_switch(self.upper, task, |interval, unit, ends| {
            switching[interval].push((unit, ends));
        });
        switching
    }

    /// Calls `found(interval, unit, ends)` wherever a stage's unit changes its sign.
    fn each_switch(
        &self,
        values: &[f32],
        task: usize,
        mut found: impl FnMut(usize, usize, [f32; 2]),
    ) {
        let nodes = self.intervals + 1;
        for (unit, values) in values.chunks(self.tasks * nodes).enumerate() {
            let values = &values[task * nodes..][..nodes];
            for (interval, ends) in values.windows(2).enumerate() {
                if (ends[0] > 0.0) != (ends[1] > 0.0) {
                    found(interval, unit, [ends[0], ends[1]]);
                }
            }
        }
    }

    /// Follows one second-stage unit through an interval, from one kink to the next.
    fn follow(
        &self,
        unit: usize,
        [before, after]: [f32; 2],
        kinks: &[OverlapKink],
        seen: &mut Vec<Seen>,
    ) -> UnitSwitch {
        self.see(unit, kinks, seen);
        let bends: f32 = seen.iter().map(|s| s.bend * (1.0 - s.kink.at)).sum();
        let (mut slope, mut value) = (after - before - bends, before);
        let (mut at, mut share) = (0.0, 0.0);
        for seen in seen.iter_mut() {
            let length = seen.kink.at - at;
            let next = value + slope * length;
            share += length * rectification(value, next);
            (at, value) = (seen.kink.at, next);
            slope += seen.bend;
            seen.active = share;
        }
        share += (1.0 - at) * rectification(value, after);
        UnitSwitch {
            unit,
            share,
            excess: seen.iter().map(|seen| seen.excess(share)).collect(),
        }
    }

    /// The kinks that a second-stage unit reads, in the order of their places.
    fn see(&self, unit: usize, kinks: &[OverlapKink], seen: &mut Vec<Seen>) {
        let [_, height, width] = self.upper_planes;
        let [rows, columns] = self.size;
        let (channel, y, x) = (unit / (height * width), unit / width % height, unit % width);
        seen.clear();
        for kink in kinks {
            let [from, ky, kx] = kink.place;
            // Units above or left of the window wrap around to numbers too large for it.
            let (ky, kx) = (ky.wrapping_sub(y), kx.wrapping_sub(x));
            if ky < rows && kx < columns {
                let kernel = (channel * self.lower_planes[0] + from) * rows + ky;
                let weight = self.kernel[kernel * columns + kx];
                seen.push(Seen {
                    kink: *kink,
                    weight,
                    bend: self.gain[unit] * weight * kink.change.abs(),
                    active: 0.0,
                });
            }
        }
        seen.sort_unstable_by(|a, b| a.kink.at.total_cmp(&b.kink.at));
    }
}

impl Seen {
    /// `share`: that of the second-stage unit.
    fn excess(&self, share: f32) -> Excess {
        let at = self.kink.at;
        let (own, joint) = if self.kink.change > 0.0 {
            (1.0 - at, share - self.active)
        } else {
            (at, self.active)
        };
        Excess {
            unit: self.kink.unit,
            change: self.kink.change,
            weighted: self.weight * (joint - own * share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two units turn on at 1/2 and off at 1/4; the unit above, `p = 4 relu(a) - 3 relu(b) + 1/2`,
    /// is followed by hand.
    #[test]
    fn a_unit_is_followed_from_kink_to_kink() {
        // a: -1 .. 1, b: 1 .. -3, so p: -5/2 at 0, 1/2 at 1/4, 1/2 at 1/2, 9/2 at 1.
        let pair = StagePair {
            lower: &[-1.0, 1.0, 1.0, -3.0],
            upper: &[-2.5, 4.5],
            lower_planes: [2, 1, 1],
            upper_planes: [1, 1, 1],
            kernel: &[4.0, -3.0],
            size: [1, 1],
            gain: &[1.0],
            tasks: 1,
            intervals: 1,
        };
        let switches = pair.switches();
        let switch = &switches[0][0];
        // p crosses zero at 5/24, and stays above it.
        let share = 1.0 - 5.0 / 24.0;
        assert!((switch.share - share).abs() < 1e-6, "{}", switch.share);
        let expected = [
            // b is on until 1/4, together with p for 1/24.
            (1, -4.0, -3.0 * (1.0 / 24.0 - 0.25 * share)),
            (0, 2.0, 4.0 * (0.5 - 0.5 * share)),
        ];
        for (excess, (unit, change, weighted)) in switch.excess.iter().zip(expected) {
            assert_eq!((excess.unit, excess.change), (unit, change));
            assert!((excess.weighted - weighted).abs() < 1e-6);
        }
    }
}
