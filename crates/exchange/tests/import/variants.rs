//! The variants that the field uses, against PyTorch in double precision.

use ganglion_exchange::import::ImportOptions;
use ganglion_model::layer::Grouping;
use ganglion_model::network::{BnCnn, ModelConfig};
use ganglion_recording::Normalisation;
use rstest::rstest;

use super::{error_of, imported, refusal, variant};

const PLACES: [[usize; 2]; 3] = [[0, 3], [2, 1], [3, 3]];

/// 1e-5: single precision sums of some hundred products.
#[rstest]
#[case::current("current.pt", "current")]
#[case::bare_state_dict("bare.pt", "current")]
#[case::older_order_and_legacy_pickle("older.pt", "older")]
#[case::per_channel("per_channel.pt", "per_channel")]
#[case::stacked_convolutions("stacked.pt", "stacked")]
#[case::absolute_gains("absolute.pt", "absolute")]
#[case::one_unit_a_cell("one_unit.pt", "one_unit")]
#[case::no_normalisation("nips.pt", "nips")]
#[case::linear_nonlinear("linear_nonlinear.pt", "linear_nonlinear")]
#[case::keras("keras_bn.h5", "current")]
#[case::keras_without_normalisation("keras_nips.h5", "nips")]
#[case::keras_1_with_theano("keras_1_theano.h5", "nips")]
#[case::keras_1_with_tensorflow("keras_1_tensorflow.h5", "nips")]
#[case::mapped_by_hand("named.safetensors", "current")]
fn responses_are_those_of_pytorch(#[case] weights: &str, #[case] expected: &str) {
    let bare = ["bare.pt", "named.safetensors"].contains(&weights);
    let options = ImportOptions {
        coordinates: (weights == "one_unit.pt").then(|| PLACES.to_vec()),
        mapping: (weights == "named.safetensors").then(|| super::file("import/named.toml")),
        frame_size: bare.then_some([12, 12]),
        ..ImportOptions::default()
    };
    let imported = imported(&variant(weights), &options);
    let error = error_of(&imported.model, &variant("expected.h5"), expected);
    println!("{weights}: responses differ by {error:.1e}");
    assert!(error < 1e-5, "{weights}: responses differ by {error:e}");
}

#[test]
fn settings_are_read_from_hyper_parameters() {
    let imported = imported(&variant("current.pt"), &ImportOptions::default());
    let description = &imported.model.description;
    // The mean is a float32 of NumPy, the deviation a float64.
    let expected = Normalisation::Global {
        mean: 51.5,
        sd: 53.25,
    };
    assert_eq!(description.normalisation, expected);
    assert_eq!(description.cells, [4, 6, 9]);
    assert_eq!(description.provenance.epoch, 7);
    let ModelConfig::BnCnn(BnCnn {
        noise, batch_norm, ..
    }) = description.architecture
    else {
        panic!("not a BN-CNN")
    };
    assert_eq!((noise, batch_norm), (0.05, Grouping::PerUnit));
}

#[test]
fn per_channel_normalisation_stays_per_channel() {
    let imported = imported(&variant("per_channel.pt"), &ImportOptions::default());
    let architecture = &imported.model.description.architecture;
    let ModelConfig::BnCnn(BnCnn { batch_norm, .. }) = architecture else {
        panic!("not a BN-CNN")
    };
    assert_eq!(*batch_norm, Grouping::PerChannel);
}

#[test]
fn units_of_a_convolutional_read_out_are_found_in_a_recording() {
    let options = ImportOptions {
        match_recording: Some(variant("session.h5")),
        ..ImportOptions::default()
    };
    let imported = imported(&variant("one_unit.pt"), &options);
    let found: Vec<[usize; 2]> = imported.report.placements.iter().map(|p| p.unit).collect();
    assert_eq!(found, PLACES);
    assert!(
        imported
            .report
            .placements
            .iter()
            .all(|place| place.correlation > 0.999)
    );
    let error = error_of(&imported.model, &variant("expected.h5"), "one_unit");
    assert!(error < 1e-5, "{error:e}");
}

#[test]
fn coordinates_that_nobody_gave_are_asked_for() {
    let message = refusal(&variant("one_unit.pt"), &ImportOptions::default());
    for part in ["one_unit.pt", "--coordinates", "--match"] {
        assert!(message.contains(part), "{message}");
    }
    let options = ImportOptions {
        coordinates: Some(vec![[0, 3], [2, 4], [3, 3]]),
        ..ImportOptions::default()
    };
    let message = refusal(&variant("one_unit.pt"), &options);
    assert!(
        message.contains("3 pairs ROW,COLUMN within 4x4"),
        "{message}"
    );
}

#[test]
fn another_frame_size_does_not_fit() {
    let options = ImportOptions {
        frame_size: Some([13, 12]),
        ..ImportOptions::default()
    };
    let message = refusal(&variant("current.pt"), &options);
    assert!(message.contains("2 channels of 9x8 units"), "{message}");
}

#[test]
fn names_that_say_nothing_need_a_mapping() {
    let message = refusal(&variant("named.safetensors"), &ImportOptions::default());
    assert!(message.contains("mapping file"), "{message}");
}
