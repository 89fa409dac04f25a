//! A folder of results.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ganglion_recording::sha256_of;

use super::ledger::{LEDGER, Ledger, matches};
use super::{Outputs, require_folder};
use crate::error::Context as _;
use crate::error::Error;

/// A folder that a command fills, checked before the work and again before it is written.
#[derive(Debug)]
pub struct ResultFolder {
    outputs: Outputs,
    folder: PathBuf,
    names: Vec<String>,
    /// Files that were allowed before.
    allowed: BTreeMap<String, Stamp>,
}

/// What changes when a file does.
type Stamp = (u64, Option<SystemTime>);

impl ResultFolder {
    pub(super) fn new(outputs: Outputs, folder: &Path, names: Vec<String>) -> crate::Result<Self> {
        let mut results = Self {
            outputs,
            folder: folder.to_owned(),
            names,
            allowed: BTreeMap::new(),
        };
        results.check()?;
        results.allowed = results.stamped();
        Ok(results)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder, lets `write` fill it, and notes what it wrote.
    ///
    /// # Errors
    /// Where a file has come in the way since, or one cannot be written.
    pub fn write<T>(&self, write: impl FnOnce(&Path) -> crate::Result<T>) -> crate::Result<T> {
        self.check()?;
        let folder = &self.folder;
        fs::create_dir_all(folder)
            .with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
        let others = self.others()?;
        let command = self.outputs.command;
        let mut ledger = Ledger::read(folder);
        ledger.begin(command, &self.names);
        ledger.save(folder)?;
        let written = write(folder)?;
        // A command within this one may have noted results of its own.
        let mut ledger = Ledger::read(folder);
        for name in self.present() {
            let is_left = match others.get(&name) {
                Some(sha256) => sha256_of(folder.join(&name))? == *sha256,
                None => false,
            };
            if !is_left {
                ledger.note(folder, &name, command)?;
            }
        }
        ledger.finish(command);
        ledger.save(folder)?;
        Ok(written)
    }

    /// Refuses what is in the way, unless it was allowed before and has not changed.
    fn check(&self) -> crate::Result<()> {
        require_folder(&self.folder)?;
        if Ledger::is_foreign(&self.folder) {
            return Err(Error::request(format!(
                "{} is not the list of results that ganglion keeps there; move it, or choose another \
                 --out",
                self.folder.join(LEDGER).display()
            )));
        }
        let ledger = Ledger::read(&self.folder);
        let stamps = self.stamped();
        for (name, stamp) in &stamps {
            if self.allowed.get(name) == Some(stamp) {
                continue;
            }
            let is_own = |_: &Path| ledger.is_by(&self.outputs.owners, &self.folder, name);
            self.outputs.allow(&self.folder.join(name), &is_own)?;
        }
        Ok(())
    }

    /// Files of other origin that `--overwrite` may replace, with their content.
    fn others(&self) -> crate::Result<BTreeMap<String, String>> {
        if !self.outputs.overwrite {
            return Ok(BTreeMap::new());
        }
        let ledger = Ledger::read(&self.folder);
        let owners = &self.outputs.owners;
        let others = self
            .present()
            .into_iter()
            .filter(|name| !ledger.is_by(owners, &self.folder, name));
        let hashed = |name: String| {
            let sha256 = sha256_of(self.folder.join(&name))?;
            Ok((name, sha256))
        };
        others.map(hashed).collect()
    }

    fn stamped(&self) -> BTreeMap<String, Stamp> {
        let stamp = |name: String| {
            let data = fs::metadata(self.folder.join(&name)).ok();
            let stamp = data.map_or((0, None), |data| (data.len(), data.modified().ok()));
            (name, stamp)
        };
        self.present().into_iter().map(stamp).collect()
    }

    /// Names in the folder, and one below it, that the command may write.
    fn present(&self) -> Vec<String> {
        let mut names = entries(&self.folder, "");
        let below = names.clone();
        let folders = below.iter().filter(|name| self.folder.join(name).is_dir());
        for name in folders {
            names.extend(entries(&self.folder.join(name), &format!("{name}/")));
        }
        names.retain(|name| self.names.iter().any(|pattern| matches(pattern, name)));
        names.sort();
        names
    }
}

fn entries(folder: &Path, before: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| format!("{before}{}", entry.file_name().to_string_lossy()))
        .collect()
}
