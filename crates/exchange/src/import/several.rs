//! Several networks in one list of arrays, such as a network and its average.

use std::collections::BTreeMap;

use super::ImportError;
use super::source::WeightsSource;

/// Refuses several networks in one list, such as a network and its average under `model.` and
/// `ema.`.
pub(super) fn refuse(source: &WeightsSource) -> Result<(), ImportError> {
    let networks = networks(source);
    match networks.len() {
        0 | 1 => Ok(()),
        _ => Err(ImportError::SeveralNetworks {
            found: networks.join(", "),
        }),
    }
}

/// Keeps the arrays whose names begin with `prefix`.
pub(super) fn choose(source: &mut WeightsSource, prefix: &str) -> Result<(), ImportError> {
    let start = format!("{}.", prefix.trim_end_matches('.'));
    let names = source.arrays.iter().map(|(name, _)| name);
    let mut names = names.chain(source.unreadable.iter().map(|found| &found.name));
    if !names.any(|name| name.starts_with(&start)) {
        return Err(ImportError::NoWeightsAt {
            wanted: prefix.to_owned(),
            found: networks(source).join(", "),
        });
    }
    let arrays = std::mem::take(&mut source.arrays);
    for (name, array) in arrays {
        match name.starts_with(&start) {
            true => source.arrays.push((name, array)),
            false => source.ignore(&name, format!("not in `{prefix}`")),
        }
    }
    for found in std::mem::take(&mut source.unreadable) {
        match found.name.starts_with(&start) {
            true => source.unreadable.push(found),
            false => source.ignore(&found.name, format!("not in `{prefix}`")),
        }
    }
    Ok(())
}

/// First parts of names that are each a network: one with a convolution and a dense layer, or one of
/// several that hold arrays of the same shapes, a dense layer among them.
fn networks(source: &WeightsSource) -> Vec<String> {
    let mut parts: BTreeMap<&str, Vec<&[usize]>> = BTreeMap::new();
    for (name, array) in &source.arrays {
        if let Some((first, _)) = name.split_once('.') {
            parts.entry(first).or_default().push(&array.shape);
        }
    }
    let has = |shapes: &[&[usize]], rank: usize| shapes.iter().any(|shape| shape.len() == rank);
    let is_network = |shapes: &Vec<&[usize]>| {
        let twins = parts.values().filter(|other| *other == shapes).count();
        has(shapes, 2) && (has(shapes, 4) || twins > 1)
    };
    parts
        .iter()
        .filter(|(_, shapes)| is_network(shapes))
        .map(|(first, _)| format!("`{first}`"))
        .collect()
}
