//! A layer of a description and its settings, whatever version of Keras spelt them.

use serde_json::{Map, Value};

use crate::import::error::ImportError;

/// A layer of a description.
#[derive(Clone, Debug)]
pub(super) struct KerasStep {
    pub(super) name: String,
    pub(super) class: String,
    pub(super) config: Map<String, Value>,
    /// Names under which Keras 3 stores it: class and number, models above it first.
    pub(super) stored: Vec<String>,
}

impl KerasStep {
    /// The setting under the first of these names that the layer has; `null` is none.
    pub(super) fn setting(&self, names: &[&str]) -> Option<&Value> {
        let settings = names.iter().filter_map(|name| self.config.get(*name));
        settings.into_iter().find(|value| !value.is_null())
    }

    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        self.setting(names)?.as_str()
    }

    pub(super) fn number(&self, names: &[&str]) -> Option<f64> {
        self.setting(names)?.as_f64()
    }

    pub(super) fn truth(&self, names: &[&str]) -> Option<bool> {
        self.setting(names)?.as_bool()
    }

    /// Whole numbers, where a single one stands for a list of one.
    pub(super) fn integers(&self, names: &[&str]) -> Option<Vec<i64>> {
        integers(self.setting(names)?)
    }

    /// Refuses the network for what this layer does: `layer NAME of class CLASS WHAT`.
    pub(super) fn refuse(&self, what: impl std::fmt::Display) -> ImportError {
        ImportError::Layer {
            name: self.name.clone(),
            class: self.class.clone(),
            what: what.to_string(),
        }
    }
}

/// Whole numbers, where a single one stands for a list of one.
pub(super) fn integers(value: &Value) -> Option<Vec<i64>> {
    match value {
        Value::Array(items) => items.iter().map(Value::as_i64).collect(),
        single => Some(vec![single.as_i64()?]),
    }
}
