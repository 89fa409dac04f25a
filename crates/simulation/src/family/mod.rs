//! Families that retinas are drawn from.

mod calibration;
mod draw;
mod equip;
mod feedback;
mod kinetic_profiles;
mod mechanisms;
mod mosaic;
mod number;
mod planted_family;
mod preset;
mod random_topology;
mod schema;
mod switch;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use crate::circuit::Problem;
use crate::{Error, Retina};
use planted_family::merge;

pub use mechanisms::{
    AmacrineStage, ConductanceRanges, ContaminationRanges, CouplingRanges, DepressionRanges,
    FeedbackRanges, GainControlRanges, GainDriftRanges, LightAdaptationRanges, Mechanisms,
    NoiseRanges, SpikeHistoryRanges, SubunitRanges, SurroundDelay, TerminalInhibition,
    ThresholdSpreadRange,
};
pub use number::Number;
pub use planted_family::PlantedFamily;
pub use random_topology::RandomTopology;
pub use switch::Switch;

/// What retinas are drawn from: circuits that were made for phenomena, or random wiring.
#[derive(Clone, Debug, PartialEq)]
pub enum Family {
    /// Circuits made for phenomena, with ranges in place of some numbers.
    Planted(Box<PlantedFamily>),
    /// Types and wiring that the seed draws; files with `kind = "random-topology"`.
    Random(Box<RandomTopology>),
}

impl Family {
    /// A family that is built in: `salamander` or `random-topology`.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn preset(name: &str) -> Result<Self, Error> {
        Self::from_toml_with(Self::preset_text(name)?, toml::Table::new())
    }

    /// Names of the families that are built in.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        preset::FAMILIES.iter().map(|(name, _)| *name)
    }

    /// The text of a family that is built in, with the reason for every number.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn preset_text(name: &str) -> Result<&'static str, Error> {
        let known = preset::FAMILIES.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, text)| *text)
            .ok_or_else(|| Error::UnknownPreset {
                name: name.to_owned(),
                known: Self::presets().collect::<Vec<_>>().join(", "),
            })
    }

    /// Reads a family, with tables and values replaced by those of `overrides`.
    ///
    /// # Errors
    /// If the text is no TOML, or the result no family of its kind.
    pub fn from_toml_with(text: &str, overrides: toml::Table) -> Result<Self, Error> {
        let unreadable = |source| Error::Family(Box::new(source));
        let mut table: toml::Table = toml::from_str(text).map_err(unreadable)?;
        merge(&mut table, overrides);
        let is_random = table.contains_key("kind");
        let value = toml::Value::Table(table);
        match is_random {
            true => value
                .try_into()
                .map(|family| Self::Random(Box::new(family))),
            false => value
                .try_into()
                .map(|family| Self::Planted(Box::new(family))),
        }
        .map_err(unreadable)
    }

    /// The same family with other mosaics in all classes; see [`PlantedFamily::with_mosaics`].
    #[must_use]
    pub fn with_mosaics(
        self,
        count: Option<usize>,
        spacing: Option<Microns>,
        margin: Option<Microns>,
    ) -> Self {
        match self {
            Self::Planted(family) => {
                Self::Planted(Box::new(family.with_mosaics(count, spacing, margin)))
            }
            Self::Random(family) => {
                Self::Random(Box::new(family.with_mosaics(count, spacing, margin)))
            }
        }
    }

    /// The same family with mechanisms switched on, off, or given other numbers.
    #[must_use]
    pub fn with_mechanisms(self, mechanisms: &Mechanisms) -> Self {
        match self {
            Self::Planted(mut family) => {
                family.mechanisms = family.mechanisms.or(mechanisms);
                Self::Planted(family)
            }
            Self::Random(mut family) => {
                family.mechanisms = family.mechanisms.or(mechanisms);
                Self::Random(family)
            }
        }
    }

    /// The same family with classes that are left out unless they are asked for.
    ///
    /// # Errors
    /// If there is no such class.
    pub fn with_optional_classes(self, names: &[String]) -> Result<Self, Error> {
        match (self, names) {
            (Self::Planted(family), names) => Ok(Self::Planted(Box::new(
                family.with_optional_classes(names)?,
            ))),
            (Self::Random(family), []) => Ok(Self::Random(family)),
            (Self::Random(family), [name, ..]) => {
                let problem = format!("is no class of {}, which draws its classes", family.name);
                let remedy = "leave out optional_classes, or name another family";
                Err(Problem::new("optional_classes", name, problem, remedy).into())
            }
        }
    }

    /// The retina of a seed; see [`PlantedFamily::draw`] and [`RandomTopology::draw`].
    ///
    /// # Errors
    /// If a number makes no sense, or the cells do not fit on the screen.
    pub fn draw(&self, seed: u64, screen: Screen, contrast_unit: f64) -> Result<Retina, Error> {
        match self {
            Self::Planted(family) => family.draw(seed, screen, contrast_unit),
            Self::Random(family) => family.draw(seed, screen, contrast_unit),
        }
    }
}
