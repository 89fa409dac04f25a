//! What is known of Python's classes and functions, and plain readings of values.

use std::borrow::Cow;

use super::{Id, Pickle, Value};

/// Modules that reach outside the values of a pickle: a function of theirs has no business there.
const HARMFUL_MODULES: [&str; 33] = [
    "os",
    "posix",
    "nt",
    "subprocess",
    "sys",
    "shutil",
    "socket",
    "importlib",
    "runpy",
    "pty",
    "ctypes",
    "pickle",
    "_pickle",
    "cPickle",
    "marshal",
    "code",
    "codeop",
    "multiprocessing",
    "webbrowser",
    "commands",
    "popen2",
    "platform",
    "signal",
    "threading",
    "asyncio",
    "http",
    "urllib",
    "requests",
    "pip",
    "imp",
    "timeit",
    "pdb",
    "bdb",
];

/// Built-in functions that run code, open files or reach other objects.
const HARMFUL_BUILTINS: [&str; 18] = [
    "eval",
    "exec",
    "execfile",
    "compile",
    "open",
    "file",
    "input",
    "raw_input",
    "__import__",
    "getattr",
    "setattr",
    "delattr",
    "globals",
    "locals",
    "vars",
    "apply",
    "breakpoint",
    "reload",
];

/// Whether a function can do more than make a value.
pub(super) fn is_harmful(module: &str, name: &str) -> bool {
    let package = module.split('.').next().unwrap_or(module);
    HARMFUL_MODULES.contains(&package)
        || (is_builtin(module) && HARMFUL_BUILTINS.contains(&name))
        // A path of attributes may lead anywhere.
        || (name.contains('.') && name.split('.').any(|part| part.starts_with("__")))
}

fn is_builtin(module: &str) -> bool {
    matches!(module, "builtins" | "__builtin__" | "__builtins__")
}

/// The value of a call where it is a plain collection, or else a note of the call.
pub(super) fn call<'a>(values: &[Value<'a>], function: Id, arguments: Id) -> Value<'a> {
    let value = |id: Id| &values[id.0 as usize];
    let first = match value(arguments) {
        Value::Sequence(items) => items.first().map(|id| value(*id)),
        _ => None,
    };
    let Value::Global { module, name } = value(function) else {
        return unknown(function, arguments);
    };
    match (*module, *name, first) {
        (
            "collections",
            "OrderedDict" | "defaultdict" | "Counter",
            Some(Value::Sequence(items)),
        ) => pairs(values, items).unwrap_or_else(|| unknown(function, arguments)),
        ("collections", "OrderedDict" | "defaultdict" | "Counter", _) => {
            Value::Dictionary(Vec::new())
        }
        (module, "set" | "frozenset", Some(Value::Sequence(items))) if is_builtin(module) => {
            Value::Set(items.clone())
        }
        (module, "set" | "frozenset", None) if is_builtin(module) => Value::Set(Vec::new()),
        (module, "list" | "tuple", Some(Value::Sequence(items))) if is_builtin(module) => {
            Value::Sequence(items.clone())
        }
        _ => unknown(function, arguments),
    }
}

fn unknown<'a>(function: Id, arguments: Id) -> Value<'a> {
    Value::Call {
        function,
        arguments,
        state: None,
        items: Vec::new(),
    }
}

/// A dictionary from a list of pairs.
fn pairs<'a>(values: &[Value<'a>], items: &[Id]) -> Option<Value<'a>> {
    let pair = |id: &Id| match &values[id.0 as usize] {
        Value::Sequence(pair) if pair.len() == 2 => Some((pair[0], pair[1])),
        _ => None,
    };
    items
        .iter()
        .map(pair)
        .collect::<Option<_>>()
        .map(Value::Dictionary)
}

/// A number that is whole and not negative.
fn whole(number: f64) -> Option<usize> {
    let whole = number.fract() == 0.0 && (0.0..=u32::MAX.into()).contains(&number);
    whole.then_some(number as usize)
}

impl<'a> Pickle<'a> {
    /// The value at a place.
    pub(crate) fn get(&self, id: Id) -> &Value<'a> {
        &self.values[id.0 as usize]
    }

    /// What the pickle refers to outside itself.
    pub(crate) fn persistent(&self) -> impl Iterator<Item = Id> {
        self.values.iter().filter_map(|value| match value {
            Value::Persistent(id) => Some(*id),
            _ => None,
        })
    }

    /// The entry of a dictionary, or the attribute of an object; later ones win.
    pub(crate) fn entry(&self, dictionary: Id, key: &str) -> Option<Id> {
        let entries = self.entries(dictionary);
        let mut found = entries.into_iter().rev();
        found.find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Entries of a dictionary whose keys are texts. Settings may be attributes of an object, such
    /// as argparse's, and dictionaries may be of a class of the user's own.
    pub(crate) fn entries(&self, dictionary: Id) -> Vec<(&'a str, Id)> {
        let named = |(name, value): &(Id, Id)| Some((self.text(*name)?, *value));
        match self.get(dictionary) {
            Value::Dictionary(entries) => entries.iter().filter_map(named).collect(),
            Value::Call { state, items, .. } => {
                let attributes = match state.map(|state| self.get(state)) {
                    Some(Value::Dictionary(entries)) => entries.as_slice(),
                    _ => &[],
                };
                attributes.iter().chain(items).filter_map(named).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Items of a list, tuple or set.
    pub(crate) fn items(&self, id: Id) -> Option<&[Id]> {
        match self.get(id) {
            Value::Sequence(items) | Value::Set(items) => Some(items),
            _ => None,
        }
    }

    /// A text.
    pub(crate) fn text(&self, id: Id) -> Option<&'a str> {
        match self.get(id) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value, as a number too.
    pub(crate) fn truth(&self, id: Id) -> Option<bool> {
        match self.get(id) {
            Value::Bool(value) => Some(*value),
            _ => self.number(id).map(|value| value != 0.0),
        }
    }

    /// A number, one of NumPy's included.
    pub(crate) fn number(&self, id: Id) -> Option<f64> {
        match self.get(id) {
            Value::Int(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            Value::Bool(value) => Some(f64::from(u8::from(*value))),
            Value::Call { .. } => {
                self.numpy_scalar(id)
                    .or_else(|| match self.numpy_array(id)?.values[..] {
                        [value] => Some(value),
                        _ => None,
                    })
            }
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, id: Id) -> Option<usize> {
        whole(self.number(id)?)
    }

    /// A list of numbers, or an array of NumPy.
    pub(crate) fn numbers(&self, id: Id) -> Option<Vec<f64>> {
        if let Some(array) = self.numpy_array(id) {
            return Some(array.values);
        }
        let items = self.items(id)?;
        items.iter().map(|item| self.number(*item)).collect()
    }

    /// A list of whole numbers.
    pub(crate) fn counts(&self, id: Id) -> Option<Vec<usize>> {
        let numbers = self.numbers(id)?;
        numbers.into_iter().map(whole).collect()
    }

    /// Module, name and arguments of a call.
    pub(crate) fn called(&self, id: Id) -> Option<(&'a str, &'a str, &[Id])> {
        let Value::Call {
            function,
            arguments,
            ..
        } = self.get(id)
        else {
            return None;
        };
        let Value::Global { module, name } = self.get(*function) else {
            return None;
        };
        Some((module, name, self.items(*arguments).unwrap_or(&[])))
    }

    /// Bytes, also those that protocol 2 writes as `_codecs.encode(text, "latin1")`.
    pub(super) fn bytes(&self, id: Id) -> Option<Cow<'a, [u8]>> {
        match self.get(id) {
            Value::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Value::Text(text) => Some(Cow::Borrowed(text.as_bytes())),
            Value::Call { .. } => {
                let ("_codecs", "encode", [text, ..]) = self.called(id)? else {
                    return None;
                };
                let latin = self
                    .text(*text)?
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).ok());
                latin.collect::<Option<Vec<u8>>>().map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// What something is, in a few words.
    pub(crate) fn describe(&self, id: Id) -> String {
        match self.get(id) {
            Value::None => "None".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Text(text) => format!("`{}`", text.chars().take(60).collect::<String>()),
            Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Value::Sequence(items) => format!("a list of {}", items.len()),
            Value::Set(items) => format!("a set of {}", items.len()),
            Value::Dictionary(entries) => format!("a dictionary of {}", entries.len()),
            Value::Global { module, name } => format!("{module}.{name}"),
            Value::Call { .. } => match self.called(id) {
                Some((module, name, _)) => format!("a {module}.{name}, not built"),
                None => "an object, not built".into(),
            },
            Value::Persistent(_) => "a reference outside the pickle".into(),
        }
    }
}
