//! The second stage along a path, followed from one switch of the first stage to the next.

use super::kink::Kink;
use super::planes::Planes;
use super::vectors::{LANES, lanes, vectorised};

/// A stretch of the path during which a second-stage unit is active.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spell {
    pub(super) unit: usize,
    pub(super) from: f32,
    pub(super) to: f32,
}

/// What the second stage does along one path.
pub(super) struct Course {
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
struct Sweep<'a> {
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

impl Course {
    /// Follows the second stage through kinks in their order.
    pub(super) fn follow(sight: &Sight, start: Start, kinks: &[Kink]) -> Self {
        let mut sweep = Sweep::new(sight, start);
        let drives = vectorised(
            #[inline(always)]
            || sweep.run(kinks),
        );
        sweep.finish(drives)
    }
}

impl<'a> Sweep<'a> {
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
        let mut kinks = kinks.iter().peekable();
        for end in 1..=intervals {
            let at = end as f32 / intervals as f32;
            while let Some(kink) = kinks.next_if(|kink| kink.at < at || end == intervals) {
                self.bend(kink);
            }
            if end < intervals {
                drives.push(self.drives(at, &mut values));
            }
        }
        for place in (0..self.offset.len() / LANES * LANES).step_by(LANES) {
            self.cross(place, 1.0);
        }
        drives
    }

    /// Changes the slopes of all units that read one that switches.
    #[inline(always)]
    fn bend(&mut self, kink: &Kink) {
        for (start, weights) in self.sight.planes.driven_rows(kink.unit) {
            for (chunk, weights) in weights.chunks_exact(LANES).enumerate() {
                self.bend_lanes(start + chunk * LANES, &lanes(weights, 0), kink);
            }
        }
    }

    #[inline(always)]
    fn bend_lanes(&mut self, place: usize, weights: &[f32; LANES], kink: &Kink) {
        let gain = lanes(self.sight.gain, place);
        let (mut offset, mut slope) = (lanes(&self.offset, place), lanes(&self.slope, place));
        let active = lanes(&self.active, place);
        let mut crossed = 0;
        for lane in 0..LANES {
            let value = offset[lane] + slope[lane] * kink.at;
            crossed |= u32::from(value > 0.0) ^ active[lane];
        }
        if crossed != 0 {
            self.cross(place, kink.at);
        }
        for lane in 0..LANES {
            let bend = gain[lane] * weights[lane] * kink.slope;
            slope[lane] += bend;
            offset[lane] -= bend * kink.at;
        }
        self.offset[place..place + LANES].copy_from_slice(&offset);
        self.slope[place..place + LANES].copy_from_slice(&slope);
    }

    /// Notes which units have switched since they were last looked at. None turned in between.
    #[inline(never)]
    fn cross(&mut self, place: usize, at: f32) {
        for place in place..place + LANES {
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

    /// Summed read-outs of the cells at a place of the path.
    #[inline(always)]
    fn drives(&self, at: f32, values: &mut [f32]) -> Vec<f64> {
        for (value, (offset, slope)) in values.iter_mut().zip(self.offset.iter().zip(&self.slope)) {
            *value = (offset + slope * at).max(0.0);
        }
        let readout = self.sight.readout.iter();
        readout.map(|weights| dot(weights, values)).collect()
    }

    fn finish(mut self, drives: Vec<Vec<f64>>) -> Course {
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
        Course {
            always,
            spells,
            drives,
        }
    }
}

/// Summed in double precision, so that differences of drives keep their digits.
#[inline(always)]
fn dot(weights: &[f32], values: &[f32]) -> f64 {
    let mut sums = [0.0f64; LANES];
    for (weights, values) in weights.chunks_exact(LANES).zip(values.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += f64::from(weights[lane]) * f64::from(values[lane]);
        }
    }
    sums.iter().sum()
}
