//! The memory of tensors, stored outside the pickle.

use super::super::ImportError;
use super::super::half::half;

/// Where tensors' memory is read from.
pub(super) trait Storages {
    /// The bytes of one storage.
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError>;

    /// Bytes of the whole file: no honest set of tensors has more values.
    fn file_size(&self) -> u64;
}

/// A pickle by itself has no tensors' memory.
pub(super) struct Nothing {
    /// Bytes of the file.
    pub(super) file_size: u64,
}

impl Storages for Nothing {
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError> {
        Err(ImportError::NoStorage { key: key.into() })
    }

    fn file_size(&self) -> u64 {
        self.file_size
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

    /// PyTorch's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::F64 => "float64",
            Self::F32 => "float32",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
            Self::I64 => "int64",
            Self::I32 => "int32",
            Self::I16 => "int16",
            Self::I8 => "int8",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        }
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

/// Classes of storages that are not read: PyTorch's name of the type, and bytes of one value.
const NOT_READ: [(&str, &str, usize); 7] = [
    ("ComplexDoubleStorage", "complex128", 16),
    ("ComplexFloatStorage", "complex64", 8),
    ("QInt32Storage", "qint32", 4),
    ("QInt8Storage", "qint8", 1),
    ("QUInt8Storage", "quint8", 1),
    ("QUInt4x2Storage", "quint4x2", 1),
    ("QUInt2x4Storage", "quint2x4", 1),
];

/// The type of numbers of a class of storages that is not read.
pub(super) fn type_not_read(class: &str) -> Option<&'static str> {
    let (_, name, _) = NOT_READ.iter().find(|(known, ..)| *known == class)?;
    Some(name)
}

/// Bytes of what a class of storages counts, whether it is read or not: newer types, such as those of
/// eight bits, are stored as bytes.
pub(super) fn size_of(class: &str) -> Option<usize> {
    if class == "UntypedStorage" {
        return Some(1);
    }
    let not_read = || NOT_READ.iter().find(|(known, ..)| *known == class);
    let read = Element::of_storage(class).map(Element::size);
    read.or_else(|| not_read().map(|(.., size)| *size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_types_are_read_exactly() {
        assert_eq!(Element::Bf16.value(&[0x80, 0x3f]), 1.0);
        assert_eq!(Element::F16.value(&[0x00, 0xc0]), -2.0);
        assert_eq!(Element::I16.value(&[0xff, 0xff]), -1.0);
    }
}
