//! An LN model to and from other programs.

use burn::tensor::{Tensor, TensorData};

use super::{LinearNonlinear, Ln};
use crate::network::family::Import;
use crate::network::found::{FoundNetwork, FoundReadout};
use crate::network::sequential::{Sequential, SequentialModule, floats};
use crate::network::shape::NetworkShape;

/// Flatten, linear, softplus or exp, scale.
pub(super) fn write(network: &LinearNonlinear, shape: &NetworkShape, to: &mut Sequential) {
    to.module(SequentialModule::Flatten);
    let filters = filters(network, [shape.height, shape.width]);
    to.linear(filters, Some(&network.bias.val()));
    network.output.write(to);
}

/// Filters over the whole frame `[cell, (frame, y, x)]`, zero outside each cell's window.
fn filters(network: &LinearNonlinear, [height, width]: [usize; 2]) -> Tensor<2> {
    let filter = network.filter.value();
    let [cells, _, history, rows, columns] = filter.dims();
    let device = filter.device();
    let (filter, corners) = (floats(filter), floats(network.corner.val()));
    let mut whole = vec![0.0; cells * history * height * width];
    for (line, values) in filter.chunks(columns).enumerate() {
        let (row, frame) = (line % rows, line / rows);
        let cell = frame / history;
        let (top, left) = (corners[2 * cell] as usize, corners[2 * cell + 1] as usize);
        let start = (frame * height + top + row) * width + left;
        whole[start..start + columns].copy_from_slice(values);
    }
    let shape = [cells, history * height * width];
    Tensor::from_data(TensorData::new(whole, shape), &device)
}

/// A dense layer alone: filters over the whole frame, batch normalisation folded into them.
pub(super) fn import(found: &FoundNetwork) -> Option<Import<Ln>> {
    if !found.stages.is_empty() {
        return None;
    }
    let (filter, bias) = folded(&found.readout, found.shape.cells, found.epsilon);
    let mut arrays = vec![("filter".to_owned(), filter), ("bias".to_owned(), bias)];
    arrays.extend(found.scale());
    let family = Ln {
        nonlinearity: found.nonlinearity,
        microns_per_pixel: found.microns_per_pixel,
        ..Ln::default()
    };
    Some(Import { family, arrays })
}

/// Filters and constants with the normalisation in them.
fn folded(readout: &FoundReadout, cells: usize, epsilon: f64) -> (Vec<f32>, Vec<f32>) {
    let mut filters = readout.weight.clone();
    let mut bias = readout.bias.clone().unwrap_or_else(|| vec![0.0; cells]);
    let Some(norm) = &readout.normalisation else {
        return (filters, bias);
    };
    let epsilon = norm.epsilon.unwrap_or(epsilon);
    let inputs = filters.len() / cells;
    for (cell, (filter, bias)) in filters.chunks_mut(inputs).zip(&mut bias).enumerate() {
        let deviation = (f64::from(norm.variance[cell]) + epsilon).sqrt();
        let scale = f64::from(norm.gain[cell]) / deviation;
        filter
            .iter_mut()
            .for_each(|value| *value = (f64::from(*value) * scale) as f32);
        let centred = f64::from(*bias) - f64::from(norm.mean[cell]);
        *bias = (centred * scale + f64::from(norm.offset[cell])) as f32;
    }
    (filters, bias)
}
