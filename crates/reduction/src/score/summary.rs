//! Scores over retinas, by group and over all.

use ganglion_numerics::{RESAMPLES, cluster_bootstrap};
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::definitions::{DEFINITIONS, ScoreDefinition, calibration, counts};
use super::retina::RetinaScore;
use crate::truth::scoreboard::Scoreboard;

/// Scores of predictions, and what they are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreSummary {
    /// One entry a mechanism or family, in the order in which they come.
    pub groups: Vec<GroupScore>,
    /// Over all retinas, where there is more than one group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<GroupScore>,
    /// What each retina adds.
    pub retinas: Vec<RetinaScore>,
}

/// Scores over the retinas of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupScore {
    /// Its name.
    pub group: String,
    /// Retinas: what intervals are of.
    pub retinas: usize,
    /// Counts, added up.
    pub counts: Scoreboard,
    /// The scores.
    pub scores: Vec<Score>,
    /// Calibration, where predictions carry probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

/// One score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Its name, as in [`DEFINITIONS`].
    pub score: String,
    /// In words.
    pub told: String,
    /// Its value; none where it is not defined.
    pub value: Option<f64>,
    /// 95 % interval by cluster bootstrap over retinas; none for a single retina.
    pub interval: Option<[f64; 2]>,
    /// Retinas that the interval is of.
    pub clusters: usize,
}

impl ScoreSummary {
    /// Of retinas, each with the name of its group.
    pub fn of(retinas: Vec<RetinaScore>) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for one in &retinas {
            if !names.contains(&one.group.as_str()) {
                names.push(&one.group);
            }
        }
        let of_group = |name: &&str| {
            let members = retinas.iter().filter(|one| one.group == *name);
            GroupScore::of(name, &members.collect::<Vec<_>>())
        };
        let groups: Vec<GroupScore> = names.iter().map(of_group).collect();
        let all =
            (groups.len() > 1).then(|| GroupScore::of("all", &retinas.iter().collect::<Vec<_>>()));
        Self {
            groups,
            all,
            retinas,
        }
    }
}

impl GroupScore {
    /// Of some retinas.
    pub fn of(group: &str, retinas: &[&RetinaScore]) -> Self {
        Self {
            group: group.to_owned(),
            retinas: retinas.len(),
            counts: counts(retinas),
            scores: DEFINITIONS
                .iter()
                .map(|definition| score(definition, retinas))
                .collect(),
            calibration: calibration(retinas),
        }
    }

    /// A score by its name.
    pub fn score(&self, name: &str) -> Option<&Score> {
        self.scores.iter().find(|one| one.score == name)
    }
}

fn score(definition: &ScoreDefinition, retinas: &[&RetinaScore]) -> Score {
    let flat = |drawn: &[&&RetinaScore]| {
        let drawn: Vec<&RetinaScore> = drawn.iter().map(|one| **one).collect();
        (definition.of)(&drawn)
    };
    let value = (definition.of)(retinas).filter(|value| value.is_finite());
    Score {
        score: definition.key.to_owned(),
        told: definition.told.to_owned(),
        value,
        interval: value.and_then(|_| cluster_bootstrap(retinas, flat, RESAMPLES)),
        clusters: retinas.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retina(group: &str, right: usize) -> RetinaScore {
        RetinaScore {
            group: group.to_owned(),
            counts: Scoreboard {
                cells: 4,
                planted: 10,
                right,
                found: 8,
                found_right: right.min(8),
                ..Scoreboard::default()
            },
            ..RetinaScore::default()
        }
    }

    #[test]
    fn groups_are_scored_apart_and_together_and_one_retina_has_no_interval() {
        let retinas = vec![
            retina("a", 5),
            retina("a", 9),
            retina("a", 7),
            retina("b", 4),
        ];
        let summary = ScoreSummary::of(retinas);
        let recall = |group: &GroupScore| group.score("recall").unwrap().clone();
        let [a, b] = [0, 1].map(|index| recall(&summary.groups[index]));
        assert_eq!((a.value, a.clusters), (Some(0.7), 3));
        let [low, high] = a.interval.unwrap();
        assert!((0.5..0.7).contains(&low) && (0.7..=0.9).contains(&high));
        assert_eq!((b.value, b.interval, b.clusters), (Some(0.4), None, 1));
        let all = summary.all.unwrap();
        assert_eq!(recall(&all).value, Some(25.0 / 40.0));
        assert_eq!(all.score("brier").unwrap().value, None);
    }
}
