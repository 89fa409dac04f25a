//! Switches of first-stage units along a path.

use crate::path::Path;
use crate::upper::Upper;

/// A first-stage unit that switches. Its rectified output is convex along the path: it falls to zero
/// there or rises from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kink {
    pub(super) unit: usize,
    /// Where along the path, 0..1.
    pub(super) at: f32,
    /// Magnitude of the unit's slope where it is active.
    pub(super) slope: f32,
}

/// A first-stage unit along a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnitAlongPath {
    /// At the baseline, before rectification.
    pub(super) before: f32,
    /// At the stimulus.
    pub(super) after: f32,
    /// From one to the other.
    pub(super) change: f32,
}

impl UnitAlongPath {
    /// A unit of a sample.
    pub(super) fn of(network: &Upper, path: &Path, sample: usize, unit: usize) -> Self {
        let [scale, shift] = network.stages[0].affine(unit);
        let [start, end] = path.ends(unit, sample);
        Self {
            before: scale * start + shift,
            after: scale * end + shift,
            // Keeps the digits of small changes.
            change: scale * (end - start),
        }
    }

    /// Whether it is active at the baseline and at the stimulus.
    pub(super) fn active(&self) -> [bool; 2] {
        [self.before > 0.0, self.after > 0.0]
    }
}

/// The switches of a sample's path, in their order along it.
pub(super) fn kinks(network: &Upper, path: &Path, sample: usize) -> Vec<Kink> {
    let mut kinks: Vec<Kink> = (0..path.units())
        .filter_map(|unit| {
            let along = UnitAlongPath::of(network, path, sample, unit);
            let [first, last] = along.active();
            (first != last).then(|| Kink {
                unit,
                at: along.before / (along.before - along.after),
                slope: along.change.abs(),
            })
        })
        .collect();
    kinks.sort_unstable_by(|a, b| a.at.total_cmp(&b.at));
    kinks
}
