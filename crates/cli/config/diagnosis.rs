//! Which key serde complains about, and what to do about it.

use toml::{Table, Value};

use super::nearest::nearest;
use super::schema::{Schema, leaves, quoted, table_at, tables};

/// What is wrong with a config.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Path of the key; empty where it is not known.
    pub key: Vec<String>,
    /// What is wrong with it.
    pub text: String,
}

/// Explains serde's `message` about a config.
pub fn diagnose(schema: Schema, config: &Table, message: &str) -> ConfigProblem {
    if message.starts_with("unknown field") {
        unknown_key(schema, config, message)
    } else if message.starts_with("missing field") {
        missing_key(schema, config, message)
    } else {
        wrong_value(schema, config, message)
    }
}

fn unknown_key(schema: Schema, config: &Table, message: &str) -> ConfigProblem {
    let names = quoted(message, 0);
    let (name, known) = names.split_first().expect("serde quotes the field");
    let holders = tables(config)
        .into_iter()
        .map(|path| [path, vec![name.clone()]].concat());
    let key = holders
        .into_iter()
        .find(|key| changes(schema, config, key, message));
    let key = key.unwrap_or_else(|| vec![name.clone()]);
    let meant = elsewhere(schema, config, &key)
        .or_else(|| further_in(schema, config, &key, known))
        .or_else(|| nearest(name, known.iter().map(String::as_str)).map(ToOwned::to_owned));
    let path = key.join(".");
    let text = match meant {
        Some(meant) => format!("unknown key `{path}`; did you mean `{meant}`?"),
        None if known.is_empty() => format!("unknown key `{path}`; this table has no keys"),
        None => format!("unknown key `{path}`; known here are {}", known.join(", ")),
    };
    ConfigProblem { key, text }
}

/// Whether taking a key away silences or changes the complaint.
fn changes(schema: Schema, config: &Table, key: &[String], message: &str) -> bool {
    without(config, key).is_some_and(|rest| schema.complaint(&rest).as_deref() != Some(message))
}

fn without(config: &Table, key: &[String]) -> Option<Table> {
    let mut rest = config.clone();
    let (name, path) = key.split_last()?;
    table_at(&mut rest, path)?.remove(name).map(|_| rest)
}

/// A table of the outermost level that does know the key, as in `epochs` outside `[training]`.
fn elsewhere(schema: Schema, config: &Table, key: &[String]) -> Option<String> {
    let name = key.last()?;
    let rest = without(config, key)?;
    let mut sections = schema.top_level().into_iter();
    let section = sections.find(|section| {
        key.first() != Some(section)
            && (schema.known_keys(&rest, std::slice::from_ref(section))).contains(name)
    })?;
    Some(format!("{section}.{name}"))
}

/// A table within that of the key, one of `known`, that does know it, as in `learning_rate` outside
/// `optimiser`.
fn further_in(schema: Schema, config: &Table, key: &[String], known: &[String]) -> Option<String> {
    let (name, path) = key.split_last()?;
    let rest = without(config, key)?;
    let mut tables = known
        .iter()
        .map(|table| (table, [path, std::slice::from_ref(table)].concat()));
    let (table, _) = tables.find(|(_, path)| schema.knows(&rest, path, name))?;
    Some(format!("{table}.{name}"))
}

fn missing_key(schema: Schema, config: &Table, message: &str) -> ConfigProblem {
    let name = quoted(message, 0).swap_remove(0);
    let holder = tables(config).into_iter().find(|path| {
        let mut filled = config.clone();
        let table = table_at(&mut filled, path).expect("the path was just listed");
        table.insert(name.clone(), Value::Boolean(true));
        let unknown = format!("unknown field `{name}`");
        (schema.complaint(&filled)).is_none_or(|now| now != message && !now.starts_with(&unknown))
    });
    let key = holder.clone().unwrap_or_default();
    let path = [key.clone(), vec![name.clone()]].concat().join(".");
    let text = match near_miss(config, &key, &name) {
        Some(typed) => format!("missing key `{path}`; is it `{typed}` that was meant?"),
        None => format!("missing key `{path}`"),
    };
    ConfigProblem { key, text }
}

/// A key of the table that is spelled almost like the missing one.
fn near_miss(config: &Table, path: &[String], name: &str) -> Option<String> {
    let mut config = config.clone();
    let table = table_at(&mut config, path)?;
    let typed = nearest(name, table.keys().map(String::as_str))?;
    (strsim::jaro_winkler(typed, name) > 0.85).then(|| typed.to_owned())
}

fn wrong_value(schema: Schema, config: &Table, message: &str) -> ConfigProblem {
    let leaves = leaves(config);
    let tables: Vec<(Vec<String>, Value)> = tables(config)
        .into_iter()
        .skip(1)
        .map(|path| (path, Table::new().into()))
        .collect();
    let all = leaves
        .into_iter()
        .chain(tables.iter().map(|(path, value)| (path.clone(), value)));
    let mut suspects: Vec<Vec<String>> = all
        .filter(|(_, value)| !names_a_value(message) || is_named(message, value))
        .map(|(key, _)| key)
        .filter(|key| changes(schema, config, key, message))
        .collect();
    // Taking away a required key changes the complaint too, whatever its value.
    suspects.sort_by_key(|key| makes_incomplete(schema, config, key));
    let Some(key) = suspects.into_iter().next() else {
        return ConfigProblem {
            key: Vec::new(),
            text: message.to_owned(),
        };
    };
    let text = format!("`{}` {}", key.join("."), complaint(message));
    ConfigProblem { key, text }
}

fn makes_incomplete(schema: Schema, config: &Table, key: &[String]) -> bool {
    let rest = without(config, key).expect("the key is there");
    (schema.complaint(&rest)).is_some_and(|message| message.starts_with("missing field"))
}

/// What toml calls a value that is no text, where it expects the name of a variant.
const NO_NAME: &str = "unit variant";

fn names_a_value(message: &str) -> bool {
    // Of a value that is no text where a name is expected, toml does not say what it is.
    let is_said = !message.contains(NO_NAME);
    let starts = ["invalid type", "invalid value", "unknown variant"];
    is_said && starts.iter().any(|start| message.starts_with(start))
}

/// Whether serde's message speaks of this value, or of one in this list.
fn is_named(message: &str, value: &Value) -> bool {
    let description = match value {
        Value::String(text) if message.starts_with("unknown variant") => format!("`{text}`"),
        Value::String(text) => format!("string {text:?}"),
        Value::Integer(number) => format!("integer `{number}`"),
        Value::Float(_) => "floating point".into(),
        Value::Boolean(truth) => format!("boolean `{truth}`"),
        Value::Array(values) => {
            return message.contains(": sequence") || values.iter().any(|v| is_named(message, v));
        }
        Value::Table(_) | Value::Datetime(_) => "map".into(),
    };
    message.contains(&description)
}

/// Serde's message in the words of a config file.
fn complaint(message: &str) -> String {
    if message.starts_with("unknown variant") {
        let names = quoted(message, 0);
        let (name, known) = names.split_first().expect("serde quotes the variant");
        let meant = nearest(name, known.iter().map(String::as_str));
        let known = known.join(", ");
        return match meant {
            Some(meant) => format!("is {name:?}; did you mean {meant:?}? Known are {known}"),
            None => format!("is {name:?}; known are {known}"),
        };
    }
    let told = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .find_map(|start| message.strip_prefix(start));
    match told {
        Some(told) => format!("is {}", in_words(told)),
        None if message.contains("untagged enum") => {
            "is of none of the forms that this key may have".to_owned()
        }
        None => format!("is not usable: {message}"),
    }
}

fn in_words(told: &str) -> String {
    let (found, expected) = told
        .rsplit_once(", expected ")
        .unwrap_or((told, "something else"));
    let expected = match expected {
        "usize" | "u64" | "u32" | "u16" | "u8" => "a whole number that is not negative",
        "i64" | "i32" | "i16" | "i8" | "isize" => "a whole number",
        "f64" | "f32" if is_text_with_comma(found) => {
            "a number, with a decimal point and no quotes, as in 0.02"
        }
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        tagged if tagged.starts_with("internally tagged enum") => "a table with its `kind`",
        tagged if tagged.starts_with("enum") => "a name",
        "a sequence" => "a list",
        structure if structure.starts_with("struct") => "a table",
        "map" => "a table",
        "string only" => "a name",
        other => other,
    };
    let found = match found {
        length if length.parse::<usize>().is_ok() => &format!("a list of {length}"),
        "sequence" => "a list",
        "map" => "a table",
        NO_NAME => "no text",
        other => other,
    };
    format!("{found}, expected {expected}")
}

/// Whether serde found a text such as "0,02".
fn is_text_with_comma(found: &str) -> bool {
    let text = found.strip_prefix("string \"");
    text.is_some_and(super::document::is_decimal_comma)
}
