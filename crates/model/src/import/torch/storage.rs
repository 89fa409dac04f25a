//! The memory of tensors, stored outside the pickle.

use super::super::ImportError;

/// Where tensors' memory is read from.
pub(super) trait Storages {
    /// The bytes of one storage.
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError>;

    /// Bytes of the whole file: no honest set of tensors has more values.
    fn file_size(&self) -> u64;
}

/// A pickle by itself has no tensors' memory.
pub(super) struct Nothing;

impl Storages for Nothing {
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError> {
        Err(ImportError::NoStorage { key: key.into() })
    }

    fn file_size(&self) -> u64 {
        0
    }
}

/// Element types of tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    F64,
    F32,
    F16,
    Bf16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

impl Element {
    /// The type of `torch.FloatStorage` and its kin.
    pub(super) fn of_storage(class: &str) -> Option<Self> {
        Some(match class.strip_suffix("Storage")? {
            "Double" => Self::F64,
            "Float" => Self::F32,
            "Half" => Self::F16,
            "BFloat16" => Self::Bf16,
            "Long" => Self::I64,
            "Int" => Self::I32,
            "Short" => Self::I16,
            "Char" => Self::I8,
            "Byte" => Self::U8,
            "Bool" => Self::Bool,
            _ => return None,
        })
    }

    /// Bytes of one value.
    pub(super) fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    /// One value, given exactly its bytes, lowest first.
    pub(super) fn value(self, bytes: &[u8]) -> f32 {
        fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
            std::array::from_fn(|index| bytes[index])
        }
        match self {
            Self::F64 => f64::from_le_bytes(array(bytes)) as f32,
            Self::F32 => f32::from_le_bytes(array(bytes)),
            Self::F16 => half(u16::from_le_bytes(array(bytes))),
            Self::Bf16 => f32::from_bits(u32::from(u16::from_le_bytes(array(bytes))) << 16),
            Self::I64 => i64::from_le_bytes(array(bytes)) as f32,
            Self::I32 => i32::from_le_bytes(array(bytes)) as f32,
            Self::I16 => i16::from_le_bytes(array(bytes)).into(),
            Self::I8 => i8::from_le_bytes(array(bytes)).into(),
            Self::U8 | Self::Bool => bytes[0].into(),
        }
    }
}

/// A number of half precision (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_that_of_ieee_754() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 2f32.powi(-24)),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan());
        assert_eq!(Element::Bf16.value(&[0x80, 0x3f]), 1.0);
    }
}
