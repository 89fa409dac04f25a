//! Strengths of penalties, by cross-validation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::design::Terms;
use crate::element::Element;
use crate::engine::{Pass, Point, Sums};
use crate::features::Wanted;
use crate::penalty::Penalty;
use crate::prepared::Prepared;
use crate::problem::{Controls, Problem, Solution, Watch};
use crate::settings::{Rule, Selection, Settings};
use crate::solve::solve;

/// Distance of the summed loss from its minimum that is let stand while strengths are compared, nats.
const ROUGH: f64 = 1e-2;

/// What was chosen, and from what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selected {
    /// The choice.
    pub penalty: Penalty,
    /// All that were tried, the strongest first: first factors of the quadratic penalties, then strengths of the
    /// group lasso.
    pub path: Vec<Tried>,
}

/// A strength that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The penalty.
    pub penalty: Penalty,
    /// Loss of each part that was left out, summed, nats.
    #[serde(with = "crate::json_number::many")]
    pub left_out: Vec<f64>,
    /// Bits a spike by which a model does better than a constant rate in all parts that it was not fitted to.
    #[serde(with = "crate::json_number::one")]
    pub bits_per_spike: f64,
}

struct Path<'p, 'a, E> {
    prepared: &'p Prepared<'a, E>,
    cells: &'p [usize],
    terms: Terms,
    folds: usize,
    controls: Controls<'static>,
}

/// Chooses the strengths of each cell.
pub(crate) fn select<E: Element>(
    prepared: &Prepared<'_, E>,
    cells: &[usize],
    terms: Terms,
    settings: &Settings,
    selection: &Selection,
    controls: Controls<'static>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Selected>, Error> {
    let mut goal = controls.goal;
    goal.gap = goal.gap.max(ROUGH);
    goal.gradient = goal.gradient.max(1e-5);
    let path = Path {
        prepared,
        cells,
        terms,
        folds: selection.folds,
        controls: Controls { goal, ..controls },
    };
    let mut factors = selection.factors.clone();
    factors.sort_by(|a, b| b.total_cmp(a));
    let mut base = settings.penalty;
    let lasso = std::mem::take(&mut base.group_lasso);
    let mut found: Vec<Selected> = cells
        .iter()
        .map(|_| Selected {
            penalty: base,
            path: Vec::new(),
        })
        .collect();
    let penalties: Vec<Vec<Penalty>> = (factors.iter())
        .map(|&factor| vec![base.scaled(factor); cells.len()])
        .collect();
    path.walk(&penalties, selection.rule, &mut found, watch)?;
    let has_couplings =
        terms.coupling && prepared.layout().coupling_functions() > 0 && cells.len() > 1;
    if lasso > 0.0 && has_couplings {
        let penalties = match selection.lasso_steps {
            0 => vec![
                found
                    .iter()
                    .map(|one| with_lasso(one.penalty, lasso))
                    .collect(),
            ],
            steps => path.strengths(&found, steps, selection.lasso_least, watch)?,
        };
        path.walk(&penalties, selection.rule, &mut found, watch)?;
    }
    Ok(found)
}

fn with_lasso(penalty: Penalty, group_lasso: f64) -> Penalty {
    Penalty {
        group_lasso,
        ..penalty
    }
}

impl<E: Element> Path<'_, '_, E> {
    /// Fits along a path `[step][cell]` and chooses.
    fn walk(
        &self,
        penalties: &[Vec<Penalty>],
        rule: Rule,
        found: &mut [Selected],
        watch: &mut Watch<'_>,
    ) -> Result<(), Error> {
        let mut starts: Option<Vec<Solution>> = None;
        let mut tried: Vec<Vec<Tried>> = vec![Vec::new(); self.cells.len()];
        for step in penalties {
            let problems = self.problems(step, starts.as_deref());
            let controls = Controls {
                cold: starts.is_none(),
                ..self.controls
            };
            let solutions = solve(&self.prepared.engine, &problems, controls, watch)?;
            for (index, parts) in solutions.chunks(self.folds).enumerate() {
                tried[index].push(self.tried(index, step[index], parts));
            }
            starts = Some(solutions);
        }
        for (one, tried) in found.iter_mut().zip(tried) {
            if penalties.len() > 1 || penalties[0][0].group_lasso > 0.0 {
                one.penalty = tried[choose(&tried, rule)].penalty;
                one.path.extend(tried);
            } else {
                one.penalty = tried[0].penalty;
            }
        }
        Ok(())
    }

    /// Each cell without each part.
    fn problems(&self, penalties: &[Penalty], starts: Option<&[Solution]>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, (&cell, penalty)) in self.cells.iter().zip(penalties).enumerate() {
            let whole = self.prepared.problem(cell, self.terms, penalty);
            for fold in 0..self.folds {
                let start = starts.map(|all| all[index * self.folds + fold].coefficients.clone());
                problems.push(Problem {
                    without: Some(fold),
                    start: start.unwrap_or_else(|| whole.start.clone()),
                    ..whole.clone()
                });
            }
        }
        problems
    }

    fn tried(&self, index: usize, penalty: Penalty, parts: &[Solution]) -> Tried {
        let left_out: Vec<f64> = parts.iter().map(|part| part.left_out[0]).collect();
        let sum = |i: usize| parts.iter().map(|part| part.left_out[i]).sum::<f64>();
        let [loss, bins, spikes] = [sum(0), sum(1), sum(2)];
        debug_assert!(index < self.cells.len());
        let constant = (self.prepared.engine.observation).constant_loss(bins, spikes);
        Tried {
            penalty,
            left_out,
            bits_per_spike: (constant - loss) / (spikes.max(1.0) * std::f64::consts::LN_2),
        }
    }

    /// From where no coupling is left to a small share of that, evenly in logarithm.
    fn strengths(
        &self,
        found: &[Selected],
        steps: usize,
        least: f64,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<Vec<Penalty>>, Error> {
        // The strongest: without couplings, what pulls at them.
        let terms = Terms {
            coupling: false,
            ..self.terms
        };
        let problems: Vec<Problem> = (self.cells.iter().zip(found))
            .map(|(&cell, one)| self.prepared.problem(cell, terms, &one.penalty))
            .collect();
        let solutions = solve(&self.prepared.engine, &problems, self.controls, watch)?;
        let largest = self.largest(&problems, &solutions);
        let share = |step: usize| least.powf(step as f64 / (steps.max(2) - 1) as f64);
        let of = |step: usize| {
            let cells = found.iter().zip(&largest);
            cells
                .map(|(one, most)| with_lasso(one.penalty, most * share(step)))
                .collect()
        };
        Ok((0..steps).map(of).collect())
    }

    fn largest(&self, problems: &[Problem], solutions: &[Solution]) -> Vec<f64> {
        let rows = self.prepared.layout().rows();
        let spread: Vec<Vec<f64>> = (problems.iter().zip(solutions))
            .map(|(problem, solution)| problem.spread(&solution.coefficients, rows))
            .collect();
        let points: Vec<Point<'_>> = (problems.iter().zip(&spread))
            .map(|(problem, coefficients)| Point {
                cell: problem.cell,
                without: None,
                coefficients,
            })
            .collect();
        let pass = Pass {
            wanted: Wanted::ALL,
            gradient: true,
            every: 1,
        };
        let sums = self.prepared.engine.evaluate(&points, pass);
        let of = |(&cell, sums): (&usize, &Sums)| {
            let rows = self.prepared.layout().used(cell, self.terms);
            let bins = sums.bins.max(1.0);
            let gradient: Vec<f64> = rows.iter().map(|&row| sums.gradient[row] / bins).collect();
            let groups = self.prepared.groups(cell, &rows, 1.0);
            groups.map_or(0.0, |groups: Arc<_>| groups.largest_factor(&gradient))
        };
        self.cells.iter().zip(&sums).map(of).collect()
    }
}

/// Index of the choice among strengths, the strongest first.
fn choose(tried: &[Tried], rule: Rule) -> usize {
    let sum = |one: &Tried| one.left_out.iter().sum::<f64>();
    let best = (0..tried.len())
        .min_by(|&a, &b| sum(&tried[a]).total_cmp(&sum(&tried[b])))
        .unwrap_or(0);
    if rule == Rule::Best {
        return best;
    }
    // The standard error of the summed difference between two strengths, over parts.
    let is_near = |one: &Tried| {
        let pairs = one.left_out.iter().zip(&tried[best].left_out);
        let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
        let count = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / count;
        let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
        let error = (squares / (count - 1.0).max(1.0)).sqrt() * count.sqrt();
        count * mean <= error
    };
    (0..=best)
        .find(|&index| index == best || is_near(&tried[index]))
        .unwrap_or(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(left_out: &[f64]) -> Tried {
        Tried {
            penalty: Penalty::default(),
            left_out: left_out.to_vec(),
            bits_per_spike: 0.0,
        }
    }

    #[test]
    fn the_stronger_penalty_is_chosen_where_parts_do_not_agree() {
        // The first is worse in every part alike, the second by as much but only in some.
        let path = [
            tried(&[9.0, 9.0, 9.0]),
            tried(&[6.5, 4.0, 5.0]),
            tried(&[5.0, 5.0, 5.0]),
        ];
        assert_eq!(choose(&path, Rule::Best), 2);
        assert_eq!(choose(&path, Rule::OneStandardError), 1);
    }
}
