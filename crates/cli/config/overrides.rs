//! `--set key.path=value`.

use std::fmt;
use std::str::FromStr;

use toml::{Table, Value};

/// A value for one key of a config.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    key: Vec<String>,
    value: Value,
    typed: String,
}

impl Override {
    /// Sets the value, making the tables on the way.
    ///
    /// # Errors
    /// Where something on the way is not a table.
    pub fn apply(&self, table: &mut Table) -> Result<(), String> {
        let (last, way) = self.key.split_last().expect("a key has parts");
        let mut here = table;
        for (depth, part) in way.iter().enumerate() {
            let entry = here
                .entry(part.clone())
                .or_insert_with(|| Table::new().into());
            here = entry.as_table_mut().ok_or_else(|| {
                format!(
                    "`{}` is a single value, not a table",
                    self.key[..=depth].join(".")
                )
            })?;
        }
        here.insert(last.clone(), self.value.clone());
        Ok(())
    }

    /// Whether this sets `key`, its table, or something in it.
    pub fn concerns(&self, key: &[String]) -> bool {
        self.key.starts_with(key) || key.starts_with(&self.key)
    }

    /// Whether this sets `key` or a table around it, replacing what the file says.
    pub fn sets(&self, key: &[String]) -> bool {
        key.starts_with(&self.key)
    }
}

impl FromStr for Override {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("`{text}`: expected key.path=value, as in training.epochs=5");
        let (key, value) = text.split_once('=').ok_or_else(expected)?;
        let key: Vec<String> = key.split('.').map(|part| part.trim().to_owned()).collect();
        if key.iter().any(String::is_empty) {
            return Err(expected());
        }
        Ok(Self {
            key,
            value: value_of(value.trim()),
            typed: text.to_owned(),
        })
    }
}

/// The TOML value, or the text itself where it is none.
fn value_of(text: &str) -> Value {
    let alone = |table: Table| (table.len() == 1).then_some(table);
    let parsed = toml::from_str::<Table>(&format!("value = {text}"))
        .ok()
        .and_then(alone);
    let value = parsed.and_then(|mut table| table.remove("value"));
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(start: &str, change: &str) -> Result<String, String> {
        let mut table: Table = start.parse().unwrap();
        change.parse::<Override>()?.apply(&mut table)?;
        Ok(toml::to_string(&table).unwrap())
    }

    #[test]
    fn values_are_toml_or_else_text() {
        let t = |change: &str| applied("", change).unwrap();
        assert_eq!(t("a=1"), "a = 1\n");
        assert_eq!(t("a = [1, 2]"), "a = [1, 2]\n");
        assert_eq!(t("a=all"), "a = \"all\"\n");
        assert_eq!(t("a=\"1\""), "a = \"1\"\n");
        assert_eq!(t("a=x.h5\nb = 2"), "a = \"\"\"\nx.h5\nb = 2\"\"\"\n");
    }

    #[test]
    fn a_path_makes_its_tables() {
        assert_eq!(
            applied("[b]\nd = 1", "b.c=2").unwrap(),
            "[b]\nc = 2\nd = 1\n"
        );
        assert_eq!(applied("", "b.c=2").unwrap(), "[b]\nc = 2\n");
        assert!(
            applied("b = 1", "b.c=2")
                .unwrap_err()
                .contains("`b` is a single value")
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["a", "=1", "a..b=1", ".a=1"] {
            assert!(
                text.parse::<Override>()
                    .unwrap_err()
                    .contains("key.path=value"),
                "{text}"
            );
        }
    }
}
