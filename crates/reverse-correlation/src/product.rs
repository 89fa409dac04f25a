//! Products of matrices.

/// A matrix in single precision, whose rows and columns lie at equal distances in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    sizes: [usize; 2],
    strides: [usize; 2],
}

impl<'a> Matrix<'a> {
    /// `[row, column]`, one row after the other.
    ///
    /// # Panics
    /// If there are not so many values.
    pub(crate) fn new(values: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(values.len(), rows * columns, "the matrix has another size");
        Self {
            values,
            sizes: [rows, columns],
            strides: [columns, 1],
        }
    }

    /// Rows for columns.
    pub(crate) fn transposed(self) -> Self {
        let ([rows, columns], [down, across]) = (self.sizes, self.strides);
        Self {
            sizes: [columns, rows],
            strides: [across, down],
            ..self
        }
    }

    /// Some of the columns.
    ///
    /// # Panics
    /// If there are not so many.
    pub(crate) fn columns(self, columns: std::ops::Range<usize>) -> Self {
        assert!(columns.end <= self.sizes[1], "there are fewer columns");
        let start = (columns.start * self.strides[1]).min(self.values.len());
        Self {
            values: &self.values[start..],
            sizes: [self.sizes[0], columns.len()],
            ..self
        }
    }

    /// Whether every element is in the slice.
    fn is_within(&self) -> bool {
        let [rows, columns] = self.sizes;
        let last = |count: usize, stride: usize| count.saturating_sub(1) * stride;
        rows * columns == 0
            || last(rows, self.strides[0]) + last(columns, self.strides[1]) < self.values.len()
    }
}

/// `target = left * right` in row-major order, with all threads of the pool that this is called in. The order in
/// which products are added does not depend on their number.
///
/// # Panics
/// If the sizes do not fit.
pub(crate) fn multiply(left: Matrix<'_>, right: Matrix<'_>, target: &mut [f32]) {
    let ([rows, depth], [inner, columns]) = (left.sizes, right.sizes);
    assert_eq!(depth, inner, "the matrices do not fit");
    assert_eq!(target.len(), rows * columns, "the target has another size");
    assert!(left.is_within() && right.is_within(), "a matrix is cut off");
    if target.is_empty() {
        return;
    }
    // SAFETY: the slices are borrowed for the call and, as was just checked, hold every element of the
    // matrices whose sizes and strides are given.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            depth,
            target.as_mut_ptr(),
            1,
            columns as isize,
            false,
            left.values.as_ptr(),
            left.strides[1] as isize,
            left.strides[0] as isize,
            right.values.as_ptr(),
            right.strides[1] as isize,
            right.strides[0] as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::Rayon(rayon::current_num_threads()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_product_is_that_of_the_definition() {
        let (left, right) = (
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [1.0, -1.0, 0.5, 2.0, 0.0, 3.0],
        );
        let (left, right) = (Matrix::new(&left, [2, 3]), Matrix::new(&right, [3, 2]));
        let mut target = [9.0; 4];
        multiply(left, right, &mut target);
        assert_eq!(target, [2.0, 12.0, 6.5, 24.0]);
        let mut swapped = [9.0; 4];
        multiply(right.transposed(), left.transposed(), &mut swapped);
        assert_eq!(swapped, [2.0, 6.5, 12.0, 24.0]);
        let mut column = [9.0; 2];
        multiply(left, right.columns(1..2), &mut column);
        assert_eq!(column, [12.0, 24.0]);
    }
}
