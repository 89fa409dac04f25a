//! How long units of the two stages are active together, by the clocks of cells.

use super::clock::{SlopeIntegral, lane};
use super::course::{SecondStageCourse, Spell};
use super::kink::Kink;
use super::planes::Planes;
use super::vectors::{LANES, NullaryFnOnce, vectorised};

/// Spells of one sample by the clocks of a block of cells, unit after unit.
pub(super) struct Spells<'a> {
    planes: &'a Planes,
    spells: &'a [Spell],
    /// Spells of unit `j` are `first[j]..first[j + 1]`.
    first: Vec<u32>,
}

/// A spell by the clocks of a block.
#[derive(Clone, Copy)]
struct Timed {
    unit: usize,
    from: [f32; LANES],
    to: [f32; LANES],
    /// Read-out weight times gain of the unit.
    weight: [f32; LANES],
}

/// The path from a first-stage unit's switch to the stimulus, by the clocks of a block.
pub(super) struct Beyond {
    /// What is left of the path.
    time: [f32; LANES],
    /// Integral of the gradient of the unit's output, over second-stage units that switch.
    switching: [f32; LANES],
}

impl Beyond {
    /// The same over all, given the gradient over units that are always active.
    pub(super) fn of(&self, lane: usize, always: f32) -> f32 {
        self.time[lane] * always + self.switching[lane]
    }
}

impl<'a> Spells<'a> {
    pub(super) fn new(planes: &'a Planes, course: &'a SecondStageCourse) -> Self {
        let mut first = vec![0; planes.units() + 1];
        for spell in &course.spells {
            first[spell.unit + 1] += 1;
        }
        for unit in 0..planes.units() {
            first[unit + 1] += first[unit];
        }
        Self {
            planes,
            spells: &course.spells,
            first,
        }
    }

    /// The rest of the path from each kink on, for the cells of a block; `weights` are those of all
    /// cells, `[cell][unit]`.
    pub(super) fn beyond(
        &self,
        kinks: &[Kink],
        clock: &SlopeIntegral,
        block: usize,
        weights: &[&[f32]],
    ) -> Vec<Beyond> {
        vectorised(Pairs {
            spells: self,
            timed: self.timed(clock, block, weights),
            kinks,
            clock,
            block,
        })
    }

    fn timed(&self, clock: &SlopeIntegral, block: usize, weights: &[&[f32]]) -> Vec<Timed> {
        let cells = weights.len();
        let of = |spell: &Spell| {
            let mut timed = Timed {
                unit: spell.unit,
                from: clock.at(block, spell.from),
                to: clock.at(block, spell.to),
                weight: [0.0; LANES],
            };
            for cell in (0..cells).filter(|&cell| lane(cell).0 == block) {
                let lane = lane(cell).1;
                timed.weight[lane] = weights[cell][spell.unit];
                timed.weight[lane + 1] = weights[cell][spell.unit];
            }
            timed
        };
        self.spells.iter().map(of).collect()
    }
}

/// All kinks and the spells that each meets.
struct Pairs<'a, 'b> {
    spells: &'b Spells<'a>,
    timed: Vec<Timed>,
    kinks: &'b [Kink],
    clock: &'b SlopeIntegral,
    block: usize,
}

impl NullaryFnOnce for Pairs<'_, '_> {
    type Output = Vec<Beyond>;

    #[inline(always)]
    fn call(self) -> Vec<Beyond> {
        let last = self.clock.last(self.block);
        let mut beyond = Vec::with_capacity(self.kinks.len());
        for kink in self.kinks {
            let now = self.clock.at(self.block, kink.at);
            let mut time = [0.0; LANES];
            for lane in 0..LANES {
                time[lane] = last[lane] - now[lane];
            }
            let switching = self.switching(kink, &now);
            beyond.push(Beyond { time, switching });
        }
        beyond
    }
}

impl Pairs<'_, '_> {
    #[inline(always)]
    fn switching(&self, kink: &Kink, now: &[f32; LANES]) -> [f32; LANES] {
        let Spells { planes, first, .. } = self.spells;
        let mut sums = [0.0; LANES];
        let driven = planes.driven(kink.unit);
        for channel in 0..driven.channels() {
            for row in 0..driven.rows() {
                let (units, weights) = driven.units(channel, row);
                let spells = first[units.start] as usize..first[units.end] as usize;
                for timed in &self.timed[spells] {
                    let weight = weights[timed.unit - units.start];
                    for lane in 0..LANES {
                        let from = later(timed.from[lane], now[lane]);
                        let length = later(timed.to[lane], now[lane]) - from;
                        sums[lane] += weight * timed.weight[lane] * length;
                    }
                }
            }
        }
        sums
    }
}

/// As `f32::max`, but one instruction: clocks are never NaN.
#[inline(always)]
fn later(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
