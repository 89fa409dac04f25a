//! A JSON schema, as tables and keys.

use serde_json::{Map, Value, json};

use super::value;

/// A schema with its definitions.
pub struct Schemas(Value);

/// The schema of one value, without references.
#[derive(Clone)]
pub struct Node<'a> {
    all: &'a Schemas,
    value: Value,
}

/// The keys of a table.
pub struct Table<'a> {
    /// What the table is, in Markdown.
    pub description: String,
    /// Its keys.
    pub keys: Vec<Key<'a>>,
    /// The key and value that say which of several forms the table has.
    pub told_apart: Option<(String, String)>,
}

/// A key of a table.
#[derive(Clone)]
pub struct Key<'a> {
    /// Its name.
    pub name: String,
    /// What it may hold.
    pub node: Node<'a>,
    /// What it holds if it is left out; none if it has to be given.
    pub default: Option<Value>,
}

impl Schemas {
    pub fn new(schema: Value) -> Self {
        Self(schema)
    }

    /// That of a whole config.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, &self.0)
    }

    /// A schema with what it refers to in it; what it says itself goes before.
    fn resolved(&self, schema: &Value) -> Value {
        let Some(own) = schema.as_object() else {
            return json!({});
        };
        let mut resolved = Map::new();
        for part in parts(own) {
            let part = self.resolved(&part);
            resolved.extend(part.as_object().cloned().unwrap_or_default());
        }
        if let Some(name) = text(own.get("$ref")) {
            let definition = name.trim_start_matches('#');
            let definition = self.0.pointer(definition).unwrap_or(&Value::Null);
            let definition = self.resolved(definition);
            resolved.extend(definition.as_object().cloned().unwrap_or_default());
        }
        for (key, value) in own {
            match (key.as_str(), resolved.get_mut(key)) {
                ("properties", Some(Value::Object(known))) => {
                    known.extend(value.as_object().cloned().unwrap_or_default());
                }
                ("required", Some(Value::Array(known))) => {
                    known.extend(value.as_array().cloned().unwrap_or_default());
                }
                ("$ref" | "allOf", _) => (),
                ("anyOf", _) if one_or_nothing(own).is_some() => (),
                _ => drop(resolved.insert(key.clone(), value.clone())),
            }
        }
        Value::Object(resolved)
    }
}

/// What a schema is put together of.
fn parts(schema: &Map<String, Value>) -> Vec<Value> {
    let all = schema.get("allOf").and_then(Value::as_array);
    let all = all.into_iter().flatten().cloned();
    all.chain(one_or_nothing(schema)).collect()
}

/// The form besides nothing, of what may be left out.
fn one_or_nothing(schema: &Map<String, Value>) -> Option<Value> {
    let any = schema.get("anyOf").and_then(Value::as_array)?;
    match &any[..] {
        [one, nothing] if is_nothing(nothing) => Some(one.clone()),
        _ => None,
    }
}

fn is_nothing(schema: &Value) -> bool {
    schema["type"] == "null"
}

impl<'a> Node<'a> {
    fn new(all: &'a Schemas, schema: &Value) -> Self {
        Self {
            all,
            value: all.resolved(schema),
        }
    }

    /// Those under a key that lists them.
    fn listed(&self, key: &str) -> Vec<Self> {
        let list = self.value[key].as_array();
        let list = list.into_iter().flatten();
        let list = list.filter(|one| !is_nothing(one));
        list.map(|one| Self::new(self.all, one)).collect()
    }

    /// What it may be, where that is one of several.
    fn alternatives(&self) -> Vec<Self> {
        [self.listed("oneOf"), self.listed("anyOf")].concat()
    }

    fn items(&self) -> Option<Self> {
        let items = self.value.get("items")?;
        Some(Self::new(self.all, items))
    }

    fn is(&self, kind: &str) -> bool {
        let kinds = &self.value["type"];
        let several = kinds.as_array().into_iter().flatten();
        kinds == kind || several.into_iter().any(|one| one == kind)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.is("array")
    }

    /// The forms of the table that it may hold; none if it holds no table whose keys are known.
    pub fn tables(&self) -> Vec<Table<'a>> {
        if self.value.get("properties").is_some() {
            return vec![self.table()];
        }
        let inside = self.items().into_iter().chain(self.alternatives());
        inside.flat_map(|one| one.tables()).collect()
    }

    fn table(&self) -> Table<'a> {
        let properties = self.value["properties"].as_object().into_iter().flatten();
        let required = self.value["required"].as_array();
        let has_to_be_given = |name: &str| {
            let mut required = required.into_iter().flatten();
            required.any(|one| one == name)
        };
        let mut table = Table {
            description: self.description(),
            keys: Vec::new(),
            told_apart: None,
        };
        for (name, schema) in properties {
            let node = Self::new(self.all, schema);
            if let Some(value) = text(node.value.get("const")) {
                table.told_apart = Some((name.clone(), value.to_owned()));
                continue;
            }
            let default = node.value.get("default").cloned();
            let is_given = has_to_be_given(name) && default.is_none();
            table.keys.push(Key {
                name: name.clone(),
                default: (!is_given).then(|| default.unwrap_or(Value::Null)),
                node,
            });
        }
        table
    }

    /// What it may hold, in the words of a config file.
    pub fn form(&self) -> String {
        if let Some(form) = text(self.value.get("form")) {
            return form.to_owned();
        }
        if let Some(choices) = self.choices() {
            let names: Vec<String> = choices
                .iter()
                .map(|(name, _)| format!("`\"{name}\"`"))
                .collect();
            return names.join(", ");
        }
        if self.is_list() {
            return self.list_form();
        }
        if self.value.get("properties").is_some() {
            return "table".to_owned();
        }
        let alternatives = self.alternatives();
        if !alternatives.is_empty() {
            let mut forms: Vec<String> = alternatives.iter().map(Self::form).collect();
            forms.dedup();
            return forms.join(" or ");
        }
        let forms = [
            ("integer", "whole number"),
            ("number", "number"),
            ("boolean", "true or false"),
            ("string", "text"),
            ("object", "table"),
        ];
        let known = forms.iter().find(|(kind, _)| self.is(kind));
        known.map_or("any", |(_, form)| form).to_owned()
    }

    fn list_form(&self) -> String {
        let of = self.items().map_or_else(String::new, |items| items.form());
        match (
            self.value["minItems"].as_u64(),
            self.value["maxItems"].as_u64(),
        ) {
            (Some(least), Some(most)) if least == most => format!("list of {least}: {of}"),
            _ => format!("list: {of}"),
        }
    }

    /// The texts that it may be, each with what it means.
    fn choices(&self) -> Option<Vec<(String, String)>> {
        if let Some(names) = self.value["enum"].as_array() {
            let names = names.iter().filter_map(Value::as_str);
            return Some(names.map(|name| (name.to_owned(), String::new())).collect());
        }
        if let Some(name) = text(self.value.get("const")) {
            return Some(vec![(name.to_owned(), self.told())]);
        }
        let alternatives = self.alternatives();
        let choices = alternatives.iter().map(Self::choices);
        let choices: Vec<(String, String)> = choices.collect::<Option<Vec<_>>>()?.concat();
        (!choices.is_empty()).then_some(choices)
    }

    /// The unit of its numbers.
    pub fn unit(&self) -> Option<String> {
        let own = text(self.value.get("unit")).map(ToOwned::to_owned);
        let inside = || {
            let inside = self.items().into_iter().chain(self.alternatives());
            inside
                .filter(|one| one.value.get("properties").is_none())
                .find_map(|one| one.unit())
        };
        own.or_else(inside)
    }

    /// What it means, in one line of Markdown; with what each of its choices means.
    pub fn description(&self) -> String {
        let choices = self.choices().unwrap_or_default();
        let choices = choices.iter().filter(|(_, meaning)| !meaning.is_empty());
        let choices: Vec<String> = choices
            .map(|(name, meaning)| format!("`{name}`: {}.", meaning.trim_end_matches('.')))
            .collect();
        [vec![self.told()], choices]
            .concat()
            .join(" ")
            .trim()
            .to_owned()
    }

    fn told(&self) -> String {
        plain(text(self.value.get("description")).unwrap_or_default())
    }
}

impl<'a> Table<'a> {
    /// The keys, with what they are where the table as a whole has a default.
    pub fn keys_of(&self, whole: &Value) -> Vec<Key<'a>> {
        let is_other = |(name, value): &(String, String)| whole[name] != *value.as_str();
        let keys = self.keys.iter().cloned();
        if self.told_apart.as_ref().is_some_and(is_other) {
            return keys.collect();
        }
        let with_default = |mut key: Key<'a>| {
            if let Some(value) = whole.get(&key.name) {
                key.default = Some(value.clone());
            }
            key
        };
        keys.map(with_default).collect()
    }
}

impl Key<'_> {
    /// What it is if it is left out.
    pub fn default_text(&self) -> String {
        match &self.default {
            None => "required".to_owned(),
            Some(Value::Null) => String::new(),
            Some(Value::Object(_)) => "as below".to_owned(),
            Some(default) => format!("`{}`", value::written(default)),
        }
    }
}

/// A description up to the first code or heading in it, in one line, without links into the code.
fn plain(description: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in description.lines() {
        if line.starts_with("```") || line.starts_with('#') {
            break;
        }
        lines.push(line.trim());
    }
    lines.retain(|line| !line.is_empty());
    without_links(&lines.join(" "))
}

/// Markdown without links to items of the code, which lead nowhere in a page.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let (target, end) = after.split_once(')').unwrap_or((after, ""));
        let is_address = target.starts_with("http");
        match (is_address, before.rfind('[')) {
            (false, Some(start)) => {
                plain += &before[..start];
                plain += &before[start + 1..];
            }
            _ => plain += &format!("{before}]({target})"),
        }
        rest = end;
    }
    plain += rest;
    plain.replace("[`", "`").replace("`]", "`")
}

/// A text of a schema, if it is one.
fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_the_code_are_taken_out() {
        assert_eq!(
            without_links("Ranges of [`Drive`](crate::mechanism::Drive), as in [`Split`]."),
            "Ranges of `Drive`, as in `Split`."
        );
        let address = "see [the paper](https://arxiv.org/abs/1912.06207)";
        assert_eq!(without_links(address), address);
    }
}
