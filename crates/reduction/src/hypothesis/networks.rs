//! What several networks of one recording say of a claim together.

use serde::{Deserialize, Serialize};

use super::{Hypothesis, Verdict};

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

impl Hypothesis {
    /// Makes the verdict that of several networks, of which the others say so.
    pub(crate) fn decide_with(&mut self, others: &[Option<Verdict>]) {
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
