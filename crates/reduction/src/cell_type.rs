//! Channels that are one type of interneuron.

use ganglion_numerics::cosine;

use crate::circuit::Kernel;
use crate::sweep::Invariance;

/// Channels with one sign for a cell and kernels that match up to a positive scale.
#[derive(Clone, Debug, PartialEq)]
pub struct CellType {
    /// Its channels, in rising order.
    pub channels: Vec<usize>,
}

/// Columns by which two kernels may be displaced and still be the same: the network's positions
/// make up for it.
const LARGEST_SHIFT: usize = 2;

/// How alike two kernels are to the stimulus: the cosine between what it sees of them, 1 for kernels
/// that match up to a positive scale.
///
/// A full-field stimulus sees the sum over space; bars along y see the sum along y, and a shift
/// along x of up to two columns is allowed for.
pub fn similarity(a: &Kernel, b: &Kernel, invariance: Invariance) -> f64 {
    match invariance {
        Invariance::FullField => cosine(&a.summed(), &b.summed()),
        Invariance::AlongY => {
            let (a, columns) = (a.summed_along_y(), a.width);
            let b = b.summed_along_y();
            let reach = LARGEST_SHIFT.min(columns - 1) as isize;
            let shifts = -reach..=reach;
            shifts
                .map(|by| cosine(&a, &shifted(&b, columns, by)))
                .fold(-1.0, f64::max)
        }
    }
}

/// Columns moved to the right by `by`, zeros moving in.
fn shifted(values: &[f64], columns: usize, by: isize) -> Vec<f64> {
    let from = |row: &[f64], column: usize| {
        column
            .checked_add_signed(-by)
            .and_then(|from| row.get(from))
            .copied()
            .unwrap_or(0.0)
    };
    (values.chunks(columns))
        .flat_map(|row| (0..columns).map(move |column| from(row, column)))
        .collect()
}

/// Merges candidates, each a channel with a label such as its sign, until no two types of the same
/// label are alike enough.
///
/// Types are merged by complete linkage: every two channels of a type are at least `merge` alike.
pub fn cell_types<L: PartialEq>(
    channels: &[(usize, L)],
    merge: f64,
    alike: impl Fn(usize, usize) -> f64,
) -> Vec<CellType> {
    let mut types: Vec<(Vec<usize>, &L)> = channels
        .iter()
        .map(|(channel, label)| (vec![*channel], label))
        .collect();
    let linkage = |a: &[usize], b: &[usize]| {
        let pairs = a.iter().flat_map(|&a| b.iter().map(move |&b| (a, b)));
        pairs
            .map(|(a, b)| alike(a, b))
            .fold(f64::INFINITY, f64::min)
    };
    while let Some((first, second)) = closest(&types, merge, &linkage) {
        let (mut merged, _) = types.remove(second);
        types[first].0.append(&mut merged);
        types[first].0.sort_unstable();
    }
    types
        .into_iter()
        .map(|(channels, _)| CellType { channels })
        .collect()
}

/// The two types of one label that are most alike, if they are alike enough.
fn closest<L: PartialEq>(
    types: &[(Vec<usize>, &L)],
    merge: f64,
    linkage: &impl Fn(&[usize], &[usize]) -> f64,
) -> Option<(usize, usize)> {
    let pairs = (0..types.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    pairs
        .filter(|&(a, b)| types[a].1 == types[b].1)
        .map(|(a, b)| (linkage(&types[a].0, &types[b].0), (a, b)))
        .filter(|(likeness, _)| *likeness >= merge)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, pair)| pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(course: [f32; 4], column: usize) -> Kernel {
        let space: Vec<f32> = (0..25)
            .map(|p| f32::from(u8::from(p % 5 == column)))
            .collect();
        let values: Vec<f32> = course
            .iter()
            .flat_map(|c| space.iter().map(move |s| c * s))
            .collect();
        Kernel::new([4, 5, 5], &values)
    }

    #[test]
    fn kernels_match_up_to_a_positive_scale_and_a_small_shift() {
        let a = kernel([0.0, 1.0, -3.0, 0.5], 1);
        let moved = kernel([0.0, 2.0, -6.0, 1.0], 3);
        let opposite = kernel([0.0, -1.0, 3.0, -0.5], 1);
        for invariance in [Invariance::FullField, Invariance::AlongY] {
            assert!((similarity(&a, &moved, invariance) - 1.0).abs() < 1e-9);
            assert!(similarity(&a, &opposite, invariance) < 0.1);
        }
    }

    #[test]
    fn only_channels_of_one_sign_become_one_type() {
        let alike = |a: usize, b: usize| if a.abs_diff(b) <= 1 { 0.95 } else { 0.2 };
        let channels = [(0, '+'), (1, '+'), (2, '-'), (3, '-'), (5, '+')];
        let mut found: Vec<Vec<usize>> = cell_types(&channels, 0.9, alike)
            .into_iter()
            .map(|t| t.channels)
            .collect();
        found.sort();
        assert_eq!(found, [vec![0, 1], vec![2, 3], vec![5]]);
    }

    #[test]
    fn a_chain_of_similar_channels_is_not_one_type() {
        let alike = |a: usize, b: usize| 1.0 - 0.08 * a.abs_diff(b) as f64;
        let channels: Vec<(usize, ())> = (0..4).map(|channel| (channel, ())).collect();
        let types = cell_types(&channels, 0.9, alike);
        assert_eq!(types.len(), 2, "{types:?}");
    }
}
