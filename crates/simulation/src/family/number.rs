//! A number, or a range to draw it from.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::circuit::Problem;
use crate::random::stream;

/// A value, or a range `[low, high]` that a value is drawn from uniformly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a number, or a range [low, high]")]
pub enum Number {
    /// Always this value.
    Value(f64),
    /// Drawn uniformly from low to high.
    Range([f64; 2]),
}

impl Number {
    /// A draw from the range, uniform.
    pub(super) fn draw(self, key: &str, random: &mut ChaCha8Rng) -> Result<f64, Problem> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Range([low, high]) if low.is_finite() && high.is_finite() && low <= high => {
                let share: f64 = random.random();
                Ok(low + share * (high - low))
            }
            Self::Range(range) => Err(no_range(
                key,
                range,
                "give the lower end first: [low, high]",
            )),
        }
    }

    /// A draw from the range whose logarithm is uniform.
    pub(super) fn log_draw(self, key: &str, random: &mut ChaCha8Rng) -> Result<f64, Problem> {
        match self {
            Self::Range([low, high]) if low > 0.0 => {
                let logarithms = Self::Range([low.ln(), high.ln()]);
                Ok(logarithms.draw(key, random)?.exp())
            }
            Self::Range(range) => Err(no_range(
                key,
                range,
                "give two numbers above 0: [low, high]",
            )),
            Self::Value(_) => self.draw(key, random),
        }
    }
}

fn no_range(key: &str, range: [f64; 2], remedy: &str) -> Problem {
    Problem::new(key, format!("{range:?}"), "is no range", remedy)
}

/// Draws of one seed, each from a stream of its own that depends on its key only: changing one
/// parameter of a family leaves all others of the retina as they were.
pub(super) struct Draws {
    seed: u64,
}

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The value of a number.
    pub(super) fn number(&self, key: &str, number: Number) -> Result<f64, Problem> {
        number.draw(key, &mut self.generator(key))
    }

    /// A factor around 1 with a log-normal distribution of relative standard deviation `jitter`.
    pub(super) fn factor(&self, key: &str, jitter: f64) -> f64 {
        let deviation: f64 = StandardNormal.sample(&mut self.generator(key));
        (jitter * deviation).exp()
    }

    /// The stream of a key.
    pub(super) fn generator(&self, key: &str) -> ChaCha8Rng {
        stream(self.seed, key)
    }
}
