//! Attributes that must be one number.

use hdf5_pure::{AttrValue, Datatype};

use super::format::{Format, halves};
use super::raw::{Raw, message};

/// An attribute as one number, or what it is instead.
pub(super) fn of_attribute(
    value: Option<&AttrValue>,
    datatype: &Datatype,
    raw: Option<(&Raw, u64)>,
    name: &str,
) -> Result<f64, String> {
    if let Format::Half { big_endian } = Format::of(datatype) {
        let bytes = raw.and_then(|(raw, address)| bytes_of(raw, address, name));
        let values: Vec<f32> = bytes.map_or_else(Vec::new, |b| halves(&b, big_endian).collect());
        return match values[..] {
            [one] => Ok(f64::from(one)),
            _ => Err(format!("{} half-precision floats", values.len())),
        };
    }
    let unusual = matches!(datatype, Datatype::FloatingPoint { .. })
        && matches!(Format::of(datatype), Format::Unreadable(_));
    let is_enumeration = matches!(datatype, Datatype::Enumeration { .. });
    match (value, Format::of(datatype)) {
        (_, Format::Unreadable(what)) if unusual || is_enumeration => Err(what),
        (Some(value), _) => of_value(value),
        (None, Format::Unreadable(what)) => Err(what),
        (None, _) => Err("a value that cannot be read".into()),
    }
}

fn of_value(value: &AttrValue) -> Result<f64, String> {
    // The shortest decimal number of a single-precision value is what was meant: 0.01, not
    // 0.009999999776.
    let single = |value: f32| value.to_string().parse().unwrap_or(f64::from(value));
    match value {
        AttrValue::F32(value) => return Ok(single(*value)),
        AttrValue::F32Array(values) if values.len() == 1 => return Ok(single(values[0])),
        _ => (),
    }
    let number = value
        .as_f64()
        .or_else(|| value.as_i64().map(|value| value as f64))
        .or_else(|| value.as_u64().map(|value| value as f64));
    if let Some(number) = number {
        return Ok(number);
    }
    let text = value.as_str().or_else(|| match value.as_strings() {
        Some([only]) => Some(only),
        _ => None,
    });
    match text {
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| format!("the text \"{text}\"")),
        None => Err(format!("{value}")),
    }
}

/// Bytes of the elements of an attribute.
fn bytes_of(raw: &Raw, address: u64, name: &str) -> Option<Vec<u8>> {
    let messages = raw.messages(address)?;
    let attributes = messages.iter().filter(|m| m.kind == message::ATTRIBUTE);
    attributes
        .filter_map(|message| elements(raw, &message.data))
        .find(|(found, _)| found == name)
        .map(|(_, bytes)| bytes)
}

/// Name and bytes of an attribute message.
fn elements(raw: &Raw, data: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut cursor = raw.cursor(data);
    let version = cursor.number(1)?;
    cursor.skip(1)?;
    let sizes = [cursor.number(2)?, cursor.number(2)?, cursor.number(2)?];
    cursor.skip(if version == 3 { 1 } else { 0 })?;
    let padded = |size: u64| match version {
        1 => size.next_multiple_of(8) as usize,
        _ => size as usize,
    };
    let name = cursor.take(padded(sizes[0]))?;
    let name = name.split(|&byte| byte == 0).next()?;
    let datatype = cursor.take(padded(sizes[1]))?;
    let element = u32::from_le_bytes(datatype.get(4..8)?.try_into().ok()?) as usize;
    let dataspace = cursor.take(padded(sizes[2]))?;
    let count = count(raw, dataspace)?;
    let bytes = cursor.take(element.checked_mul(count)?)?;
    Some((String::from_utf8(name.to_vec()).ok()?, bytes.to_vec()))
}

/// Number of elements of a dataspace message.
fn count(raw: &Raw, dataspace: &[u8]) -> Option<usize> {
    let mut cursor = raw.cursor(dataspace);
    let version = cursor.number(1)?;
    let rank = cursor.number(1)?;
    cursor.skip(if version == 1 { 6 } else { 2 })?;
    (0..rank).try_fold(1usize, |product, _| {
        product.checked_mul(usize::try_from(raw.length(&mut cursor)?).ok()?)
    })
}
