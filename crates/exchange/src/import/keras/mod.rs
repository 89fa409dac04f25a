//! Keras models and their weights, as layers in our order of axes.
//!
//! Keras has written weights in these layouts:
//!
//! - `model.save("x.h5")` of Keras 1 to 3: `model_weights/<layer>/...`, and the attribute
//!   `model_config`, which describes every layer;
//! - `model.save_weights("x.h5")` of Keras 1 and 2: the same groups at the top, no description;
//! - `model.save("x.keras")` of Keras 3: a zip file of the description, `config.json`, and the
//!   weights, `model.weights.h5`;
//! - `model.save_weights("x.weights.h5")` of Keras 3: those weights alone, `<layer>/vars/0`, ...
//!
//! [`description`] reads a description as the steps from movie to rates, [`walk`] follows them.
//! Whatever a description asks for and ours cannot do is refused by the layer's name.
//!
//! Sources: the code of Keras 1.2.2, 2.2.4 and 3.15 (`saving`, `layers`), and files written by 3.15.

mod activation;
mod archive;
mod arrays;
mod convolution;
mod description;
mod position;
mod step;
mod stored;
mod walk;

use std::path::Path;

use ganglion_recording::{ArrayFile, Attribute};

use super::archive::Entries;
use super::datasets::note_unreadable;
use super::error::ImportError;
use super::source::{Format, WeightsSource};
pub(super) use archive::is_archive;
use arrays::{ArrayOrigin, group_arrays, is_of_random_numbers};
pub(super) use description::Description;
pub(super) use walk::layers;

/// Where a file keeps its weights.
pub(super) enum Root {
    /// A group for every layer, listed in `layer_names`.
    Named(&'static str),
    /// Groups of numbered variables.
    Numbered,
}

/// Where the weights are, if the file is a Keras model or its weights.
pub(super) fn root(file: &ArrayFile) -> Option<Root> {
    let named = ["model_weights", ""]
        .into_iter()
        .find(|group| layer_names(file, group).is_some());
    match named {
        Some(group) => Some(Root::Named(group)),
        None => stored::is_numbered(file).then_some(Root::Numbered),
    }
}

/// Reads the weights of every layer, and the description where the file has one.
pub(super) fn read(file: &ArrayFile, root: &Root) -> Result<WeightsSource, ImportError> {
    let attributes = file.attributes("");
    let text = attributes.get("model_config").and_then(Attribute::as_str);
    let description = text.map(description::read).transpose()?;
    match root {
        Root::Named(group) => read_named(file, group, description),
        Root::Numbered => read_numbered(file, description),
    }
}

/// Reads an archive of Keras 3.
pub(super) fn read_archive(
    path: &Path,
    entries: &Entries<'_>,
) -> Result<WeightsSource, ImportError> {
    let (description, file) = archive::open(path, entries)?;
    read_numbered(&file, Some(description))
}

fn read_named(
    file: &ArrayFile,
    group: &str,
    description: Option<Description>,
) -> Result<WeightsSource, ImportError> {
    let mut source = WeightsSource::new(Format::Keras);
    let origin = ArrayOrigin::of(file, group);
    for layer in layer_names(file, group).unwrap_or_default() {
        let folder = match group {
            "" => layer.clone(),
            _ => format!("{group}/{layer}"),
        };
        let known = description.as_ref().map(|description| &*description.steps);
        let arrays = group_arrays(file, &folder, &layer, &origin, known)?;
        source.arrays.extend(arrays);
    }
    note_the_rest(file, &mut source);
    source.keras = description;
    Ok(source)
}

fn read_numbered(
    file: &ArrayFile,
    description: Option<Description>,
) -> Result<WeightsSource, ImportError> {
    let mut source = WeightsSource::new(Format::Keras);
    source.arrays = match &description {
        Some(description) => stored::arrays_of_steps(file, &description.steps)?,
        None => stored::arrays_by_name(file)?,
    };
    source.said.guessed_layers = description.is_none();
    note_the_rest(file, &mut source);
    source.keras = description;
    Ok(source)
}

fn note_the_rest(file: &ArrayFile, source: &mut WeightsSource) {
    note_unreadable(file, source);
    for path in file.datasets_below("") {
        if is_of_random_numbers(&path) {
            source.ignore(&path, "random numbers of dropout, in training only");
        }
    }
    for group in ["optimizer_weights", "optimizer"] {
        for path in file.datasets_below(group) {
            source.ignore(&path, "the optimiser's state");
        }
    }
}

/// Layers in order: attribute `layer_names`, or `layer_names0`, `layer_names1`, ... of long lists.
fn layer_names(file: &ArrayFile, group: &str) -> Option<Vec<String>> {
    let attributes = file.attributes(group);
    let texts = |name: &str| match attributes.get(name)? {
        Attribute::Texts(names) => Some(names.clone()),
        Attribute::Text(name) => Some(vec![name.clone()]),
        _ => None,
    };
    let pieces = || {
        let names = (0..).map_while(|piece| texts(&format!("layer_names{piece}")));
        let names: Vec<String> = names.flatten().collect();
        (!names.is_empty()).then_some(names)
    };
    texts("layer_names").or_else(pieces)
}
