//! A part that is switched on or off, or described.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// `true`, `false`, or a table of its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Switch<T> {
    /// Not there.
    Off,
    /// There, with these numbers.
    On(T),
}

impl<T> Switch<T> {
    /// The numbers of a part that is there.
    pub(super) fn of(switch: Option<&Self>) -> Option<&T> {
        match switch {
            Some(Self::On(numbers)) => Some(numbers),
            Some(Self::Off) | None => None,
        }
    }
}

impl<T: Serialize> Serialize for Switch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_bool(false),
            Self::On(numbers) => numbers.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Switch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SwitchVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Switch<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Switch_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let numbers = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "boolean" }, numbers] })
    }
}

struct SwitchVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for SwitchVisitor<T> {
    type Value = Switch<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false, or a table of its numbers")
    }

    fn visit_bool<E>(self, is_on: bool) -> Result<Switch<T>, E> {
        Ok(match is_on {
            true => Switch::On(T::default()),
            false => Switch::Off,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Switch<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Switch::On)
    }
}
