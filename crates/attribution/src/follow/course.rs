//! The second stage along a path, followed from one switch of the first stage to the next.

use std::ops::Range;

use super::kink::Kink;
use super::planes::Planes;
use super::vectors::{LANES, NullaryFnOnce, lanes, lanes_mut, vectorised};

/// A stretch of the path during which a second-stage unit is active.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spell {
    pub(super) unit: usize,
    pub(super) from: f32,
    pub(super) to: f32,
}

/// What the second stage does along one path.
pub(super) struct SecondStageCourse {
    /// Whether each unit is active all along.
    pub(super) always: Vec<bool>,
    /// Spells of units that switch, in the order of units.
    pub(super) spells: Vec<Spell>,
    /// Summed read-outs at the inner interval ends, `[interval end][cell]`, without offsets.
    pub(super) drives: Vec<Vec<f64>>,
}

/// Where the second stage starts from, in the layout of [`Planes`].
pub(super) struct Start {
    /// Values before rectification at the baseline.
    pub(super) value: Vec<f32>,
    /// Their slopes there.
    pub(super) slope: Vec<f32>,
}

/// What is the same for all paths.
pub(super) struct Sight<'a> {
    pub(super) planes: &'a Planes,
    /// Gain of each second-stage unit.
    pub(super) gain: &'a [f32],
    /// Read-out weights of the cells asked for.
    pub(super) readout: Vec<&'a [f32]>,
    pub(super) intervals: usize,
}

/// The second stage between two switches: unit `j` is `offset_j + slope_j a`.
struct LinearStretch<'a> {
    sight: &'a Sight<'a>,
    offset: Vec<f32>,
    slope: Vec<f32>,
    /// 1 where a unit is active.
    active: Vec<u32>,
    /// Where a unit switched last.
    since: Vec<f32>,
    /// Places instead of units.
    spells: Vec<Spell>,
}

impl SecondStageCourse {
    /// Follows the second stage through kinks in their order.
    pub(super) fn follow(sight: &Sight, start: Start, kinks: &[Kink]) -> Self {
        let mut sweep = LinearStretch::new(sight, start);
        let drives = vectorised(KinkRun {
            sweep: &mut sweep,
            kinks,
        });
        sweep.finish(drives)
    }
}

/// A sweep through kinks.
struct KinkRun<'a, 'b> {
    sweep: &'b mut LinearStretch<'a>,
    kinks: &'b [Kink],
}

impl NullaryFnOnce for KinkRun<'_, '_> {
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        self.sweep.run(self.kinks)
    }
}

impl<'a> LinearStretch<'a> {
    fn new(sight: &'a Sight<'a>, start: Start) -> Self {
        Self {
            sight,
            active: start.value.iter().map(|&v| u32::from(v > 0.0)).collect(),
            since: vec![0.0; start.value.len()],
            offset: start.value,
            slope: start.slope,
            spells: Vec::new(),
        }
    }

    #[inline(always)]
    fn run(&mut self, kinks: &[Kink]) -> Vec<Vec<f64>> {
        let intervals = self.sight.intervals;
        let mut drives = Vec::with_capacity(intervals);
        let mut values = vec![0.0; self.offset.len()];
        let mut next = 0;
        for end in 1..=intervals {
            let at = end as f32 / intervals as f32;
            while next < kinks.len() && (kinks[next].at < at || end == intervals) {
                self.bend(&kinks[next]);
                next += 1;
            }
            if end < intervals {
                self.values(at, &mut values);
                let mut sums = vec![0.0; self.sight.readout.len()];
                for (sum, weights) in sums.iter_mut().zip(&self.sight.readout) {
                    *sum = dot(weights, &values);
                }
                drives.push(sums);
            }
        }
        self.cross(0..self.offset.len(), 1.0);
        drives
    }

    /// Changes the slopes of all units that read one that switches.
    #[inline(always)]
    fn bend(&mut self, kink: &Kink) {
        let driven = self.sight.planes.driven(kink.unit);
        for channel in 0..driven.channels() {
            for row in 0..driven.rows() {
                let (start, weights) = driven.row(channel, row);
                let places = start..start + weights.len();
                if crossed(
                    &self.offset[places.clone()],
                    &self.slope[places.clone()],
                    &self.active[places.clone()],
                    kink.at,
                ) {
                    self.cross(places.clone(), kink.at);
                }
                turn(
                    &mut self.offset[places.clone()],
                    &mut self.slope[places.clone()],
                    &self.sight.gain[places],
                    weights,
                    kink,
                );
            }
        }
    }

    /// Notes which units have switched since they were last looked at. None turned in between.
    #[inline(never)]
    fn cross(&mut self, places: Range<usize>, at: f32) {
        for place in places {
            let value = self.offset[place] + self.slope[place] * at;
            if u32::from(value > 0.0) == self.active[place] {
                continue;
            }
            let since = self.since[place];
            let crossing = -self.offset[place] / self.slope[place];
            let crossing = if crossing.is_finite() {
                crossing.clamp(since, at)
            } else {
                at
            };
            if self.active[place] == 1 {
                self.spells.push(Spell {
                    unit: place,
                    from: since,
                    to: crossing,
                });
            }
            self.active[place] ^= 1;
            self.since[place] = crossing;
        }
    }

    /// The second stage's output at a place of the path.
    #[inline(always)]
    fn values(&self, at: f32, values: &mut [f32]) {
        for (value, (offset, slope)) in values.iter_mut().zip(self.offset.iter().zip(&self.slope)) {
            *value = (offset + slope * at).max(0.0);
        }
    }

    fn finish(mut self, drives: Vec<Vec<f64>>) -> SecondStageCourse {
        let planes = self.sight.planes;
        let mut always = vec![false; planes.units()];
        for (place, _) in self.active.iter().enumerate().filter(|(_, on)| **on == 1) {
            let Some(unit) = planes.unit(place) else {
                continue;
            };
            match self.since[place] {
                0.0 => always[unit] = true,
                from => self.spells.push(Spell {
                    unit: place,
                    from,
                    to: 1.0,
                }),
            }
        }
        let mut spells: Vec<Spell> = (self.spells.into_iter())
            .filter_map(|spell| {
                let unit = planes.unit(spell.unit)?;
                Some(Spell { unit, ..spell })
            })
            .collect();
        spells.sort_unstable_by_key(|spell| spell.unit);
        SecondStageCourse {
            always,
            spells,
            drives,
        }
    }
}

/// Whether any of some units has switched since it was last looked at.
#[inline(always)]
fn crossed(offset: &[f32], slope: &[f32], active: &[u32], at: f32) -> bool {
    let mut crossed = 0;
    for chunk in (0..offset.len()).step_by(LANES) {
        let (offset, slope) = (lanes(offset, chunk), lanes(slope, chunk));
        let active = lanes(active, chunk);
        for lane in 0..LANES {
            let value = offset[lane] + slope[lane] * at;
            crossed |= u32::from(value > 0.0) ^ active[lane];
        }
    }
    crossed != 0
}

/// Changes the slopes of some units at a kink.
#[inline(always)]
fn turn(offset: &mut [f32], slope: &mut [f32], gain: &[f32], weights: &[f32], kink: &Kink) {
    for chunk in (0..weights.len()).step_by(LANES) {
        let (gain, weights) = (lanes(gain, chunk), lanes(weights, chunk));
        let (mut offsets, mut slopes) = (lanes(offset, chunk), lanes(slope, chunk));
        for lane in 0..LANES {
            let bend = gain[lane] * weights[lane] * kink.slope;
            slopes[lane] += bend;
            offsets[lane] -= bend * kink.at;
        }
        // Whole runs are stored, one after the other, or they would be computed value by value.
        *lanes_mut(slope, chunk) = slopes;
        *lanes_mut(offset, chunk) = offsets;
    }
}

/// Products in single, sums of more than a few in double precision, so that differences of drives
/// keep their digits.
#[inline(always)]
fn dot(weights: &[f32], values: &[f32]) -> f64 {
    let mut sum = 0.0;
    for chunk in 0..weights.len() / LANES {
        let (weights, values) = (lanes(weights, chunk * LANES), lanes(values, chunk * LANES));
        let mut products = [0.0; LANES];
        for lane in 0..LANES {
            products[lane] = weights[lane] * values[lane];
        }
        for width in [8, 4, 2, 1] {
            for lane in 0..width {
                products[lane] += products[lane + width];
            }
        }
        sum += f64::from(products[0]);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two units turn on at 1/2 and off at 1/4; the unit above, `p = 4 relu(a) - 3 relu(b) + 1/2`,
    /// is followed by hand.
    #[test]
    fn a_unit_is_followed_from_kink_to_kink() {
        // a: -1 .. 1, b: 1 .. -3, so p: -5/2 at 0, 1/2 at 1/4, 1/2 at 1/2, 9/2 at 1.
        let planes = Planes::of([2, 1, 1], [1, 1, 1], [1, 1], &[4.0, -3.0]);
        let gain = planes.lay_out(|_| 1.0);
        let readout = planes.lay_out(|_| 2.0);
        let sight = Sight {
            planes: &planes,
            gain: &gain,
            readout: vec![&readout],
            intervals: 4,
        };
        let start = Start {
            value: planes.lay_out(|_| -2.5),
            slope: planes.lay_out(|_| 12.0),
        };
        let kink = |unit, at, slope| Kink { unit, at, slope };
        let kinks = [kink(1, 0.25, 4.0), kink(0, 0.5, 2.0)];
        let course = SecondStageCourse::follow(&sight, start, &kinks);
        assert_eq!(course.always, [false]);
        let [spell] = course.spells[..] else {
            panic!("{:?}", course.spells)
        };
        assert!((spell.from - 5.0 / 24.0).abs() < 1e-6, "{spell:?}");
        assert_eq!((spell.unit, spell.to), (0, 1.0));
        // Twice p where it is active, at 1/4, 1/2 and 3/4.
        for (drives, expected) in course.drives.iter().zip([1.0, 1.0, 5.0]) {
            assert!((drives[0] - expected).abs() < 1e-5, "{drives:?}");
        }
    }
}
