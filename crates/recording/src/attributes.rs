//! Attributes of a file or group, as plain values.

use std::collections::BTreeMap;

use hdf5_pure::AttrValue;
use serde::Serialize;

/// Named attributes, sorted by name.
pub type Attributes = BTreeMap<String, Attribute>;

/// The value of an HDF5 attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Attribute {
    /// An integer.
    Integer(i64),
    /// A floating-point number.
    Number(f64),
    /// A text.
    Text(String),
    /// Several texts, such as dimension names.
    Texts(Vec<String>),
    /// Anything else, as it prints. Read only: it is not written back.
    Other(String),
}

impl Attribute {
    /// The value as a number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The value as text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn from_hdf5(value: &AttrValue) -> Self {
        if let Some(number) = value.as_f64() {
            Self::Number(number)
        } else if let Some(integer) = value.as_i64() {
            Self::Integer(integer)
        } else if let Some(text) = value.as_str() {
            Self::Text(text.to_owned())
        } else if let Some(texts) = value.as_strings() {
            Self::Texts(texts.to_vec())
        } else {
            Self::Other(value.to_string())
        }
    }

    /// Texts of variable length, which h5py reads as `str` rather than bytes.
    pub(crate) fn to_hdf5(&self) -> AttrValue {
        match self {
            Self::Integer(value) => AttrValue::I64(*value),
            Self::Number(value) => AttrValue::F64(*value),
            Self::Text(text) | Self::Other(text) => AttrValue::VarLenString(text.clone()),
            Self::Texts(texts) => AttrValue::VarLenStringArray(texts.clone()),
        }
    }
}

impl From<f64> for Attribute {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i64> for Attribute {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
