//! Normal equations of least squares.

/// Sums of products of rows of derivatives, for
/// [`LeastSquares::normal_equations`](crate::LeastSquares::normal_equations).
///
/// ```
/// use ganglion_numerics::{NormalEquations, solve_damped};
///
/// // The line a + b x through (0, 1), (1, 3), (2, 5), from a = b = 0: residuals are -y.
/// let mut equations = NormalEquations::new(2);
/// for (x, y) in [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)] {
///     equations.add(-y, &[1.0, x]);
/// }
/// let (matrix, right) = equations.finish();
/// let line = solve_damped(&matrix, &right, 0.0).unwrap();
/// assert!((line[0] - 1.0).abs() < 1e-12 && (line[1] - 2.0).abs() < 1e-12);
/// ```
#[derive(Clone, Debug)]
pub struct NormalEquations {
    size: usize,
    matrix: Vec<f64>,
    right: Vec<f64>,
    /// Rows that are not yet in the sums, `[row, parameter]`.
    waiting: Vec<f64>,
    residuals: [f64; TOGETHER],
    count: usize,
}

/// Rows that are summed together: each sum is read and written once for all of them.
const TOGETHER: usize = 8;

impl NormalEquations {
    /// Empty sums of so many parameters.
    pub fn new(size: usize) -> Self {
        Self {
            size,
            matrix: vec![0.0; size * size],
            right: vec![0.0; size],
            waiting: vec![0.0; TOGETHER * size],
            residuals: [0.0; TOGETHER],
            count: 0,
        }
    }

    /// Adds one residual and its derivatives `[parameter]`.
    ///
    /// # Panics
    /// If there are not as many derivatives as parameters.
    #[inline]
    pub fn add(&mut self, residual: f64, row: &[f64]) {
        self.waiting[self.count * self.size..][..self.size].copy_from_slice(row);
        self.residuals[self.count] = residual;
        self.count += 1;
        if self.count == TOGETHER {
            self.sum();
        }
    }

    fn sum(&mut self) {
        let rows: [&[f64]; TOGETHER] =
            std::array::from_fn(|row| &self.waiting[row * self.size..][..self.size]);
        let (matrix, right) = (&mut self.matrix, &mut self.right);
        // The same sums in the same order, with the widest registers that the processor has.
        pulp::Arch::new().dispatch(|| add_products(matrix, right, rows, &self.residuals));
        self.count = 0;
    }

    /// `J'J` `[parameter, parameter]` and `-J'r` `[parameter]`.
    pub fn finish(mut self) -> (Vec<f64>, Vec<f64>) {
        self.waiting[self.count * self.size..].fill(0.0);
        self.residuals[self.count..].fill(0.0);
        self.sum();
        // The lower triangle is all that was summed; the rest is its mirror image.
        for index in 0..self.size {
            for other in 0..index {
                self.matrix[other * self.size + index] = self.matrix[index * self.size + other];
            }
        }
        (self.matrix, self.right)
    }
}

/// Adds the products of rows to the lower triangle of a matrix and, with residuals, to a vector.
#[inline(always)]
fn add_products(
    matrix: &mut [f64],
    right: &mut [f64],
    rows: [&[f64]; TOGETHER],
    residuals: &[f64; TOGETHER],
) {
    let size = right.len();
    for index in 0..size {
        let values: [f64; TOGETHER] = std::array::from_fn(|row| rows[row][index]);
        if values.iter().all(|value| *value == 0.0) {
            continue;
        }
        let pairs = values.iter().zip(residuals);
        right[index] -= pairs.map(|(value, residual)| value * residual).sum::<f64>();
        let line = &mut matrix[index * size..][..index + 1];
        let [a, b, c, d, e, f, g, h] = rows;
        let products = a.iter().zip(b).zip(c).zip(d).zip(e).zip(f).zip(g).zip(h);
        // Slices of one length, walked together: nothing is left to check in the loop.
        for (sum, (((((((a, b), c), d), e), f), g), h)) in line.iter_mut().zip(products) {
            let first = values[0] * a + values[1] * b + values[2] * c + values[3] * d;
            let second = values[4] * e + values[5] * f + values[6] * g + values[7] * h;
            *sum += first + second;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_all_rows_whatever_their_number() {
        for count in [3, 8, 13] {
            let row = |index: usize| [1.0, index as f64, -2.0 + (index * index) as f64];
            let residual = |index: usize| 0.5 - index as f64;
            let mut equations = NormalEquations::new(3);
            (0..count).for_each(|index| equations.add(residual(index), &row(index)));
            let (matrix, right) = equations.finish();
            let sum = |term: &dyn Fn(usize) -> f64| (0..count).map(term).sum::<f64>();
            for a in 0..3 {
                let expected = -sum(&|index| row(index)[a] * residual(index));
                assert!((right[a] - expected).abs() < 1e-9);
                for b in 0..3 {
                    let expected = sum(&|index| row(index)[a] * row(index)[b]);
                    assert!((matrix[3 * a + b] - expected).abs() < 1e-9);
                }
            }
        }
    }
}
