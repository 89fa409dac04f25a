//! Refusing architectures that cannot mean what they say.

use super::config::{ModelConfig, ReadoutKind};
use crate::error::Error;
use crate::layer::Factorisation;
use crate::limits::{at_least_one, require};

impl ModelConfig {
    /// Checks everything that does not depend on the movie.
    ///
    /// # Errors
    /// Names the key, what it holds and what it may hold.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::BnCnn {
                batch_norm_epsilon,
                batch_norm_momentum,
                noise,
                factorised,
                readout,
                ..
            } => {
                let (epsilon, momentum) = (*batch_norm_epsilon, *batch_norm_momentum);
                require(
                    epsilon > 0.0,
                    "model.batch_norm_epsilon",
                    epsilon,
                    "above 0",
                )?;
                let usable = momentum > 0.0 && momentum <= 1.0;
                require(
                    usable,
                    "model.batch_norm_momentum",
                    momentum,
                    "above 0, at most 1",
                )?;
                check_noise(*noise)?;
                check_readout(readout)?;
                check_factorisation(factorised.as_ref())?;
            }
            Self::NipsCnn { noise, .. } => check_noise(*noise)?,
            Self::Ln { factorised, .. } => check_factorisation(factorised.as_ref())?,
        }
        match self.microns_per_pixel() {
            Some(size) => require(size > 0.0, "model.microns_per_pixel", size, "above 0"),
            None => Ok(()),
        }
    }
}

fn check_noise(noise: f64) -> Result<(), Error> {
    require(
        noise >= 0.0 && noise.is_finite(),
        "model.noise",
        noise,
        "zero or above",
    )
}

fn check_readout(readout: &ReadoutKind) -> Result<(), Error> {
    match *readout {
        ReadoutKind::Dense => Ok(()),
        ReadoutKind::Gaussian { deviation } => require(
            deviation > 0.0,
            "model.readout.deviation",
            deviation,
            "above 0",
        ),
    }
}

fn check_factorisation(factorisation: Option<&Factorisation>) -> Result<(), Error> {
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
