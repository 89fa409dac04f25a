//! Couplings that are there as wholes or not at all.

use std::ops::Range;

use ganglion_numerics::{CholeskyFactor, dot, solve_damped};

/// Sweeps over all groups at most, and the relative change at which they end.
const SWEEPS: usize = 2000;
const UNCHANGED: f64 = 1e-12;

/// Groups of coefficients with a penalty `strength_g |sd_g x_g|` each.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    /// Coefficients of each, and the strength.
    members: Vec<(Range<usize>, f64)>,
    /// Standard deviation of each coefficient's feature, of those in groups.
    deviations: Vec<f64>,
}

impl Groups {
    /// Of groups of coefficients with their strengths, and the deviations of all coefficients.
    pub(crate) fn new(members: Vec<(Range<usize>, f64)>, deviations: Vec<f64>) -> Self {
        Self {
            members,
            // A feature that never varies has no scale of its own.
            deviations: (deviations.into_iter())
                .map(|sd| if sd > 0.0 { sd } else { 1.0 })
                .collect(),
        }
    }

    /// Norm of a group, of coefficients times deviations.
    fn norm(&self, members: &Range<usize>, x: &[f64]) -> f64 {
        let scaled = members.clone().map(|i| (self.deviations[i] * x[i]).powi(2));
        scaled.sum::<f64>().sqrt()
    }

    pub(crate) fn penalty(&self, x: &[f64]) -> f64 {
        let members = self.members.iter();
        members
            .map(|(members, strength)| strength * self.norm(members, x))
            .sum()
    }

    /// How far a point is from the conditions of the minimum (Karush, Kuhn and Tucker): the largest derivative
    /// of coefficients that are free or in groups that are on, and by how much the derivative of a group that is
    /// off is above its strength.
    pub(crate) fn residual(&self, x: &[f64], gradient: &[f64]) -> f64 {
        let mut left = gradient.to_vec();
        let mut most = 0.0f64;
        for (members, strength) in &self.members {
            let norm = self.norm(members, x);
            if norm > 0.0 {
                for i in members.clone() {
                    left[i] += strength * self.deviations[i].powi(2) * x[i] / norm;
                }
            } else {
                most = most.max(self.dual_norm(members, gradient) - strength);
                left[members.clone()].fill(0.0);
            }
        }
        left.iter().fold(most, |most, value| most.max(value.abs()))
    }

    fn dual_norm(&self, members: &Range<usize>, gradient: &[f64]) -> f64 {
        let scaled = members
            .clone()
            .map(|i| (gradient[i] / self.deviations[i]).powi(2));
        scaled.sum::<f64>().sqrt()
    }

    /// The smallest common factor of strengths at which all groups are off, where they are and the gradient is
    /// this.
    pub(crate) fn largest_factor(&self, gradient: &[f64]) -> f64 {
        let members = self.members.iter();
        let factors =
            members.map(|(members, strength)| self.dual_norm(members, gradient) / strength);
        factors.fold(0.0, f64::max)
    }

    fn first(&self) -> usize {
        self.members.first().map_or(0, |(members, _)| members.start)
    }

    fn end(&self) -> usize {
        self.members.last().map_or(0, |(members, _)| members.end)
    }
}

/// An approximate Hessian, with the coefficients that are in no group taken out.
pub(crate) struct Reduced {
    free: CholeskyFactor,
    /// Which coefficients are in no group.
    outside: Vec<usize>,
    inside: Range<usize>,
    /// `P_oo^-1 P_oi`, `[inside][outside]`.
    pulls: Vec<Vec<f64>>,
    /// `P_ii - P_io P_oo^-1 P_oi`, `[inside][inside]`.
    schur: Vec<f64>,
}

impl Reduced {
    /// Of a matrix whose lower triangle is read.
    pub(crate) fn new(matrix: &[f64], size: usize, groups: &Groups) -> Option<Self> {
        let inside = groups.first()..groups.end();
        let outside: Vec<usize> = (0..size).filter(|i| !inside.contains(i)).collect();
        let at = |a: usize, b: usize| matrix[a.max(b) * size + a.min(b)];
        let pairs = outside
            .iter()
            .flat_map(|&a| outside.iter().map(move |&b| at(a, b)));
        let free = CholeskyFactor::of(pairs.collect(), outside.len())?;
        let column = |i: usize| outside.iter().map(|&o| at(o, i)).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = inside.clone().map(column).collect();
        let pulls: Vec<Vec<f64>> = columns.iter().map(|column| free.solve(column)).collect();
        let mut schur = Vec::new();
        for (a, column) in inside.clone().zip(&columns) {
            let entries = inside.clone().zip(&pulls);
            schur.extend(entries.map(|(b, pull)| at(a, b) - dot(column, pull)));
        }
        Some(Self {
            free,
            outside,
            inside,
            pulls,
            schur,
        })
    }

    /// The step `d` that minimises `gradient d + d P d / 2 + penalty(x + d)`, by coordinate descent over groups.
    pub(crate) fn direction(&self, groups: &Groups, x: &[f64], gradient: &[f64]) -> Vec<f64> {
        let size = self.inside.len();
        let own: Vec<f64> = self.outside.iter().map(|&o| gradient[o]).collect();
        let still = self.free.solve(&own);
        let start = self.inside.start;
        // Gradient of the reduced problem at d = 0.
        let mut slope: Vec<f64> = (0..size)
            .map(|i| gradient[start + i] - dot(&self.pulls[i], &own))
            .collect();
        let mut moved = vec![0.0; size];
        for _ in 0..SWEEPS {
            let mut change = 0.0f64;
            for (members, strength) in &groups.members {
                let local = members.start - start..members.end - start;
                let new = self.group(groups, members, *strength, x, &moved, &slope);
                for (i, new) in local.zip(new) {
                    let by = new - moved[i];
                    if by != 0.0 {
                        change = change.max((by * groups.deviations[start + i]).abs());
                        moved[i] = new;
                        let row = &self.schur[i * size..][..size];
                        slope
                            .iter_mut()
                            .zip(row)
                            .for_each(|(s, value)| *s += by * value);
                    }
                }
            }
            if change <= UNCHANGED {
                break;
            }
        }
        let mut direction = vec![0.0; x.len()];
        direction[self.inside.clone()].copy_from_slice(&moved);
        for (place, &o) in self.outside.iter().enumerate() {
            let pulled: f64 = (moved.iter().zip(&self.pulls))
                .map(|(m, pull)| m * pull[place])
                .sum();
            direction[o] = -still[place] - pulled;
        }
        direction
    }

    /// The best `d` of one group, given those of the others.
    fn group(
        &self,
        groups: &Groups,
        members: &Range<usize>,
        strength: f64,
        x: &[f64],
        moved: &[f64],
        slope: &[f64],
    ) -> Vec<f64> {
        let [count, size, start] = [members.len(), self.inside.len(), self.inside.start];
        let sd = &groups.deviations[members.clone()];
        // In scaled coefficients z = sd (x + d): minimise z A z / 2 - b z + strength |z|.
        let mut matrix = vec![0.0; count * count];
        let mut right = vec![0.0; count];
        let z: Vec<f64> = (members.clone().zip(sd))
            .map(|(i, sd)| sd * (x[i] + moved[i - start]))
            .collect();
        for a in 0..count {
            let row = &self.schur[(members.start - start + a) * size + members.start - start..];
            for b in 0..count {
                matrix[a * count + b] = row[b] / (sd[a] * sd[b]);
            }
            let own = &matrix[a * count..][..count];
            right[a] = dot(own, &z) - slope[members.start - start + a] / sd[a];
        }
        let best = shrink(&matrix, &right, strength);
        (members.clone().zip(sd).zip(best))
            .map(|((i, sd), z)| z / sd - x[i])
            .collect()
    }
}

/// The `z` that minimises `z A z / 2 - b z + strength |z|`: 0 where `|b| <= strength`, else `(A + strength / r)
/// z = b` with `r = |z|`, which grows with `r` less fast than `r` does: it is found by halving.
fn shrink(matrix: &[f64], right: &[f64], strength: f64) -> Vec<f64> {
    let size = right.len();
    let norm = dot(right, right).sqrt();
    if norm <= strength {
        return vec![0.0; size];
    }
    let solve = |radius: f64| {
        let mut damped = matrix.to_vec();
        (0..size).for_each(|i| damped[i * size + i] += strength / radius);
        solve_damped(&damped, right, 0.0).unwrap_or_else(|| vec![0.0; size])
    };
    let of = |radius: f64| {
        let z = solve(radius);
        dot(&z, &z).sqrt() - radius
    };
    let trace: f64 = (0..size).map(|i| matrix[i * size + i]).sum();
    // |A| <= trace, so that the norm is at least this.
    let mut low = (norm - strength) / trace.max(f64::MIN_POSITIVE);
    let mut high = low.max(f64::MIN_POSITIVE);
    while of(high) > 0.0 && high < 1e12 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        match of(middle) > 0.0 {
            true => low = middle,
            false => high = middle,
        }
    }
    solve(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_shrunk_to_where_its_derivative_vanishes() {
        let (matrix, right) = ([2.0, 0.3, 0.3, 1.0], [1.5, -0.7]);
        let z = shrink(&matrix, &right, 0.4);
        let norm = dot(&z, &z).sqrt();
        for a in 0..2 {
            let derivative = dot(&matrix[2 * a..2 * a + 2], &z) - right[a] + 0.4 * z[a] / norm;
            // Sixty halvings.
            assert!(derivative.abs() < 1e-12, "{derivative}");
        }
        assert_eq!(shrink(&matrix, &right, 2.0), [0.0, 0.0]);
    }
}
