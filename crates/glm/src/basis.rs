//! Functions of lag that filters are sums of.

use ganglion_numerics::raised_cosines_between;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, setting};

/// Functions of lag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Basis {
    /// Every lag has a coefficient of its own.
    Raw {
        /// Lags.
        length: usize,
    },
    /// Raised cosines in logarithmic time, of unit norm
    /// ([`raised_cosines_between`](ganglion_numerics::raised_cosines_between)).
    RaisedCosines {
        /// How many.
        functions: usize,
        /// Lags.
        length: usize,
        /// Lag at which the first peaks.
        first_peak: f64,
        /// Lag at which the last peaks.
        last_peak: f64,
        /// Lag at which the logarithm's resolution halves: large, for functions of one width.
        stretch: f64,
    },
    /// Functions that are given, each a list of values from the newest lag on.
    #[serde(skip)]
    Given(Functions),
}

/// Functions `[function][lag]`, the newest lag first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Functions {
    pub(crate) values: Vec<f64>,
    pub(crate) length: usize,
}

impl Functions {
    /// Functions from their values `[function][lag]`.
    ///
    /// # Panics
    /// If they are not of that length.
    pub fn new(values: Vec<f64>, length: usize) -> Self {
        assert!(
            length > 0 && values.len().is_multiple_of(length),
            "functions of one length"
        );
        Self { values, length }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.values.len() / self.length
    }

    /// Lags.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The function of an index `[lag]`.
    pub fn function(&self, index: usize) -> &[f64] {
        &self.values[index * self.length..][..self.length]
    }

    /// `sum over functions of weight * function` `[lag]`.
    pub fn filter(&self, weights: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.length];
        for (weight, function) in weights.iter().zip(self.values.chunks(self.length)) {
            (sum.iter_mut().zip(function)).for_each(|(sum, value)| *sum += weight * value);
        }
        sum
    }

    /// Standard error at each lag of a filter whose weights have this variance, row by row: the root of `b' V b`
    /// with the values `b` of the functions there.
    pub(crate) fn errors(&self, variance: &[f64]) -> Vec<f64> {
        let count = self.count();
        let at = |lag: usize| {
            let value = |function: usize| self.values[function * self.length + lag];
            let entry = |a: usize, b: usize| value(a) * variance[a * count + b] * value(b);
            let sum: f64 = (0..count)
                .flat_map(|a| (0..count).map(move |b| (a, b)))
                .map(|(a, b)| entry(a, b))
                .sum();
            sum.max(0.0).sqrt()
        };
        (0..self.length).map(at).collect()
    }
}

impl Basis {
    /// The functions.
    pub fn functions(&self) -> Result<Functions, Error> {
        match self {
            Self::Raw { length } => {
                positive("length", *length)?;
                let mut values = vec![0.0; length * length];
                (0..*length).for_each(|lag| values[lag * length + lag] = 1.0);
                Ok(Functions::new(values, *length))
            }
            Self::RaisedCosines {
                functions,
                length,
                first_peak,
                last_peak,
                stretch,
            } => {
                positive("length", *length)?;
                positive("functions", *functions)?;
                if !(*stretch > 0.0 && stretch.is_finite()) {
                    return Err(setting("stretch", stretch, "it must be above 0"));
                }
                if !(*first_peak >= 0.0 && first_peak < last_peak && *last_peak < *length as f64) {
                    let value = format!("{first_peak} to {last_peak}");
                    let want = "peaks must rise from 0 or more to less than the length";
                    return Err(setting("first_peak to last_peak", &value, want));
                }
                let peaks = [*first_peak as f32, *last_peak as f32];
                let oldest_first =
                    raised_cosines_between(*functions, *length, peaks, *stretch as f32);
                let values = oldest_first
                    .chunks(*length)
                    .flat_map(|one| one.iter().rev().map(|&value| f64::from(value)));
                Ok(Functions::new(values.collect(), *length))
            }
            Self::Given(functions) => Ok(functions.clone()),
        }
    }
}

fn positive(key: &'static str, value: usize) -> Result<(), Error> {
    match value {
        0 => Err(setting(key, &value, "it must be at least 1")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of b = (1, 1), the variance of the sum: 4 + 9 - 2 * 6 = 1; where one function is 0, that of the other.
    #[test]
    fn errors_of_a_filter_know_that_weights_vary_together() {
        let functions = Functions::new(vec![1.0, 1.0, 0.0, 1.0, 0.0, 2.0], 3);
        let errors = functions.errors(&[4.0, -6.0, -6.0, 9.0]);
        assert_eq!(errors, [1.0, 2.0, 6.0]);
    }
}
