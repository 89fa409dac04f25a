//! Models by name.

use std::fs;

use crate::harness::{Scratch, copy_folder, listing};

const MODELS: (&str, &str) = ("GANGLION_MODELS", "models");

/// A run, and its model under the name `lab/tiny` in `models`.
fn with_models() -> Scratch {
    let scratch = Scratch::with_run();
    copy_folder(&scratch.path("run/model"), &scratch.path("models/lab/tiny"));
    scratch
}

#[test]
fn a_model_is_found_by_its_name() {
    let scratch = with_models();
    let respond = "--raw --stimulus tiny.h5:test/stimulus --out";
    scratch.succeeds(&format!("respond run {respond} path.h5"));
    let done = scratch.run_with(&[MODELS], &format!("respond lab/tiny {respond} name.h5"));
    assert_eq!(done.code, Some(0), "{done:?}");
    let rates = |file: &str| {
        let file = hdf5_pure::File::open(scratch.path(file)).unwrap();
        file.dataset("response").unwrap().read_f32().unwrap()
    };
    assert_eq!(rates("path.h5"), rates("name.h5"));
}

#[test]
fn a_model_in_the_cache_of_hugging_face_is_found() {
    let scratch = Scratch::with_run();
    let cached = scratch.path("hf/hub/models--lab--tiny");
    copy_folder(&scratch.path("run/model"), &cached.join("snapshots/0f3a"));
    let cache = ("HF_HOME", "hf");
    let export = |name: &str| {
        scratch.run_with(
            &[cache],
            &format!("export {name} --format npz --out w.npz --overwrite"),
        )
    };
    let refused = export("lab/tiny");
    assert_eq!(refused.code, Some(1));
    for part in [
        "lab/tiny",
        "GANGLION_MODELS (not set)",
        "models--lab--tiny",
        "0f3a",
    ] {
        assert!(refused.stderr.contains(part), "{refused:?}");
    }
    assert_eq!(export("lab/tiny@0f3a").code, Some(0));
    fs::create_dir_all(cached.join("refs")).unwrap();
    fs::write(cached.join("refs/main"), "0f3a").unwrap();
    let done = export("lab/tiny");
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[test]
fn a_path_comes_before_a_name() {
    let scratch = with_models();
    fs::create_dir_all(scratch.path("lab/tiny")).unwrap();
    let done = scratch.run_with(&[MODELS], "export lab/tiny --format npz --out w.npz");
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.contains("neither a model directory"),
        "{done:?}"
    );
}

/// Results on a model of a hub go into a folder here, so that copies of a hub stay what they are.
#[test]
fn nothing_is_written_where_models_are_kept() {
    let scratch = with_models();
    let before = listing(&scratch.path("models"));
    for arguments in [
        "plot lab/tiny --recording tiny.h5",
        "evaluate lab/tiny --recording tiny.h5",
    ] {
        let done = scratch.run_with(&[MODELS], arguments);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    assert_eq!(listing(&scratch.path("models")), before);
    assert!(scratch.path("lab--tiny/plots/filters.svg").is_file());
}
