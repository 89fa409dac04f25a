//! Tensors as a checkpoint describes them, and their values.

use ganglion_model::weights::WeightArray;

use super::super::ImportError;
use super::super::numbers;
use super::super::pickle::{Id, Pickle, Value};
use super::storage::{self, Element, Storages};

/// A view of a storage.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    key: String,
    element: Element,
    offset: usize,
    pub(super) shape: Vec<usize>,
    strides: Vec<usize>,
    /// Whether the values are those of the storage with their signs turned.
    is_negated: bool,
}

impl Tensor {
    /// The tensor that a value stands for, if it is one.
    pub(super) fn of(pickle: &Pickle<'_>, id: Id) -> Option<Self> {
        let (module, name, arguments) = pickle.called(id)?;
        match (module, name, arguments) {
            (
                "torch._utils",
                "_rebuild_tensor_v2" | "_rebuild_tensor",
                [storage, offset, shape, strides, ..],
            ) => {
                let bits = bits(pickle, arguments)?;
                if bits.iter().any(|bit| *bit != NEGATIVE) {
                    return None;
                }
                let Value::Persistent(storage) = pickle.get(*storage) else {
                    return None;
                };
                let [_, class, key, rest @ ..] = pickle.items(*storage)? else {
                    return None;
                };
                // PyTorch before 0.4 could store a part of another storage; its place is then here.
                if rest
                    .get(2)
                    .is_some_and(|part| *pickle.get(*part) != Value::None)
                {
                    return None;
                }
                let Value::Global { name, .. } = pickle.get(*class) else {
                    return None;
                };
                Some(Self {
                    key: pickle.text(*key)?.to_owned(),
                    element: Element::of_storage(name)?,
                    offset: pickle.count(*offset)?,
                    shape: pickle.counts(*shape)?,
                    strides: pickle.counts(*strides)?,
                    is_negated: !bits.is_empty(),
                })
            }
            // One level only: a parameter of a parameter of ... could go on for ever.
            (
                "torch._utils",
                "_rebuild_parameter" | "_rebuild_parameter_with_state",
                [tensor, ..],
            ) if !pickle.called(*tensor)?.1.starts_with("_rebuild_parameter") => {
                Self::of(pickle, *tensor)
            }
            _ => None,
        }
    }

    /// Why a tensor is not read here: it is complex, quantised, sparse, ... None of one that is read,
    /// and of what is no tensor.
    pub(super) fn refusal(pickle: &Pickle<'_>, id: Id) -> Option<String> {
        let (module, name, arguments) = pickle.called(id)?;
        let is_tensor = module.starts_with("torch") && name.starts_with("_rebuild");
        if !is_tensor || Self::of(pickle, id).is_some() {
            return None;
        }
        if name.contains("sparse") {
            return Some("is sparse. Make it dense first (tensor.to_dense())".into());
        }
        // One level only, as in `of`.
        let inner = match arguments {
            [tensor, ..] if name.starts_with("_rebuild_parameter") => pickle.called(*tensor),
            _ => None,
        };
        let (_, name, arguments) = inner.unwrap_or((module, name, arguments));
        let bit =
            bits(pickle, arguments).and_then(|bits| bits.into_iter().find(|b| *b != NEGATIVE));
        Some(match (type_not_read(pickle, name, arguments), bit) {
            (Some(kind), _) => numbers::refused(kind),
            (None, Some(bit)) => format!(
                "has the bit `{bit}` set, which says that its values are not those in its memory and \
                 is not known here. Save its values (tensor.resolve_conj().resolve_neg().clone())"
            ),
            (None, None) => format!("is of a type that is not read ({})", pickle.describe(id)),
        })
    }

    /// The type of its numbers.
    pub(super) fn kind(&self) -> &'static str {
        self.element.name()
    }

    /// Number of values, if it can be counted.
    pub(super) fn count(&self) -> Option<usize> {
        self.shape
            .iter()
            .try_fold(1usize, |count, &extent| count.checked_mul(extent))
    }

    /// The values; their number must be known to be reasonable, since a stride of zero repeats one
    /// value any number of times.
    pub(super) fn read(
        &self,
        name: &str,
        storages: &impl Storages,
    ) -> Result<WeightArray, ImportError> {
        let bytes = storages.bytes(&self.key)?;
        let outside = || ImportError::OutsideStorage {
            name: name.into(),
            shape: self.shape.clone(),
            key: self.key.clone(),
            values: bytes.len() / self.element.size(),
        };
        let count = self.count().ok_or_else(outside)?;
        let available = bytes.len() / self.element.size();
        let last = self.last().ok_or_else(outside)?;
        if count > 0 && last >= available {
            return Err(outside());
        }
        let size = self.element.size();
        let stored = |place: usize| self.element.value(&bytes[place * size..][..size]);
        let value = |place: usize| match self.is_negated {
            true => -stored(place),
            false => stored(place),
        };
        Ok(WeightArray {
            shape: self.shape.clone(),
            values: self.places(count).into_iter().map(value).collect(),
        })
    }

    /// The furthest place, if it can be counted.
    fn last(&self) -> Option<usize> {
        if self.shape.len() != self.strides.len() {
            return None;
        }
        let axes = self.shape.iter().zip(&self.strides);
        axes.filter(|(extent, _)| **extent > 0)
            .try_fold(self.offset, |last, (extent, stride)| {
                last.checked_add((extent - 1).checked_mul(*stride)?)
            })
    }

    /// Places of the values in the storage, last axis fastest.
    fn places(&self, count: usize) -> Vec<usize> {
        let mut places = vec![self.offset; count];
        let mut inner = count;
        for (&extent, &stride) in self.shape.iter().zip(&self.strides) {
            inner /= extent.max(1);
            for (index, place) in places.iter_mut().enumerate() {
                *place += index / inner.max(1) % extent.max(1) * stride;
            }
        }
        places
    }
}

/// The bit of a tensor whose values are those of its memory with their signs turned, such as
/// `.conj().imag` makes.
const NEGATIVE: &str = "neg";

/// Bits that are set in what PyTorch writes of a tensor after its hooks; none if it cannot be read.
fn bits<'a>(pickle: &Pickle<'a>, arguments: &[Id]) -> Option<Vec<&'a str>> {
    let Some(&metadata) = arguments.get(6) else {
        return Some(Vec::new());
    };
    if !matches!(pickle.get(metadata), Value::None | Value::Dictionary(_)) {
        return None;
    }
    let entries = pickle.entries(metadata).into_iter();
    let set = entries.filter(|(_, value)| pickle.truth(*value) != Some(false));
    Some(set.map(|(name, _)| name).collect())
}

/// The type of a tensor's numbers where it is not read: said by itself, or by the class of its memory.
fn type_not_read<'a>(pickle: &Pickle<'a>, function: &str, arguments: &[Id]) -> Option<&'a str> {
    let global = |id: &Id| match pickle.get(*id) {
        Value::Global { name, .. } => Some(*name),
        _ => None,
    };
    if function == "_rebuild_tensor_v3" {
        return global(arguments.get(6)?);
    }
    let Value::Persistent(storage) = pickle.get(*arguments.first()?) else {
        return None;
    };
    storage::type_not_read(global(pickle.items(*storage)?.get(1)?)?)
}
