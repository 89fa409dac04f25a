//! Safetensors, in PyTorch's layout.

use std::path::Path;

use ganglion_model::weights::WeightArray;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::ImportError;
use super::half::half;
use super::numbers;
use super::source::{Format, WeightsSource};

/// Whether a file may be safetensors: the length of a JSON header, then the header.
pub(super) fn is_safetensors(start: &[u8]) -> bool {
    start.get(8) == Some(&b'{')
}

/// Whether a file is safetensors even if its first byte, the lowest of the header's length, is that of
/// a pickle: the header is far shorter than 4 GB, while a pickle has no four zeros in this place.
pub(super) fn has_plausible_header(start: &[u8]) -> bool {
    is_safetensors(start) && start[4..8] == [0; 4]
}

/// Reads every array. One of a type that has no exact place here is noted as unreadable.
pub(super) fn read(path: &Path) -> Result<WeightsSource, ImportError> {
    let bytes = super::torch::bytes(path)?;
    let broken = |error: safetensors::SafeTensorError| ImportError::Safetensors {
        message: error.to_string(),
    };
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(broken)?;
    let file = SafeTensors::deserialize(&bytes).map_err(broken)?;
    let mut source = WeightsSource::new(Format::Safetensors);
    for (name, view) in file.iter() {
        match values(&view) {
            Some(values) => {
                let shape = view.shape().to_vec();
                source.add(name, WeightArray { shape, values }, &kind(view.dtype()));
            }
            None => source.cannot_read(name, numbers::refused(&kind(view.dtype()))),
        }
    }
    source.sort_by_name();
    let notes = header.metadata().as_ref();
    source.said.description =
        notes.and_then(|notes| notes.get(crate::description::DESCRIPTION).cloned());
    Ok(source)
}

fn values(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    Some(match view.dtype() {
        Dtype::F32 => each(data, f32::from_le_bytes),
        Dtype::F64 => each(data, |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::BF16 => each(data, |bytes| {
            f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
        }),
        Dtype::F16 => each(data, |bytes| half(u16::from_le_bytes(bytes))),
        Dtype::I64 => each(data, |bytes| i64::from_le_bytes(bytes) as f32),
        Dtype::I32 => each(data, |bytes| i32::from_le_bytes(bytes) as f32),
        Dtype::I16 => each(data, |bytes| i16::from_le_bytes(bytes).into()),
        Dtype::I8 => each(data, |bytes| i8::from_le_bytes(bytes).into()),
        Dtype::U64 => each(data, |bytes| u64::from_le_bytes(bytes) as f32),
        Dtype::U32 => each(data, |bytes| u32::from_le_bytes(bytes) as f32),
        Dtype::U16 => each(data, |bytes| u16::from_le_bytes(bytes).into()),
        Dtype::U8 | Dtype::BOOL => data.iter().map(|&byte| byte.into()).collect(),
        _ => return None,
    })
}

/// PyTorch's name of a type that it has, or else the file's.
fn kind(dtype: Dtype) -> String {
    let name = match dtype {
        Dtype::F64 => "float64",
        Dtype::F32 => "float32",
        Dtype::F16 => "float16",
        Dtype::BF16 => "bfloat16",
        Dtype::I64 => "int64",
        Dtype::I32 => "int32",
        Dtype::I16 => "int16",
        Dtype::I8 => "int8",
        Dtype::U64 => "uint64",
        Dtype::U32 => "uint32",
        Dtype::U16 => "uint16",
        Dtype::U8 => "uint8",
        Dtype::BOOL => "bool",
        Dtype::C64 => "complex64",
        other => return format!("{other:?}"),
    };
    name.to_owned()
}

fn each<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    data.chunks_exact(N)
        .map(|bytes| value(std::array::from_fn(|index| bytes[index])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_any_length_is_told_from_a_pickle() {
        let header = |length: u64| [&length.to_le_bytes()[..], b"{\"a\":{}}"].concat();
        assert!(has_plausible_header(&header(0x280)));
        assert!(has_plausible_header(&header(8)));
        let legacy = *b"\x80\x02\x8a\x0al\xfc\x9cF{\xf9 j";
        assert!(!has_plausible_header(&legacy));
        assert!(!has_plausible_header(b"\x80\x02"));
    }
}
