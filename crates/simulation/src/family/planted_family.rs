//! Circuits made for phenomena, whose numbers are ranges.

use std::collections::BTreeMap;

use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::schema::{ClassTable, InterneuronTable, PhotoreceptorTable};
use super::{Mechanisms, preset};
use crate::Error;
use crate::circuit::unknown;

/// A family of retinas whose classes are made by hand: the circuit of a [`Retina`](crate::Retina) with a
/// range in place of some numbers, from which [`draw`](Self::draw) makes one retina a seed.
///
/// In TOML a number is a value or a range `[low, high]`. Times are in milliseconds, lengths in
/// micrometres, rates in Hz.
///
/// ```toml
/// name = "example"
///
/// [photoreceptor]                  # drawn once; an interneuron type can have its own
/// order = 4
/// time_constant = [11.0, 13.0]
///
/// [interneurons.on-fast]
/// kind = "bipolar"                 # or "amacrine"
/// polarity = "on"
/// low_pass = 0.0
/// high_pass = { time_constant = 60.0, strength = 0.9 }
/// receptive_field = { centre_sd = 40.0, surround_sd = 150.0, surround_strength = 0.6 }
///
/// [classes.plain-on]
/// planted = []                     # { phenomenon = "latency", because = "..." }
/// mosaic = { spacing = 400.0, count = 4, position_jitter = 20.0, margin = 300.0 }
/// output = { gain_hz = 80.0, threshold = 0.1, softness = 0.03 }
/// jitter = 0.05                    # of weights and thresholds, cell by cell
///
/// [classes.plain-on.pathways.drive]
/// interneuron = "on-fast"
/// sign = "excitatory"
/// weight = [0.9, 1.1]
/// threshold = 0.05
/// pool_sd = 80.0
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantedFamily {
    /// Its name, which is written into the circuits drawn from it.
    pub name: String,
    /// That of the interneuron types that have none of their own.
    #[serde(default)]
    pub(super) photoreceptor: Option<PhotoreceptorTable>,
    pub(super) interneurons: BTreeMap<String, InterneuronTable>,
    pub(super) classes: BTreeMap<String, ClassTable>,
    /// Mechanisms of its retinas.
    #[serde(default, skip_serializing_if = "Mechanisms::is_empty")]
    pub(super) mechanisms: Mechanisms,
}

impl PlantedFamily {
    /// A family that is built in: `salamander`.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn preset(name: &str) -> Result<Self, Error> {
        Self::from_toml(Self::preset_text(name)?)
    }

    /// A family that is built in, with tables and values replaced by those of `overrides`; lists
    /// are replaced as a whole.
    ///
    /// # Errors
    /// If there is no preset of this name, or the result is no family.
    pub fn preset_with(name: &str, overrides: toml::Table) -> Result<Self, Error> {
        Self::from_toml_with(Self::preset_text(name)?, overrides)
    }

    /// Reads a family, with tables and values replaced by those of `overrides`.
    ///
    /// # Errors
    /// If the text is no TOML, or the result no family.
    pub fn from_toml_with(text: &str, overrides: toml::Table) -> Result<Self, Error> {
        let unreadable = |source| Error::Family(Box::new(source));
        let mut table: toml::Table = toml::from_str(text).map_err(unreadable)?;
        merge(&mut table, overrides);
        toml::Value::Table(table).try_into().map_err(unreadable)
    }

    /// The same family with other mosaics in all classes: cells, distance of neighbours and distance
    /// from the edge of the frame, each as it was where nothing is given.
    pub fn with_mosaics(
        mut self,
        count: Option<usize>,
        spacing: Option<Microns>,
        margin: Option<Microns>,
    ) -> Self {
        for class in self.classes.values_mut() {
            class.mosaic.change(count, spacing, margin);
        }
        self
    }

    /// The same family with classes that are left out unless they are asked for.
    ///
    /// # Errors
    /// If it has no such class.
    pub fn with_optional_classes(mut self, names: &[String]) -> Result<Self, Error> {
        for name in names {
            let Some(class) = self.classes.get_mut(name).filter(|class| class.optional) else {
                let optional = self.classes.iter().filter(|(_, class)| class.optional);
                return Err(
                    unknown("optional_classes", name, optional.map(|(name, _)| name)).into(),
                );
            };
            class.optional = false;
        }
        Ok(self)
    }

    /// Names of the families that are built in.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        preset::PRESETS.iter().map(|(name, _)| *name)
    }

    /// The text of a family that is built in, with the reason for every number.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn preset_text(name: &str) -> Result<&'static str, Error> {
        let known = preset::PRESETS.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, text)| *text)
            .ok_or_else(|| Error::UnknownPreset {
                name: name.to_owned(),
                known: preset::names(),
            })
    }

    /// Reads a family.
    ///
    /// # Errors
    /// If the text is no TOML or no family; the message gives the line.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|source| Error::Family(Box::new(source)))
    }
}

/// Replaces what `overrides` has, table by table.
pub(super) fn merge(table: &mut toml::Table, overrides: toml::Table) {
    for (key, value) in overrides {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}
