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
        let (lower, size) = (&self.lower, self.size);
        let mut x = right.to_vec();
        pulp::Arch::new().dispatch(|| {
            for row in 0..size {
                let line = &lower[row * size..][..=row];
                x[row] = (x[row] - dot_by_fours(&line[..row], &x[..row])) / line[row];
            }
            // Row by row, as the matrix lies in memory.
            for row in (0..size).rev() {
                let line = &lower[row * size..][..=row];
                x[row] /= line[row];
                let found = x[row];
                add(&mut x[..row], -found, line);
            }
        });
        x
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

/// Rows that are found side by side: sums of one need not wait for those of another.
const TOGETHER: usize = 8;

/// `L` in the lower triangle, in place of the matrix.
fn factorise(matrix: &mut [f64], size: usize) -> Option<()> {
    // The same sums in the same order, with the widest registers that the processor has.
    pulp::Arch::new().dispatch(|| {
        let whole = size - size % TOGETHER;
        for first in (0..whole).step_by(TOGETHER) {
            begin_rows(matrix, size, first);
            for row in first..first + TOGETHER {
                finish_row(matrix, size, row, first)?;
            }
        }
        (whole..size).try_for_each(|row| finish_row(matrix, size, row, 0))
    })
}

/// The entries of [`TOGETHER`] rows in the columns before the first of them.
#[inline(always)]
fn begin_rows(matrix: &mut [f64], size: usize, first: usize) {
    let (above, rows) = matrix.split_at_mut(first * size);
    for column in 0..first {
        let other = &above[column * size..][..=column];
        let products = dots(rows, size, &other[..column]);
        for (row, product) in products.iter().enumerate() {
            let entry = &mut rows[row * size + column];
            *entry = (*entry - product) / other[column];
        }
    }
}

/// [`dot_by_fours`] of the starts of rows with another vector.
#[inline(always)]
fn dots(rows: &[f64], size: usize, other: &[f64]) -> [f64; TOGETHER] {
    let (fours, rest) = other.as_chunks::<4>();
    let starts: [&[f64]; TOGETHER] = std::array::from_fn(|row| &rows[row * size..][..other.len()]);
    let own: [&[[f64; 4]]; TOGETHER] =
        std::array::from_fn(|row| &starts[row].as_chunks::<4>().0[..fours.len()]);
    let mut sums = [[0.0; 4]; TOGETHER];
    for (step, other) in fours.iter().enumerate() {
        for (sums, own) in sums.iter_mut().zip(own) {
            for lane in 0..4 {
                sums[lane] += own[step][lane] * other[lane];
            }
        }
    }
    std::array::from_fn(|row| {
        let ends = starts[row][4 * fours.len()..].iter().zip(rest);
        let last: f64 = ends.map(|(a, b)| a * b).sum();
        let sums = sums[row];
        sums[0] + sums[1] + (sums[2] + sums[3]) + last
    })
}

/// The entries of a row from a column on.
#[inline(always)]
fn finish_row(matrix: &mut [f64], size: usize, row: usize, from: usize) -> Option<()> {
    let (above, own) = matrix.split_at_mut(row * size);
    let own = &mut own[..=row];
    for column in from..row {
        let other = &above[column * size..][..=column];
        let left = own[column] - dot_by_fours(&own[..column], &other[..column]);
        own[column] = left / other[column];
    }
    let left = own[row] - dot_by_fours(&own[..row], &own[..row]);
    if left.is_nan() || left <= 0.0 {
        return None;
    }
    own[row] = left.sqrt();
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

    /// Of sizes below, at and above the number of rows that are found together.
    #[test]
    fn factors_of_any_size_give_the_matrix_back() {
        for size in [1, 7, 8, 9, 16, 21] {
            let entry =
                |a: usize, b: usize| 0.5f64.powi(a.abs_diff(b) as i32) + 0.1 * ((a * b) % 3) as f64;
            let rows: Vec<f64> = (0..size * size)
                .map(|i| entry(i / size, i % size))
                .collect();
            let product = |a: usize, b: usize| {
                dot_by_fours(&rows[a * size..][..size], &rows[b * size..][..size])
            };
            let unit = |a: usize, b: usize| f64::from(a == b);
            let of = |i: usize| product(i / size, i % size) + unit(i / size, i % size);
            let matrix: Vec<f64> = (0..size * size).map(of).collect();
            let factor = CholeskyFactor::of(matrix.clone(), size).unwrap();
            let at = |a: usize, b: usize| {
                if b <= a {
                    factor.lower[a * size + b]
                } else {
                    0.0
                }
            };
            for a in 0..size {
                for b in 0..size {
                    let found: f64 = (0..size).map(|k| at(a, k) * at(b, k)).sum();
                    assert!((found - matrix[a * size + b]).abs() < 1e-12 * matrix[a * size + a]);
                }
            }
        }
    }

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
        let solved = factor.solve(&right);
        assert!(
            solved
                .iter()
                .zip(&found)
                .all(|(a, b)| (a - b).abs() < 1e-14)
        );
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
