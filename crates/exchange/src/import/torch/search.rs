//! Finding weights in a checkpoint, however deep they lie.

use std::collections::{HashSet, VecDeque};

use super::super::pickle::{Id, Pickle, Value};
use super::tensor::Tensor;

/// Dictionaries and lists inside each other at most.
const DEEPEST: usize = 32;

/// A set of weights.
#[derive(Clone, Debug)]
pub(super) struct WeightSet {
    /// Where it is, such as `model.state_dict`; empty at the top.
    pub(super) place: String,
    /// The dictionary of arrays.
    pub(super) state: Id,
    /// Dictionaries around it, the outermost first.
    pub(super) around: Vec<Id>,
}

/// Names under which programs keep a network's weights.
const WEIGHTS: [&str; 4] = ["model_state_dict", "state_dict", "model_state", "model"];
/// Last parts of the names of weights.
const NAMES: [&str; 7] = [
    "weight",
    "weight_v",
    "weight_orig",
    "original1",
    "W",
    "w",
    "kernel",
];

/// Every set of weights, the outermost first.
pub(super) fn state_dicts(pickle: &Pickle<'_>) -> Vec<WeightSet> {
    let found = search(pickle);
    match found.is_empty() {
        true => unnamed(pickle).into_iter().collect(),
        false => found,
    }
}

fn search(pickle: &Pickle<'_>) -> Vec<WeightSet> {
    let mut found = Vec::new();
    let mut seen = HashSet::from([pickle.root]);
    let mut queue = VecDeque::from([WeightSet {
        place: String::new(),
        state: pickle.root,
        around: Vec::new(),
    }]);
    while let Some(here) = queue.pop_front() {
        if holds_weights(pickle, here.state) {
            found.push(here);
            continue;
        }
        if here.around.len() >= DEEPEST {
            continue;
        }
        for (name, inside) in inside(pickle, here.state) {
            if is_of_optimiser(&name) || !seen.insert(inside) {
                continue;
            }
            let place = match here.place.is_empty() {
                true => name,
                false => format!("{}.{name}", here.place),
            };
            let around = here.around.iter().copied().chain([here.state]).collect();
            queue.push_back(WeightSet {
                place,
                state: inside,
                around,
            });
        }
    }
    found
}

/// Weights whose arrays have names of the user's own.
fn unnamed(pickle: &Pickle<'_>) -> Option<WeightSet> {
    let named = WEIGHTS.iter().filter_map(|name| {
        let state = pickle.entry(pickle.root, name)?;
        Some(((*name).to_owned(), state, vec![pickle.root]))
    });
    let top = (String::new(), pickle.root, Vec::new());
    let mut places = named.chain([top]);
    let (place, state, around) = places.find(|(_, state, _)| {
        let entries = pickle.entries(*state);
        entries.iter().any(|(_, id)| rank(pickle, *id).is_some())
    })?;
    Some(WeightSet {
        place,
        state,
        around,
    })
}

/// What a dictionary, list or object of settings holds. A network as an object is not looked into:
/// its modules lie in it one by one, and what it does with them is not in the file.
fn inside(pickle: &Pickle<'_>, id: Id) -> Vec<(String, Id)> {
    match pickle.get(id) {
        Value::Sequence(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(n, id)| (n.to_string(), *id)).collect()
        }
        Value::Call { .. } if pickle.entry(id, "_modules").is_some() => Vec::new(),
        _ => pickle
            .entries(id)
            .into_iter()
            .map(|(name, id)| (name.to_owned(), id))
            .collect(),
    }
}

fn is_of_optimiser(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("optim") || name.contains("sched")
}

fn holds_weights(pickle: &Pickle<'_>, id: Id) -> bool {
    if matches!(pickle.get(id), Value::Call { .. }) && pickle.entry(id, "_modules").is_some() {
        return false;
    }
    pickle.entries(id).iter().any(|(name, id)| {
        let last = name.rsplit(['.', '/']).next().unwrap_or(name);
        NAMES.contains(&last) && rank(pickle, *id).is_some_and(|rank| rank >= 2)
    })
}

/// Axes of a tensor or array; any that cannot be read counts as a matrix.
fn rank(pickle: &Pickle<'_>, id: Id) -> Option<usize> {
    if let Some(tensor) = Tensor::of(pickle, id) {
        return Some(tensor.shape.len());
    }
    if pickle.is_numpy_array(id) {
        return Some(pickle.numpy_array(id).map_or(2, |array| array.shape.len()));
    }
    Tensor::refusal(pickle, id).map(|_| 2)
}
