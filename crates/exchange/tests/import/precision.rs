//! Arrays of safetensors in every type of number: read exactly, or refused by name.

use std::path::PathBuf;

use ganglion_exchange::import::ImportOptions;
use ganglion_model::weights::Weights;
use hdf5_pure::FileBuilder;
use rstest::rstest;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use tempfile::TempDir;

use super::{golden, imported, refusal};

/// A number that half precision and bfloat16 hold exactly: eight binary digits, of usual size.
fn short(value: f32) -> f32 {
    let cut = f32::from_bits(value.to_bits() & 0xffff_0000);
    if cut.abs() < 1e-4 { 0.0 } else { cut }
}

/// Half precision of a number that it holds: sign, exponent and ten digits.
fn half(value: f32) -> [u8; 2] {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    if value == 0.0 {
        return sign.to_le_bytes();
    }
    let exponent = (bits >> 23 & 0xff) as u16 - 112;
    (sign | exponent << 10 | (bits >> 13 & 0x3ff) as u16).to_le_bytes()
}

fn stored(value: f32, dtype: Dtype) -> Vec<u8> {
    match dtype {
        Dtype::F64 => f64::from(value).to_le_bytes().to_vec(),
        Dtype::F16 => half(value).to_vec(),
        Dtype::BF16 => value.to_le_bytes()[2..].to_vec(),
        Dtype::I8 => (value as i8).to_le_bytes().to_vec(),
        Dtype::U8 => vec![value as u8],
        Dtype::I64 => (value as i64).to_le_bytes().to_vec(),
        _ => value.to_le_bytes().to_vec(),
    }
}

/// The golden network with its arrays cut to eight digits, those that `is_chosen` in a type.
fn written(folder: &TempDir, dtype: Dtype, is_chosen: impl Fn(&str) -> bool) -> PathBuf {
    let whole = std::fs::read(golden("small.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&whole).unwrap();
    let arrays: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, view)| {
            if view.dtype() != Dtype::F32 {
                return (
                    name.into(),
                    view.dtype(),
                    view.shape().into(),
                    view.data().into(),
                );
            }
            let own = if is_chosen(name) { dtype } else { Dtype::F32 };
            let values = view.data().chunks_exact(4);
            let values = values.map(|bytes| short(f32::from_le_bytes(bytes.try_into().unwrap())));
            let bytes = values.flat_map(|value| stored(value, own)).collect();
            (name.to_owned(), own, view.shape().to_vec(), bytes)
        })
        .collect();
    let views = arrays.iter().map(|(name, dtype, shape, bytes)| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    let path = folder.path().join("stored.safetensors");
    std::fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    path
}

/// The same numbers in another type are the same network, to the bit.
#[rstest]
#[case::half(Dtype::F16)]
#[case::bfloat16(Dtype::BF16)]
#[case::double(Dtype::F64)]
fn a_type_that_holds_the_numbers_changes_nothing(
    #[case] dtype: Dtype,
    #[values("", ".bias", ".weight", "running_var")] ending: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let weights = |dtype| {
        let path = written(&folder, dtype, |name| name.ends_with(ending));
        let imported = imported(&path, &ImportOptions::default());
        assert!(
            !imported
                .report
                .ignored
                .iter()
                .any(|row| row.reason.contains("type")),
            "{}",
            imported.report
        );
        Weights::of(&imported.model.network)
    };
    let (plain, other) = (weights(Dtype::F32), weights(dtype));
    for (name, array) in &plain.0 {
        assert_eq!(array.values, other.0[name].values, "{name}");
    }
}

/// Numbers of eight bits need a scale that is not in the array.
#[test]
fn a_type_that_is_not_read_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = [0; 4];
    let view = TensorView::new(Dtype::F8_E4M3, vec![2, 2], &bytes).unwrap();
    let path = folder.path().join("short.safetensors");
    let bytes = safetensors::serialize([("0.weight", view)], None).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let message = refusal(&path, &ImportOptions::default());
    for part in [
        "short.safetensors",
        "`0.weight`",
        "F8_E4M3",
        "float16, bfloat16, float32",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Weights that were quantised are whole numbers, and no weights without their scales.
#[rstest]
#[case::eight_bits(Dtype::I8, "int8")]
#[case::bytes(Dtype::U8, "uint8")]
#[case::long(Dtype::I64, "int64")]
fn whole_numbers_are_no_weights(#[case] dtype: Dtype, #[case] name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, dtype, |name| name.ends_with("13.weight"));
    let message = refusal(&path, &ImportOptions::default());
    for part in [
        "`sequential.13.weight`",
        "whole numbers",
        name,
        "dequantise",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Whole numbers of another set of weights are nothing to the one that is chosen.
#[test]
fn whole_numbers_beside_the_weights_that_are_used_are_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("several.safetensors");
    let whole = std::fs::read(golden("small.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&whole).unwrap();
    let own = tensors
        .iter()
        .map(|(name, view)| (format!("own.{name}"), view));
    let steps = [7; 8];
    let other = TensorView::new(Dtype::I64, vec![1], &steps).unwrap();
    let views = own.chain([("other.steps".to_owned(), other)]);
    std::fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    let options = ImportOptions {
        weights_at: Some("own".into()),
        ..ImportOptions::default()
    };
    let report = imported(&path, &options).report;
    let ignored = report.ignored.iter().find(|row| row.name == "other.steps");
    assert_eq!(ignored.unwrap().reason, "not in `own`");
    assert!(refusal(&path, &ImportOptions::default()).contains("`other.steps`"));
}

/// HDF5 under PyTorch's names.
#[test]
fn whole_numbers_in_hdf5_are_no_weights() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quantised.h5");
    let mut file = FileBuilder::new();
    file.create_dataset("0.weight")
        .with_u8_data(&[1; 8])
        .with_shape(&[2, 4]);
    std::fs::write(&path, file.finish().unwrap()).unwrap();
    let message = refusal(&path, &ImportOptions::default());
    for part in ["`0.weight`", "whole numbers (uint8)", "float32"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}
