//! Whether networks show the phenomena of the retinas that they learned.

use ganglion_experiment::Presence;
use ganglion_numerics::{RESAMPLES, cluster_bootstrap};
use serde::{Deserialize, Serialize};

use super::ExperimentSummary;
use crate::table::{TextTable, decimal};

/// An experiment on a simulated retina beside the same on the network that learned it, in counts of cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownPhenomenon {
    /// The phenomenon.
    pub phenomenon: String,
    /// Cells on which the retina says that it is absent.
    pub absent: usize,
    /// Those of them in which the network shows it: false positives.
    pub absent_shown: usize,
    /// Cells on which the retina says that it is present.
    pub present: usize,
    /// Those of them in which the network shows it.
    pub present_shown: usize,
    /// Cells on which it cannot be measured in the retina, or its presence is undetermined there.
    pub undetermined: usize,
}

/// The same over retinas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhenomenonScore {
    /// The phenomenon.
    pub phenomenon: String,
    /// Retinas that were shown it: what intervals are of.
    pub retinas: usize,
    /// Cells of the retinas without it.
    pub absent: usize,
    /// Those of them in which the networks show it.
    pub absent_shown: usize,
    /// `absent_shown / absent`; none where there are no such cells.
    pub false_positive_rate: Option<f64>,
    /// 95 % interval by cluster bootstrap over retinas; none for a single retina.
    pub false_positive_rate_interval: Option<[f64; 2]>,
    /// Cells of the retinas with it.
    pub present: usize,
    /// Those of them in which the networks show it.
    pub present_shown: usize,
    /// `present_shown / present`; none where there are no such cells.
    pub sensitivity: Option<f64>,
    /// 95 % interval by cluster bootstrap over retinas; none for a single retina.
    pub sensitivity_interval: Option<[f64; 2]>,
    /// Cells of the retinas that decide neither.
    pub undetermined: usize,
}

/// Counts of cells, and of those of them in which the network shows the phenomenon.
type ShownCounts = fn(&ShownPhenomenon) -> [usize; 2];

const ABSENT: ShownCounts = |one| [one.absent_shown, one.absent];
const PRESENT: ShownCounts = |one| [one.present_shown, one.present];

impl ShownPhenomenon {
    /// Of an experiment on a retina and on its network, over the cells that the network has. Where a network
    /// leaves the presence open, it does not show the phenomenon.
    pub fn of(retina: &ExperimentSummary, network: &ExperimentSummary) -> Self {
        let mut counts = Self {
            phenomenon: retina.phenomenon.clone(),
            absent: 0,
            absent_shown: 0,
            present: 0,
            present_shown: 0,
            undetermined: 0,
        };
        for cell in &retina.cells {
            let mut learned = network.cells.iter();
            let Some(learned) = learned.find(|one| one.cell == cell.cell) else {
                continue;
            };
            let shown = usize::from(learned.present);
            match cell.presence {
                Presence::Absent if cell.measurable => {
                    counts.absent += 1;
                    counts.absent_shown += shown;
                }
                Presence::Present if cell.measurable => {
                    counts.present += 1;
                    counts.present_shown += shown;
                }
                _ => counts.undetermined += 1,
            }
        }
        counts
    }
}

impl PhenomenonScore {
    /// Of what each retina adds, by phenomenon in the order in which they come.
    pub fn all<'a>(retinas: impl Iterator<Item = &'a [ShownPhenomenon]>) -> Vec<Self> {
        let mut by_name: Vec<(&str, Vec<&ShownPhenomenon>)> = Vec::new();
        for one in retinas.flatten() {
            match by_name.iter_mut().find(|(name, _)| *name == one.phenomenon) {
                Some((_, all)) => all.push(one),
                None => by_name.push((&one.phenomenon, vec![one])),
            }
        }
        let each = by_name.into_iter();
        each.map(|(name, all)| Self::of(name, &all)).collect()
    }

    fn of(phenomenon: &str, retinas: &[&ShownPhenomenon]) -> Self {
        let [absent_shown, absent] = summed(retinas, ABSENT);
        let [present_shown, present] = summed(retinas, PRESENT);
        let interval = |of: ShownCounts| {
            let share = |drawn: &[&&ShownPhenomenon]| {
                let drawn: Vec<&ShownPhenomenon> = drawn.iter().map(|one| **one).collect();
                share(summed(&drawn, of))
            };
            cluster_bootstrap(retinas, share, RESAMPLES)
        };
        Self {
            phenomenon: phenomenon.to_owned(),
            retinas: retinas.len(),
            absent,
            absent_shown,
            false_positive_rate: share([absent_shown, absent]),
            false_positive_rate_interval: interval(ABSENT),
            present,
            present_shown,
            sensitivity: share([present_shown, present]),
            sensitivity_interval: interval(PRESENT),
            undetermined: retinas.iter().map(|one| one.undetermined).sum(),
        }
    }
}

/// Sums over retinas.
fn summed(retinas: &[&ShownPhenomenon], of: ShownCounts) -> [usize; 2] {
    let counts = retinas.iter().map(|one| of(one));
    counts.fold([0, 0], |sums, one| [sums[0] + one[0], sums[1] + one[1]])
}

fn share([part, of]: [usize; 2]) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// What networks show, in words; nothing where nothing was shown to them.
pub(crate) fn text(phenomena: &[PhenomenonScore]) -> String {
    if phenomena.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new([
        "phenomenon",
        "cells without",
        "shown all the same",
        "share",
        "95 % interval",
        "cells with",
        "shown",
        "share",
        "95 % interval",
    ]);
    let interval = |interval: Option<[f64; 2]>| {
        interval.map_or("-".to_owned(), |[low, high]| {
            format!("{} to {}", decimal(Some(low)), decimal(Some(high)))
        })
    };
    for one in phenomena {
        table.push([
            one.phenomenon.clone(),
            one.absent.to_string(),
            one.absent_shown.to_string(),
            decimal(one.false_positive_rate),
            interval(one.false_positive_rate_interval),
            one.present.to_string(),
            one.present_shown.to_string(),
            decimal(one.sensitivity),
            interval(one.sensitivity_interval),
        ]);
    }
    format!("phenomena of the simulated retinas, and whether their networks show them:\n{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(
        name: &str,
        [absent_shown, absent, present_shown, present]: [usize; 4],
    ) -> ShownPhenomenon {
        ShownPhenomenon {
            phenomenon: name.to_owned(),
            absent,
            absent_shown,
            present,
            present_shown,
            undetermined: 1,
        }
    }

    #[test]
    fn shares_are_over_cells_and_intervals_over_retinas() {
        let retinas = [
            vec![shown("a", [1, 4, 2, 2]), shown("b", [0, 3, 0, 0])],
            vec![shown("a", [3, 4, 0, 2]), shown("b", [0, 3, 0, 0])],
            vec![shown("a", [2, 4, 2, 2])],
        ];
        let all = PhenomenonScore::all(retinas.iter().map(Vec::as_slice));
        let [a, b] = &all[..] else {
            panic!("two phenomena: {all:?}")
        };
        assert_eq!((a.retinas, a.absent, a.absent_shown), (3, 12, 6));
        assert_eq!((a.false_positive_rate, a.undetermined), (Some(0.5), 3));
        assert_eq!(a.sensitivity, Some(4.0 / 6.0));
        // Retinas have shares of 0.25, 0.5 and 0.75, and all three may be drawn as one of them.
        let [low, high] = a.false_positive_rate_interval.unwrap();
        assert!((0.25..0.5).contains(&low) && high > 0.5 && high <= 0.75);
        assert_eq!((b.false_positive_rate, b.sensitivity), (Some(0.0), None));
        assert_eq!(b.false_positive_rate_interval, Some([0.0, 0.0]));
        assert_eq!(b.sensitivity_interval, None);
        let one = PhenomenonScore::all(retinas[2..].iter().map(Vec::as_slice));
        assert_eq!(one[0].false_positive_rate_interval, None);
    }
}
