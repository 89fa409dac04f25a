//! Damaged configs are accepted or refused in one line, and never panic.
//!
//! The environment variable PROPTEST_CASES asks for more cases than the few of every test run.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// A change of a text at a place between its start (0) and its end (1).
#[derive(Clone, Debug)]
enum Change {
    DropLine(f64),
    RepeatLine(f64),
    SwapValue(f64, &'static str),
    Insert(f64, String),
    Cut(f64),
    TakeLine(f64, f64),
}

/// Values that configs do not expect.
const VALUES: [&str; 14] = [
    "-1",
    "0",
    "1e400",
    "nan",
    "inf",
    "\"\"",
    "[]",
    "{}",
    "[[1]]",
    "true",
    "18446744073709551616",
    "9223372036854775807",
    "{ kind = \"adam\" }",
    "1979-05-27",
];

fn change() -> impl Strategy<Value = Change> {
    let place = || 0.0..1.0f64;
    prop_oneof![
        place().prop_map(Change::DropLine),
        place().prop_map(Change::RepeatLine),
        (place(), prop::sample::select(&VALUES[..])).prop_map(|(at, v)| Change::SwapValue(at, v)),
        (place(), ".{1,12}").prop_map(|(at, text)| Change::Insert(at, text)),
        place().prop_map(Change::Cut),
        (place(), place()).prop_map(|(from, to)| Change::TakeLine(from, to)),
    ]
}

fn shipped() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

fn changed(text: &str, other: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let place = |at: f64, count: usize| ((at * count as f64) as usize).min(count.saturating_sub(1));
    if lines.is_empty() {
        return text.to_owned();
    }
    let count = lines.len();
    match change {
        Change::DropLine(at) => drop(lines.remove(place(*at, count))),
        Change::RepeatLine(at) => {
            let line = lines[place(*at, count)].clone();
            lines.push(line);
        }
        Change::SwapValue(at, value) => {
            let line = &mut lines[place(*at, count)];
            if let Some((key, _)) = line.split_once('=') {
                *line = format!("{key}= {value}");
            }
        }
        Change::Insert(at, piece) => {
            let line = &mut lines[place(*at, count)];
            let middle = line
                .char_indices()
                .map(|(index, _)| index)
                .nth(line.chars().count() / 2);
            line.insert_str(middle.unwrap_or(0), piece);
        }
        Change::Cut(at) => lines.truncate(place(*at, count)),
        Change::TakeLine(from, to) => {
            let others: Vec<&str> = other.lines().collect();
            let line = others
                .get(place(*from, others.len()))
                .copied()
                .unwrap_or("");
            lines.insert(place(*to, count), line.to_owned());
        }
    }
    lines.join("\n")
}

proptest! {
    #[test]
    fn a_damaged_config_is_accepted_or_refused(
        which in 0..64usize,
        other in 0..64usize,
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let configs = shipped();
        let (text, other) = (&configs[which % configs.len()], &configs[other % configs.len()]);
        let text = changes.iter().fold(text.clone(), |text, change| changed(&text, other, change));
        let read = Document::new(Path::new("run.toml"), text)
            .and_then(|document| ConfigFile::new(document, &[]))
            .and_then(|config| config.parse::<RunConfig>());
        match read {
            Ok(config) => drop(config.model.check()),
            Err(error) => {
                let message = error.to_string();
                prop_assert!(message.contains("run.toml"), "{message}");
            }
        }
    }
}
