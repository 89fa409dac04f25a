//! Experiments as config files and command lines name them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use toml::Table;

use crate::protocol::{Presets, Protocol};
// A variant is called what its experiment is called.
use crate::receptive_field::WhiteNoise as ReceptiveField;
use crate::{
    ContrastAdaptation, ContrastGain, Error, FrequencyDoubling, Latency, MotionAnticipation,
    MotionReversal, ObjectMotion, OmittedStimulus, Phenomenon, PolarityReversal,
    PreparedExperiment, Screen, StepResponse, Warning,
};

/// Declares the experiments there are; each names a config that is its protocol.
macro_rules! experiments {
    ($($(#[$docs:meta])* $experiment:ident,)*) => {
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
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "phenomenon", rename_all = "kebab-case")]
        pub enum ExperimentConfig {
            $($(#[$docs])* $experiment($experiment),)*
        }

        impl ExperimentConfig {
            /// Names of all experiments, the four phenomena first.
            pub const NAMES: &[&str] = &[$(<$experiment as Presets>::EXPERIMENT,)*];

            /// An experiment with the parameters of a preset, or of the default one.
            ///
            /// # Errors
            /// If there is no such experiment or preset; the message lists those that there are.
            pub fn preset(name: &str, preset: Option<&str>) -> Result<Self, Error> {
                $(if name == $experiment::EXPERIMENT {
                    return preset_or_default(preset).map(Self::$experiment);
                })*
                Err(unknown(name))
            }

            /// Names of an experiment's presets; the first is the default.
            ///
            /// # Errors
            /// If there is no such experiment.
            pub fn presets(name: &str) -> Result<Vec<&'static str>, Error> {
                $(if name == $experiment::EXPERIMENT {
                    return Ok(preset_names::<$experiment>());
                })*
                Err(unknown(name))
            }

            /// The experiment of a table in a config file.
            ///
            /// # Errors
            /// If it names no experiment or preset that there is, or a key makes no sense.
            pub fn from_table(mut table: Table) -> Result<Self, Error> {
                let name = text(&mut table, "phenomenon")?
                    .ok_or_else(|| Error::Config("missing field `phenomenon`".to_owned()))?;
                let preset = text(&mut table, "preset")?;
                $(if name == $experiment::EXPERIMENT {
                    return overlaid(preset.as_deref(), table).map(Self::$experiment);
                })*
                Err(unknown(&name))
            }

            /// Its name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$experiment(_) => $experiment::EXPERIMENT,)*
                }
            }

            pub(crate) fn protocol(&self) -> &dyn Protocol {
                match self {
                    $(Self::$experiment(protocol) => protocol,)*
                }
            }
        }
    };
}

experiments! {
    /// The response to a flash that does not come.
    OmittedStimulus,
    /// Response latency against contrast.
    Latency,
    /// A moving bar, seen ahead of where it is.
    MotionAnticipation,
    /// The burst when a moving bar turns round.
    MotionReversal,
    /// Where, when and how cells look.
    ReceptiveField,
    /// Responses to steps of the whole screen.
    StepResponse,
    /// Responses after the contrast of flicker changes.
    ContrastAdaptation,
    /// Filter and nonlinearity at several contrasts.
    ContrastGain,
    /// Reversing gratings of several widths and phases.
    FrequencyDoubling,
    /// Objects that move with or against their background.
    ObjectMotion,
    /// Polarity after a shift of the periphery.
    PolarityReversal,
}

impl ExperimentConfig {
    /// Makes the experiment ready for a screen.
    ///
    /// # Errors
    /// If a value makes no sense or does not fit the screen; the message says what would work.
    pub fn prepare(&self, screen: Screen) -> Result<PreparedExperiment, Error> {
        PreparedExperiment::new(self.clone(), screen)
    }

    /// The experiment as a screen shows it: times that are swept as whole numbers of frames, each
    /// once; and what changed.
    pub(crate) fn on(&self, screen: &Screen) -> (Self, Vec<Warning>) {
        match self {
            Self::OmittedStimulus(config) => {
                let (config, warnings) = config.on(screen);
                (Self::OmittedStimulus(config), warnings)
            }
            other => (other.clone(), Vec::new()),
        }
    }

    /// The metric that stands for the experiment, such as the slope of the omitted-stimulus
    /// response: what a reduced circuit has to reproduce.
    pub fn headline(&self) -> &'static str {
        self.protocol().headline()
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

fn preset_or_default<P: Presets>(name: Option<&str>) -> Result<P, Error> {
    P::preset(name.unwrap_or(preset_names::<P>()[0]))
}

fn preset_names<P: Presets>() -> Vec<&'static str> {
    P::presets().into_iter().map(|(name, _)| name).collect()
}

fn unknown(name: &str) -> Error {
    Error::UnknownExperiment {
        name: name.to_owned(),
        known: ExperimentConfig::NAMES.join(", "),
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

/// The values of a preset with those of a table in their place.
fn overlaid<P: Presets>(preset: Option<&str>, table: Table) -> Result<P, Error> {
    let values = preset_or_default::<P>(preset)?;
    let mut merged = Table::try_from(values).expect("a preset is a table");
    merge(&mut merged, table);
    P::deserialize(merged).map_err(|error| Error::Config(error.message().to_owned()))
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

    fn parsed(text: &str) -> Result<ExperimentConfig, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn the_four_phenomena_are_experiments_with_presets() {
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
