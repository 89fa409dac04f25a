//! The text of a config file, and where its keys are.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use toml::Table;
use toml::de::{DeTable, DeValue};

/// A config file that is well-formed TOML.
#[derive(Debug)]
pub struct Document {
    path: PathBuf,
    text: String,
    table: Table,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read or is not TOML, with line and column.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("{}: the config cannot be read", path.display()))?;
        Self::new(path, text)
    }

    /// A config that was read from `path`.
    ///
    /// # Errors
    /// Where it is not TOML, with line and column.
    pub fn new(path: &Path, text: String) -> anyhow::Result<Self> {
        let table = text.parse::<Table>().map_err(|error| {
            let place = error.span().map(|span| position(&text, span.start));
            let place = place.map_or(String::new(), |(line, column)| format!("{line}:{column}:"));
            anyhow!(
                "{}:{place} not valid TOML: {}",
                path.display(),
                error.message()
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
            table,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything in it.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Line of a key, counted from 1, if the file has it.
    pub fn line_of(&self, key: &[String]) -> Option<usize> {
        let document = DeTable::parse(&self.text).ok()?;
        let place = offset_of(document.get_ref(), key)?;
        Some(position(&self.text, place).0)
    }
}

fn offset_of(table: &DeTable<'_>, key: &[String]) -> Option<usize> {
    let (first, rest) = key.split_first()?;
    let (name, value) = table.iter().find(|(name, _)| name.get_ref() == first)?;
    match (rest, value.get_ref()) {
        ([], _) => Some(name.span().start),
        (rest, DeValue::Table(table)) => offset_of(table, rest),
        _ => None,
    }
}

/// Line and column of a byte, counted from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.matches('\n').count();
    (line, 1 + before[line_start..].chars().count())
}
