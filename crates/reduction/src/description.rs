//! What was found about a cell, in plain words.

use crate::circuit::polarity_name;
use crate::explanation::Explanation;
use crate::selection::Reason;

impl Explanation {
    /// The circuit in plain words and, where no circuit was good enough, what this one lacks and which
    /// cell types' effective weights are; `headline` names the phenomenon's metric.
    pub fn describe(&self, headline: &str) -> String {
        let circuit = self.circuit.describe();
        if self.good_enough {
            return circuit;
        }
        format!(
            "{circuit} {} {}",
            self.lacking(headline),
            self.effective_instead(headline)
        )
    }

    fn lacking(&self, headline: &str) -> String {
        format!(
            "No number of pathways was good enough: {headline} is {} in this circuit and {} in the network.",
            told(self.curve.steps[self.choice.step].metric),
            told(Some(self.metric)),
        )
    }

    fn effective_instead(&self, headline: &str) -> String {
        let effective = &self.effective;
        if effective.choice.reason == Reason::Knee {
            return "Sums of effective weights are not good enough either.".to_owned();
        }
        let step = &effective.types.steps[effective.choice.step];
        let types: Vec<String> = step
            .members
            .iter()
            .map(|&one| self.cell_type(one))
            .collect();
        format!(
            "Sums of effective weights are, of {} of {} cell types: {}; with a correlation of {:.3} and \
             {headline} {}.",
            types.len(),
            self.candidates.len(),
            types.join(", "),
            step.correlation,
            told(step.metric),
        )
    }

    /// Polarity and channels of a candidate.
    fn cell_type(&self, candidate: usize) -> String {
        let candidate = &self.candidates[candidate];
        let channels: Vec<String> = candidate.channels.iter().map(usize::to_string).collect();
        let noun = if channels.len() == 1 {
            "channel"
        } else {
            "channels"
        };
        let polarity = polarity_name(candidate.polarity);
        format!("{polarity} ({noun} {})", channels.join(", "))
    }
}

fn told(metric: Option<f64>) -> String {
    match metric.filter(|metric| metric.is_finite()) {
        Some(metric) => format!("{metric:.3}"),
        None => "not measurable".to_owned(),
    }
}
