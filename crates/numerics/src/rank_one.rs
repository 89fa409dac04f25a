//! The best separable approximation of a matrix.

use crate::dot;

/// The product `left[row] * right[column]` nearest to a matrix in the least-squares sense: the
/// leading pair of its singular value decomposition (Eckart & Young 1936, Psychometrika 1:211).
#[derive(Clone, Debug, PartialEq)]
pub struct RankOne {
    /// `[row]`; it carries the matrix' norm. The signs of both are free together.
    pub left: Vec<f32>,
    /// `[column]`, of unit norm; zeros for a matrix of zeros.
    pub right: Vec<f32>,
    /// Share of the squared matrix that the product accounts for, 0 to 1; 0 for a matrix of zeros.
    pub explained: f64,
}

/// The ratio of the two largest singular values to twice this power is what is left of the second.
const ITERATIONS: usize = 200;

/// Change of a unit vector below which it is taken for found.
const CONVERGED: f64 = 1e-14;

/// [`RankOne`] of a matrix `[row, column]`, by power iteration on its `A'A` from its largest row:
/// enough for one leading pair.
///
/// # Panics
/// If the matrix does not have that shape.
///
/// Source: Golub & Van Loan, *Matrix Computations*, section 8.2.1.
pub fn rank_one(matrix: &[f32], [rows, columns]: [usize; 2]) -> RankOne {
    assert_eq!(matrix.len(), rows * columns, "not a matrix of that shape");
    let start = (0..rows)
        .map(|row| &matrix[row * columns..][..columns])
        .max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)))
        .map(<[f32]>::to_vec)
        .unwrap_or_default();
    let mut right = unit_norm(start);
    let product = |right: &[f32]| -> Vec<f32> {
        (matrix.chunks(columns))
            .map(|row| dot(row, right) as f32)
            .collect()
    };
    for _ in 0..ITERATIONS {
        let mut next = vec![0.0; columns];
        for (row, weight) in matrix.chunks(columns).zip(product(&right)) {
            (next.iter_mut().zip(row)).for_each(|(sum, value)| *sum += weight * value);
        }
        let next = unit_norm(next);
        let change: f64 = (next.iter().zip(&right))
            .map(|(a, b)| f64::from(a - b).powi(2))
            .sum();
        right = next;
        if change < CONVERGED {
            break;
        }
    }
    let left = product(&right);
    let (norm, kept) = (dot(matrix, matrix), dot(&left, &left));
    let explained = if norm > 0.0 {
        (kept / norm).min(1.0)
    } else {
        0.0
    };
    RankOne {
        left,
        right,
        explained,
    }
}

/// A vector `[i]` over its norm `sqrt(sum of x^2)`, which is summed in double precision; zeros
/// stay.
pub fn unit_norm(values: Vec<f32>) -> Vec<f32> {
    let norm = dot(&values, &values).sqrt();
    if norm > 0.0 {
        (values.iter())
            .map(|&value| (f64::from(value) / norm) as f32)
            .collect()
    } else {
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orthogonal products of norms 5 and 1: the first is found, and 25 of 26 explained.
    #[test]
    fn the_larger_of_two_products_is_found() {
        let (left, right) = ([[0.6f32, 0.8], [0.8, -0.6]], [[0.8f32, 0.6], [-0.6, 0.8]]);
        let entry = |row: usize, column: usize| {
            5.0 * left[0][row] * right[0][column] + left[1][row] * right[1][column]
        };
        let found = rank_one(
            &[entry(0, 0), entry(0, 1), entry(1, 0), entry(1, 1)],
            [2, 2],
        );
        // Single precision.
        assert!((found.explained - 25.0 / 26.0).abs() < 1e-6);
        for one in 0..2 {
            assert!((found.right[one].abs() - right[0][one]).abs() < 1e-6);
            assert!((found.left[one].abs() - 5.0 * left[0][one]).abs() < 1e-5);
        }
    }

    #[test]
    fn nothing_is_split_into_nothing() {
        let split = rank_one(&[0.0; 12], [3, 4]);
        assert_eq!((split.explained, &split.left[..]), (0.0, &[0.0; 3][..]));
        assert_eq!(unit_norm(vec![0.0; 2]), [0.0; 2]);
    }
}
