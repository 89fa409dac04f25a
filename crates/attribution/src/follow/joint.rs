//! How long units of the two stages are active together, by the clocks of cells.

use super::clock::{Clock, lane};
use super::course::{Course, Spell};
use super::kink::Kink;
use super::planes::Planes;
use super::vectors::{LANES, vectorised};

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
    pub(super) fn new(planes: &'a Planes, course: &'a Course) -> Self {
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
        clock: &Clock,
        block: usize,
        weights: &[&[f32]],
    ) -> Vec<Beyond> {
        let timed = self.timed(clock, block, weights);
        let last = clock.last(block);
        vectorised(
            #[inline(always)]
            || {
                let beyond = |kink: &Kink| {
                    let now = clock.at(block, kink.at);
                    Beyond {
                        time: std::array::from_fn(|lane| last[lane] - now[lane]),
                        switching: self.switching(kink, &now, &timed),
                    }
                };
                kinks.iter().map(beyond).collect()
            },
        )
    }

    fn timed(&self, clock: &Clock, block: usize, weights: &[&[f32]]) -> Vec<Timed> {
        let cells = weights.len();
        let of = |spell: &Spell| {
            let mut timed = Timed {
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

    #[inline(always)]
    fn switching(&self, kink: &Kink, now: &[f32; LANES], timed: &[Timed]) -> [f32; LANES] {
        let mut sums = [0.0; LANES];
        for (units, weights) in self.planes.driven_units(kink.unit) {
            let spells = self.first[units.start] as usize..self.first[units.end] as usize;
            for (spell, timed) in self.spells[spells.clone()].iter().zip(&timed[spells]) {
                let weight = weights[spell.unit - units.start];
                for lane in 0..LANES {
                    let length = timed.to[lane].max(now[lane]) - timed.from[lane].max(now[lane]);
                    sums[lane] += weight * timed.weight[lane] * length;
                }
            }
        }
        sums
    }
}
