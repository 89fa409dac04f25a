//! Keras models in HDF5, as arrays in PyTorch's layout and names.
//!
//! Convolution kernels are stored `[row, column, channel in, channel out]`, dense ones
//! `[unit, cell]`; flattening is channels first. Keras 3's `.weights.h5` has another layout, which
//! is not read.

use ganglion_recording::{ArrayFile, Attribute};
use serde_json::Value;

use super::ImportError;
use super::hdf5::array;
use super::source::PADS;
use super::source::{Format, Said, WeightsSource};
use crate::weights::Array;

/// The group with the weights, if the file is a Keras model or its weights.
pub(super) fn root(file: &ArrayFile) -> Option<&'static str> {
    ["model_weights", ""]
        .into_iter()
        .find(|group| layer_names(file, group).is_some())
}

/// Layers in order: attribute `layer_names`, or `layer_names0`, `layer_names1`, ... of long lists.
fn layer_names(file: &ArrayFile, group: &str) -> Option<Vec<String>> {
    let attributes = file.attributes(group);
    let texts = |name: &str| match attributes.get(name)? {
        Attribute::Texts(names) => Some(names.clone()),
        Attribute::Text(name) => Some(vec![name.clone()]),
        _ => None,
    };
    let pieces = || {
        let names = (0..).map_while(|piece| texts(&format!("layer_names{piece}")));
        let names: Vec<String> = names.flatten().collect();
        (!names.is_empty()).then_some(names)
    };
    texts("layer_names").or_else(pieces)
}

/// Reads the weights of every layer.
pub(super) fn read(file: &ArrayFile, group: &str) -> Result<WeightsSource, ImportError> {
    let mut source = WeightsSource::new(Format::Keras);
    for layer in layer_names(file, group).unwrap_or_default() {
        let folder = match group {
            "" => layer.clone(),
            _ => format!("{group}/{layer}"),
        };
        for path in file.datasets_below(&folder) {
            let leaf = path.rsplit('/').next().unwrap_or(&path);
            let leaf = leaf.split(':').next().unwrap_or(leaf);
            let array = in_torch_layout(leaf, array(file, &path)?);
            source
                .arrays
                .push((format!("{layer}.{}", torch_name(leaf)), array));
        }
    }
    for path in file.datasets_below("optimizer_weights") {
        source.ignore(&path, "the optimiser's state");
    }
    if let Some(text) = file
        .attributes("")
        .get("model_config")
        .and_then(Attribute::as_str)
    {
        source.said = said(text)?;
    }
    Ok(source)
}

fn torch_name(leaf: &str) -> &str {
    match leaf {
        "kernel" | "gamma" => "weight",
        "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        other => other,
    }
}

/// Outputs first: `[row, column, in, out]` becomes `[out, in, row, column]`, `[in, out]` `[out, in]`.
fn in_torch_layout(leaf: &str, array: Array) -> Array {
    let order: &[usize] = match (leaf, array.shape.len()) {
        ("kernel", 4) => &[3, 2, 0, 1],
        ("kernel", 2) => &[1, 0],
        _ => return array,
    };
    transposed(&array, order)
}

/// The array with its axes in another order.
pub(super) fn transposed(array: &Array, order: &[usize]) -> Array {
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
    Array {
        values: values.collect(),
        shape: shape.clone(),
    }
}

/// What the model's description as JSON says.
fn said(text: &str) -> Result<Said, ImportError> {
    let Ok(config) = serde_json::from_str::<Value>(text) else {
        return Ok(Said::default());
    };
    let mut layers = Vec::new();
    collect(&config, &mut layers);
    let mut said = Said::default();
    for layer in layers {
        let name = layer
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(epsilon) = layer.get("epsilon").and_then(Value::as_f64) {
            said.epsilons.push((name.to_owned(), epsilon));
        }
        if said.noise.is_none() {
            said.noise = layer.get("stddev").and_then(Value::as_f64);
        }
        if layer.get("padding").and_then(Value::as_str) == Some("same") {
            said.unsupported = Some(PADS.into());
        }
        if layer.get("kernel_size").is_some() {
            refuse_channels_last(layer, name)?;
        }
        let shape = layer.get("batch_input_shape").or(layer.get("batch_shape"));
        if let (None, Some(Value::Array(shape))) = (said.image, shape) {
            let sizes: Vec<usize> = shape
                .iter()
                .filter_map(Value::as_u64)
                .map(|size| size as usize)
                .collect();
            said.image = sizes.try_into().ok();
        }
    }
    Ok(said)
}

/// Most objects of the description that are looked at.
const MOST_OBJECTS: usize = 10_000;

/// Settings of layers: objects with a name.
fn collect<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if found.len() >= MOST_OBJECTS {
        return;
    }
    match value {
        Value::Object(entries) => {
            if entries.contains_key("name") {
                found.push(value);
            }
            entries.values().for_each(|inner| collect(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, found)),
        _ => (),
    }
}

fn refuse_channels_last(layer: &Value, name: &str) -> Result<(), ImportError> {
    match layer.get("data_format").and_then(Value::as_str) {
        Some("channels_last") => Err(ImportError::Unsupported {
            what: format!("has channels last (layer `{name}`)"),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_reordered() {
        let array = Array {
            shape: vec![2, 3],
            values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        };
        let turned = transposed(&array, &[1, 0]);
        assert_eq!(turned.shape, [3, 2]);
        assert_eq!(turned.values, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
