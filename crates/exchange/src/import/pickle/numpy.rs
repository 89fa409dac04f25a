//! NumPy's scalars and arrays in a pickle.
//!
//! A scalar is `scalar(dtype, bytes)`; an array `_reconstruct(...)` with the state
//! `(version, shape, dtype, is_fortran, bytes)`, or `_frombuffer(bytes, dtype, shape, order)`. The
//! order of bytes is in the state of the dtype. Source: NumPy 2.2, `array_reduce`, `arraydescr_reduce`.

use super::{Id, Pickle, Value};

/// An array of NumPy, last axis fastest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumpyArray {
    /// Its shape.
    pub(crate) shape: Vec<usize>,
    /// Its values.
    pub(crate) values: Vec<f64>,
    /// The type of its numbers, such as `float32`.
    pub(crate) kind: String,
}

/// A type of values: a letter as NumPy has it, bytes of a value, and whether the highest is first.
struct ValueType {
    letter: char,
    size: usize,
    big_endian: bool,
}

impl ValueType {
    /// One value; `bytes` are as many as its size.
    fn value(&self, bytes: &[u8]) -> Option<f64> {
        let mut lowest_first = [0; 8];
        let ordered = &mut lowest_first[..self.size];
        ordered.copy_from_slice(bytes);
        if self.big_endian {
            ordered.reverse();
        }
        let whole = u64::from_le_bytes(lowest_first);
        let signed = || {
            let unused = 64 - 8 * self.size as u32;
            (whole << unused) as i64 >> unused
        };
        match (self.letter, self.size) {
            ('f', 8) => Some(f64::from_bits(whole)),
            ('f', 4) => Some(f32::from_bits(whole as u32).into()),
            ('f', 2) => Some(crate::import::half::half(whole as u16).into()),
            ('i', _) => Some(signed() as f64),
            ('u' | 'b', _) => Some(whole as f64),
            _ => None,
        }
    }
}

/// What an array is made of.
struct ArrayParts {
    shape: Id,
    kind: Id,
    is_fortran: bool,
    bytes: Id,
}

impl Pickle<'_> {
    /// Whether a value is an array of NumPy, of whatever type.
    pub(crate) fn is_numpy_array(&self, id: Id) -> bool {
        self.called(id).is_some_and(|(module, name, _)| {
            module.starts_with("numpy") && matches!(name, "_reconstruct" | "_frombuffer")
        })
    }

    /// The type of an array's numbers, of whatever type they are.
    pub(crate) fn numpy_type(&self, id: Id) -> Option<String> {
        self.type_name(self.parts(id)?.kind)
    }

    /// Where the parts of an array of NumPy are.
    fn parts(&self, id: Id) -> Option<ArrayParts> {
        if !self.is_numpy_array(id) {
            return None;
        }
        let (_, name, arguments) = self.called(id)?;
        let (shape, kind, is_fortran, bytes) = match (name, arguments) {
            ("_frombuffer", [bytes, kind, shape, order, ..]) => {
                (*shape, *kind, self.text(*order)? == "F", *bytes)
            }
            _ => {
                let Value::Call { state, .. } = self.get(id) else {
                    return None;
                };
                match self.items((*state)?)? {
                    [_, shape, kind, order, bytes] | [shape, kind, order, bytes] => {
                        (*shape, *kind, self.truth(*order)?, *bytes)
                    }
                    _ => return None,
                }
            }
        };
        Some(ArrayParts {
            shape,
            kind,
            is_fortran,
            bytes,
        })
    }

    /// An array of NumPy whose values are numbers.
    pub(crate) fn numpy_array(&self, id: Id) -> Option<NumpyArray> {
        let ArrayParts {
            shape,
            kind,
            is_fortran,
            bytes,
        } = self.parts(id)?;
        let name = self.type_name(kind)?;
        let (shape, kind, bytes) = (self.counts(shape)?, self.kind(kind)?, self.bytes(bytes)?);
        let count = shape
            .iter()
            .try_fold(1usize, |count, &extent| count.checked_mul(extent))?;
        if Some(bytes.len()) != count.checked_mul(kind.size) {
            return None;
        }
        let values = bytes.chunks_exact(kind.size).map(|bytes| kind.value(bytes));
        let values: Vec<f64> = values.collect::<Option<_>>()?;
        let values = match is_fortran {
            true => last_axis_fastest(&values, &shape),
            false => values,
        };
        Some(NumpyArray {
            shape,
            values,
            kind: name,
        })
    }

    /// `numpy.core.multiarray.scalar(dtype, bytes)`.
    pub(super) fn numpy_scalar(&self, id: Id) -> Option<f64> {
        let (module, "scalar", [kind, bytes]) = self.called(id)? else {
            return None;
        };
        if !module.starts_with("numpy") {
            return None;
        }
        let (kind, bytes) = (self.kind(*kind)?, self.bytes(*bytes)?);
        (bytes.len() == kind.size).then(|| kind.value(&bytes))?
    }

    /// NumPy's name of a type: `float32` of `f4`.
    fn type_name(&self, kind: Id) -> Option<String> {
        let (_, "dtype", [text, ..]) = self.called(kind)? else {
            return None;
        };
        let text = self.text(*text)?.trim_start_matches(['<', '=', '|', '>']);
        let family = match text.chars().next()? {
            'f' => "float",
            'i' => "int",
            'u' => "uint",
            'c' => "complex",
            'b' => return Some("bool".into()),
            'O' => return Some("object".into()),
            _ => return Some(text.to_owned()),
        };
        let size: u32 = text[1..].parse().ok()?;
        Some(format!("{family}{}", size.checked_mul(8)?))
    }

    /// `numpy.dtype("f4", ...)` with the state `(3, "<", ...)`.
    fn kind(&self, id: Id) -> Option<ValueType> {
        let (_, "dtype", [name, ..]) = self.called(id)? else {
            return None;
        };
        let Value::Call { state, .. } = self.get(id) else {
            return None;
        };
        let order = state.and_then(|state| self.text(*self.items(state)?.get(1)?));
        let name = self.text(*name)?;
        let plain = name.trim_start_matches(['<', '=', '|', '>']);
        let mut letters = plain.chars();
        let (letter, size) = (letters.next()?, letters.as_str().parse().ok()?);
        let big_endian = name.starts_with('>') || order == Some(">");
        matches!(size, 1 | 2 | 4 | 8).then_some(ValueType {
            letter,
            size,
            big_endian,
        })
    }
}

/// Values whose first axis is fastest, in the order of the last.
fn last_axis_fastest(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let place = |index: usize| {
        let (mut rest, mut place) = (index, 0);
        let mut stride = values.len();
        for &extent in shape.iter().rev() {
            stride /= extent.max(1);
            place += rest % extent.max(1) * stride;
            rest /= extent.max(1);
        }
        place
    };
    (0..values.len())
        .map(|index| values[place(index)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_orders_of_bytes_are_told_apart() {
        let kind = |letter, size, big_endian| ValueType {
            letter,
            size,
            big_endian,
        };
        assert_eq!(kind('f', 4, false).value(&1.5f32.to_le_bytes()), Some(1.5));
        assert_eq!(kind('f', 8, true).value(&1.5f64.to_be_bytes()), Some(1.5));
        assert_eq!(kind('i', 2, true).value(&[0xff, 0xfe]), Some(-2.0));
        assert_eq!(kind('u', 2, false).value(&[0xfe, 0xff]), Some(65534.0));
        assert_eq!(kind('f', 2, true).value(&[0xc0, 0x00]), Some(-2.0));
        assert_eq!(kind('c', 8, false).value(&[0; 8]), None);
    }

    /// `[[0, 1, 2], [3, 4, 5]]` as Fortran stores it.
    #[test]
    fn fortran_order_is_turned_into_ours() {
        let stored = [0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
        assert_eq!(
            last_axis_fastest(&stored, &[2, 3]),
            [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
        );
    }
}
