//! What was found about a cell, in plain words.

use crate::explanation::Explanation;
use crate::prediction::unknown_sentence;
use crate::silencing::effect::Effect;
use crate::silencing::lesion::{KEPT, REST};
use crate::standing::{self, Standing};
use crate::trust::comparison::{Agreement, Comparison};

impl Explanation {
    /// How its pathways stand, the circuit in plain words, what its lesions show, and its metric beside the network's;
    /// `headline` names the metric. A circuit that its own lesions refute is not said to be behind the
    /// response, nor one that does not show the phenomenon: what was found is said instead, and that pathways alone
    /// are stated.
    pub fn describe(&self, headline: &str) -> String {
        let metric = self.metric_sentence(headline);
        let standing = self.standing_sentence();
        let shows = self.acceptance.metric.agreement != Agreement::Different;
        if self.acceptance.lesions_agree && !shows {
            return format!(
                "No circuit of these channels shows the phenomenon as the network does. {standing} The one that costs \
                 least ({}; correlation {:.3}) follows the rate: {metric} {}",
                self.circuit.names().join(", "),
                self.circuit.correlation,
                self.lesion_sentence(),
            );
        }
        if self.acceptance.lesions_agree {
            return format!(
                "{standing} {}{}{} {} {metric}",
                self.circuit.describe(),
                self.agreement_sentence(),
                self.uses_sentence(),
                self.lesion_sentence()
            );
        }
        let names = self.circuit.names().join(", ");
        format!(
            "No circuit of these channels is behind the response of cell {}. {standing} The one that costs least \
             ({names}; correlation {:.3}) does not agree with its lesions (causal R² {:.2}): {}",
            self.circuit.cell,
            self.circuit.correlation,
            self.acceptance.causal_r_squared,
            self.lesion_sentence(),
        )
    }

    /// How each pathway stands by what is known of the cell from other stimuli; a part as the pathway that it is a part of.
    pub fn standings(&self) -> Vec<Standing> {
        let may_be_stated = self.not_stated_because().is_none();
        let all = self.parts.iter().enumerate();
        all.map(|(place, whole)| self.probabilities[whole.unwrap_or(place)])
            .map(|probability| Standing::new(probability, may_be_stated))
            .collect()
    }

    /// Which pathways the network divides among several of its channels.
    fn parts_sentence(&self) -> String {
        let names = self.circuit.names();
        let parts = self.parts.iter().enumerate();
        let told = |(part, whole): (usize, &Option<usize>)| {
            let (part, whole) = (&names[part], &names[(*whole)?]);
            Some(format!(
                " The {part} and the {whole} are parts of one pathway, which the network divides."
            ))
        };
        parts.filter_map(told).collect()
    }

    /// Why nothing is stated of the cell, whatever the probabilities; none where something may be.
    pub fn not_stated_because(&self) -> Option<String> {
        self.prediction.as_ref()?.not_stated_because()
    }

    /// What is stated, what is undetermined, what the fit has alone, and what of it all is not the circuit's.
    fn standing_sentence(&self) -> String {
        let cell = self.circuit.cell;
        let standings = self.standings();
        let wholes = |place: &usize| self.parts[*place].is_none();
        let wholes: Vec<usize> = (0..standings.len()).filter(wholes).collect();
        let names = self.circuit.names();
        let told: Vec<String> = wholes.iter().map(|&one| names[one].clone()).collect();
        let of_told: Vec<Standing> = wholes.iter().map(|&one| standings[one]).collect();
        let mut text = standing::told(cell, &told, &of_told) + &self.parts_sentence();
        let is_stated = standings.iter().any(|one| one.is_stated() == Some(true));
        if let Some(because) = self.not_stated_because() {
            text += &format!(" Nothing is stated because {because}.");
        } else if let Some(unknown) = unknown_sentence(self.prediction.as_ref()) {
            text += &format!(" {unknown}");
        }
        if is_stated && !self.acceptance.is_good() {
            text += " These pathways alone are stated, from what else is known of the cell, and not this circuit: as a \
                     whole it does not reproduce the response.";
        }
        text
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
