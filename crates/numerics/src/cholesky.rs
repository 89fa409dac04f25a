//! Small systems of linear equations, by Cholesky's factorisation.

use crate::dot_by_fours;

/// Solves `(A + damping diag(A)) x = right` `[row]` for a symmetric matrix `A` `[row, column]`, of
/// which only the lower triangle is read; none if the damped matrix is not positive definite.
///
/// With `A + damping diag(A) = L L'` and `L` lower triangular, `L y = right` and `L' x = y` are
/// solved by substitution. A row whose diagonal is 0 or less gets 1 there: a parameter that nothing
/// depends on has a row of zeros, and stays where it is.
///
/// # Panics
/// If the matrix has not as many rows and columns as the right side.
///
/// Source: Nocedal & Wright 2006, *Numerical Optimization*, appendix A.1; the unit diagonal is
/// ours.
pub fn solve_damped(matrix: &[f64], right: &[f64], damping: f64) -> Option<Vec<f64>> {
    let size = right.len();
    assert_eq!(matrix.len(), size * size, "the matrix must be square");
    let mut lower = matrix.to_vec();
    for index in 0..size {
        let diagonal = &mut lower[index * size + index];
        *diagonal = if *diagonal > 0.0 {
            *diagonal * (1.0 + damping)
        } else {
            1.0
        };
    }
    factorise(&mut lower, size)?;
    Some(substitute(&lower, right))
}

/// `A = L L'` of a symmetric positive definite matrix, kept to solve `A x = right` for many right sides.
#[derive(Clone, Debug)]
pub struct CholeskyFactor {
    lower: Vec<f64>,
    size: usize,
}

impl CholeskyFactor {
    /// Of a matrix `[row, column]`, of which only the lower triangle is read; none if it is not positive
    /// definite.
    ///
    /// # Panics
    /// If it has not so many rows and columns.
    pub fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        assert_eq!(matrix.len(), size * size, "the matrix must be square");
        factorise(&mut matrix, size)?;
        Some(Self {
            lower: matrix,
            size,
        })
    }

    /// The solution `[row]`.
    ///
    /// # Panics
    /// If the right side has another length.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        assert_eq!(right.len(), self.size, "one right side a row");
        substitute(&self.lower, right)
    }

    /// `A^-1` `[row, column]`, as `M' M` with `M = L^-1`.
    pub fn inverse(&self) -> Vec<f64> {
        let (lower, size) = (&self.lower, self.size);
        let mut inverse = vec![0.0; size * size];
        let mut rows = vec![0.0; size * size];
        // The same sums in the same order, with the widest registers that the processor has.
        pulp::Arch::new().dispatch(|| {
            invert(lower, &mut rows, size);
            for row in rows.chunks(size) {
                for (index, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                    add(&mut inverse[index * size..][..=index], value, row);
                }
            }
        });
        for row in 0..size {
            (0..row).for_each(|column| inverse[column * size + row] = inverse[row * size + column]);
        }
        inverse
    }
}

/// `L^-1` in place of zeros.
#[inline(always)]
fn invert(lower: &[f64], inverse: &mut [f64], size: usize) {
    for row in 0..size {
        let (above, own) = inverse.split_at_mut(row * size);
        let own = &mut own[..=row];
        for other in 0..row {
            add(
                &mut own[..=other],
                -lower[row * size + other],
                &above[other * size..],
            );
        }
        own[row] = 1.0;
        let diagonal = lower[row * size + row];
        own.iter_mut().for_each(|value| *value /= diagonal);
    }
}

#[inline(always)]
fn add(target: &mut [f64], factor: f64, values: &[f64]) {
    let pairs = target.iter_mut().zip(values);
    pairs.for_each(|(target, value)| *target += factor * value);
}

/// `L` in the lower triangle, in place of the matrix.
fn factorise(matrix: &mut [f64], size: usize) -> Option<()> {
    for row in 0..size {
        let (above, own) = matrix.split_at_mut(row * size);
        let own = &mut own[..=row];
        for column in 0..row {
            let other = &above[column * size..][..=column];
            let left = own[column] - dot_by_fours(&own[..column], &other[..column]);
            own[column] = left / other[column];
        }
        let left = own[row] - dot_by_fours(&own[..row], &own[..row]);
        if left.is_nan() || left <= 0.0 {
            return None;
        }
        own[row] = left.sqrt();
    }
    Some(())
}

/// `x` with `L L' x = right`.
fn substitute(lower: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut x = right.to_vec();
    for row in 0..size {
        let line = &lower[row * size..][..=row];
        x[row] = (x[row] - dot_by_fours(&line[..row], &x[..row])) / line[row];
    }
    for row in (0..size).rev() {
        let done: f64 = (row + 1..size).map(|k| lower[k * size + row] * x[k]).sum();
        x[row] = (x[row] - done) / lower[row * size + row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_system_is_solved() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -1.0, 0.5, -1.0, 2.0];
        let x = [1.0, -2.0, 0.25];
        let right: Vec<f64> = matrix
            .chunks(3)
            .map(|row| row.iter().zip(&x).map(|(a, b)| a * b).sum())
            .collect();
        let found = solve_damped(&matrix, &right, 0.0).unwrap();
        assert!(found.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-12));
        assert_eq!(solve_damped(&[1.0, 2.0, 2.0, 1.0], &[1.0, 1.0], 0.0), None);
        let factor = CholeskyFactor::of(matrix.to_vec(), 3).unwrap();
        assert_eq!(factor.solve(&right), found);
        for (column, unit) in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
            .iter()
            .enumerate()
        {
            let inverse = factor.inverse();
            let solved = factor.solve(unit);
            assert!((0..3).all(|row| (inverse[3 * row + column] - solved[row]).abs() < 1e-14));
        }
        assert!(CholeskyFactor::of(vec![1.0, 2.0, 2.0, 1.0], 2).is_none());
    }
}
