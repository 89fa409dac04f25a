//! What several networks of one recording agree on: what changes when a network is trained again is no evidence.

use serde::{Deserialize, Serialize};

use crate::hypothesis::{Hypothesis, Verdict};
use crate::reduce::{CellReduction, Reduction};

/// In how many of several networks the pathways of a circuit are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAgreement {
    /// Networks, this one included.
    pub networks: usize,
    /// Of each pathway of the circuit, in how many of them the cell's circuit has one of its polarity and sign with a
    /// time course that is alike.
    pub have: Vec<usize>,
}

/// What several networks say of a claim. A network whose cell does not show the phenomenon cannot speak for it: it is one
/// of all, of which more than half have to say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkVerdicts {
    /// Networks that support it.
    pub supported: usize,
    /// Networks that refute it.
    pub refuted: usize,
    /// Networks that leave it open.
    pub undetermined: usize,
    /// Networks whose cell does not show the phenomenon.
    #[serde(default)]
    pub silent: usize,
}

impl NetworkVerdicts {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Supported => self.supported += 1,
            Verdict::Refuted => self.refuted += 1,
            Verdict::Undetermined => self.undetermined += 1,
        }
    }

    /// What they say together: what more than half of them say and none denies.
    pub fn together(self) -> Verdict {
        let all = self.supported + self.refuted + self.undetermined + self.silent;
        match self {
            Self {
                supported,
                refuted: 0,
                ..
            } if 2 * supported > all => Verdict::Supported,
            Self {
                supported: 0,
                refuted,
                ..
            } if 2 * refuted > all => Verdict::Refuted,
            _ => Verdict::Undetermined,
        }
    }
}

impl Reduction {
    /// Tells of every pathway in how many networks it is found, and makes verdicts those of all networks together;
    /// `others` are reductions of the other networks for the same experiment.
    pub fn agree_with(&mut self, others: &[Self]) {
        for cell in &mut self.cells {
            let same = |other: &&CellReduction| other.cell == cell.cell;
            let others = others.iter().filter_map(|one| one.cells.iter().find(same));
            let others: Vec<&CellReduction> = others.collect();
            if let Ok(explanation) = &mut cell.result {
                let found = || others.iter().filter_map(|one| one.result.as_ref().ok());
                let circuits: Vec<_> = found().map(|one| &one.circuit).collect();
                let pathways = explanation.circuit.pathways.iter();
                let have = pathways.map(|pathway| {
                    let like = circuits.iter().filter(|circuit| circuit.has_like(pathway));
                    1 + like.count()
                });
                explanation.agreement = Some(NetworkAgreement {
                    networks: 1 + others.len(),
                    have: have.collect(),
                });
                for hypothesis in &mut explanation.hypotheses {
                    let same = |one: &&Hypothesis| one.claim == hypothesis.claim;
                    let said = found().map(|one| one.hypotheses.iter().find(same));
                    let said = said.map(|one| one.map(|one| one.verdict));
                    let silent = others.len() - circuits.len();
                    let said = said
                        .chain(std::iter::repeat_n(None, silent))
                        .collect::<Vec<_>>();
                    hypothesis.decide_with(&said);
                }
            }
        }
    }
}

impl Hypothesis {
    /// Makes the verdict that of several networks, of which the others say so.
    fn decide_with(&mut self, others: &[Option<Verdict>]) {
        let mut verdicts = NetworkVerdicts::default();
        verdicts.count(self.verdict);
        for verdict in others {
            match verdict {
                Some(verdict) => verdicts.count(*verdict),
                None => verdicts.silent += 1,
            }
        }
        self.verdict = verdicts.together();
        self.evidence.push(format!(
            "of {} networks of the recording {} support it, {} refute it, {} leave it open, and in {} the cell does not \
             show the phenomenon",
            1 + others.len(),
            verdicts.supported,
            verdicts.refuted,
            verdicts.undetermined,
            verdicts.silent
        ));
        self.networks = Some(verdicts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a network denies is not said, and what few say neither.
    #[test]
    fn together_networks_say_what_most_say_and_none_denies() {
        let together = |supported, refuted, undetermined| {
            let verdicts = NetworkVerdicts {
                supported,
                refuted,
                undetermined,
                silent: 0,
            };
            verdicts.together()
        };
        assert_eq!(together(2, 0, 1), Verdict::Supported);
        assert_eq!(together(2, 1, 0), Verdict::Undetermined);
        assert_eq!(together(0, 3, 0), Verdict::Refuted);
        assert_eq!(together(0, 1, 2), Verdict::Undetermined);
        assert_eq!(together(1, 0, 1), Verdict::Undetermined);
        assert_eq!(together(1, 0, 0), Verdict::Supported);
    }

    #[test]
    fn verdicts_of_other_networks_are_told() {
        let mut hypothesis = Hypothesis {
            claim: "a".into(),
            source: "b".into(),
            refuted_if: "c".into(),
            verdict: Verdict::Supported,
            evidence: Vec::new(),
            networks: None,
            truth: None,
            dispute: None,
        };
        hypothesis.decide_with(&[Some(Verdict::Refuted), None]);
        assert_eq!(hypothesis.verdict, Verdict::Undetermined);
        let told = "of 3 networks of the recording 1 support it, 1 refute it, 0 leave it open, and in 1 the cell does not \
                    show the phenomenon";
        assert_eq!(hypothesis.evidence, [told]);
        assert_eq!(hypothesis.networks.unwrap().silent, 1);
    }
}
