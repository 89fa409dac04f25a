//! Which command wrote which file of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use ganglion_recording::{sha256_of, write_atomically};
use serde::{Deserialize, Serialize};

/// Name of the ledger in its folder.
pub const LEDGER: &str = ".ganglion.json";

/// The results in a folder, by their names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ledger {
    /// Results that are complete.
    files: BTreeMap<String, Entry>,
    /// Commands that were begun and not finished, with the names that they may have written.
    unfinished: BTreeMap<String, Vec<String>>,
}

/// One result.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    command: String,
    sha256: String,
}

impl Ledger {
    /// The ledger of a folder; an empty one where there is none that can be read.
    pub fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(LEDGER)).ok();
        let ledger = text.and_then(|text| serde_json::from_str(&text).ok());
        ledger.unwrap_or_default()
    }

    /// Whether the file of this name in a folder is something else.
    pub fn is_foreign(folder: &Path) -> bool {
        let path = folder.join(LEDGER);
        if fs::symlink_metadata(&path).is_err() {
            return false;
        }
        let text = fs::read_to_string(path);
        text.map_or(true, |text| serde_json::from_str::<Self>(&text).is_err())
    }

    /// Notes that a command begins to write these names, so that one that is killed knows its own
    /// files again.
    pub fn begin(&mut self, command: &str, names: &[String]) {
        self.unfinished.insert(command.to_owned(), names.to_vec());
    }

    /// Notes that a command has finished.
    pub fn finish(&mut self, command: &str) {
        self.unfinished.remove(command);
    }

    /// Notes a result.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn note(&mut self, folder: &Path, name: &str, command: &str) -> crate::Result<()> {
        let entry = Entry {
            command: command.to_owned(),
            sha256: sha256_of(folder.join(name))?,
        };
        self.files.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Whether a file is as one of these commands left it, or was left by one that was killed.
    pub fn is_by(&self, commands: &[&str], folder: &Path, name: &str) -> bool {
        let entry = self.files.get(name);
        let is_other = entry.is_some_and(|entry| !commands.contains(&entry.command.as_str()));
        if is_other {
            return false;
        }
        let is_unchanged =
            |entry: &Entry| sha256_of(folder.join(name)).is_ok_and(|sha256| sha256 == entry.sha256);
        entry.is_some_and(is_unchanged) || self.was_writing(commands, name)
    }

    /// Whether one of the commands was killed while it may have been replacing the file.
    fn was_writing(&self, commands: &[&str], name: &str) -> bool {
        commands.iter().any(|command| {
            let names = self.unfinished.get(*command);
            names.is_some_and(|names| names.iter().any(|own| matches(own, name)))
        })
    }

    /// Writes the ledger.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn save(&self, folder: &Path) -> crate::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        Ok(write_atomically(folder.join(LEDGER), |file| {
            file.write_all(text.as_bytes())
        })?)
    }
}

/// Whether a name fits a pattern, in which `*` stands for any characters but `/`.
pub fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(place, _)| place);
            ends.chain([rest.len()])
                .take_while(|&end| !rest[..end].contains('/'))
                .any(|end| matches(after, &rest[end..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything_within_a_name() {
        assert!(matches("summary.json", "summary.json"));
        assert!(matches("cell*-circuit.*", "cell12-circuit.svg"));
        assert!(matches("figures/*", "figures/cell0.svg"));
        assert!(!matches("figures/*", "figures/old/cell0.svg"));
        assert!(!matches("*.h5", "summary.json"));
        assert!(!matches("cell*", "mycell1"));
    }

    #[test]
    fn an_edited_result_is_no_result_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join("a.csv"), "1").unwrap();
        let mut ledger = Ledger::default();
        ledger.note(folder, "a.csv", "plot").unwrap();
        ledger.save(folder).unwrap();
        let ledger = Ledger::read(folder);
        assert!(ledger.is_by(&["plot"], folder, "a.csv"));
        assert!(!ledger.is_by(&["reduce"], folder, "a.csv"));
        assert!(!ledger.is_by(&["plot"], folder, "b.csv"));
        fs::write(folder.join("a.csv"), "2").unwrap();
        assert!(!ledger.is_by(&["plot"], folder, "a.csv"));
    }

    #[test]
    fn a_command_that_was_killed_knows_its_files_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::default();
        ledger.begin("reduce", &["cell*-circuit.toml".to_owned()]);
        assert!(ledger.is_by(&["reduce"], folder.path(), "cell1-circuit.toml"));
        assert!(!ledger.is_by(&["reduce"], folder.path(), "notes.txt"));
        assert!(!ledger.is_by(&["plot"], folder.path(), "cell1-circuit.toml"));
        ledger.finish("reduce");
        assert!(!ledger.is_by(&["reduce"], folder.path(), "cell1-circuit.toml"));
    }
}
