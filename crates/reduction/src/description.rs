//! What was found about a cell, in plain words.

use crate::explanation::Explanation;
use crate::identify::STATED;
use crate::silencing::effect::Effect;
use crate::silencing::lesion::{KEPT, REST};
use crate::trust::comparison::{Agreement, Comparison};

impl Explanation {
    /// The circuit in plain words, what its lesions show, and its metric beside the network's;
    /// `headline` names the metric. A circuit that its own lesions refute is not said to be behind the
    /// response, nor one that does not show the phenomenon: what was found is said instead.
    pub fn describe(&self, headline: &str) -> String {
        let metric = self.metric_sentence(headline);
        let shows = self.acceptance.metric.agreement != Agreement::Different;
        if self.acceptance.lesions_agree && !shows {
            return format!(
                "No circuit of these channels shows the phenomenon as the network does. The one that costs \
                 least ({}; correlation {:.3}) follows the rate: {metric} {}",
                self.circuit.names().join(", "),
                self.circuit.correlation,
                self.lesion_sentence(),
            );
        }
        if self.acceptance.lesions_agree {
            return format!(
                "{}{}{}{} {} {metric}",
                self.circuit.describe(),
                self.undetermined(),
                self.agreement_sentence(),
                self.uses_sentence(),
                self.lesion_sentence()
            );
        }
        let names = self.circuit.names().join(", ");
        format!(
            "No circuit of these channels is behind the response of cell {}. The one that costs least \
             ({names}; correlation {:.3}) does not agree with its lesions (causal R² {:.2}): {}",
            self.circuit.cell,
            self.circuit.correlation,
            self.acceptance.causal_r_squared,
            self.lesion_sentence(),
        )
    }

    /// In how many networks each pathway is found, where several were asked.
    fn agreement_sentence(&self) -> String {
        let Some(agreement) = &self.agreement else {
            return String::new();
        };
        let names = self.circuit.names().into_iter().zip(&agreement.have);
        let told = |(name, have): (String, &usize)| {
            format!("the {name} in {have} of {} networks", agreement.networks)
        };
        let told: Vec<String> = names.map(told).collect();
        format!(" It is found: {}.", told.join(", "))
    }

    /// What each pathway does in the time of the response.
    fn uses_sentence(&self) -> String {
        let Some(uses) = &self.uses else {
            return String::new();
        };
        let names = self.circuit.names();
        let told = names.iter().zip(uses);
        let told: Vec<String> = told
            .map(|(name, used)| format!("the {name} {}", used.told()))
            .collect();
        format!(" In the time of the response: {}.", told.join("; "))
    }

    /// Which pathways the cell's answers to other stimuli leave open.
    fn undetermined(&self) -> String {
        let names = self.circuit.names();
        let open = |(name, probability): (String, &Option<f64>)| {
            let probability = probability.filter(|p| *p <= STATED)?;
            Some(format!("{name} (p {probability:.2})"))
        };
        let open: Vec<String> = names
            .into_iter()
            .zip(&self.probabilities)
            .filter_map(open)
            .collect();
        match open.is_empty() {
            true => String::new(),
            false => format!(
                " What is known of the cell from other stimuli leaves open: {}.",
                open.join(", ")
            ),
        }
    }

    /// What silencing the circuit, and all else, does to the network.
    fn lesion_sentence(&self) -> String {
        let told = |name: &str| {
            let effect = self.effects.iter().find(|one| one.lesion.name == name);
            effect.map_or("nothing known".to_owned(), what_is_left)
        };
        format!(
            "With its channels silenced, the network's response is {}; with all others silenced, {}.",
            told(KEPT),
            told(REST)
        )
    }

    fn metric_sentence(&self, headline: &str) -> String {
        let Comparison {
            difference,
            error,
            allowed,
            agreement,
        } = self.acceptance.metric;
        let found = self.curve.steps[self.choice.step].metric;
        let verdict = match agreement {
            Agreement::Same => "the same within what is allowed",
            Agreement::Different => "not the same",
            Agreement::Undetermined => "whether they are the same is not determined",
        };
        let details = match (difference, error) {
            (Some(difference), Some(error)) => format!(
                "difference {difference:.3} ± {error:.3}, allowed {:.3}: ",
                allowed.unwrap_or(0.0)
            ),
            _ => String::new(),
        };
        format!(
            "{headline} is {} in the circuit and {} in the network ({details}{verdict}).",
            told(found),
            told(Some(self.metric)),
        )
    }
}

/// The rate that a lesion leaves, and how like the intact one it is.
fn what_is_left(effect: &Effect) -> String {
    let like = effect.correlation.map_or("constant".to_owned(), |r| {
        format!("correlated with the intact one by {r:.3}")
    });
    let phenomenon = effect.outcome.presence.name();
    format!(
        "{like} (mean rate {:.0} % of the intact one, phenomenon {phenomenon})",
        100.0 * effect.rate
    )
}

fn told(metric: Option<f64>) -> String {
    match metric.filter(|metric| metric.is_finite()) {
        Some(metric) => format!("{metric:.3}"),
        None => "not measurable".to_owned(),
    }
}
