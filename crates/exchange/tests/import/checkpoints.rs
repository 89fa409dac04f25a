//! One network in checkpoints as programs nest, wrap and store them (`make_checkpoint_fixtures.py`):
//! each answers alike, or is refused by name.

use std::path::PathBuf;

use ganglion_exchange::import::ImportOptions;
use ganglion_recording::Normalisation;
use rstest::rstest;

use super::{error_of, imported, refusal, variant};

fn checkpoint(name: &str) -> PathBuf {
    variant("checkpoints").join(name)
}

fn sized() -> ImportOptions {
    ImportOptions {
        frame_size: Some([12, 12]),
        ..ImportOptions::default()
    }
}

/// 1e-5: single precision sums of some hundred products.
#[rstest]
#[case::dictionaries("nested.pt")]
#[case::lists_and_tuples("listed.pt")]
#[case::averaged_model("averaged.pt")]
#[case::compiled_and_parallel("compiled.pt")]
#[case::views_of_one_storage("shared.pt")]
#[case::numpy_in_protocol_2("numpy2.pkl")]
#[case::numpy_in_fortran_order("numpy4.pkl")]
#[case::numpy_in_protocol_5("numpy5.pkl")]
#[case::numpy_with_the_highest_byte_first("numpy_big_endian.pt")]
fn responses_do_not_depend_on_the_wrapping(#[case] name: &str) {
    let model = imported(&checkpoint(name), &sized()).model;
    let error = error_of(&model, &variant("expected.h5"), "current");
    assert!(error < 1e-5, "{name}: responses differ by {error:e}");
}

/// Half precision has 11 binary digits.
#[test]
fn half_precision_is_read() {
    let model = imported(&checkpoint("half.pt"), &sized()).model;
    let error = error_of(&model, &variant("expected.h5"), "current");
    assert!(error > 0.0 && error < 5e-3, "{error:e}");
}

#[test]
fn a_value_that_is_repeated_with_stride_zero_is_every_unit_s() {
    let imported = imported(&checkpoint("expanded.pt"), &sized());
    let weights = ganglion_model::weights::Weights::of(&imported.model.network);
    let variance = &weights.0["stages.0.normalisation.running_variance"];
    assert_eq!(variance.values, vec![0.75; 128]);
}

#[test]
fn settings_are_found_beside_nested_weights() {
    let imported_nested = imported(&checkpoint("nested.pt"), &ImportOptions::default());
    assert_eq!(imported_nested.model.description.cells, [4, 6, 9]);
    assert_eq!(imported_nested.model.description.provenance.epoch, 3);
    let big_endian = imported(
        &checkpoint("numpy_big_endian.pt"),
        &ImportOptions::default(),
    );
    let expected = Normalisation::Global {
        mean: 51.5,
        sd: 53.25,
    };
    assert_eq!(big_endian.model.description.normalisation, expected);
}

#[test]
fn averaged_weights_are_said_to_be_averages() {
    let report = imported(&checkpoint("averaged.pt"), &sized()).report;
    let row = report.ignored.iter().find(|row| row.name == "n_averaged");
    assert!(
        row.unwrap().reason.contains("averages of 5 networks"),
        "{report}"
    );
}

/// A network and its average: which is used is asked for.
#[rstest]
#[case::two_dictionaries("with_average.pt", "model_state_dict", "ema_state_dict")]
#[case::two_beginnings_of_names("average_beside.pt", "model", "ema")]
fn one_of_several_sets_of_weights_is_asked_for(
    #[case] name: &str,
    #[case] raw: &str,
    #[case] average: &str,
) {
    let message = refusal(&checkpoint(name), &sized());
    for part in ["--weights-at", raw, average] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    let error = |place: &str| {
        let options = ImportOptions {
            weights_at: Some(place.to_owned()),
            ..sized()
        };
        let model = imported(&checkpoint(name), &options).model;
        error_of(&model, &variant("expected.h5"), "current")
    };
    assert!(error(raw) < 1e-5);
    assert!(error(average) > 1e-2);
    let options = ImportOptions {
        weights_at: Some("elsewhere".into()),
        ..sized()
    };
    let message = refusal(&checkpoint(name), &options);
    assert!(
        message.contains("elsewhere") && message.contains(raw),
        "{message}"
    );
}

#[rstest]
#[case::weight_norm("parametrised.pt", &["parametrizations.weight", "remove_parametrizations"])]
#[case::complex("complex.pt", &["complex numbers (complex64)"])]
#[case::complex_in_a_legacy_file("complex_legacy.pt", &["complex numbers (complex64)"])]
#[case::complex_of_numpy("numpy_complex.pkl", &["complex numbers (complex128)"])]
#[case::eight_bits("int8.pt", &["whole numbers (int8)", "dequantise"])]
#[case::eight_bits_of_numpy("numpy_int8.pkl", &["whole numbers (int8)", "dequantise"])]
#[case::whole_numbers("int64.pt", &["whole numbers (int64)"])]
#[case::sixteen_bits("uint16.pt", &["whole numbers (uint16)"])]
#[case::sixteen_bits_in_a_legacy_file("uint16_legacy.pt", &["whole numbers (uint16)"])]
#[case::truth_values("bool.pt", &["truth values (bool)"])]
#[case::float8("float8.pt", &["type float8_e4m3fn", "float16, bfloat16"])]
#[case::float8_in_a_legacy_file("float8_legacy.pt", &["type float8_e4m3fn", "float16, bfloat16"])]
#[case::float8_of_a_parameter("parameter8.pt", &["type float8_e5m2", "float16, bfloat16"])]
#[case::quantised("quantised.pt", &["quantised (qint8)", "tensor.dequantize()"])]
#[case::quantised_in_a_legacy_file("quantised_legacy.pt", &["quantised (qint8)"])]
#[case::sparse("sparse.pt", &["sparse", "tensor.to_dense()"])]
fn weights_that_are_no_plain_numbers_are_refused_by_name(
    #[case] name: &str,
    #[case] parts: &[&str],
) {
    let message = refusal(&checkpoint(name), &sized());
    for part in parts.iter().chain([&name]) {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    if !message.contains("parametrizations") {
        for part in ["`0.weight`", "32-bit floating-point numbers (float32)"] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
        assert!(!message.contains("_rebuild"), "Python's inside: {message}");
    }
}

/// `nested.pt` with a bit set on its first tensor, whose memory holds the values with their signs
/// turned.
fn with_a_bit(bit: &str, turn: bool) -> Vec<u8> {
    let whole = std::fs::read(checkpoint("nested.pt")).unwrap();
    let mut entries = super::archive::entries(&whole);
    for (name, bytes) in &mut entries {
        if name.ends_with("/data/0") && turn {
            bytes.chunks_exact_mut(4).for_each(|value| value[3] ^= 0x80);
        }
        if name.ends_with("/data.pkl") {
            let place =
                |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|w| w == text);
            let weight = place(bytes, b"sequential.0.weight").unwrap();
            // The end of the tensor's arguments, behind its hooks.
            let end = weight + place(&bytes[weight..], b"\x89h\x05)Rq\x10t").unwrap() + 7;
            let mut metadata = b"}X".to_vec();
            metadata.extend((bit.len() as u32).to_le_bytes());
            metadata.extend([bit.as_bytes(), b"\x88s"].concat());
            bytes.splice(end..end, metadata);
        }
    }
    let entries = entries
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]));
    super::archive::zipped(&entries.collect::<Vec<_>>())
}

/// What `.conj().imag` is saved as.
#[test]
fn the_negative_bit_of_a_tensor_is_obeyed_and_others_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bit.pt");
    std::fs::write(&path, with_a_bit("neg", true)).unwrap();
    let model = imported(&path, &sized()).model;
    let error = error_of(&model, &variant("expected.h5"), "current");
    assert!(error < 1e-5, "responses differ by {error:e}");
    for bit in ["conj", "other"] {
        std::fs::write(&path, with_a_bit(bit, false)).unwrap();
        let message = refusal(&path, &sized());
        for part in [
            "sequential.0.weight",
            &format!("bit `{bit}`"),
            "resolve_conj()",
        ] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
}

/// What a program of TorchScript does with its weights is in its code, which is not run.
#[test]
fn a_program_of_torchscript_says_what_to_save_instead() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scripted.pt");
    let entries: [(&str, &[u8]); 2] = [("x/data.pkl", b"\x80\x02}."), ("x/constants.pkl", b"")];
    std::fs::write(&path, super::archive::zipped(&entries)).unwrap();
    let message = refusal(&path, &ImportOptions::default());
    for part in ["scripted.pt", "TorchScript", "state_dict()"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}
