//! Places in a config.

use super::node::Table;

/// Where a table is in a config.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The keys that lead to it.
    pub path: Vec<String>,
    /// The key and value by which tables of one path are told apart, such as `kind = "ln"`, with the path
    /// of the table that has it.
    pub conditions: Vec<(Vec<String>, String, String)>,
}

impl Place {
    /// That of a key in it.
    pub fn below(&self, key: &str) -> Self {
        Self {
            path: [self.path.clone(), vec![key.to_owned()]].concat(),
            ..self.clone()
        }
    }

    /// Of one of the forms that a table may have.
    pub fn with(&self, table: &Table<'_>) -> Self {
        let mut place = self.clone();
        if let Some((key, value)) = &table.told_apart {
            (place.conditions).push((self.path.clone(), key.clone(), value.clone()));
        }
        place
    }
}
