//! Experiments as config files and command lines name them.
//!
//! [`crate::phenomena`] lists them; this is what that list declares.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Table;

use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::{
    Answers, Draft, Error, ExperimentConfig, Metric, MomentTimes, Outcome, Phenomenon,
    PreparedExperiment, Screen, Warning,
};

/// Declares the experiments there are; each names a config that is its protocol.
///
/// What is declared is every place that lists experiments: the configs, the phenomena among them, and
/// what the crate exports of their folders.
macro_rules! experiments {
    (
        phenomena { $($(#[$docs:meta])* $folder:ident::$name:ident,)* }
        classical { $($(#[$other_docs:meta])* $other_folder:ident::$other:ident,)* }
    ) => {
        $(pub use $folder::*;)*
        $(
            #[allow(unused_imports)]
            pub use $other_folder::*;
        )*

        $crate::registry::declare! {
            $($(#[$docs])* $folder::$name,)* $($(#[$other_docs])* $other_folder::$other,)*
        }

        /// A phenomenon of retinal prediction that an experiment looks for.
        ///
        /// Tanaka et al., NeurIPS 2019, explain these by reduced circuits.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum Phenomenon {
            $($(#[$docs])* $name,)*
        }

        impl Phenomenon {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// The name on the command line and in files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => <$folder::$name as $crate::Presets>::EXPERIMENT,)*
                }
            }
        }

        impl ExperimentConfig {
            /// The phenomenon that it looks for; none for a classical stimulus.
            pub fn phenomenon(&self) -> Option<Phenomenon> {
                match self {
                    $(Self::$name(_) => Some(Phenomenon::$name),)*
                    $(Self::$other(_) => None,)*
                }
            }
        }
    };
}
pub(crate) use experiments;

/// Declares the configs of all experiments.
macro_rules! declare {
    ($($(#[$docs:meta])* $folder:ident::$experiment:ident,)*) => {
        /// An experiment: what to show, and by which rule to judge the answers.
        ///
        /// In TOML, `phenomenon` names it and `preset` its published parameters; every other key
        /// replaces one of theirs:
        ///
        /// ```toml
        /// phenomenon = "omitted-stimulus"
        /// preset = "poster-2019"
        /// flashes = 12
        /// ```
        #[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
        #[serde(tag = "phenomenon", rename_all = "kebab-case")]
        pub enum ExperimentConfig {
            $($(#[$docs])* $experiment($folder::$experiment),)*
        }

        impl ExperimentConfig {
            /// Names of all experiments, the phenomena first.
            pub const NAMES: &[&str] =
                &[$(<$folder::$experiment as $crate::Presets>::EXPERIMENT,)*];

            /// An experiment with the parameters of a preset, or of the default one.
            ///
            /// # Errors
            /// If there is no such experiment or preset; the message lists those that there are.
            pub fn preset(name: &str, preset: Option<&str>) -> Result<Self, $crate::Error> {
                $(if name == <$folder::$experiment as $crate::Presets>::EXPERIMENT {
                    return $crate::registry::preset_or_default(preset).map(Self::$experiment);
                })*
                Err($crate::registry::unknown(name))
            }

            /// Names of an experiment's presets; the first is the default.
            ///
            /// # Errors
            /// If there is no such experiment.
            pub fn presets(name: &str) -> Result<Vec<&'static str>, $crate::Error> {
                $(if name == <$folder::$experiment as $crate::Presets>::EXPERIMENT {
                    return Ok($crate::registry::preset_names::<$folder::$experiment>());
                })*
                Err($crate::registry::unknown(name))
            }

            /// The experiment of a table in a config file.
            ///
            /// # Errors
            /// If it names no experiment or preset that there is, or a key makes no sense.
            pub fn from_table(table: toml::Table) -> Result<Self, $crate::Error> {
                let asked = $crate::registry::AskedExperiment::of(table)?;
                $(if asked.name == <$folder::$experiment as $crate::Presets>::EXPERIMENT {
                    return asked.overlaid().map(Self::$experiment);
                })*
                Err($crate::registry::unknown(&asked.name))
            }

            /// Its name.
            pub fn name(&self) -> &'static str {
                self.protocol().name()
            }

            pub(crate) fn protocol(&self) -> &dyn $crate::Protocol {
                match self {
                    $(Self::$experiment(protocol) => protocol,)*
                }
            }

            /// The experiment as a screen shows it, and what changed.
            pub(crate) fn shown_on(
                self,
                screen: &$crate::Screen,
            ) -> (Self, Vec<$crate::Warning>) {
                match self {
                    $(Self::$experiment(config) => {
                        let (config, changes) = $crate::Protocol::on(config, screen);
                        (Self::$experiment(config), changes)
                    })*
                }
            }
        }
    };
}
pub(crate) use declare;

impl ExperimentConfig {
    /// Makes the experiment ready for a screen.
    ///
    /// # Errors
    /// If a value makes no sense or does not fit the screen; the message says what would work.
    pub fn prepare(&self, screen: Screen) -> Result<PreparedExperiment, Error> {
        PreparedExperiment::new(self.clone(), screen)
    }

    /// The key of the metric that stands for the experiment.
    pub fn headline(&self) -> &'static str {
        self.primary().key
    }
}

/// That of the experiment it is.
impl Protocol for ExperimentConfig {
    fn name(&self) -> &'static str {
        self.protocol().name()
    }

    fn on(self, screen: &Screen) -> (Self, Vec<Warning>) {
        self.shown_on(screen)
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.protocol().conditions(screen)
    }

    fn measure(&self, answers: &Answers<'_>) -> Outcome {
        self.protocol().measure(answers)
    }

    fn metrics(&self) -> &'static [Metric] {
        self.protocol().metrics()
    }

    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        self.protocol().figures(outcome)
    }

    fn moments(&self, screen: &Screen) -> Vec<MomentTimes> {
        self.protocol().moments(screen)
    }
}

impl From<Phenomenon> for ExperimentConfig {
    /// The phenomenon with its default preset.
    fn from(phenomenon: Phenomenon) -> Self {
        Self::preset(phenomenon.name(), None).expect("every phenomenon is an experiment")
    }
}

impl<'de> Deserialize<'de> for ExperimentConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_table(Table::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

pub(crate) fn preset_or_default<P: Presets>(name: Option<&str>) -> Result<P, Error> {
    P::preset(name.unwrap_or(preset_names::<P>()[0]))
}

pub(crate) fn preset_names<P: Presets>() -> Vec<&'static str> {
    P::presets().into_iter().map(|(name, _)| name).collect()
}

pub(crate) fn unknown(name: &str) -> Error {
    Error::UnknownExperiment {
        name: name.to_owned(),
        known: ExperimentConfig::NAMES.join(", "),
    }
}

/// What a table asks for.
pub(crate) struct AskedExperiment {
    pub(crate) name: String,
    preset: Option<String>,
    /// Every other key.
    values: Table,
}

impl AskedExperiment {
    pub(crate) fn of(mut table: Table) -> Result<Self, Error> {
        let name = text(&mut table, "phenomenon")?
            .ok_or_else(|| Error::Config("missing field `phenomenon`".to_owned()))?;
        Ok(Self {
            name,
            preset: text(&mut table, "preset")?,
            values: table,
        })
    }

    /// The values of the preset with those of the table in their place.
    pub(crate) fn overlaid<P: Presets>(self) -> Result<P, Error> {
        let values = preset_or_default::<P>(self.preset.as_deref())?;
        let mut merged = Table::try_from(values).expect("a preset is a table");
        merge(&mut merged, self.values);
        P::deserialize(merged).map_err(|error| Error::Config(error.message().to_owned()))
    }
}

/// Takes a text out of a table.
fn text(table: &mut Table, key: &str) -> Result<Option<String>, Error> {
    match table.remove(key) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text)),
        Some(other) => {
            let found = other.type_str();
            Err(Error::Config(format!(
                "`{key}` is {found}, expected a string"
            )))
        }
    }
}

fn merge(table: &mut Table, over: Table) {
    for (key, value) in over {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => merge(inner, value),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OmittedStimulus;

    fn parsed(text: &str) -> Result<ExperimentConfig, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn the_phenomena_are_experiments_with_presets() {
        for phenomenon in Phenomenon::ALL {
            let config = ExperimentConfig::from(phenomenon);
            assert_eq!(config.name(), phenomenon.name());
        }
    }

    #[test]
    fn what_is_resolved_reads_back() {
        for name in ExperimentConfig::NAMES {
            for preset in ExperimentConfig::presets(name).unwrap() {
                let config = ExperimentConfig::preset(name, Some(preset)).unwrap();
                let text = toml::to_string(&config).unwrap();
                assert!(text.contains(&format!("phenomenon = \"{name}\"")), "{text}");
                assert_eq!(parsed(&text).unwrap(), config);
            }
        }
    }

    #[test]
    fn keys_replace_those_of_the_preset() {
        let text = "phenomenon = \"omitted-stimulus\"\nflashes = 12\ncriteria.margin = 0.5";
        let ExperimentConfig::OmittedStimulus(config) = parsed(text).unwrap() else {
            panic!("another experiment")
        };
        let preset = OmittedStimulus::preset("poster-2019").unwrap();
        assert_eq!((config.flashes, config.criteria.margin), (12, 0.5));
        assert_eq!(config.periods, preset.periods);
        assert_eq!(config.criteria.least_rate, preset.criteria.least_rate);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_work() {
        let message = |text: &str| parsed(text).unwrap_err().message().to_owned();
        assert!(
            message("phenomenon = \"latncy\"").contains("use one of omitted-stimulus, latency")
        );
        assert!(
            message("phenomenon = \"latency\"\npreset = \"old\"")
                .contains("use one of poster-2019")
        );
        assert!(message("flashes = 3").starts_with("missing field `phenomenon`"));
        let unknown = message("phenomenon = \"omitted-stimulus\"\nflashs = 3");
        assert!(
            unknown.starts_with("unknown field `flashs`, expected one of"),
            "{unknown}"
        );
    }
}
