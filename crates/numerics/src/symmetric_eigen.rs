//! Eigenvalues and eigenvectors of symmetric matrices.

use rayon::prelude::*;

use crate::dot_by_fours;

/// `A = sum over i of values[i] vectors[i] vectors[i]'` of a symmetric matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricEigen {
    /// Eigenvalues `[i]`, largest first.
    pub values: Vec<f64>,
    /// Eigenvectors of unit norm `[i, row]`, which are orthogonal to one another.
    pub vectors: Vec<f64>,
}

/// Rows of the transformation that are formed together, so that a reflection is read once for all.
const TOGETHER: usize = 16;
/// Columns of the eigenvectors that are rotated together: 2500 rows of them are in the cache of a core.
const SLAB: usize = 32;
/// Rotations that are collected before they are applied.
const COLLECTED: usize = 1 << 17;
/// Sweeps an eigenvalue at most.
const SWEEPS: usize = 60;

/// Eigenvalues and eigenvectors of a symmetric matrix `[row, column]`; none where it has numbers that are
/// not finite.
///
/// Householder's reflections make the matrix tridiagonal, and the QL algorithm with implicit shifts makes that
/// diagonal. With all threads of the pool that this is called in; the result does not depend on their number.
/// It takes about `10 size^3` operations, and memory for three matrices.
///
/// # Panics
/// If the matrix has not so many rows and columns.
///
/// Source: Golub & Van Loan 2013, *Matrix Computations*, section 8.3; Martin, Reinsch & Wilkinson 1968,
/// Numerische Mathematik 11:181, and Dubrulle, Martin & Wilkinson 1968, Numerische Mathematik 12:377.
pub fn symmetric_eigen(mut matrix: Vec<f64>, size: usize) -> Option<SymmetricEigen> {
    assert_eq!(matrix.len(), size * size, "the matrix must be square");
    if !matrix.iter().all(|value| value.is_finite()) {
        return None;
    }
    if size == 0 {
        return Some(SymmetricEigen {
            values: Vec::new(),
            vectors: Vec::new(),
        });
    }
    let mut tridiagonal = reduced(&mut matrix, size);
    let mut slabs = transformation(&matrix, &tridiagonal.factors, size);
    drop(matrix);
    tridiagonal.diagonalise(&mut slabs)?;
    let values = tridiagonal.diagonal;
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let mut vectors = Vec::with_capacity(size * size);
    for &row in &order {
        slabs.iter().for_each(|slab| vectors.extend(slab.row(row)));
    }
    Some(SymmetricEigen {
        values: order.iter().map(|&row| values[row]).collect(),
        vectors,
    })
}

/// A tridiagonal matrix, and the factors of the reflections that led to it.
struct Tridiagonal {
    diagonal: Vec<f64>,
    /// `[row]`, beside the diagonal of a row and of the next; 0 in the last.
    beside: Vec<f64>,
    factors: Vec<f64>,
}

/// Reflects a matrix into a tridiagonal one. Reflection `k` is `1 - factors[k] v v'`, with `v` in row `k` of
/// what the matrix becomes, right of the diagonal.
fn reduced(matrix: &mut [f64], size: usize) -> Tridiagonal {
    let mut found = Tridiagonal {
        diagonal: vec![0.0; size],
        beside: vec![0.0; size],
        factors: vec![0.0; size],
    };
    // The product of the part of the matrix that is left with the next vector, from the pass before.
    let mut product: Option<Vec<f64>> = None;
    for k in 0..size {
        let (above, below) = matrix.split_at_mut((k + 1) * size);
        let row = &mut above[k * size..];
        found.diagonal[k] = row[k];
        let vector = &mut row[k + 1..];
        if vector.is_empty() {
            break;
        }
        if product.is_none() {
            (found.beside[k], found.factors[k]) = reflection(vector);
            product = Some(products(below, vector, size));
        }
        let Some(old) = product.take() else { break };
        let factor = found.factors[k];
        let scale = 0.5 * factor * factor * dot_by_fours(&old, vector);
        let other: Vec<f64> = old
            .iter()
            .zip(vector.iter())
            .map(|(p, v)| factor * p - scale * v)
            .collect();
        product = updated(below, (vector, &other), size, &mut found, k + 1);
    }
    found
}

/// Makes a row's rest the vector of the reflection that leaves its first element alone, and gives that element
/// and the reflection's factor.
fn reflection(vector: &mut [f64]) -> (f64, f64) {
    let norm = dot_by_fours(vector, vector).sqrt();
    let rest = vector[1..].iter().any(|&value| value != 0.0);
    if !rest || norm == 0.0 {
        return (vector[0], 0.0);
    }
    let left = -norm.copysign(vector[0]);
    // Of length one, so that squares of small elements do not vanish.
    vector[0] -= left;
    let length = dot_by_fours(vector, vector).sqrt();
    vector.iter_mut().for_each(|value| *value /= length);
    (left, 2.0)
}

/// Products of the rest of some rows with a vector.
fn products(rows: &[f64], vector: &[f64], size: usize) -> Vec<f64> {
    let start = size - vector.len();
    rows.par_chunks(size)
        .with_min_len(TOGETHER)
        .map(|row| dot_by_fours(&row[start..], vector))
        .collect()
}

/// Takes `v w' + w v'` off the rows that are left, the first of which becomes the next reflection `next`; gives
/// the products of the rows after it with that, in the same pass over memory.
fn updated(
    rows: &mut [f64],
    (v, w): (&[f64], &[f64]),
    size: usize,
    found: &mut Tridiagonal,
    next: usize,
) -> Option<Vec<f64>> {
    let start = size - v.len();
    let update = |place: usize, row: &mut [f64]| {
        let (own, other) = (v[place], w[place]);
        let pairs = v.iter().zip(w);
        row[start..]
            .iter_mut()
            .zip(pairs)
            .for_each(|(value, (v, w))| *value -= own * w + other * v);
    };
    let (first, others) = rows.split_at_mut(size);
    update(0, first);
    let vector = &mut first[start + 1..];
    if vector.is_empty() {
        return None;
    }
    (found.beside[next], found.factors[next]) = reflection(vector);
    let vector = &*vector;
    let products = others
        .par_chunks_mut(size)
        .with_min_len(TOGETHER)
        .enumerate()
        .map(|(place, row)| {
            update(place + 1, row);
            dot_by_fours(&row[start + 1..], vector)
        });
    Some(products.collect())
}

/// Some columns of all eigenvectors `[vector, column]`.
struct Slab {
    width: usize,
    values: Vec<f64>,
}

impl Slab {
    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..][..self.width]
    }

    fn rotate(&mut self, rotations: &[Rotation]) {
        for rotation in rotations {
            let (upper, lower) = self.values.split_at_mut((rotation.row + 1) * self.width);
            let upper = &mut upper[rotation.row * self.width..];
            let (sine, cosine) = (rotation.sine, rotation.cosine);
            for (a, b) in upper.iter_mut().zip(&mut lower[..self.width]) {
                let (above, below) = (*a, *b);
                *b = sine * above + cosine * below;
                *a = cosine * above - sine * below;
            }
        }
    }
}

/// A rotation of a row and the next one.
struct Rotation {
    row: usize,
    sine: f64,
    cosine: f64,
}

/// The transpose of the product of all reflections, in slabs.
fn transformation(reflections: &[f64], factors: &[f64], size: usize) -> Vec<Slab> {
    let mut rows = vec![0.0; size * size];
    rows.par_chunks_mut(TOGETHER * size)
        .enumerate()
        .for_each(|(chunk, rows)| {
            let first = chunk * TOGETHER;
            let count = rows.len() / size;
            for (place, row) in rows.chunks_exact_mut(size).enumerate() {
                row[first + place] = 1.0;
            }
            // A reflection leaves alone what lies before its vector.
            for k in (0..(first + count - 1).min(size)).rev() {
                let vector = &reflections[k * size + k + 1..(k + 1) * size];
                if factors[k] == 0.0 {
                    continue;
                }
                for row in rows.chunks_exact_mut(size) {
                    let own = &mut row[k + 1..];
                    let scale = factors[k] * dot_by_fours(own, vector);
                    own.iter_mut()
                        .zip(vector)
                        .for_each(|(value, v)| *value -= scale * v);
                }
            }
        });
    let starts = (0..size).step_by(SLAB);
    let slab = |start: usize| {
        let width = SLAB.min(size - start);
        let columns = rows.chunks_exact(size).map(|row| &row[start..][..width]);
        Slab {
            width,
            values: columns.flatten().copied().collect(),
        }
    };
    starts.map(slab).collect()
}

impl Tridiagonal {
    /// Makes it diagonal, and rotates the eigenvectors with it.
    fn diagonalise(&mut self, slabs: &mut [Slab]) -> Option<()> {
        let size = self.diagonal.len();
        let norm = self
            .diagonal
            .iter()
            .zip(&self.beside)
            .fold(0.0f64, |most, (d, e)| most.max(d.abs() + e.abs()));
        let mut rotations = Vec::new();
        let mut apply = |rotations: &mut Vec<Rotation>| {
            slabs.par_iter_mut().for_each(|slab| slab.rotate(rotations));
            rotations.clear();
        };
        for first in 0..size {
            for sweep in 0.. {
                let last = self.end(first, norm);
                if last == first {
                    break;
                }
                if sweep == SWEEPS {
                    return None;
                }
                self.sweep(first, last, &mut rotations);
                if rotations.len() > COLLECTED {
                    apply(&mut rotations);
                }
            }
        }
        apply(&mut rotations);
        Some(())
    }

    /// The last row of the part from a row on that does not fall apart.
    fn end(&self, first: usize, norm: f64) -> usize {
        let d = &self.diagonal;
        let is_apart = |row: &usize| {
            let size = (d[*row].abs() + d[row + 1].abs()).max(1e-3 * norm);
            self.beside[*row].abs() <= f64::EPSILON * size
        };
        (first..d.len() - 1).find(is_apart).unwrap_or(d.len() - 1)
    }

    /// One sweep of the QL algorithm over the rows of a part.
    fn sweep(&mut self, first: usize, last: usize, rotations: &mut Vec<Rotation>) {
        let (d, e) = (&mut self.diagonal, &mut self.beside);
        let half = (d[first + 1] - d[first]) / (2.0 * e[first]);
        let root = half.hypot(1.0).copysign(half);
        let mut g = d[last] - d[first] + e[first] / (half + root);
        let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
        for row in (first..last).rev() {
            let (f, b) = (sine * e[row], cosine * e[row]);
            let r = f64::hypot(f, g);
            e[row + 1] = r;
            if r == 0.0 {
                d[row + 1] -= shift;
                e[last] = 0.0;
                return;
            }
            (sine, cosine) = (f / r, g / r);
            g = d[row + 1] - shift;
            let r = (d[row] - g) * sine + 2.0 * cosine * b;
            shift = sine * r;
            d[row + 1] = g + shift;
            g = cosine * r - b;
            rotations.push(Rotation { row, sine, cosine });
        }
        d[first] -= shift;
        e[first] = g;
        e[last] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `A v = value v`, vectors of unit norm at right angles, largest value first.
    fn check(matrix: &[f64], size: usize) -> SymmetricEigen {
        let found = symmetric_eigen(matrix.to_vec(), size).unwrap();
        let scale = found
            .values
            .iter()
            .fold(1e-300f64, |most, v| most.max(v.abs()));
        let vector = |i: usize| &found.vectors[i * size..][..size];
        for (i, value) in found.values.iter().enumerate() {
            for (row, &own) in matrix.chunks_exact(size).zip(vector(i)) {
                let error = dot_by_fours(row, vector(i)) - value * own;
                assert!(error.abs() < 1e-12 * size as f64 * scale, "{size}: {error}");
            }
            for j in 0..size {
                let expected = f64::from(u8::from(i == j));
                let error = dot_by_fours(vector(i), vector(j)) - expected;
                assert!(error.abs() < 1e-12 * size as f64, "{size}: {error}");
            }
        }
        assert!(found.values.is_sorted_by(|a, b| a >= b));
        found
    }

    #[test]
    fn matrices_of_all_kinds_are_taken_apart() {
        let noise = |i: usize| ((i * 7919 + 13) * (i + 7) % 1009) as f64 / 1009.0 - 0.5;
        for size in [1, 2, 3, 17, 70, 130] {
            let at = |a: usize, b: usize| noise(a.max(b) * size + a.min(b));
            let places = (0..size).flat_map(|a| (0..size).map(move |b| (a, b)));
            let random: Vec<f64> = places.clone().map(|(a, b)| at(a, b)).collect();
            check(&random, size);
            // Neighbours are alike: values fall by many decades.
            let smooth = |(a, b): (usize, usize)| (-(a.abs_diff(b) as f64 / 8.0).powi(2)).exp();
            check(&places.clone().map(smooth).collect::<Vec<_>>(), size);
            // A diagonal one with equal values, and of rank one.
            let plain = |(a, b): (usize, usize)| f64::from(u8::from(a == b));
            check(&places.clone().map(plain).collect::<Vec<_>>(), size);
            let ones = check(&vec![1.0; size * size], size);
            assert!((ones.values[0] - size as f64).abs() < 1e-9);
        }
        assert_eq!(symmetric_eigen(vec![f64::NAN], 1), None);
        assert_eq!(
            symmetric_eigen(Vec::new(), 0).unwrap().values,
            Vec::<f64>::new()
        );
    }
}
