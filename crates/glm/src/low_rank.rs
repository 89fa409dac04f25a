//! Stimulus filters that are a sum of few products of a map of space and a course in time.

use std::sync::Arc;

use ganglion_numerics::{dot, rank_one};

use crate::Error;
use crate::descent::End;
use crate::element::Element;
use crate::map::Map;
use crate::prepared::Prepared;
use crate::problem::{Controls, Problem, Solution, Watch};
use crate::solve::solve;

/// Rounds of both halves at most.
const ROUNDS: usize = 100;
/// Distance from the minimum, nats, at which the filter that products start from is left.
const START_GAP: f64 = 1.0;

/// The products of one cell: `w[pixel][function] = sum over k of space[k][pixel] time[k][function]`.
#[derive(Clone, Debug)]
struct Products {
    space: Vec<Vec<f64>>,
    time: Vec<Vec<f64>>,
}

/// A cell on its way.
struct State {
    products: Products,
    /// Bias, then couplings and history.
    others: Vec<f64>,
    solution: Option<Solution>,
    rounds: usize,
    /// Halves in a row that moved nothing.
    still: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    /// Maps of space are held, courses in time found.
    Time,
    Space,
}

/// Solves problems with a stimulus filter of a rank: from the leading singular vectors of the filter without a
/// limit, courses and maps are found in turn, each to the exact optimum given the other, until both derivatives
/// vanish. The loss of products is not convex, so that this is a minimum near the start, which the start makes
/// likely to be the best; the value of each half never rises.
///
/// Source: Pillow et al. 2008 (rank 2); Ahrens, Paninski & Sahani 2008, Network 19:35 (in turn).
pub(crate) fn solve_low_rank<E: Element>(
    prepared: &Prepared<'_, E>,
    problems: &[Problem],
    rank: usize,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Solution>, Error> {
    let functions = prepared.layout().stimulus_functions();
    let mut goal = controls.goal;
    (goal.gap, goal.gradient) = (START_GAP.max(goal.gap), f64::INFINITY);
    let full = solve(
        &prepared.engine,
        problems,
        Controls { goal, ..controls },
        watch,
    )?;
    let warm = Controls {
        cold: false,
        ..controls
    };
    let mut states: Vec<State> = (problems.iter().zip(full))
        .map(|(problem, solution)| State::new(prepared, problem, &solution, functions, rank))
        .collect();
    for _ in 0..ROUNDS {
        let left: Vec<usize> = (0..states.len())
            .filter(|&i| !states[i].is_done(&controls))
            .collect();
        if left.is_empty() {
            break;
        }
        for half in [Half::Time, Half::Space] {
            let halves: Vec<Problem> = left
                .iter()
                .map(|&i| states[i].half(&problems[i], half))
                .collect();
            let found = solve(&prepared.engine, &halves, warm, watch)?;
            for (&i, solution) in left.iter().zip(found) {
                states[i].take(half, solution);
            }
        }
    }
    Ok(states
        .into_iter()
        .zip(problems)
        .map(|(state, problem)| state.finish(problem))
        .collect())
}

impl State {
    fn new<E: Element>(
        prepared: &Prepared<'_, E>,
        problem: &Problem,
        solution: &Solution,
        functions: usize,
        rank: usize,
    ) -> Self {
        let end = (problem.rows.iter())
            .filter(|&&row| row < prepared.layout().without_spikes())
            .count();
        let filter = &solution.coefficients[1..end];
        let mut others = vec![solution.coefficients[0]];
        others.extend(&solution.coefficients[end..]);
        let rank = rank.min(functions).min(filter.len() / functions);
        Self {
            products: Products::leading(filter, functions, rank),
            others,
            solution: None,
            rounds: 0,
            still: 0,
        }
    }

    fn is_done(&self, controls: &Controls<'_>) -> bool {
        let Some(solution) = &self.solution else {
            return false;
        };
        let near = solution.largest <= controls.goal.gradient && solution.gap <= controls.goal.gap;
        near && solution.end == End::Converged && self.still >= 2
    }

    /// Coefficients from the numbers of one half: bias, weights `[k][function]` or `[pixel][k]`, the rest.
    fn map(&self, rows: usize, half: Half) -> Map {
        let Products { space, time } = &self.products;
        let [rank, pixels, functions] = [space.len(), space[0].len(), time[0].len()];
        let free = match half {
            Half::Time => rank * functions,
            Half::Space => rank * pixels,
        };
        let mut entries = vec![vec![(0, 1.0)]];
        for place in 0..pixels * functions {
            let (pixel, function) = (place / functions, place % functions);
            let of = |k: usize| match half {
                Half::Time => (1 + k * functions + function, space[k][pixel]),
                Half::Space => (1 + pixel * rank + k, time[k][function]),
            };
            entries.push((0..rank).map(of).collect());
        }
        let rest = rows - entries.len();
        entries.extend((0..rest).map(|index| vec![(1 + free + index, 1.0)]));
        Map::new(1 + free + rest, entries)
    }

    fn half(&mut self, problem: &Problem, half: Half) -> Problem {
        // What is held has unit norm and right angles, so that numbers are of one scale.
        match half {
            Half::Time => orthonormalise(&mut self.products.space, &mut self.products.time),
            Half::Space => orthonormalise(&mut self.products.time, &mut self.products.space),
        }
        let map = self.map(problem.rows.len(), half);
        let Products { space, time } = &self.products;
        let mut start = vec![self.others[0]];
        match half {
            Half::Time => start.extend(time.iter().flatten()),
            Half::Space => {
                let pixels = 0..space[0].len();
                start.extend(pixels.flat_map(|pixel| space.iter().map(move |map| map[pixel])));
            }
        }
        start.extend(&self.others[1..]);
        Problem {
            quadratic: Arc::new(map.quadratic(&problem.quadratic)),
            map: Some(Arc::new(map)),
            start,
            ..problem.clone()
        }
    }

    /// Takes what was found for a half. It is done once a half starts where it ends: then the derivatives by the
    /// other half's numbers, which are those of the end before, vanish as well.
    fn take(&mut self, half: Half, solution: Solution) {
        self.still = match solution.steps {
            0 => self.still + 1,
            _ => 0,
        };
        let rank = self.products.space.len();
        let free = match half {
            Half::Time => rank * self.products.time[0].len(),
            Half::Space => rank * self.products.space[0].len(),
        };
        let numbers = &solution.coefficients;
        self.others = vec![numbers[0]];
        self.others.extend(&numbers[1 + free..]);
        match half {
            Half::Time => {
                let functions = self.products.time[0].len();
                let courses = numbers[1..1 + free].chunks(functions).map(<[f64]>::to_vec);
                self.products.time = courses.collect();
            }
            Half::Space => {
                let pixels = self.products.space[0].len();
                let of = |k: usize| {
                    (0..pixels)
                        .map(|pixel| numbers[1 + pixel * rank + k])
                        .collect()
                };
                self.products.space = (0..rank).map(of).collect();
            }
        }
        self.rounds += usize::from(half == Half::Space);
        self.solution = Some(solution);
    }

    fn finish(self, problem: &Problem) -> Solution {
        let mut solution = self.solution.expect("at least one round");
        let Products { space, time } = &self.products;
        let mut coefficients = vec![self.others[0]];
        for pixel in 0..space[0].len() {
            for function in 0..time[0].len() {
                let pairs = space.iter().zip(time);
                coefficients.push(
                    pairs
                        .map(|(map, course)| map[pixel] * course[function])
                        .sum(),
                );
            }
        }
        coefficients.extend(&self.others[1..]);
        debug_assert_eq!(coefficients.len(), problem.rows.len());
        solution.coefficients = coefficients;
        solution.steps = self.rounds;
        solution
    }
}

impl Products {
    /// The leading singular vectors of a filter `[pixel][function]`, one pair after the other.
    fn leading(filter: &[f64], functions: usize, rank: usize) -> Self {
        let mut rest: Vec<f32> = filter.iter().map(|&value| value as f32).collect();
        let pixels = rest.len() / functions;
        let (mut space, mut time) = (Vec::new(), Vec::new());
        for k in 0..rank {
            let pair = rank_one(&rest, [pixels, functions]);
            for (row, left) in rest.chunks_mut(functions).zip(&pair.left) {
                row.iter_mut()
                    .zip(&pair.right)
                    .for_each(|(value, right)| *value -= left * right);
            }
            let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect::<Vec<f64>>();
            let mut map = wide(pair.left);
            if map.iter().all(|value| *value == 0.0) {
                // Nothing is left: any direction will do.
                map[k % pixels] = 1e-6;
            }
            space.push(map);
            time.push(wide(pair.right));
        }
        Self { space, time }
    }
}

/// Makes vectors `q` orthonormal, changing the others so that the sum of products stays what it is:
/// Gram-Schmidt's method, each `q_k = sum over l <= k of r_lk e_l` giving `sum over k of r_lk o_k` to `e_l`.
fn orthonormalise(vectors: &mut [Vec<f64>], others: &mut [Vec<f64>]) {
    let rank = vectors.len();
    let mut partners = vec![vec![0.0; others[0].len()]; rank];
    for k in 0..rank {
        let mut own = vectors[k].clone();
        // Twice, for the digits that the first leaves.
        for _ in 0..2 {
            for l in 0..k {
                let share = dot(&vectors[l], &own);
                own.iter_mut()
                    .zip(&vectors[l])
                    .for_each(|(value, e)| *value -= share * e);
                partners[l]
                    .iter_mut()
                    .zip(&others[k])
                    .for_each(|(sum, o)| *sum += share * o);
            }
        }
        let norm = dot(&own, &own).sqrt();
        if norm > 0.0 {
            own.iter_mut().for_each(|value| *value /= norm);
        }
        partners[k]
            .iter_mut()
            .zip(&others[k])
            .for_each(|(sum, o)| *sum += norm * o);
        vectors[k] = own;
    }
    others.clone_from_slice(&partners);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_products_stays_what_it_is() {
        let mut space = vec![vec![1.0, 2.0, -1.0], vec![0.5, 0.5, 2.0]];
        let mut time = vec![vec![1.0, -1.0], vec![2.0, 0.25]];
        let sum = |space: &[Vec<f64>], time: &[Vec<f64>], i: usize, j: usize| {
            space
                .iter()
                .zip(time)
                .map(|(s, t)| s[i] * t[j])
                .sum::<f64>()
        };
        let (before_space, before_time) = (space.clone(), time.clone());
        orthonormalise(&mut space, &mut time);
        for i in 0..3 {
            for j in 0..2 {
                let found = sum(&space, &time, i, j);
                assert!((found - sum(&before_space, &before_time, i, j)).abs() < 1e-14);
            }
        }
        assert!(dot(&space[0], &space[1]).abs() < 1e-15);
        assert!((dot(&space[1], &space[1]) - 1.0).abs() < 1e-15);
    }
}
