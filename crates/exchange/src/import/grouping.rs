//! Arrays grouped into layers, told apart by their shapes.

use std::collections::BTreeMap;

use ganglion_model::weights::WeightArray;

use super::compose;
use super::convolution::Convolution;
use super::error::ImportError;
use super::finite::refuse_not_finite;
use super::layer::{Dense, FileLayer, FileNormalisation, LayerKind};
use super::source::WeightsSource;
use super::units::CHANNELS_FIRST;

/// Arrays of one layer by the last part of their names, with their full names.
type LayerArrays<'a> = BTreeMap<&'a str, (&'a str, &'a WeightArray)>;

/// All layers of a file in its order; convolutions stacked without nonlinearity become one.
pub(super) fn layers(source: &WeightsSource) -> Result<Vec<FileLayer>, ImportError> {
    if source.arrays.is_empty() {
        return Err(ImportError::Empty);
    }
    let mut groups: Vec<(&str, LayerArrays<'_>)> = Vec::new();
    refuse_parametrised(source)?;
    for (name, array) in &source.arrays {
        refuse_not_finite(name, array)?;
        let (prefix, leaf) = name.rsplit_once('.').unwrap_or(("", name));
        let place = groups.iter().position(|(known, _)| *known == prefix);
        let place = place.unwrap_or_else(|| {
            groups.push((prefix, BTreeMap::new()));
            groups.len() - 1
        });
        groups[place].1.insert(leaf, (name, array));
    }
    let layers: Result<Vec<FileLayer>, ImportError> = groups
        .into_iter()
        .map(|(name, arrays)| layer(name, &arrays, source))
        .collect();
    compose::stacks(layers?)
}

/// Refuses weights that PyTorch computes from other arrays whenever the network runs.
fn refuse_parametrised(source: &WeightsSource) -> Result<(), ImportError> {
    let pruned = |name: &str| name.ends_with("_mask");
    let is_pruned = source.arrays.iter().any(|(name, _)| pruned(name));
    let how = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        if name.split('.').any(|part| part == "parametrizations") {
            let undo = "torch.nn.utils.parametrize.remove_parametrizations";
            return Some(("torch.nn.utils.parametrizations", undo));
        }
        match last {
            "weight_g" | "weight_v" => Some(("weight_norm", "torch.nn.utils.remove_weight_norm")),
            "weight_orig" | "weight_mask" | "bias_orig" | "bias_mask" if is_pruned => {
                Some(("pruning", "torch.nn.utils.prune.remove"))
            }
            "weight_orig" => Some(("spectral_norm", "torch.nn.utils.remove_spectral_norm")),
            _ => None,
        }
    };
    match source
        .arrays
        .iter()
        .find_map(|(name, _)| Some((name, how(name)?)))
    {
        None => Ok(()),
        Some((name, (how, undo))) => Err(ImportError::Parametrised {
            name: name.clone(),
            how,
            undo,
        }),
    }
}

fn layer(
    name: &str,
    arrays: &LayerArrays<'_>,
    source: &WeightsSource,
) -> Result<FileLayer, ImportError> {
    let kind = kind(arrays).ok_or_else(|| ImportError::UnknownLayer {
        name: name.into(),
        arrays: arrays
            .iter()
            .map(|(leaf, (_, array))| format!("{leaf} {:?}", array.shape))
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    let kind = match kind {
        LayerKind::Normalisation(affine) => {
            let said = source.said.epsilons.iter().find(|(layer, _)| layer == name);
            LayerKind::Normalisation(FileNormalisation {
                epsilon: said.map(|(_, epsilon)| *epsilon),
                ..affine
            })
        }
        other => other,
    };
    Ok(FileLayer {
        name: name.to_owned(),
        arrays: arrays
            .values()
            .map(|(full, array)| ((*full).to_owned(), array.shape.clone()))
            .collect(),
        kind,
    })
}

/// What a group of arrays is, by the ranks of its weights and the names of the rest.
fn kind(arrays: &LayerArrays<'_>) -> Option<LayerKind> {
    let get = |name: &str| array(arrays, name);
    if let (Some(mean), Some(variance)) = (get("running_mean"), get("running_var")) {
        return normalisation(arrays, mean, variance).map(LayerKind::Normalisation);
    }
    if let Some(weight) = get("weight") {
        return weighted(arrays, weight);
    }
    match (get("sigma"), get("scale"), get("num_batches_tracked")) {
        (Some(sigma), None, None) if sigma.values.len() == 1 && only(arrays, &["sigma"]) => {
            Some(LayerKind::Noise(f64::from(sigma.values[0]).abs()))
        }
        (None, Some(scale), None) if only(arrays, &["scale"]) => {
            Some(LayerKind::Scale(scale.values.clone()))
        }
        (None, None, Some(_)) if only(arrays, &["num_batches_tracked"]) => Some(LayerKind::Counter),
        _ => None,
    }
}

/// Batch normalisation, by its running moments.
fn normalisation(
    arrays: &LayerArrays<'_>,
    mean: &WeightArray,
    variance: &WeightArray,
) -> Option<FileNormalisation> {
    let known = [
        "running_mean",
        "running_var",
        "weight",
        "bias",
        "scale",
        "shift",
        "num_batches_tracked",
    ];
    let groups = mean.values.len();
    if !only(arrays, &known) || groups == 0 || variance.values.len() != groups {
        return None;
    }
    // AbsBatchNorm's gain is the magnitude of its scale.
    let absolute =
        vector(arrays, "scale", groups)?.map(|scale| scale.iter().map(|s| s.abs()).collect());
    let gain = absolute.or(vector(arrays, "weight", groups)?);
    let offset = vector(arrays, "shift", groups)?.or(vector(arrays, "bias", groups)?);
    Some(FileNormalisation {
        gain: gain.unwrap_or_else(|| vec![1.0; groups]),
        offset: offset.unwrap_or_else(|| vec![0.0; groups]),
        mean: mean.values.clone(),
        variance: variance.values.clone(),
        ..FileNormalisation::new(groups)
    })
}

/// A convolution or a dense layer, by the rank of its weights.
fn weighted(arrays: &LayerArrays<'_>, weight: &WeightArray) -> Option<LayerKind> {
    if !only(arrays, &["weight", "bias"]) || weight.values.is_empty() {
        return None;
    }
    let bias = vector(arrays, "bias", weight.shape[0])?;
    let values = weight.values.clone();
    match weight.shape[..] {
        [outputs, inputs, height, width] => Some(LayerKind::Convolution(Convolution {
            kernel: values,
            shape: [outputs, inputs, height, width],
            bias,
            stacked: 1,
        })),
        [outputs, inputs] => Some(LayerKind::Dense(Dense {
            weight: values,
            outputs,
            inputs,
            bias,
            order: CHANNELS_FIRST,
        })),
        _ => None,
    }
}

fn array<'a>(arrays: &LayerArrays<'a>, name: &str) -> Option<&'a WeightArray> {
    arrays.get(name).map(|(_, array)| *array)
}

/// Whether a group has no arrays but these.
fn only(arrays: &LayerArrays<'_>, names: &[&str]) -> bool {
    arrays.keys().all(|name| names.contains(name))
}

/// An array of so many values: nothing inside if there is none of this name, nothing at all if it has
/// another length.
fn vector(arrays: &LayerArrays<'_>, name: &str, length: usize) -> Option<Option<Vec<f32>>> {
    match array(arrays, name) {
        Some(array) if array.values.len() == length => Some(Some(array.values.clone())),
        Some(_) => None,
        None => Some(None),
    }
}
