//! Settings that several families share, as written in config files, and their checks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::layer::Factorisation;
use crate::limits::{at_least_one, require};

/// How cells read the last hidden layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReadoutKind {
    /// One weight for every hidden unit and cell, then batch normalisation.
    #[default]
    Dense,
    /// A Gaussian window a cell and one weight a channel.
    Gaussian {
        /// Standard deviation of the window at the start, in hidden units.
        #[serde(default = "gaussian_deviation")]
        deviation: f64,
    },
}

/// From drive to firing rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutputNonlinearity {
    /// log(1 + exp h)
    #[default]
    Softplus,
    /// exp h
    Exp,
}

fn gaussian_deviation() -> f64 {
    1.5
}

impl ReadoutKind {
    pub(super) fn check(&self) -> Result<(), Error> {
        match *self {
            Self::Dense => Ok(()),
            Self::Gaussian { deviation } => require(
                deviation > 0.0,
                "model.readout.deviation",
                deviation,
                "above 0",
            ),
        }
    }
}

pub(super) fn check_noise(noise: f64) -> Result<(), Error> {
    require(
        noise >= 0.0 && noise.is_finite(),
        "model.noise",
        noise,
        "zero or above",
    )
}

pub(super) fn check_factorisation(factorisation: Option<&Factorisation>) -> Result<(), Error> {
    let Some(factorisation) = factorisation else {
        return Ok(());
    };
    at_least_one("model.factorised.rank", factorisation.rank)?;
    let last_peak = factorisation.last_peak;
    require(
        last_peak > 0.0 && last_peak <= 1.0,
        "model.factorised.last_peak",
        last_peak,
        "above 0 and at most 1",
    )?;
    match factorisation.temporal_basis {
        Some(functions) => at_least_one("model.factorised.temporal_basis", functions),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_cosine_beyond_the_history_is_refused_by_name() {
        let refused = |last_peak: f64| {
            let factorisation = Factorisation {
                last_peak,
                ..Factorisation::default()
            };
            check_factorisation(Some(&factorisation)).map_err(|error| error.to_string())
        };
        for last_peak in [0.0, 1.1, f64::NAN] {
            let error = refused(last_peak).unwrap_err();
            assert!(error.contains("model.factorised.last_peak"), "{error}");
        }
        assert_eq!(refused(0.95), Ok(()));
    }
}
