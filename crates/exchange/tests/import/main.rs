//! Weights of other programs: responses as there, and hostile files refused.

mod archive;
mod checkpoints;
mod export;
mod golden;
mod hostile;
mod keras;
mod precision;
mod variants;

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use ganglion_exchange::import::{ImportOptions, Imported, import};
use ganglion_model::model::Model;
use ganglion_recording::ArrayFile;

/// A file beside the tests.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// A reference network: checkpoints are read here alone, the rest is the model's.
fn golden(name: &str) -> PathBuf {
    let own = file("golden").join(name);
    match own.is_file() {
        true => own,
        false => file("../../model/tests/golden").join(name),
    }
}

fn variant(name: &str) -> PathBuf {
    file("import/fixtures").join(name)
}

fn imported(path: &Path, options: &ImportOptions) -> Imported {
    import(path, options, &Device::flex()).unwrap_or_else(|error| panic!("{error}"))
}

/// The message with which a file is refused.
fn refusal(path: &Path, options: &ImportOptions) -> String {
    match import(path, options, &Device::flex()) {
        Ok(_) => panic!("{} was imported", path.display()),
        Err(error) => error.to_string(),
    }
}

/// Largest difference between a model's responses to clips `[clip, frame, y, x]` and the expected
/// ones `[clip, cell]`, relative to the largest response.
fn error_of(model: &Model, expected: &Path, dataset: &str) -> f32 {
    error_of_clips(model, expected, "stimulus", dataset)
}

fn error_of_clips(model: &Model, expected: &Path, stimulus: &str, dataset: &str) -> f32 {
    let file = ArrayFile::open(expected).unwrap();
    let (stimulus, expected) = (file.read(stimulus).unwrap(), file.read(dataset).unwrap());
    let shape: [usize; 4] = stimulus.shape.try_into().unwrap();
    let rates = model.respond_to_clips(shape, &stimulus.values).unwrap();
    let largest = expected.values.iter().copied().fold(0.0f32, f32::max);
    let cells = expected.shape[1];
    assert_eq!(rates.len(), cells);
    let differences = expected
        .values
        .iter()
        .enumerate()
        .map(|(place, expected)| (rates[place % cells][place / cells] - expected).abs());
    differences.fold(0.0f32, f32::max) / largest
}
