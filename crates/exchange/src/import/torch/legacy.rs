//! The legacy form, before PyTorch 1.6: pickles one after the other, then the storages.
//!
//! Magic number, protocol version, description of the machine, the checkpoint, the list of
//! storages; then for each its number of values as 8 bytes, and the values.

use std::collections::HashMap;
use std::ops::Range;

use super::super::ImportError;
use super::super::pickle::{self, Id, Pickle, Refusal, Value};
use super::storage::{Storages, size_of};

/// The storages of a legacy file.
pub(super) struct LegacyStorages<'a> {
    bytes: &'a [u8],
    places: HashMap<String, Range<usize>>,
}

/// The checkpoint and where its storages lie.
pub(super) fn open(bytes: &[u8]) -> Result<(Pickle<'_>, LegacyStorages<'_>), ImportError> {
    let mut rest = bytes;
    for _ in ["magic number", "protocol version"] {
        (_, rest) = next(rest)?;
    }
    let (machine, rest) = next(rest)?;
    let little = machine.entry(machine.root, "little_endian");
    if little.and_then(|id| machine.truth(id)) == Some(false) {
        return Err(ImportError::BigEndian);
    }
    let (checkpoint, rest) = next(rest)?;
    let (keys, rest) = next(rest)?;
    let sizes = sizes(&checkpoint);
    let start = bytes.len() - rest.len();
    let places = places(bytes, start, &keys, &sizes)?;
    Ok((checkpoint, LegacyStorages { bytes, places }))
}

fn next(bytes: &[u8]) -> Result<(Pickle<'_>, &[u8]), Refusal> {
    let (pickle, length) = pickle::read(bytes)?;
    Ok((pickle, &bytes[length..]))
}

/// Bytes of one value of the storages that a checkpoint refers to.
fn sizes(checkpoint: &Pickle<'_>) -> HashMap<String, usize> {
    let described = |id: Id| {
        let [_, class, key, ..] = checkpoint.items(id)? else {
            return None;
        };
        let Value::Global { name, .. } = checkpoint.get(*class) else {
            return None;
        };
        Some((checkpoint.text(*key)?.to_owned(), size_of(name)?))
    };
    checkpoint.persistent().filter_map(described).collect()
}

fn places(
    bytes: &[u8],
    start: usize,
    keys: &Pickle<'_>,
    sizes: &HashMap<String, usize>,
) -> Result<HashMap<String, Range<usize>>, ImportError> {
    let mut at = start;
    let mut places = HashMap::new();
    for id in keys.items(keys.root).unwrap_or(&[]) {
        let key = keys.text(*id).unwrap_or_default().to_owned();
        let missing = || ImportError::NoStorage { key: key.clone() };
        let size = *sizes.get(&key).ok_or_else(missing)?;
        let count = bytes.get(at..at + 8).ok_or_else(missing)?;
        let count = u64::from_le_bytes(count.try_into().expect("8 bytes"));
        let count = usize::try_from(count).ok();
        let size = count.and_then(|count| count.checked_mul(size));
        let end = size.and_then(|size| size.checked_add(at + 8));
        let end = end.filter(|end| *end <= bytes.len()).ok_or_else(missing)?;
        places.insert(key.clone(), at + 8..end);
        at = end;
    }
    Ok(places)
}

impl Storages for LegacyStorages<'_> {
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError> {
        let place = self.places.get(key).cloned();
        let place = place.ok_or_else(|| ImportError::NoStorage { key: key.into() })?;
        Ok(&self.bytes[place])
    }

    fn file_size(&self) -> u64 {
        self.bytes.len() as u64
    }
}
