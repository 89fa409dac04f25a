//! Arrays with their axes in another order.

use ganglion_model::weights::WeightArray;

/// The array with its axes in another order.
pub(super) fn transposed(array: &WeightArray, order: &[usize]) -> WeightArray {
    let shape: Vec<usize> = order.iter().map(|&axis| array.shape[axis]).collect();
    let stride_of = |axis: usize| array.shape[axis + 1..].iter().product::<usize>();
    let strides: Vec<usize> = order.iter().map(|&axis| stride_of(axis)).collect();
    let place = |mut index: usize| {
        let mut place = 0;
        for (extent, stride) in shape.iter().zip(&strides).rev() {
            place += index % extent * stride;
            index /= extent;
        }
        place
    };
    let values = (0..array.values.len()).map(|index| array.values[place(index)]);
    WeightArray {
        values: values.collect(),
        shape: shape.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_reordered() {
        let array = WeightArray {
            shape: vec![2, 3],
            values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        };
        let turned = transposed(&array, &[1, 0]);
        assert_eq!(turned.shape, [3, 2]);
        assert_eq!(turned.values, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
