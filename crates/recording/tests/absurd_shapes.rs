//! Datasets that claim far more than their file holds are refused before memory is asked for.

mod common;

use common::fixture;
use ganglion_recording::{ArrayFile, Error, RecordingFile, inspect, read_array};
use rstest::rstest;

/// 20 TB in chunks that were never written, and 8 TB in one run without a place in the file.
#[rstest]
#[case("train/stimulus")]
#[case("contiguous")]
fn a_dataset_larger_than_its_file_is_refused(#[case] dataset: &str) {
    let error = read_array(fixture("absurd.h5"), dataset).unwrap_err();
    assert!(matches!(error, Error::NotStored { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("absurd.h5") && text.contains(dataset),
        "{text}"
    );
    let file = ArrayFile::open(fixture("absurd.h5")).unwrap();
    assert!(matches!(file.read(dataset), Err(Error::NotStored { .. })));
}

/// More elements than can be counted.
#[test]
fn a_shape_that_overflows_is_refused() {
    let error = read_array(fixture("absurd.h5"), "overflow").unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { .. } | Error::NotStored { .. }),
        "{error}"
    );
}

#[test]
fn such_a_file_is_no_recording_but_can_be_inspected() {
    let error = RecordingFile::open(fixture("absurd.h5")).unwrap_err();
    assert!(matches!(error, Error::NotStored { .. }), "{error}");
    let summary = inspect(fixture("absurd.h5")).unwrap();
    assert!(
        summary
            .problem
            .unwrap()
            .contains("does not fit in this file")
    );
    assert!(
        summary
            .contents
            .iter()
            .any(|item| item.path == "contiguous")
    );
}

/// A constant movie compresses a thousandfold: that is no lie.
#[test]
fn a_well_compressed_movie_is_read() {
    let movie = read_array(fixture("absurd.h5"), "constant").unwrap();
    assert_eq!(movie.shape, [4000, 16, 16]);
    assert!(movie.values.iter().all(|value| *value == 7.0));
}
