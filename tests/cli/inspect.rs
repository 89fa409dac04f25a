//! `ganglion inspect`

use crate::harness::Scratch;

#[test]
fn a_recording_is_summarised_as_text() {
    let done = Scratch::with_session().succeeds("inspect tiny.h5");
    for part in [
        "tiny.h5",
        "600 frames of 12 x 12 pixels",
        "ready for training",
        "8 repeats of each of 3 cells",
    ] {
        assert!(
            done.stdout.contains(part),
            "`{part}` is not in: {}",
            done.stdout
        );
    }
    assert_eq!(done.stderr, "");
}

#[test]
fn a_recording_is_summarised_as_json() {
    let json = Scratch::with_session()
        .succeeds("inspect tiny.h5 --json")
        .json();
    assert_eq!(json["is_recording"], true);
    let train = &json["partitions"][0];
    assert_eq!(
        (&train["frames"], &train["cells"]),
        (&600.into(), &3.into())
    );
    assert_eq!(train["cell_statistics"].as_array().unwrap().len(), 3);
}

#[test]
fn a_file_that_is_no_recording_is_told_so() {
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/recording/tests/fixtures"
    );
    let scratch = Scratch::empty();
    let done = scratch.succeeds(&format!("inspect {fixtures}/interneuron.h5"));
    assert!(
        done.stdout.contains("not usable as a recording"),
        "{done:?}"
    );
    let done = scratch.succeeds(&format!("inspect {fixtures}/layout5.h5"));
    assert!(done.stdout.contains("h5repack"), "{done:?}");
}
