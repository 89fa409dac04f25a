//! Config files: TOML, then overrides, then checked against what a command knows.
//!
//! One file may hold the tables of several commands; each reads its own, and checks that the others
//! make sense too. Serde tells what it
//! dislikes, but not always where (tables with a `kind` lose their places), so `diagnosis` finds
//! the key by trying, and `document` finds its line.

mod diagnosis;
mod document;
mod everything;
mod nearest;
mod overrides;
mod paths;
mod reference;
mod schema;

use std::path::Path;

use anyhow::{Context as _, anyhow};
use ganglion::model::training::RunConfig;
use ganglion::recording::ConfigPath;
use serde::de::DeserializeOwned;
use toml::Table;

use crate::failure::bad_use;
use diagnosis::ConfigProblem;
use document::Document;
use everything::TOP_LEVEL;
pub use overrides::Override;
pub use reference::markdown as reference;
use schema::Schema;

/// A config file with the overrides of the command line.
#[derive(Debug)]
pub struct ConfigFile {
    document: Document,
    overrides: Vec<Override>,
    table: Table,
}

impl ConfigFile {
    /// Reads a file and sets what `--set` says.
    ///
    /// # Errors
    /// Where it cannot be read or is not TOML, or something is set within a single value.
    pub fn read(path: &Path, overrides: &[Override]) -> anyhow::Result<Self> {
        Self::new(Document::read(path)?, overrides)
    }

    /// A config that is in memory as text; errors name it `name`, relative paths start where `name` is.
    ///
    /// # Errors
    /// Where it is not TOML.
    pub fn of_text(name: &Path, text: String) -> anyhow::Result<Self> {
        Self::new(Document::new(name, text)?, &[])
    }

    /// A config that is in memory as a table, and so has no lines; relative paths start at the working
    /// folder.
    pub fn of_table(name: &str, table: Table) -> anyhow::Result<Self> {
        let mut config = Self::of_text(Path::new(name), String::new())?;
        config.table = table;
        Ok(config)
    }

    /// Sets a key, making the tables on the way.
    ///
    /// # Errors
    /// Where something on the way is not a table.
    pub fn set(&mut self, change: &Override) -> anyhow::Result<()> {
        change
            .apply(&mut self.table)
            .map_err(|text| bad_use(format!("{}: {text}", self.document.path().display())))
    }

    /// Everything that it says.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Reads a file if there is one, and sets what `--set` says in any case.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_if_given(path: Option<&Path>, overrides: &[Override]) -> anyhow::Result<Self> {
        match path {
            Some(path) => Self::read(path, overrides),
            None => Self::new(Document::new(Path::new("--set"), String::new())?, overrides),
        }
    }

    fn new(document: Document, overrides: &[Override]) -> anyhow::Result<Self> {
        let mut table = document.table().clone();
        for change in overrides {
            change
                .apply(&mut table)
                .map_err(|text| bad_use(format!("--set {change}: {text}")))?;
        }
        Ok(Self {
            document,
            overrides: overrides.to_vec(),
            table,
        })
    }

    /// Whether the config has a table or key of this name at its top level.
    pub fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// The whole config as TOML, overrides applied.
    ///
    /// # Errors
    /// Where it has no TOML form.
    pub fn text(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(&paths::absolute(
            &self.table,
            self.folder(),
        ))?)
    }

    /// The tables of one command: the fields of `T` at the top level of the file. `T` must deny
    /// unknown fields; tables of other commands may lack what those need.
    ///
    /// # Errors
    /// Naming the file, line and key, and the nearest key where one is unknown.
    pub fn parse<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        let schema = Schema::of::<T>();
        let own = schema.top_level();
        let mut table = self.table.clone();
        table.retain(|name, _| own.iter().any(|own| own == name) || !TOP_LEVEL.contains(&name));
        let (parsed, _) = ConfigPath::reading_in(self.folder(), || schema::parse(&table));
        let parsed = parsed
            .map_err(|message| self.explain(&diagnosis::diagnose(schema, &table, &message)))?;
        self.check_others(&own)?;
        Ok(parsed)
    }

    /// Refuses what no command could read, whichever of them is to read it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), but for keys that are missing.
    pub fn check(&self) -> anyhow::Result<()> {
        self.check_others(&[])
    }

    /// Refuses what no command could read in the tables that are not a command's own.
    fn check_others(&self, own: &[String]) -> anyhow::Result<()> {
        let others = TOP_LEVEL
            .iter()
            .filter(|name| own.iter().all(|own| own != *name));
        let mut problems = others.filter_map(|name| everything::problem(name, &self.table));
        match problems.next() {
            Some(problem) => Err(self.explain(&problem)),
            None => Ok(()),
        }
    }

    /// The tables of a training run, which make sense together.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and where a value is not usable, or goes with no other.
    pub fn run(&self) -> anyhow::Result<RunConfig> {
        let config: RunConfig = self.parse()?;
        let file = self.document.path().display();
        config.check().with_context(|| file.to_string())?;
        Ok(config)
    }

    /// Where its relative paths start.
    fn folder(&self) -> &Path {
        self.document.path().parent().unwrap_or(Path::new(""))
    }

    /// Blames the override that set the key, or else the file's line.
    fn explain(&self, problem: &ConfigProblem) -> anyhow::Error {
        let mut latest_first = self.overrides.iter().rev();
        let blamed = latest_first.find(|change| change.concerns(&problem.key));
        let (path, line) = (self.document.path(), self.document.line_of(&problem.key));
        match (blamed, line) {
            (Some(change), line) if line.is_none() || change.sets(&problem.key) => {
                bad_use(format!("--set {change}: {}", problem.text))
            }
            (_, Some(line)) => anyhow!("{}:{line}: {}", path.display(), problem.text),
            _ => anyhow!("{}: {}", path.display(), problem.text),
        }
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
