//! The four claims of the poster (Tanaka et al. 2019) as hypotheses that a network can refute.
//!
//! | phenomenon | claim | refuted if |
//! |---|---|---|
//! | latency | a fast OFF and a slower ON pathway | one of the two is not kept, OFF is not the faster, or silencing either changes nothing |
//! | motion anticipation | ON, OFF and inhibition are all necessary | silencing one of them changes nothing |
//! | motion reversal | ON and OFF attributions reverse along space; inhibition fixes the latency | they do not, or silencing inhibition changes nothing |
//! | omitted stimulus | two ON types, one always active with a later peak, one active at short periods with an earlier one | fewer than two ON types are kept, or their activity does not go that way |
//!
//! Each is a statement about one network, cell and experiment. A claim that the experiment cannot
//! decide is undecided, not supported; what is kept in a circuit that is not good enough decides
//! nothing either.

mod anticipation;
mod evidence;
mod latency;
mod omitted_stimulus;
mod reversal;

use ganglion_experiment::PreparedExperiment;
use serde::Serialize;

use crate::candidate::Candidate;
use crate::causal::Effect;
use crate::circuit::Circuit;
use crate::selection::Knee;
use crate::sweep::{CellSweep, Sweep};

/// A claim and what this network says about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hypothesis {
    /// The claim.
    pub claim: &'static str,
    /// Who made it.
    pub source: &'static str,
    /// What would refute it.
    pub refuted_if: &'static str,
    /// What was found.
    pub verdict: Verdict,
    /// Numbers behind the verdict.
    pub evidence: Vec<String>,
    /// What later work says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<&'static str>,
}

/// What a test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The test could have refuted the claim and did not.
    Supported,
    /// The claim is wrong for this network.
    Refuted,
    /// The test could not be made.
    Undecided,
}

/// One observation that a claim rests on: whether it holds, and in which words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Observation {
    pub(crate) holds: Option<bool>,
    pub(crate) told: String,
}

/// What a claim is tested on.
pub(crate) struct Knowledge<'a> {
    pub(crate) experiment: &'a PreparedExperiment,
    pub(crate) sweep: &'a Sweep,
    pub(crate) circuit: &'a Circuit,
    /// Whether it meets all that was asked for.
    pub(crate) good_enough: bool,
    pub(crate) candidates: &'a [Candidate],
    pub(crate) data: &'a CellSweep,
    pub(crate) effects: &'a [Effect],
    pub(crate) knee: &'a Knee,
    /// Departure of each pathway's weighted drive from rest, `[pathway][sample]`.
    pub(crate) drives: Vec<Vec<f64>>,
}

/// Whether inhibition is needed for predictive responses is disputed.
const DISPUTE: &str = "Physiology disagrees on whether inhibition is needed: the omitted stimulus \
     response survives its block in Schwartz & Berry 2008, while Ebert et al. 2024 find that it \
     shapes the prediction (both recalled).";

const POSTER: &str = "Tanaka et al., NeurIPS 2019, poster";

/// Tests the claims about an experiment; none for one that nothing was claimed of.
pub(crate) fn evaluate(knowledge: &Knowledge<'_>) -> Vec<Hypothesis> {
    match knowledge.experiment.config().name() {
        "latency" => vec![latency::claim(knowledge)],
        "motion-anticipation" => vec![anticipation::claim(knowledge)],
        "motion-reversal" => reversal::claims(knowledge),
        "omitted-stimulus" => omitted_stimulus::claims(knowledge),
        _ => Vec::new(),
    }
}

impl Hypothesis {
    /// A claim with the observations that it rests on, all of which must hold.
    fn from(
        [claim, refuted_if]: [&'static str; 2],
        dispute: Option<&'static str>,
        observations: Vec<Observation>,
    ) -> Self {
        Self {
            claim,
            source: POSTER,
            refuted_if,
            verdict: Verdict::of(&observations),
            evidence: observations
                .into_iter()
                .map(|observation| observation.told)
                .collect(),
            dispute,
        }
    }
}

impl Observation {
    /// An observation on the kept pathways: it decides nothing where they are not good enough.
    fn on_kept(self, good_enough: bool) -> Self {
        if good_enough {
            return self;
        }
        Self {
            holds: None,
            told: format!(
                "{}; no circuit was good enough, so that this decides nothing",
                self.told
            ),
        }
    }
}

impl Verdict {
    fn of(observations: &[Observation]) -> Self {
        if observations.iter().any(|one| one.holds == Some(false)) {
            Self::Refuted
        } else if observations.iter().all(|one| one.holds == Some(true)) {
            Self::Supported
        } else {
            Self::Undecided
        }
    }

    /// `"supported"` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_poor_circuit_keeps_refutes_nothing() {
        let kept = Observation {
            holds: Some(false),
            told: "one ON type is kept".to_owned(),
        };
        assert_eq!(kept.clone().on_kept(true), kept);
        let poor = kept.on_kept(false);
        assert_eq!(poor.holds, None);
        assert!(poor.told.contains("decides nothing"), "{}", poor.told);
    }

    #[test]
    fn one_observation_refutes_and_a_missing_one_leaves_undecided() {
        let seen = |holds| Observation {
            holds,
            told: String::new(),
        };
        let t =
            |all: &[Option<bool>]| Verdict::of(&all.iter().map(|&h| seen(h)).collect::<Vec<_>>());
        assert_eq!(t(&[Some(true), Some(true)]), Verdict::Supported);
        assert_eq!(t(&[Some(true), None]), Verdict::Undecided);
        assert_eq!(t(&[None, Some(false)]), Verdict::Refuted);
    }
}
