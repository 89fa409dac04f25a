//! What a checkpoint says: weights, hyper-parameters, normalisation.

use ganglion_model::network::OutputNonlinearity;
use ganglion_model::weights::WeightArray;

use super::super::ImportError;
use super::super::numbers;
use super::super::pickle::{Id, NumpyArray, Pickle, Value};
use super::super::several;
use super::super::source::{Format, Ignored, Said, WeightsSource};
use super::super::unsupported::PADS;
use super::search::{self, WeightSet};
use super::storage::Storages;
use super::tensor::Tensor;

/// Names under which torch-deep-retina keeps its settings.
const SETTINGS: [&str; 3] = ["hyps", "model_hyps", "hyperparameters"];
/// Arrays of weights that are read at most.
const MOST_ARRAYS: usize = 4096;

/// Reads the weights and settings; everything else is listed as ignored. `weights_at` chooses among
/// several sets of weights.
pub(super) fn read(
    pickle: &Pickle<'_>,
    storages: &impl Storages,
    weights_at: Option<&str>,
) -> Result<WeightsSource, ImportError> {
    let (found, prefix) = chosen(pickle, weights_at)?;
    let mut source = WeightsSource::new(Format::Torch);
    read_arrays(pickle, found.state, storages, &mut source)?;
    if let Some(prefix) = prefix {
        several::choose(&mut source, &prefix)?;
    }
    if !found.around.is_empty() {
        source.said = said(pickle, &found.around, storages);
        ignore_rest(pickle, &found, &mut source);
    }
    Ok(source)
}

/// The set of weights to use, and the beginning of its names where the option says one.
fn chosen(
    pickle: &Pickle<'_>,
    weights_at: Option<&str>,
) -> Result<(WeightSet, Option<String>), ImportError> {
    let mut found = search::state_dicts(pickle);
    let places = |found: &[WeightSet]| {
        let places = found.iter().map(|found| match found.place.as_str() {
            "" => "those at the top".to_owned(),
            place => format!("`{place}`"),
        });
        places.collect::<Vec<_>>().join(", ")
    };
    if found.is_empty() {
        let found = contents(pickle, pickle.root);
        return Err(ImportError::NoStateDict { found });
    }
    let Some(wanted) = weights_at else {
        return match found.len() {
            1 => Ok((found.remove(0), None)),
            _ => Err(ImportError::SeveralNetworks {
                found: places(&found),
            }),
        };
    };
    if let Some(place) = found.iter().position(|found| found.place == wanted) {
        return Ok((found.remove(place), None));
    }
    let rest_within = |found: &WeightSet| match found.place.as_str() {
        "" => Some(wanted.to_owned()),
        place => Some(wanted.strip_prefix(place)?.strip_prefix('.')?.to_owned()),
    };
    let within = found
        .iter()
        .position(|found| rest_within(found).is_some())
        .or((found.len() == 1).then_some(0));
    match within {
        Some(place) => {
            let found = found.remove(place);
            let prefix = rest_within(&found).unwrap_or_else(|| wanted.to_owned());
            Ok((found, Some(prefix)))
        }
        None => Err(ImportError::NoWeightsAt {
            wanted: wanted.to_owned(),
            found: places(&found),
        }),
    }
}

fn contents(pickle: &Pickle<'_>, id: Id) -> String {
    let entries = pickle.entries(id);
    let names: Vec<&str> = entries.iter().map(|(name, _)| *name).take(12).collect();
    match pickle.get(id) {
        Value::Dictionary(_) if !names.is_empty() => format!("entries {}", names.join(", ")),
        _ => pickle.describe(id),
    }
}

/// Values of a small file at most: a tensor with a stride of zero repeats what the file has once.
const MOST_OF_SMALL_FILE: u64 = 1 << 16;
/// Last parts of the names of arrays that a network needs.
const NEEDED: [&str; 6] = [
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "scale",
    "shift",
];

fn read_arrays(
    pickle: &Pickle<'_>,
    state: Id,
    storages: &impl Storages,
    source: &mut WeightsSource,
) -> Result<(), ImportError> {
    let mut left = storages.file_size().max(MOST_OF_SMALL_FILE);
    let entries = pickle.entries(state);
    if entries.len() > MOST_ARRAYS {
        return Err(ImportError::TooManyArrays {
            found: entries.len(),
            limit: MOST_ARRAYS,
        });
    }
    for (name, id) in entries {
        let Some(array) = StoredArray::of(pickle, id) else {
            note(pickle, name, id, source);
            continue;
        };
        // Every value takes a byte of the file; tensors that share memory must not multiply it.
        let count = array.count().map(|count| count as u64);
        left = count
            .and_then(|count| left.checked_sub(count))
            .ok_or_else(|| ImportError::MoreThanFile {
                name: name.into(),
                shape: array.shape().to_vec(),
            })?;
        let values = array.read(name, storages)?;
        source.add(name, values, array.kind());
    }
    Ok(())
}

/// Something in a dictionary of weights that is no array of numbers.
fn note(pickle: &Pickle<'_>, name: &str, id: Id, source: &mut WeightsSource) {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_needed = NEEDED.contains(&last) && !matches!(pickle.get(id), Value::None);
    let description = pickle.describe(id);
    if numbers::is_count(name) {
        source.ignore(name, description);
    } else if let Some(reason) = Tensor::refusal(pickle, id) {
        source.cannot_read(name, reason);
    } else if let Some(kind) = pickle.numpy_type(id) {
        source.cannot_read(name, numbers::refused(&kind));
    } else if pickle.is_numpy_array(id) {
        source.cannot_read(
            name,
            format!("is of a type that is not read ({description})"),
        );
    } else if is_needed {
        source.cannot_read(name, format!("is no array ({description})"));
    } else {
        source.ignore(name, description);
    }
}

/// An array of PyTorch or NumPy.
enum StoredArray {
    Tensor(Tensor),
    Numpy(NumpyArray),
}

impl StoredArray {
    fn of(pickle: &Pickle<'_>, id: Id) -> Option<Self> {
        let tensor = Tensor::of(pickle, id).map(Self::Tensor);
        tensor.or_else(|| pickle.numpy_array(id).map(Self::Numpy))
    }

    fn shape(&self) -> &[usize] {
        match self {
            Self::Tensor(tensor) => &tensor.shape,
            Self::Numpy(array) => &array.shape,
        }
    }

    fn count(&self) -> Option<usize> {
        match self {
            Self::Tensor(tensor) => tensor.count(),
            Self::Numpy(array) => Some(array.values.len()),
        }
    }

    fn kind(&self) -> &str {
        match self {
            Self::Tensor(tensor) => tensor.kind(),
            Self::Numpy(array) => &array.kind,
        }
    }

    fn read(&self, name: &str, storages: &impl Storages) -> Result<WeightArray, ImportError> {
        match self {
            Self::Tensor(tensor) => tensor.read(name, storages),
            Self::Numpy(NumpyArray { shape, values, .. }) => Ok(WeightArray {
                shape: shape.clone(),
                values: values.iter().map(|value| *value as f32).collect(),
            }),
        }
    }
}

/// The settings that the import can use.
fn said(pickle: &Pickle<'_>, around: &[Id], storages: &impl Storages) -> Said {
    let entry = |name: &str| around.iter().rev().find_map(|id| pickle.entry(*id, name));
    let settings = SETTINGS.iter().find_map(|name| entry(name));
    let setting = |name: &str| pickle.entry(settings?, name);
    let number = |name: &str| pickle.number(setting(name)?);
    let normalisation = entry("norm_stats").and_then(|stats| {
        let value = |names: [&str; 2]| {
            let id = names.iter().find_map(|name| pickle.entry(stats, name))?;
            pickle.number(id).or_else(|| single(pickle, id, storages))
        };
        Some([value(["mean", "mu"])?, value(["std", "sd"])?])
    });
    let epoch = entry("epoch").and_then(|id| pickle.count(id));
    let softplus = setting("softplus").and_then(|id| pickle.truth(id));
    let kind = entry("model_type").and_then(|id| pickle.text(id));
    Said {
        image: setting("img_shape").and_then(|id| pickle.counts(id)?.try_into().ok()),
        cells: setting("cells").and_then(|id| pickle.counts(id)),
        units: setting("n_units").and_then(|id| pickle.count(id)),
        noise: number("noise"),
        softplus,
        output: (softplus == Some(true)).then_some(OutputNonlinearity::Softplus),
        // Settings of torch-deep-retina: what they leave out is as published.
        nonlinearities: settings.is_some() && (softplus.is_some() || kind.is_some()),
        unsupported_output: (setting("infr_exp").and_then(|id| pickle.truth(id)) == Some(true))
            .then(|| "takes the exponential of its output (`infr_exp`)".into()),
        unsupported: settings.and_then(|settings| unsupported(pickle, settings)),
        normalisation,
        epoch,
        kind: kind.map(str::to_owned),
        ..Said::default()
    }
}

/// Settings of torch-deep-retina that make a network which ours cannot be.
fn unsupported(pickle: &Pickle<'_>, settings: Id) -> Option<String> {
    let setting = |name: &str| pickle.entry(settings, name);
    let is_set = |name: &str| setting(name).and_then(|id| pickle.truth(id)) == Some(true);
    let any = |name: &str| {
        let values = setting(name).and_then(|id| pickle.numbers(id));
        values.is_some_and(|values| values.iter().any(|value| *value != 0.0))
    };
    if is_set("padding") || any("padding") || any("paddings") {
        return Some(PADS.into());
    }
    if is_set("bnaftrelu") {
        return Some("normalises after rectification (`bnaftrelu`)".into());
    }
    match setting("activ_fxn").and_then(|id| pickle.text(id)) {
        Some(name) if name != "ReLU" => Some(format!("rectifies by {name} (`activ_fxn`)")),
        _ => None,
    }
}

/// A tensor's only value.
fn single(pickle: &Pickle<'_>, id: Id, storages: &impl Storages) -> Option<f64> {
    let tensor = Tensor::of(pickle, id).filter(|tensor| tensor.count() == Some(1))?;
    let array = tensor.read("norm_stats", storages).ok()?;
    array.values.first().map(|value| f64::from(*value))
}

fn ignore_rest(pickle: &Pickle<'_>, found: &WeightSet, source: &mut WeightsSource) {
    let used = |name: &str, id: Id| {
        id == found.state
            || found.around.contains(&id)
            || SETTINGS.contains(&name)
            || matches!(name, "epoch" | "model_type")
            || (name == "norm_stats" && source.said.normalisation.is_some())
    };
    let entries = found
        .around
        .iter()
        .flat_map(|around| pickle.entries(*around));
    let unused: Vec<Ignored> = entries
        .filter(|(name, id)| !used(name, *id))
        .map(|(name, id)| Ignored {
            name: name.to_owned(),
            reason: reason(pickle, name, id),
        })
        .collect();
    source.ignored.extend(unused);
}

/// What something is that is not used; a list of averaged weights is said to be one.
fn reason(pickle: &Pickle<'_>, name: &str, id: Id) -> String {
    let description = pickle.describe(id);
    let lower = name.to_lowercase();
    let is_average = ["ema", "swa", "average", "shadow"]
        .iter()
        .any(|word| lower.split(['_', '.', '-']).any(|part| part == *word));
    let holds_more = matches!(
        pickle.get(id),
        Value::Dictionary(_) | Value::Sequence(_) | Value::Call { .. }
    );
    match is_average && holds_more {
        true => format!("{description}; by its name averaged weights, which are not used"),
        false => description,
    }
}
