//! What is added to the loss so that filters stay small, smooth and few.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, setting};

/// Strengths of penalties on the mean loss of a bin.
///
/// With the mean loss `L(w)`, what is minimised is
///
/// ```text
/// L(w) + ridge / 2 * sum of (sd_f w_f)^2
///      + v / 2 * (smooth_time * sum of (second difference of k in lag)^2
///                 + smooth_space * sum of (second difference of k along rows and columns)^2)
///      + group_lasso * sum over cells j of sqrt(m) |sd c_j|,
/// ```
///
/// where `sd_f` is the standard deviation of a feature over the recording, `v` the variance of the movie's
/// pixels, `k` the stimulus filter `[pixel][lag]` and `c_j` the `m` coefficients of the coupling with cell `j`. No
/// strength has a unit, and none depends on how the movie is scaled. The bias is free.
///
/// Sources: Hoerl & Kennard 1970, Technometrics 12:55 (ridge); Eilers & Marx 1996, Statistical Science 11:89
/// (differences); Yuan & Lin 2006, J. R. Stat. Soc. B 68:49, and Simon & Tibshirani 2012, Statistica Sinica
/// 22:983 (group lasso).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Penalty {
    /// Of all coefficients but the bias.
    pub ridge: f64,
    /// Of the stimulus filter's roughness in lag.
    pub smooth_time: f64,
    /// Of its roughness in space.
    pub smooth_space: f64,
    /// Of couplings, which it takes away as wholes.
    pub group_lasso: f64,
}

impl Default for Penalty {
    /// A weak ridge, under which every coefficient is finite.
    fn default() -> Self {
        Self {
            ridge: 1e-4,
            smooth_time: 0.0,
            smooth_space: 0.0,
            group_lasso: 0.0,
        }
    }
}

impl Penalty {
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (key, value) in [
            ("ridge", self.ridge),
            ("smooth_time", self.smooth_time),
            ("smooth_space", self.smooth_space),
            ("group_lasso", self.group_lasso),
        ] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(setting(key, &value, "it must be 0 or more"));
            }
        }
        Ok(())
    }

    /// With every quadratic strength times a factor.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Self {
            ridge: self.ridge * factor,
            smooth_time: self.smooth_time * factor,
            smooth_space: self.smooth_space * factor,
            group_lasso: self.group_lasso,
        }
    }
}
