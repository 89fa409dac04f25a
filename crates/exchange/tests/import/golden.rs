//! The reference checkpoints.

use ganglion_exchange::import::ImportOptions;
use ganglion_recording::Normalisation;
use rstest::rstest;

use super::{error_of, golden, imported};

/// 1e-5: single precision sums of up to 9000 products.
#[rstest]
#[case::zip("small.pt", "small.h5")]
#[case::legacy("small.legacy.pt", "small.h5")]
#[case::safetensors("small.safetensors", "small.h5")]
#[case::full("full.safetensors", "full.h5")]
fn responses_are_those_of_pytorch(#[case] weights: &str, #[case] expected: &str) {
    let path = golden(weights);
    let imported = imported(&path, &ImportOptions::default());
    let error = error_of(&imported.model, &golden(expected), "eval/response");
    println!("{weights}: responses differ by {error:.1e}");
    assert!(error < 1e-5, "{weights}: responses differ by {error:e}");
}

#[test]
fn a_checkpoint_fills_the_description() {
    let options = ImportOptions {
        microns_per_pixel: Some(50.0),
        cells: Some(vec![2, 5, 7]),
        frame_period_ms: Some(20.0),
        ..ImportOptions::default()
    };
    let imported = imported(&golden("small.pt"), &options);
    let description = &imported.model.description;
    let expected = Normalisation::Global {
        mean: 51.0,
        sd: 47.5,
    };
    assert_eq!(description.normalisation, expected);
    assert_eq!(description.cells, [2, 5, 7]);
    assert_eq!(
        (description.frame_period_ms, description.microns_per_pixel),
        (20.0, Some(50.0))
    );
    assert_eq!(description.provenance.epoch, 3);
    let source = description.provenance.imported_from.as_ref().unwrap();
    assert_eq!(
        (source.name.as_str(), source.sha256.len()),
        ("small.pt", 64)
    );
    let report = imported.report.to_string();
    for part in [
        "sequential.0.weight",
        "stage 1 convolution",
        "stage 2 batch normalisation, per unit",
        "sequential.2.num_batches_tracked: a count of batches",
        "val_loss: 0.6",
        "--batch-norm-epsilon",
    ] {
        assert!(report.contains(part), "`{part}` is not in: {report}");
    }
    assert!(!report.contains("--microns-per-pixel"), "{report}");
}
