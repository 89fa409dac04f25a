//! How many terms are enough.

use serde::Serialize;

use super::curve::Step;

/// The rule by which a number of terms is chosen.
///
/// 1. The fewest terms whose correlation with the full response is at least
///    [`correlation`](Self::correlation), in whose sum the phenomenon is present, and whose metric
///    lies within [`metric_tolerance`](Self::metric_tolerance) of the full network's.
/// 2. If no number meets all of that, the fewest after which no further term adds at least
///    [`least_gain`](Self::least_gain) to the correlation (the knee of the curve).
///
/// What was not measured, or is not there in the full network, is not asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knee {
    /// Correlation asked for.
    pub correlation: f64,
    /// Relative distance of the metric allowed.
    pub metric_tolerance: f64,
    /// Least gain in correlation worth a term.
    pub least_gain: f64,
    /// The full network's metric.
    pub metric: Option<f64>,
    /// Whether the full network shows the phenomenon.
    pub present: bool,
}

/// The number chosen, and by which part of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Index of the step chosen.
    pub step: usize,
    /// Why it was chosen.
    pub reason: Reason,
}

/// Which part of the rule chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// All that was asked for is met.
    GoodEnough,
    /// Nothing is good enough; more terms do not add enough.
    Knee,
}

impl Knee {
    /// Chooses among the steps of a curve; none if there are none.
    pub fn choose(&self, steps: &[Step]) -> Option<Choice> {
        if let Some(step) = steps.iter().position(|step| self.is_good_enough(step)) {
            let reason = Reason::GoodEnough;
            return Some(Choice { step, reason });
        }
        let best_from = |step: usize| {
            steps[step..]
                .iter()
                .map(|step| step.correlation)
                .fold(f64::MIN, f64::max)
        };
        let is_knee = |&step: &usize| best_from(step) - steps[step].correlation < self.least_gain;
        let reason = Reason::Knee;
        (0..steps.len())
            .find(is_knee)
            .map(|step| Choice { step, reason })
    }

    /// Whether a step meets all that is asked for.
    pub fn is_good_enough(&self, step: &Step) -> bool {
        step.correlation >= self.correlation
            && !(self.present && step.present == Some(false))
            && self.metric_agrees(step.metric)
    }

    /// Whether a metric is close enough to the full network's.
    pub fn metric_agrees(&self, metric: Option<f64>) -> bool {
        match (self.metric.filter(|full| full.is_finite()), metric) {
            (Some(full), Some(found)) => (found - full).abs() <= self.metric_tolerance * full.abs(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNEE: Knee = Knee {
        correlation: 0.95,
        metric_tolerance: 0.2,
        least_gain: 0.01,
        metric: Some(1.0),
        present: true,
    };

    fn steps(values: &[(f64, f64, bool)]) -> Vec<Step> {
        let step = |(index, &(correlation, metric, present)): (usize, &(f64, f64, bool))| Step {
            metric: Some(metric),
            present: Some(present),
            ..Step::new((0..=index).collect(), correlation)
        };
        values.iter().enumerate().map(step).collect()
    }

    #[test]
    fn the_fewest_that_meet_everything_are_chosen() {
        let steps = steps(&[(0.96, 0.5, true), (0.97, 1.1, false), (0.98, 0.9, true)]);
        let choice = KNEE.choose(&steps).unwrap();
        assert_eq!((choice.step, choice.reason), (2, Reason::GoodEnough));
    }

    #[test]
    fn where_nothing_is_good_enough_the_knee_is_chosen() {
        let steps = steps(&[(0.6, 0.0, false), (0.9, 0.1, false), (0.905, 0.1, false)]);
        let choice = KNEE.choose(&steps).unwrap();
        assert_eq!((choice.step, choice.reason), (1, Reason::Knee));
    }

    #[test]
    fn a_metric_that_the_network_does_not_have_is_not_asked_for() {
        let knee = Knee {
            metric: Some(f64::NAN),
            ..KNEE
        };
        assert!(knee.metric_agrees(Some(7.0)));
        assert!(!KNEE.metric_agrees(Some(f64::NAN)));
        assert_eq!(KNEE.choose(&[]), None);
    }
}
