//! Products of matrices.

/// `target = left * right` of matrices in row-major order, `left` `[rows, depth]` and `right` `[depth,
/// columns]`, with all threads of the pool that this is called in. The order in which products are added
/// does not depend on their number.
///
/// # Panics
/// If a slice has not the size of its matrix.
pub(crate) fn multiply(
    [rows, depth, columns]: [usize; 3],
    left: &[f32],
    right: &[f32],
    target: &mut [f32],
) {
    assert_eq!(left.len(), rows * depth, "the left matrix has another size");
    assert_eq!(
        right.len(),
        depth * columns,
        "the right matrix has another size"
    );
    assert_eq!(target.len(), rows * columns, "the target has another size");
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
            left.as_ptr(),
            1,
            depth as isize,
            right.as_ptr(),
            1,
            columns as isize,
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
        let mut target = [9.0; 4];
        multiply([2, 3, 2], &left, &right, &mut target);
        assert_eq!(target, [2.0, 12.0, 6.5, 24.0]);
    }
}
