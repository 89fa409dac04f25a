//! The claims of the poster (Tanaka et al. 2019) as hypotheses that a network can refute.
//!
//! | phenomenon | claim | refuted if |
//! |---|---|---|
//! | latency | a fast OFF and a slower ON pathway | one of the two is not there, OFF is not the faster, or silencing either changes nothing |
//! | motion anticipation | ON, OFF and inhibition are all necessary | it is present, and not surely another, when one of them is silenced |
//! | motion reversal | ON and OFF attributions reverse along space | they do not oppose, or silencing either changes nothing |
//! | motion reversal | inhibition fixes the latency of the burst | silencing inhibition changes nothing |
//! | omitted stimulus | two ON types, one always active with a later peak, one active at short periods with an earlier one | there are fewer than two, or what is active does not peak later at longer periods; left open if it is present without ON and not surely without OFF |
//! | omitted stimulus | inhibition is needed | it is present, and not surely another, when that is silenced |
//!
//! Each is a statement about one cell and one experiment. It is tested on the pathways of the reduced
//! circuit, at the moment that it speaks of, and on what silencing does in the network and in the
//! circuit, with the metric's error and beside random lesions of the same attribution mass. Where
//! errors, or a circuit that its own lesions refute, leave it open, it is undetermined. The same tests on
//! a simulated retina, whose pathways are known and can be held at their value for grey, give the truth.

#[cfg(test)]
mod cases;
mod claims;
mod evidence;
mod networks;
mod witness;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub(crate) use evidence::samples_of;
pub use evidence::{Anatomy, Evidence, PathwayAnatomy};
pub use networks::NetworkVerdicts;
pub use witness::{Silenced, Witness};

/// A claim and what this network says about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// The claim.
    pub claim: Cow<'static, str>,
    /// Who made it.
    pub source: Cow<'static, str>,
    /// What would refute it.
    pub refuted_if: Cow<'static, str>,
    /// What was found.
    pub verdict: Verdict,
    /// Numbers behind the verdict.
    pub evidence: Vec<String>,
    /// What each of several networks says; absent where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks: Option<NetworkVerdicts>,
    /// What the same test says of the simulated retina that the network was trained on, by intervention
    /// on its pathways; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<Verdict>,
    /// What later work says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Cow<'static, str>>,
}

/// What a test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The test could have refuted the claim and did not.
    Supported,
    /// The claim is wrong for this network.
    Refuted,
    /// Errors, or lesions that do not agree with the circuit, leave it open.
    Undetermined,
}

/// One observation that a claim rests on: whether it holds, and in which words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Observation {
    pub(crate) holds: Option<bool>,
    pub(crate) told: String,
}

/// Whether inhibition is needed for predictive responses is disputed.
const DISPUTE: &str = "Physiology disagrees on whether inhibition is needed: the omitted stimulus \
     response survives its block in Schwartz & Berry 2008, while Ebert et al. 2024 find that it \
     shapes the prediction (both recalled).";

const POSTER: &str = "Tanaka et al., NeurIPS 2019, poster";

/// Tests the claims about an experiment; none for one that nothing was claimed of.
pub fn evaluate(evidence: &Evidence<'_>) -> Vec<Hypothesis> {
    claims::tested(evidence)
}

impl Hypothesis {
    /// The same, left open where it was supported, if it speaks of kinds of pathways, named in `doubted`, of which none
    /// in the circuit is likely to be the cell's.
    #[must_use]
    pub(crate) fn unless_doubted(mut self, doubted: &[&str]) -> Self {
        if self.verdict == Verdict::Supported && !doubted.is_empty() {
            self.verdict = Verdict::Undetermined;
            self.evidence.push(format!(
                "the circuit's {} are likely to be a part of the network's fit only",
                doubted.join(" and its ")
            ));
        }
        self
    }
}

/// A statement of the literature about the circuit behind a phenomenon.
struct Claim {
    /// What is claimed.
    says: &'static str,
    /// Who claims it.
    source: &'static str,
    /// What would refute it.
    refuted_if: &'static str,
    /// What later work says.
    dispute: Option<&'static str>,
}

impl Claim {
    /// The claim with the observations that it rests on, all of which must hold.
    fn tested(self, observations: Vec<Observation>) -> Hypothesis {
        Hypothesis {
            claim: self.says.into(),
            source: self.source.into(),
            refuted_if: self.refuted_if.into(),
            verdict: Verdict::of(&observations),
            evidence: observations
                .into_iter()
                .map(|observation| observation.told)
                .collect(),
            networks: None,
            truth: None,
            dispute: self.dispute.map(Cow::Borrowed),
        }
    }
}

impl Verdict {
    /// What observations say together, all of which a claim needs.
    fn of(observations: &[Observation]) -> Self {
        if observations.iter().any(|one| one.holds == Some(false)) {
            Self::Refuted
        } else if observations.iter().all(|one| one.holds == Some(true)) {
            Self::Supported
        } else {
            Self::Undetermined
        }
    }

    /// `"supported"` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A number in a sentence.
fn number(value: Option<f64>) -> String {
    value.map_or("not measurable".to_owned(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_left_open_where_a_kind_of_pathway_is_disowned() {
        let supported = || Hypothesis {
            claim: "it needs inhibition".into(),
            source: POSTER.into(),
            refuted_if: "".into(),
            verdict: Verdict::Supported,
            evidence: Vec::new(),
            networks: None,
            truth: None,
            dispute: None,
        };
        assert_eq!(supported().unless_doubted(&[]), supported());
        let doubted = supported().unless_doubted(&["inhibitory pathways"]);
        assert_eq!(doubted.verdict, Verdict::Undetermined);
        assert!(
            doubted.evidence[0].contains("inhibitory"),
            "{:?}",
            doubted.evidence
        );
    }

    #[test]
    fn one_observation_refutes_and_a_missing_one_leaves_undetermined() {
        let seen = |holds| Observation {
            holds,
            told: String::new(),
        };
        let t =
            |all: &[Option<bool>]| Verdict::of(&all.iter().map(|&h| seen(h)).collect::<Vec<_>>());
        assert_eq!(t(&[Some(true), Some(true)]), Verdict::Supported);
        assert_eq!(t(&[Some(true), None]), Verdict::Undetermined);
        assert_eq!(t(&[None, Some(false)]), Verdict::Refuted);
    }
}
