//! Settings of a layer, whatever version of Keras spelt them.

use serde_json::Value;

use super::ImportError;
use super::description::Step;

impl Step {
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
