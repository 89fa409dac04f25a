//! What a file that is no recording may be, and what to do with it.

use crate::container::Container;
use crate::{RATE, nwb};

/// In plain words, for files that other commands read.
pub(super) fn advice(container: &Container) -> Option<String> {
    nwb_file(container)
        .or_else(|| weights(container))
        .or_else(|| results(container))
}

/// The config that an NWB file needs to become a recording.
pub(super) fn import_config(container: &Container) -> Option<String> {
    nwb::version(container)?;
    nwb::suggested(container)
}

fn nwb_file(container: &Container) -> Option<String> {
    let version = nwb::version(container)?;
    let cells = container.dataset("units/spike_times_index").ok();
    let cells = cells.map_or(0, |index| index.shape().first().copied().unwrap_or(0));
    let series = nwb::series_of_frames(container);
    let movies = match series.is_empty() {
        true => "no series of frames".to_owned(),
        false => format!("movies {}", series.join(", ")),
    };
    let name = container.path().display();
    Some(format!(
        "an NWB {version} file with {cells} sorted units and {movies}: make a recording of it with \
         `ganglion import {name} --out recording.h5`"
    ))
}

fn weights(container: &Container) -> Option<String> {
    let keras = !container.groups("model_weights").is_empty()
        || container.attributes("").contains_key("layer_names");
    let exported = container.attributes("").contains_key("ganglion_model");
    let name = container.path().display();
    (keras || exported).then(|| {
        let whose = if keras { "Keras" } else { "ganglion" };
        format!(
            "weights of a network, saved by {whose}: make a model of them with \
             `ganglion import {name} --out MODEL`"
        )
    })
}

fn results(container: &Container) -> Option<String> {
    let attributes = container.attributes("");
    let program = attributes.get("program")?.as_str()?;
    program
        .starts_with("ganglion ")
        .then(|| format!("results of {program}"))
}

/// The datasets of a session that are not there, in words.
pub(super) fn missing(container: &Container) -> Vec<String> {
    let mut missing = Vec::new();
    if !container.has("train/stimulus") {
        missing.push("`train/stimulus` [frame, y, x], the movie".to_owned());
    }
    if container.datasets("train/response").is_empty() {
        missing.push(format!(
            "`train/response/{RATE}` [cell, frame], the rates in Hz"
        ));
    }
    missing
}
