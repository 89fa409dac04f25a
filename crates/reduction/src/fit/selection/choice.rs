//! How many terms are enough.

use serde::{Deserialize, Serialize};

use super::curve::SelectionStep;

/// The number chosen, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Index of the step chosen.
    pub step: usize,
    /// Why it was chosen.
    pub reason: Reason,
}

/// The rule that chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It costs least: see [`Price`](crate::fit::price::Price).
    #[default]
    LeastCost,
}

impl Choice {
    /// The step that costs least; none if there are none. A step whose cost is not known is not chosen.
    pub fn cheapest(steps: &[SelectionStep]) -> Option<Self> {
        let cost = |step: &SelectionStep| step.cost.unwrap_or(f64::INFINITY);
        let steps = steps.iter().enumerate();
        let cheapest = steps.min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)));
        cheapest.map(|(step, _)| Self {
            step,
            reason: Reason::LeastCost,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The phenomenon's metric says nothing to the choice: a circuit whose metric lies beyond any edge
    /// stays chosen.
    #[test]
    fn the_cheapest_is_chosen_whatever_its_metric() {
        let step = |cost: f64, metric: f64, present: bool| SelectionStep {
            cost: Some(cost),
            metric: Some(metric),
            present: Some(present),
            ..SelectionStep::new(vec![0], 0.9)
        };
        let steps = [
            step(0.2, 1.0, true),
            step(0.01, 0.66, false),
            step(0.02, 1.0, true),
        ];
        assert_eq!(Choice::cheapest(&steps).unwrap().step, 1);
        assert_eq!(Choice::cheapest(&[]), None);
    }
}
