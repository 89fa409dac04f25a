//! What a checkpoint says: weights, hyper-parameters, normalisation.

use super::super::ImportError;
use super::super::pickle::{Id, Pickle, Value};
use super::super::source::{Format, Ignored, PADS, Said, WeightsSource};
use super::storage::Storages;
use super::tensor::Tensor;

/// Names under which programs keep a network's weights.
const WEIGHTS: [&str; 4] = ["model_state_dict", "state_dict", "model_state", "model"];
/// Names under which torch-deep-retina keeps its settings.
const SETTINGS: [&str; 3] = ["hyps", "model_hyps", "hyperparameters"];
/// Arrays of weights that are read at most.
const MOST_ARRAYS: usize = 4096;

/// Reads the weights and settings; everything else is listed as ignored.
pub(super) fn read(
    pickle: &Pickle<'_>,
    storages: &impl Storages,
) -> Result<WeightsSource, ImportError> {
    let root = pickle.root;
    let weights = WEIGHTS.iter().find_map(|name| {
        let id = pickle.entry(root, name)?;
        matches!(pickle.get(id), Value::Dictionary(_)).then_some((*name, id))
    });
    let (weights_name, state) = match weights {
        Some(found) => found,
        None if holds_tensors(pickle, root) => ("", root),
        None => {
            return Err(ImportError::NoStateDict {
                found: contents(pickle, root),
            });
        }
    };
    let mut source = WeightsSource::new(Format::Torch);
    read_arrays(pickle, state, storages, &mut source)?;
    if state != root {
        source.said = said(pickle, root);
        ignore_rest(pickle, root, weights_name, &mut source);
    }
    Ok(source)
}

fn holds_tensors(pickle: &Pickle<'_>, id: Id) -> bool {
    let entries = pickle.entries(id);
    entries
        .iter()
        .any(|(_, value)| Tensor::of(pickle, *value).is_some())
}

fn contents(pickle: &Pickle<'_>, id: Id) -> String {
    let names: Vec<&str> = pickle
        .entries(id)
        .iter()
        .map(|(name, _)| *name)
        .take(12)
        .collect();
    match names.is_empty() {
        true => pickle.describe(id),
        false => format!("entries {}", names.join(", ")),
    }
}

fn read_arrays(
    pickle: &Pickle<'_>,
    state: Id,
    storages: &impl Storages,
    source: &mut WeightsSource,
) -> Result<(), ImportError> {
    let mut left = storages.file_size();
    let entries = pickle.entries(state);
    if entries.len() > MOST_ARRAYS {
        return Err(ImportError::TooManyArrays {
            found: entries.len(),
            limit: MOST_ARRAYS,
        });
    }
    for (name, id) in entries {
        let Some(tensor) = Tensor::of(pickle, id) else {
            source.ignore(name, pickle.describe(id));
            continue;
        };
        // Every value takes a byte of the file; tensors that share memory must not multiply it.
        let count = tensor.count().map(|count| count as u64);
        left = count
            .and_then(|count| left.checked_sub(count))
            .ok_or_else(|| ImportError::MoreThanFile {
                name: name.into(),
                shape: tensor.shape.clone(),
            })?;
        source
            .arrays
            .push((name.to_owned(), tensor.read(name, storages)?));
    }
    Ok(())
}

/// The settings that the import can use.
fn said(pickle: &Pickle<'_>, root: Id) -> Said {
    let settings = SETTINGS.iter().find_map(|name| pickle.entry(root, name));
    let setting = |name: &str| pickle.entry(settings?, name);
    let number = |name: &str| pickle.number(setting(name)?);
    let normalisation = pickle.entry(root, "norm_stats").and_then(|stats| {
        let value = |names: [&str; 2]| names.iter().find_map(|name| pickle.entry(stats, name));
        let mean = pickle.number(value(["mean", "mu"])?)?;
        let sd = pickle.number(value(["std", "sd"])?)?;
        Some([mean, sd])
    });
    let epoch = pickle.entry(root, "epoch").and_then(|id| pickle.count(id));
    Said {
        image: setting("img_shape").and_then(|id| pickle.counts(id)?.try_into().ok()),
        cells: setting("cells").and_then(|id| pickle.counts(id)),
        units: setting("n_units").and_then(|id| pickle.count(id)),
        noise: number("noise"),
        softplus: setting("softplus").and_then(|id| pickle.truth(id)),
        unsupported: settings.and_then(|settings| unsupported(pickle, settings)),
        normalisation,
        epoch,
        kind: pickle
            .entry(root, "model_type")
            .and_then(|id| pickle.text(id))
            .map(str::to_owned),
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
    if is_set("infr_exp") {
        return Some("takes the exponential of its output (`infr_exp`)".into());
    }
    if is_set("bnaftrelu") {
        return Some("normalises after rectification (`bnaftrelu`)".into());
    }
    match setting("activ_fxn").and_then(|id| pickle.text(id)) {
        Some(name) if name != "ReLU" => Some(format!("rectifies by {name} (`activ_fxn`)")),
        _ => None,
    }
}

fn ignore_rest(pickle: &Pickle<'_>, root: Id, weights: &str, source: &mut WeightsSource) {
    let used = |name: &str| {
        name == weights
            || SETTINGS.contains(&name)
            || matches!(name, "norm_stats" | "epoch" | "model_type")
    };
    for (name, id) in pickle.entries(root) {
        if !used(name) {
            source.ignored.push(Ignored {
                name: name.to_owned(),
                reason: pickle.describe(id),
            });
        }
    }
}
