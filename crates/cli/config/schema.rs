//! What serde knows about a kind of config, learned from its messages.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// A key that no config has.
const PROBE: &str = "\u{1}probe";

/// The key by which tables of several forms are told apart.
const KIND: &str = "kind";

/// The keys and values that one kind of config may have.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    complaint: fn(&Table) -> Option<String>,
}

/// The config a table describes, or serde's complaint.
pub fn parse<T: DeserializeOwned>(table: &Table) -> Result<T, String> {
    T::deserialize(table.clone()).map_err(|error| error.message().to_owned())
}

impl Schema {
    /// That of a type.
    pub fn of<T: DeserializeOwned>() -> Self {
        Self {
            complaint: |table| parse::<T>(table).err(),
        }
    }

    /// Serde's complaint about a table, if it has one.
    pub fn complaint(self, table: &Table) -> Option<String> {
        (self.complaint)(table)
    }

    /// Keys that the table at `path` of a config may have.
    pub fn known_keys(self, config: &Table, path: &[String]) -> Vec<String> {
        let mut probed = config.clone();
        let Some(table) = table_at(&mut probed, path) else {
            return Vec::new();
        };
        table.insert(PROBE.into(), Value::Boolean(true));
        match self.complaint(&probed) {
            Some(message) if message.contains(PROBE) => quoted(&message, 1),
            _ => Vec::new(),
        }
    }

    /// Whether the table at `path` of a config may have a key, whatever its `kind` if that is open.
    pub fn knows(self, config: &Table, path: &[String], key: &String) -> bool {
        let known = |config: &Table| self.known_keys(config, path).contains(key);
        let of_kind = |kind: &str| {
            let mut config = config.clone();
            let table = table_at(&mut config, path)?;
            table.entry(KIND).or_insert_with(|| kind.into());
            Some(config)
        };
        let kinds = of_kind(PROBE).and_then(|config| self.complaint(&config));
        let kinds = kinds.filter(|message| message.contains(PROBE) && message.contains("variant"));
        let kinds = kinds.map_or_else(Vec::new, |message| quoted(&message, 1));
        known(config)
            || kinds
                .iter()
                .any(|kind| of_kind(kind).as_ref().is_some_and(known))
    }

    /// Names of the top-level tables and keys.
    pub fn top_level(self) -> Vec<String> {
        self.known_keys(&Table::new(), &[])
    }
}

/// The names between backticks, after the first `skip` of them.
pub fn quoted(message: &str, skip: usize) -> Vec<String> {
    let odd = message.split('`').skip(1).step_by(2);
    odd.skip(skip).map(ToOwned::to_owned).collect()
}

/// The table at a path, made where nothing is there.
pub fn table_at<'a>(config: &'a mut Table, path: &[String]) -> Option<&'a mut Table> {
    path.iter().try_fold(config, |table, part| {
        table
            .entry(part.clone())
            .or_insert_with(|| Table::new().into())
            .as_table_mut()
    })
}

/// Paths of all tables in a config, the outermost (an empty path) first.
pub fn tables(config: &Table) -> Vec<Vec<String>> {
    let mut paths = vec![Vec::new()];
    for (key, value) in config {
        let Value::Table(inner) = value else { continue };
        paths.extend(tables(inner).into_iter().map(|path| below(key, path)));
    }
    paths
}

/// Paths and values of everything in a config that is not a table.
pub fn leaves(config: &Table) -> Vec<(Vec<String>, &Value)> {
    let mut found = Vec::new();
    for (key, value) in config {
        match value {
            Value::Table(inner) => {
                let inner = leaves(inner).into_iter();
                found.extend(inner.map(|(path, value)| (below(key, path), value)));
            }
            value => found.push((vec![key.clone()], value)),
        }
    }
    found
}

fn below(key: &str, path: Vec<String>) -> Vec<String> {
    [vec![key.to_owned()], path].concat()
}
