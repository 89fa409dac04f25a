//! Small systems of linear equations.

/// Solves `(matrix + damping * diagonal) x = right` for a symmetric matrix `[row, column]`; none if
/// it is not positive definite.
///
/// Parameters that nothing depends on have a zero row; they stay where they are.
pub(crate) fn solve_damped(matrix: &[f64], right: &[f64], damping: f64) -> Option<Vec<f64>> {
    let size = right.len();
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

/// Cholesky's factorisation, in the lower triangle.
fn factorise(matrix: &mut [f64], size: usize) -> Option<()> {
    for row in 0..size {
        let (above, own) = matrix.split_at_mut(row * size);
        let own = &mut own[..=row];
        for column in 0..row {
            let other = &above[column * size..][..=column];
            let left = own[column] - dot(&own[..column], &other[..column]);
            own[column] = left / other[column];
        }
        let left = own[row] - dot(&own[..row], &own[..row]);
        if left.is_nan() || left <= 0.0 {
            return None;
        }
        own[row] = left.sqrt();
    }
    Some(())
}

fn substitute(lower: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut x = right.to_vec();
    for row in 0..size {
        let line = &lower[row * size..][..=row];
        x[row] = (x[row] - dot(&line[..row], &x[..row])) / line[row];
    }
    for row in (0..size).rev() {
        let done: f64 = (row + 1..size).map(|k| lower[k * size + row] * x[k]).sum();
        x[row] = (x[row] - done) / lower[row * size + row];
    }
    x
}

/// Four sums side by side, so that one addition need not wait for the other.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours, rest) = a.as_chunks::<4>();
    let (other_fours, other_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours.iter().zip(other_fours) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let last: f64 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    sums[0] + sums[1] + (sums[2] + sums[3]) + last
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
    }
}
