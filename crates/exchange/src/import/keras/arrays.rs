//! Arrays of layers that the file names, in PyTorch's layout and names.
//!
//! Convolution kernels are stored `[row, column, channel in, channel out]`, dense ones
//! `[unit, cell]`. Keras 1 could store kernels as PyTorch does (`dim_ordering` "th"), and on Theano
//! kernels are turned by half a turn, since Theano convolves where the others correlate.

use ganglion_model::weights::WeightArray;
use ganglion_recording::{ArrayFile, Attribute};

use super::step::KerasStep;
use crate::import::datasets::{array, refuse_whole};
use crate::import::error::ImportError;
use crate::import::transpose::transposed;

/// The program that wrote a file.
pub(super) struct ArrayOrigin {
    /// Keras before version 2.
    first_version: bool,
    /// What computed for it, where the file says.
    backend: Option<String>,
}

impl ArrayOrigin {
    pub(super) fn of(file: &ArrayFile, group: &str) -> Self {
        let said = |name: &str| {
            let found = [group, ""]
                .into_iter()
                .find_map(|group| file.attributes(group).remove(name));
            match found {
                Some(Attribute::Text(text)) => Some(text),
                _ => None,
            }
        };
        Self {
            first_version: said("keras_version").is_some_and(|version| version.starts_with("1.")),
            backend: said("backend"),
        }
    }

    /// Whether kernels are turned: Keras 1 does not say what computed, but only TensorFlow puts
    /// `:0` behind the names of variables.
    fn turns_kernels(&self, dataset: &str) -> bool {
        match &self.backend {
            Some(backend) => backend == "theano",
            None => self.first_version && !dataset.ends_with(":0"),
        }
    }
}

/// The arrays of one group of the file: of one layer, or of the layers of a model inside.
pub(super) fn group_arrays(
    file: &ArrayFile,
    folder: &str,
    group: &str,
    origin: &ArrayOrigin,
    steps: Option<&[KerasStep]>,
) -> Result<Vec<(String, WeightArray)>, ImportError> {
    let mut arrays: Vec<(String, WeightArray)> = Vec::new();
    let mut paths = ordered(file, folder);
    paths.retain(|path| !is_of_random_numbers(path));
    refuse_whole(file, &paths)?;
    let holds_several = paths.iter().any(|path| around(path) != around(&paths[0]));
    for path in paths {
        let layer = match steps {
            Some(steps) => owner(&path, group, steps),
            None if holds_several => around(&path).to_owned(),
            None => group.to_owned(),
        };
        let step = steps.and_then(|steps| steps.iter().find(|step| step.name == layer));
        let leaf = leaf(&path, &layer);
        let mut array = in_torch_layout(&leaf, array(file, &path)?, step, origin)
            .ok_or_else(|| ambiguous(&path))?;
        if array.shape.len() == 4 && origin.turns_kernels(&path) {
            turn(&mut array);
        }
        let name = format!("{layer}.{}", torch_name(&leaf));
        if arrays.iter().any(|(known, _)| *known == name) {
            return Err(ImportError::Keras {
                message: format!("two arrays of the weights are called `{name}`"),
            });
        }
        arrays.push((name, array));
    }
    Ok(arrays)
}

/// Whether an array is the state of a layer's random numbers, of which dropout has one.
pub(super) fn is_of_random_numbers(path: &str) -> bool {
    path.contains("seed_generator")
}

/// Datasets of a group in the order of its attribute `weight_names`.
fn ordered(file: &ArrayFile, folder: &str) -> Vec<String> {
    let names = match file.attributes(folder).remove("weight_names") {
        Some(Attribute::Texts(names)) => names,
        _ => Vec::new(),
    };
    let mut paths = file.datasets_below(folder);
    paths.sort_by_key(|path| names.iter().position(|name| path.ends_with(name.as_str())));
    paths
}

/// The layer that a dataset belongs to: the group's, or for a model inside, the folder around it.
fn owner(path: &str, group: &str, steps: &[KerasStep]) -> String {
    let is_layer = |name: &str| steps.iter().any(|step| step.name == name);
    match is_layer(group) || !is_layer(around(path)) {
        true => group.to_owned(),
        false => around(path).to_owned(),
    }
}

/// The folder around a dataset.
fn around(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or("")
}

/// The last part of a name: `kernel` of `conv2d_1/kernel:0`, `W` of `convolution2d_1_W`.
fn leaf(path: &str, layer: &str) -> String {
    let leaf = path.rsplit('/').next().unwrap_or(path);
    let leaf = leaf.split(':').next().unwrap_or(leaf);
    let own = leaf
        .strip_prefix(layer)
        .and_then(|leaf| leaf.strip_prefix('_'));
    own.unwrap_or(leaf).to_owned()
}

/// The name of an array in PyTorch.
pub(super) fn torch_name(leaf: &str) -> &str {
    match leaf {
        "kernel" | "W" | "gamma" => "weight",
        "b" | "beta" => "bias",
        "moving_mean" => "running_mean",
        "moving_variance" | "running_std" => "running_var",
        other => other,
    }
}

/// Outputs first: `[row, column, in, out]` becomes `[out, in, row, column]`, `[in, out]` `[out, in]`.
/// None where a kernel of Keras 1 could be of either layout.
fn in_torch_layout(
    leaf: &str,
    array: WeightArray,
    step: Option<&KerasStep>,
    origin: &ArrayOrigin,
) -> Option<WeightArray> {
    let is_first = leaf == "W" || origin.first_version;
    match (leaf, array.shape.len()) {
        ("kernel" | "W", 4) if is_first => match is_in_torch_layout(&array.shape, step)? {
            true => Some(array),
            false => Some(transposed(&array, &[3, 2, 0, 1])),
        },
        ("kernel", 4) => Some(transposed(&array, &[3, 2, 0, 1])),
        ("kernel" | "W", 2) => Some(transposed(&array, &[1, 0])),
        _ => Some(array),
    }
}

/// What Keras 1 says, or else where two sizes alike tell rows and columns.
fn is_in_torch_layout(shape: &[usize], step: Option<&KerasStep>) -> Option<bool> {
    match step.and_then(|step| step.text(&["dim_ordering"])) {
        Some("th") => Some(true),
        Some("tf") => Some(false),
        _ => match (shape[0] == shape[1], shape[2] == shape[3]) {
            (false, true) => Some(true),
            (true, false) => Some(false),
            _ => None,
        },
    }
}

fn ambiguous(path: &str) -> ImportError {
    ImportError::Keras {
        message: format!(
            "nothing tells which axes of `{path}` are its channels; save the whole model with \
             model.save(\"FILE.h5\"), or list the layers in a mapping file (--mapping)"
        ),
    }
}

/// Turns kernels by half a turn.
fn turn(kernel: &mut WeightArray) {
    let size = kernel.shape[2] * kernel.shape[3];
    if size > 0 {
        kernel.values.chunks_mut(size).for_each(<[f32]>::reverse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_version_are_known() {
        assert_eq!(leaf("m/conv2d_1/conv2d_1/kernel:0", "conv2d_1"), "kernel");
        assert_eq!(leaf("c/convolution2d_1_W:0", "convolution2d_1"), "W");
        assert_eq!(
            leaf("c/convolution2d_1_running_std", "convolution2d_1"),
            "running_std"
        );
        assert_eq!(torch_name("running_std"), "running_var");
    }

    #[test]
    fn kernels_of_theano_are_turned_by_half_a_turn() {
        let mut kernel = WeightArray {
            shape: vec![1, 2, 2, 1],
            values: vec![1.0, 2.0, 3.0, 4.0],
        };
        turn(&mut kernel);
        assert_eq!(kernel.values, [2.0, 1.0, 4.0, 3.0]);
    }
}
