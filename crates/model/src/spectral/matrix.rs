//! Strided matrix products on borrowed memory: the only place that calls `gemm`.

use std::marker::PhantomData;

/// A read-only matrix over borrowed memory with free strides.
///
/// Strides may make elements overlap: a time series read with both strides equal to one is the
/// Hankel matrix of its windows, `H[tap, t] = x[t + tap]`, without a copy.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    data: &'a [f32],
    row_stride: usize,
    column_stride: usize,
}

impl<'a> View<'a> {
    /// A matrix whose element (0, 0) is `data[0]`.
    pub(super) fn new(data: &'a [f32], row_stride: usize, column_stride: usize) -> Self {
        Self {
            data,
            row_stride,
            column_stride,
        }
    }

    /// The transposed matrix.
    pub(super) fn transposed(self) -> Self {
        Self {
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        last_index(rows, columns, self.row_stride, self.column_stride) < self.data.len()
    }
}

/// A matrix to be written.
pub(super) struct ViewMut<'a> {
    pointer: *mut f32,
    len: usize,
    row_stride: usize,
    column_stride: usize,
    borrow: PhantomData<&'a mut [f32]>,
}

impl<'a> ViewMut<'a> {
    /// A matrix whose element (0, 0) is `data[0]`.
    pub(super) fn new(data: &'a mut [f32], row_stride: usize, column_stride: usize) -> Self {
        Self {
            pointer: data.as_mut_ptr(),
            len: data.len(),
            row_stride,
            column_stride,
            borrow: PhantomData,
        }
    }
}

/// Memory that several threads write at once, each to places of its own.
#[derive(Clone, Copy)]
pub(super) struct SharedOutput<'a> {
    pointer: *mut f32,
    len: usize,
    borrow: PhantomData<&'a mut [f32]>,
}

// SAFETY: the only access is `SharedOutput::scatter_rows`, whose callers promise disjoint places.
unsafe impl Send for SharedOutput<'_> {}
// SAFETY: as above.
unsafe impl Sync for SharedOutput<'_> {}

impl<'a> SharedOutput<'a> {
    pub(super) fn new(data: &'a mut [f32]) -> Self {
        Self {
            pointer: data.as_mut_ptr(),
            len: data.len(),
            borrow: PhantomData,
        }
    }

    /// Copies rows of `columns` values to places `stride` apart, the first at `offset`.
    ///
    /// # Safety
    /// No other thread may touch these places at the same time.
    pub(super) unsafe fn scatter_rows(
        &self,
        rows: &[f32],
        columns: usize,
        offset: usize,
        stride: usize,
    ) {
        for (index, row) in rows.chunks_exact(columns).enumerate() {
            let start = offset + index * stride;
            assert!(start + columns <= self.len, "row outside its memory");
            // SAFETY: source and target are inside their memory, and nobody else is at the target.
            unsafe {
                std::ptr::copy_nonoverlapping(row.as_ptr(), self.pointer.add(start), columns);
            }
        }
    }
}

/// Copies rows of `columns` values from places `stride` apart into one compact matrix.
///
/// Rows of a large batch lie a multiple of 4096 bytes apart more often than not, where they all
/// compete for the same few places of the first-level cache; products on compact copies are faster.
pub(super) fn gather_rows(
    source: &[f32],
    columns: usize,
    offset: usize,
    stride: usize,
    rows: &mut [f32],
) {
    for (index, row) in rows.chunks_exact_mut(columns).enumerate() {
        let start = offset + index * stride;
        row.copy_from_slice(&source[start..start + columns]);
    }
}

/// What happens to the target's old content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The product replaces it.
    Replace,
    /// The product is added to it.
    Accumulate,
}

/// `target (+)= left * right` with `left` `[rows, depth]` and `right` `[depth, columns]`.
pub(super) fn multiply(
    [rows, depth, columns]: [usize; 3],
    left: View<'_>,
    right: View<'_>,
    target: &mut ViewMut<'_>,
    mode: Target,
) {
    assert!(
        left.holds(rows, depth) && right.holds(depth, columns),
        "operand outside its memory"
    );
    let last = last_index(rows, columns, target.row_stride, target.column_stride);
    assert!(last < target.len, "target outside its memory");
    // SAFETY: every element that gemm touches lies between (0, 0) and the last element, and these
    // were just checked to be inside the borrowed memory.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            depth,
            target.pointer,
            target.column_stride as isize,
            target.row_stride as isize,
            mode == Target::Accumulate,
            left.data.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.data.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

fn last_index(rows: usize, columns: usize, row_stride: usize, column_stride: usize) -> usize {
    (rows - 1) * row_stride + (columns - 1) * column_stride
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_with_unit_strides_is_its_hankel_matrix() {
        let series = [1.0, 2.0, 3.0, 4.0];
        let taps = [10.0, 1.0];
        let mut output = [0.0; 3];
        let mut target = ViewMut::new(&mut output, 3, 1);
        let left = View::new(&taps, 2, 1);
        multiply(
            [1, 2, 3],
            left,
            View::new(&series, 1, 1),
            &mut target,
            Target::Replace,
        );
        assert_eq!(output, [12.0, 23.0, 34.0]);
    }

    #[test]
    #[should_panic(expected = "outside its memory")]
    fn a_view_that_leaves_its_memory_is_refused() {
        let mut output = [0.0; 4];
        let mut target = ViewMut::new(&mut output, 2, 1);
        let data = [0.0; 3];
        multiply(
            [2, 2, 2],
            View::new(&data, 2, 1),
            View::new(&data, 1, 1),
            &mut target,
            Target::Replace,
        );
    }
}
