//! What a Keras model says of itself is obeyed, or refused by name. Files and right responses are
//! from Keras 3.15 itself (`make_keras_fixtures.py`).

use std::path::PathBuf;

use ganglion_exchange::import::{BatchNormOrder, FlattenOrder, ImportOptions, Report};
use ganglion_model::network::{Ln, ModelConfig, OutputNonlinearity};
use rstest::rstest;
use tempfile::TempDir;

use super::{archive, error_of, file, imported, refusal, variant};

fn keras(name: &str) -> PathBuf {
    variant("keras").join(name)
}

fn error(weights: &str, options: &ImportOptions) -> f32 {
    let network = weights.split(['.']).next().unwrap();
    let network = network.trim_end_matches("_weights");
    let model = imported(&keras(weights), options).model;
    match network {
        "movie_last" => super::error_of_clips(
            &model,
            &keras("expected.h5"),
            "square/stimulus",
            "square/movie_last",
        ),
        _ => error_of(&model, &keras("expected.h5"), network),
    }
}

/// 2e-5: single precision sums of some hundred products, rates near zero among them.
#[rstest]
#[case::channels_last("channels_last.keras")]
#[case::channels_last_in_hdf5("channels_last.h5")]
#[case::flattened_channels_first("flatten_first.keras")]
#[case::flattened_channels_first_in_hdf5("flatten_first.h5")]
#[case::normalised_along_columns("columns.keras")]
#[case::normalised_along_a_permuted_row("rows_and_channels.keras")]
#[case::normalised_after_the_rectification("after.keras")]
#[case::normalised_after_the_rectification_in_hdf5("after.h5")]
#[case::normalised_unit_by_unit("per_unit.keras")]
#[case::linear_nonlinear_exponential("exponential.keras")]
#[case::movie_with_frames_last("movie_last.keras")]
#[case::model_inside_a_model("functional.keras")]
#[case::model_inside_a_model_in_hdf5("functional.h5")]
fn responses_are_those_of_keras(#[case] weights: &str) {
    let error = error(weights, &ImportOptions::default());
    println!("{weights}: responses differ by {error:.1e}");
    assert!(error < 2e-5, "{weights}: responses differ by {error:e}");
}

#[test]
fn a_description_leaves_nothing_of_the_network_to_assume() {
    let report = imported(&keras("after.keras"), &ImportOptions::default()).report;
    let flags = flags(&report);
    for flag in UNSAID {
        assert!(!flags.contains(&flag.to_owned()), "{flag}: {report}");
    }
    let model = imported(&keras("exponential.keras"), &ImportOptions::default()).model;
    let ModelConfig::Ln(Ln { nonlinearity, .. }) = model.description.architecture else {
        panic!("not a linear-nonlinear model")
    };
    assert_eq!(nonlinearity, OutputNonlinearity::Exp);
}

const UNSAID: [&str; 4] = [
    "--hidden-activation",
    "--output-activation",
    "--batch-norm-order",
    "--flatten-order",
];

fn flags(report: &Report) -> Vec<String> {
    report.missing.iter().map(|row| row.flag.clone()).collect()
}

/// Weights alone: what they do not say is listed, and the options say it.
#[rstest]
#[case::of_version_3("channels_last.weights.h5")]
#[case::of_version_2("channels_last_weights.h5")]
fn weights_alone_ask_for_the_order_of_units(#[case] weights: &str) {
    let sized = ImportOptions {
        frame_size: Some([10, 9]),
        ..ImportOptions::default()
    };
    let assumed = imported(&keras(weights), &sized);
    for flag in UNSAID {
        assert!(
            flags(&assumed.report).contains(&flag.to_owned()),
            "{flag}: {}",
            assumed.report
        );
    }
    assert!(
        error(weights, &sized) > 1e-2,
        "another order of units, and the same responses"
    );
    let told = ImportOptions {
        flatten_order: Some(FlattenOrder::ChannelsLast),
        batch_norm_order: Some(BatchNormOrder::BeforeActivation),
        output_activation: Some(OutputNonlinearity::Softplus),
        ..sized
    };
    assert!(error(weights, &told) < 2e-5);
    let flags = flags(&imported(&keras(weights), &told).report);
    assert!(!flags.contains(&"--flatten-order".to_owned()), "{flags:?}");
}

#[test]
fn weights_alone_ask_for_the_order_of_normalisation() {
    let options = |order| ImportOptions {
        frame_size: Some([10, 9]),
        batch_norm_order: Some(order),
        ..ImportOptions::default()
    };
    let weights = "after_weights.h5";
    assert!(error(weights, &options(BatchNormOrder::AfterActivation)) < 2e-5);
    assert!(error(weights, &options(BatchNormOrder::BeforeActivation)) > 1e-2);
    // Three numbered variables of a normalisation may lack the gain or the offset.
    let message = refusal(&keras("after.weights.h5"), &ImportOptions::default());
    assert!(message.contains("no gain or no offset"), "{message}");
    assert!(message.contains("FILE.keras"), "{message}");
}

#[test]
fn what_the_file_says_is_not_overruled() {
    let options = ImportOptions {
        flatten_order: Some(FlattenOrder::ChannelsLast),
        ..ImportOptions::default()
    };
    let message = refusal(&keras("columns.keras"), &options);
    assert!(
        message.contains("--flatten-order") && message.contains("itself"),
        "{message}"
    );
    let options = ImportOptions {
        output_activation: Some(OutputNonlinearity::Softplus),
        ..ImportOptions::default()
    };
    let message = refusal(&keras("exponential.keras"), &options);
    assert!(message.contains("--output-activation"), "{message}");
}

/// A copy of a Keras archive with a text of its description replaced.
fn edited(folder: &TempDir, name: &str, from: &str, to: &str) -> PathBuf {
    let entries = archive::entries(&std::fs::read(keras(name)).unwrap());
    let entries: Vec<(String, Vec<u8>)> = entries
        .into_iter()
        .map(|(name, bytes)| match name.as_str() {
            "config.json" => {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains(from), "{from} is not in {text}");
                (name, text.replace(from, to).into_bytes())
            }
            _ => (name, bytes),
        })
        .collect();
    let borrowed: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let path = folder.path().join("edited.keras");
    std::fs::write(&path, archive::zipped(&borrowed)).unwrap();
    path
}

#[rstest]
#[case::hidden_elu("flatten_first.keras", r#""activation": "relu""#, r#""activation": "elu""#,
    &["`conv2d", "`elu`"])]
#[case::hidden_leaky("per_unit.keras", r#""negative_slope": 0.0"#, r#""negative_slope": 0.1"#,
    &["ReLU", "negative_slope"])]
#[case::hidden_limited("per_unit.keras", r#""max_value": null"#, r#""max_value": 6.0"#,
    &["ReLU", "max_value"])]
#[case::hidden_linear("flatten_first.keras", r#""activation": "relu""#, r#""activation": "linear""#,
    &["`conv2d", "not rectified"])]
#[case::own_function("flatten_first.keras", r#""activation": "relu""#,
    r#""activation": {"class_name": "function", "config": "mine", "registered_name": "mine"}"#,
    &["`mine`"])]
#[case::output_relu("flatten_first.keras", r#""activation": "softplus""#, r#""activation": "relu""#,
    &["`dense", "relu at the output"])]
#[case::output_linear("flatten_first.keras", r#""activation": "softplus""#,
    r#""activation": "linear""#, &["`dense", "no nonlinearity at the output"])]
#[case::output_exponential("flatten_first.keras", r#""activation": "softplus""#,
    r#""activation": "exponential""#, &["`dense", "exponential"])]
#[case::strides("flatten_first.keras", r#""strides": [1, 1]"#, r#""strides": [2, 2]"#,
    &["`conv2d", "strides [2, 2]"])]
#[case::padding("flatten_first.keras", r#""padding": "valid""#, r#""padding": "same""#,
    &["`conv2d", "pads", "same"])]
#[case::dilation("flatten_first.keras", r#""dilation_rate": [1, 1]"#, r#""dilation_rate": [2, 1]"#,
    &["`conv2d", "dilation_rate"])]
#[case::groups("flatten_first.keras", r#""groups": 1"#, r#""groups": 2"#, &["`conv2d", "groups"])]
#[case::pooling("flatten_first.keras", r#""class_name": "Flatten""#,
    r#""class_name": "GlobalAveragePooling2D""#, &["`flatten", "GlobalAveragePooling2D"])]
#[case::layer_normalisation("after.keras", r#""class_name": "BatchNormalization""#,
    r#""class_name": "LayerNormalization""#, &["LayerNormalization"])]
#[case::own_class("flatten_first.keras", r#""class_name": "Sequential""#,
    r#""class_name": "Retina""#, &["`Retina`"])]
#[case::bias_that_is_not_there("after.keras", r#""use_bias": false"#, r#""use_bias": true"#,
    &["variables"])]
#[case::two_inputs("functional.keras", r#""args": [{"class_name""#,
    r#""args": [["input_layer_9", 0, 0], {"class_name""#, &["several inputs"])]
#[case::as_in_training("functional.keras", r#""kwargs": {"mask": null}"#,
    r#""kwargs": {"training": true}"#, &["training=True"])]
#[case::another_form("per_unit.keras", r#""target_shape": [4, 8, 7]"#,
    r#""target_shape": [8, 4, 7]"#, &["`reshape", "another form"])]
fn what_ours_cannot_do_is_refused_by_name(
    #[case] name: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] parts: &[&str],
) {
    let folder = tempfile::tempdir().unwrap();
    let path = edited(&folder, name, from, to);
    let message = refusal(&path, &ImportOptions::default());
    for part in parts.iter().chain([&"edited.keras"]) {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Twice rectified is rectified, and dropout is of training only.
#[test]
fn what_changes_nothing_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = edited(
        &folder,
        "per_unit.keras",
        r#""class_name": "GaussianNoise""#,
        r#""class_name": "GaussianDropout""#,
    );
    let model = imported(&path, &ImportOptions::default()).model;
    assert!(error_of(&model, &keras("expected.h5"), "per_unit") < 2e-5);
}

#[test]
fn an_archive_without_weights_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.keras");
    let entries: [(&str, &[u8]); 3] = [
        ("config.json", b"{}"),
        ("metadata.json", b"{}"),
        ("model.weights.h5", b""),
    ];
    std::fs::write(&path, archive::zipped(&entries)).unwrap();
    let message = refusal(&path, &ImportOptions::default());
    for part in ["empty.keras", "model.weights.h5", "FILE.h5"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn an_archive_cut_anywhere_is_refused() {
    let whole = std::fs::read(keras("columns.keras")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for part in 1..20 {
        let path = folder.path().join("cut.keras");
        std::fs::write(&path, &whole[..whole.len() * part / 20]).unwrap();
        let message = refusal(&path, &ImportOptions::default());
        assert!(message.contains("cut.keras"), "{message}");
    }
}

#[test]
fn a_folder_is_no_weights_file() {
    let message = refusal(&file("import"), &ImportOptions::default());
    assert!(
        message.contains("folder") && message.contains("model.save"),
        "{message}"
    );
}

/// No layer of a linear-nonlinear model says which axis counts frames: two sizes alike are taken for
/// a square frame, and it is listed.
#[test]
fn the_axes_of_a_movie_without_convolutions_are_listed() {
    let weights = "movie_last.keras";
    let report = imported(&keras(weights), &ImportOptions::default()).report;
    let row = report
        .missing
        .iter()
        .find(|row| row.flag == "--flatten-order")
        .unwrap();
    assert!(row.assumed.contains("channels last"), "{report}");
    let told = |order| ImportOptions {
        flatten_order: Some(order),
        ..ImportOptions::default()
    };
    let right = told(FlattenOrder::ChannelsLast);
    assert!(error(weights, &right) < 2e-5);
    assert!(!flags(&imported(&keras(weights), &right).report).contains(&row.flag));
    let other = imported(&keras(weights), &told(FlattenOrder::ChannelsFirst)).model;
    assert_eq!(other.description.movie.history, 10);
}

/// `layer.quantize("int8")` of Keras 3: whole numbers and their scales.
#[test]
fn quantised_weights_are_refused_by_name() {
    let path = variant("keras/quantised.keras");
    let message = refusal(&path, &ImportOptions::default());
    for part in ["quantised.keras", "whole numbers (int8)", "dequantise"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}
