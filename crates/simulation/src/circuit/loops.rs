//! Whether what goes round in a circuit dies out.

use super::problem::Problem;
use super::{Circuit, Interneuron};

/// Squarings of the matrix of gains: paths of 1024 synapses.
const SQUARINGS: i32 = 10;

/// The factor by which a small departure grows from synapse to synapse on its way round the strongest loop
/// among types, the geometric mean over the loop; 0 without loops: the spectral radius of the matrix of
/// weights times the steepest slope of each release, all taken as positive.
///
/// Below 1 departures die out while potentials stay below twice a full-contrast step, whatever the low-passes and
/// the pools: neither lets a departure grow, and a bin of delay only spreads it in time. They may die out above 1 as
/// well. Gain control and depression are not counted. Infinite where a release has no steepest slope.
pub(crate) fn loop_gain(interneurons: &[Interneuron]) -> f64 {
    spectral_radius(gains(interneurons))
}

/// Of a matrix without negative entries.
fn spectral_radius(mut matrix: Vec<Vec<f64>>) -> f64 {
    let mut logarithm = 0.0;
    for _ in 0..SQUARINGS {
        matrix = squared(&matrix);
        let row_sum = |row: &Vec<f64>| row.iter().sum::<f64>();
        let norm = matrix.iter().map(row_sum).fold(0.0, f64::max);
        if norm == 0.0 {
            return 0.0;
        }
        // A release as steep as that of a power below 1 at its threshold.
        if norm.is_infinite() {
            return f64::INFINITY;
        }
        matrix.iter_mut().flatten().for_each(|gain| *gain /= norm);
        logarithm = 2.0 * logarithm + norm.ln();
    }
    (logarithm / 2f64.powi(SQUARINGS)).exp()
}

/// Gains `[to][from]`.
fn gains(interneurons: &[Interneuron]) -> Vec<Vec<f64>> {
    let slope = |from: &Interneuron| {
        let subunits = from.mechanisms.subunits;
        subunits.map_or(1.0, |subunits| subunits.steepest_slope())
    };
    let row = |to: &Interneuron| {
        let driving = to.drive.iter().flat_map(|drive| &drive.synapses);
        let synapses = || driving.clone().chain(&to.mechanisms.feedback);
        let gain = |from: &Interneuron| {
            let of_type = synapses().filter(|synapse| synapse.interneuron == from.name);
            of_type.map(|synapse| synapse.weight).sum::<f64>() * slope(from)
        };
        interneurons.iter().map(gain).collect()
    };
    interneurons.iter().map(row).collect()
}

fn squared(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let entry = |row: &Vec<f64>, column: usize| {
        let terms = row.iter().zip(matrix);
        // A gain of 0 is no synapse, even beside one without bound.
        let products = terms.map(|(gain, other)| (*gain, other[column]));
        products
            .filter(|(a, b)| *a > 0.0 && *b > 0.0)
            .map(|(a, b)| a * b)
            .sum()
    };
    let row = |row: &Vec<f64>| (0..matrix.len()).map(|column| entry(row, column)).collect();
    matrix.iter().map(row).collect()
}

impl Circuit {
    /// Refuses loops in which a departure may grow.
    pub(super) fn check_loops(&self) -> Result<(), Problem> {
        let gain = loop_gain(&self.interneurons);
        if gain < 1.0 {
            return Ok(());
        }
        Err(Problem::new(
            "interneurons.mechanisms.feedback",
            format!("a loop of gain {gain:.3} a synapse"),
            "may never come to rest",
            "lower the weights of its synapses until the product round the loop is below 1",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_without_bound_is_not_lost_beside_zeros() {
        let infinite = f64::INFINITY;
        assert!(spectral_radius(vec![vec![0.0, 0.9], vec![infinite, 0.0]]).is_infinite());
        assert!(spectral_radius(vec![vec![0.0, infinite], vec![1.0, 0.0]]).is_infinite());
        // No loop leads through it.
        assert_eq!(
            spectral_radius(vec![vec![0.0, infinite], vec![0.0, 0.0]]),
            0.0
        );
        let radius = spectral_radius(vec![vec![0.0, 0.5], vec![0.32, 0.0]]);
        assert!((radius - 0.4).abs() < 1e-3, "{radius}");
    }
}
