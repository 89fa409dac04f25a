//! What the pathways of a circuit do while the response of a phenomenon is looked for: at the omission, after the
//! reversal, in the time of the peak.

use std::ops::Range;

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

/// What one pathway does in that time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathwayUse {
    /// Mean rate of the circuit less that with the pathway held at rest, Hz: above 0 where it adds spikes.
    pub adds_hz: OverConditions,
    /// Time of the bin in which it adds or takes away most, from the beginning of that time, ms.
    pub most_ms: OverConditions,
}

/// Mean and standard error over the conditions of an experiment, which are the values of its sweep: how much a number
/// differs between them, not how well it is known in one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverConditions {
    /// Mean.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub mean: f64,
    /// Standard error; not a number for one condition.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub error: f64,
    /// Conditions.
    pub conditions: usize,
}

impl OverConditions {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self {
            mean,
            error: (squares / (n * (n - 1.0))).sqrt(),
            conditions: values.len(),
        }
    }
}

impl PathwayUse {
    /// From rates `[sample]` with and without it, the samples of the response in each condition, and the length of a bin.
    pub(crate) fn new(
        (intact, without): (&[f64], &[f64]),
        moments: &[Range<usize>],
        bin: Milliseconds,
    ) -> Self {
        let added = |sample: usize| intact[sample] - without[sample];
        let mean = |moment: &Range<usize>| {
            let sum: f64 = moment.clone().map(added).sum();
            sum / moment.len() as f64
        };
        let most = |moment: &Range<usize>| {
            let size = |sample: &usize| added(*sample).abs();
            let first = moment
                .clone()
                .reduce(|best, next| match size(&next) > size(&best) {
                    true => next,
                    false => best,
                });
            // A bin is the time that ends with it.
            let bins = first.map_or(0, |sample| sample - moment.start + 1);
            bins as f64 * bin.0
        };
        let moments: Vec<&Range<usize>> = moments.iter().filter(|one| !one.is_empty()).collect();
        let each = |of: &dyn Fn(&Range<usize>) -> f64| {
            OverConditions::of(&moments.iter().map(|moment| of(moment)).collect::<Vec<_>>())
        };
        Self {
            adds_hz: each(&mean),
            most_ms: each(&most),
        }
    }

    /// In words, such as `adds 12.3 ± 1.0 Hz, most after 80 ms`.
    pub fn told(&self) -> String {
        let does = if self.adds_hz.mean < 0.0 {
            "takes away"
        } else {
            "adds"
        };
        let error = match self.adds_hz.error {
            error if error.is_finite() => format!(" ± {error:.1}"),
            _ => String::new(),
        };
        format!(
            "{does} {:.1}{error} Hz, most after {:.0} ms",
            self.adds_hz.mean.abs(),
            self.most_ms.mean
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pathway_adds_is_the_rate_less_that_without_it() {
        let intact = [5.0, 9.0, 5.0, 5.0, 5.0, 1.0, 5.0, 5.0];
        let without = [5.0, 3.0, 3.0, 5.0, 5.0, 1.0, 1.0, 5.0];
        let used = PathwayUse::new((&intact, &without), &[0..4, 4..8, 8..8], Milliseconds(10.0));
        assert_eq!(used.adds_hz.mean, 1.5);
        assert_eq!((used.adds_hz.error, used.adds_hz.conditions), (0.5, 2));
        // The second and the third bin.
        assert_eq!(used.most_ms.mean, 25.0);
        assert_eq!(used.told(), "adds 1.5 ± 0.5 Hz, most after 25 ms");
        let turned = PathwayUse::new(
            (&without, &intact),
            std::slice::from_ref(&(0..4)),
            Milliseconds(10.0),
        );
        assert_eq!(turned.told(), "takes away 2.0 Hz, most after 20 ms");
    }
}
