//! Which values of a config are paths.
//!
//! That a key holds a path is said by its type alone. To find out which values of a table are paths,
//! each text in it is marked in turn, and the table read: a path comes across the mark.

use std::path::{Path, PathBuf};

use ganglion::attribution::AttributionConfig;
use ganglion::experiment::ExperimentConfig;
use ganglion::model::network::ModelConfig;
use ganglion::model::training::config::{DeviceConfig, RecordingConfig, TrainingConfig};
use ganglion::recording::{ConfigPath, NwbConfig};
use ganglion::reduction::ReductionConfig;
use ganglion::simulation::SimulationConfig;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Set before a text to know it again: a character for private use, which no path is written with.
const MARK: char = '\u{e000}';

/// The paths in a value as its type comes across them; the value need not make sense.
type PathsReader = fn(Value) -> Vec<PathBuf>;

/// Every table of a config, and what reads it.
const READERS: [(&str, PathsReader); 9] = [
    ("simulation", paths_of::<SimulationConfig>),
    ("recording", paths_of::<RecordingConfig>),
    ("nwb", paths_of::<NwbConfig>),
    ("model", paths_of::<ModelConfig>),
    ("training", paths_of::<TrainingConfig>),
    ("device", paths_of::<DeviceConfig>),
    ("experiments", paths_of::<Vec<ExperimentConfig>>),
    ("attribution", paths_of::<AttributionConfig>),
    ("reduction", paths_of::<ReductionConfig>),
];

fn paths_of<T: DeserializeOwned>(value: Value) -> Vec<PathBuf> {
    ConfigPath::reading_in(Path::new(""), || T::deserialize(value).is_ok()).1
}

/// The config with its paths made absolute, so that it can be read in any folder.
pub fn absolute(config: &Table, folder: &Path) -> Table {
    let mut config = config.clone();
    for (name, read) in READERS {
        let Some(table) = config.get_mut(name) else {
            continue;
        };
        for place in texts(table) {
            let mut marked = table.clone();
            let Some(text) = text_at(&mut marked, &place) else {
                continue;
            };
            let written = text.clone();
            text.insert(0, MARK);
            let mark = PathBuf::from(&*text);
            if read(marked).contains(&mark)
                && let Some(text) = text_at(table, &place)
            {
                *text = ConfigPath::resolved(folder, Path::new(&written))
                    .display()
                    .to_string();
            }
        }
    }
    config
}

/// A step from a value to one in it.
#[derive(Clone, Debug)]
enum PathStep {
    Key(String),
    Index(usize),
}

/// Places of all texts in a value.
fn texts(value: &Value) -> Vec<Vec<PathStep>> {
    let below = |step: PathStep, value: &Value| {
        let places = texts(value).into_iter();
        let whole = move |place| [vec![step.clone()], place].concat();
        places.map(whole).collect::<Vec<_>>()
    };
    match value {
        Value::String(_) => vec![Vec::new()],
        Value::Array(values) => values
            .iter()
            .enumerate()
            .flat_map(|(index, value)| below(PathStep::Index(index), value))
            .collect(),
        Value::Table(table) => table
            .iter()
            .flat_map(|(key, value)| below(PathStep::Key(key.clone()), value))
            .collect(),
        _ => Vec::new(),
    }
}

fn text_at<'a>(value: &'a mut Value, place: &[PathStep]) -> Option<&'a mut String> {
    let found = place.iter().try_fold(value, |value, step| match step {
        PathStep::Key(key) => value.get_mut(key),
        PathStep::Index(index) => value.get_mut(index),
    });
    match found? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_known_by_their_types_wherever_they_stand() {
        let config: Table = r#"
            seed = 1
            [recording]
            files = ["all", "/data/b.h5"]
            cells = "all"
            response = "all"
            [simulation]
            family = "mine.toml"
            natural = { train_seconds = 1, test_seconds = 1, images = "pictures" }
            [model]
            kind = "ln"
            "#
        .parse()
        .unwrap();
        let found = absolute(&config, Path::new("/lab/configs"));
        let text = |path: &[&str]| {
            let start = found.get(path[0]).unwrap();
            let value = path[1..]
                .iter()
                .fold(start, |value, key| value.get(key).unwrap());
            value.to_string()
        };
        assert_eq!(
            text(&["recording", "files"]),
            r#"["/lab/configs/all", "/data/b.h5"]"#
        );
        assert_eq!(text(&["recording", "cells"]), r#""all""#);
        assert_eq!(text(&["recording", "response"]), r#""all""#);
        assert_eq!(
            text(&["simulation", "family"]),
            r#""/lab/configs/mine.toml""#
        );
        assert_eq!(
            text(&["simulation", "natural", "images"]),
            r#""/lab/configs/pictures""#
        );
        assert_eq!(text(&["model", "kind"]), r#""ln""#);
    }

    #[test]
    fn a_family_that_is_built_in_is_no_path() {
        let config: Table = "[simulation]\nfamily = \"salamander\"".parse().unwrap();
        assert_eq!(absolute(&config, Path::new("/lab")), config);
    }
}
