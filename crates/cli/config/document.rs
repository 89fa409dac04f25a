//! The text of a config file, and where its keys are.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use toml::Table;
use toml::de::{DeTable, DeValue};

use ganglion::text;

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
        Self::new(path, text::read(path, "config")?)
    }

    /// A config that was read from `path`.
    ///
    /// # Errors
    /// Where it is not TOML, with line and column.
    pub fn new(path: &Path, text: String) -> anyhow::Result<Self> {
        let table = text.parse::<Table>().map_err(|error| {
            let place = error.span().map(|span| position(&text, span.start));
            let place = place.map_or(String::new(), |(line, column)| format!("{line}:{column}:"));
            let line = error.span().map_or("", |span| line_at(&text, span.start));
            anyhow!(
                "{}:{place} not valid TOML: {}{}",
                path.display(),
                error.message(),
                hint(line)
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

/// What people of other habits mean by a line that is not TOML.
fn hint(line: &str) -> &'static str {
    if has_quoted_backslash(line) {
        return "; in double quotes a backslash begins a special character: write paths with /, or \
                in single quotes, as in 'C:\\data\\new.h5'";
    }
    if has_decimal_comma(line) {
        return "; a number has a decimal point, as in 0.02, not a comma";
    }
    ""
}

fn has_quoted_backslash(line: &str) -> bool {
    let quoted = line.split('"').skip(1).step_by(2);
    let mut quoted = quoted.filter(|text| text.contains('\\'));
    quoted.next().is_some()
}

/// Whether a key's value is digits, a comma and digits, outside lists.
fn has_decimal_comma(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or_default();
    line.split('=').skip(1).any(is_decimal_comma)
}

/// Whether a text begins with a number that is written with a comma.
pub(super) fn is_decimal_comma(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(['-', '+']);
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let has_digits = rest.len() < text.len();
    let after = rest.strip_prefix(',');
    has_digits && after.is_some_and(|after| after.starts_with(|digit: char| digit.is_ascii_digit()))
}

fn line_at(text: &str, offset: usize) -> &str {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// Line and column of a byte, counted from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.matches('\n').count();
    (line, 1 + before[line_start..].chars().count())
}
