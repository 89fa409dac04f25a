//! Searches over choices of terms.

use ganglion_numerics::Gram;

use super::curve::{SelectionCurve, SelectionStep};

/// Terms in the order of an importance, the largest first.
pub fn ranked(gram: &Gram, importance: &[f64]) -> SelectionCurve {
    let mut order: Vec<usize> = (0..gram.terms()).collect();
    order.sort_by(|&a, &b| importance[b].total_cmp(&importance[a]));
    let step = |kept: usize| at(gram, order[..kept].to_vec());
    SelectionCurve {
        steps: (1..=order.len()).map(step).collect(),
    }
}

/// Forward selection: from nothing, adds the term that raises the correlation most.
pub fn forward(gram: &Gram) -> SelectionCurve {
    let mut members: Vec<usize> = Vec::new();
    let mut steps = Vec::with_capacity(gram.terms());
    for _ in 0..gram.terms() {
        let outside = (0..gram.terms()).filter(|term| !members.contains(term));
        let tried = outside.map(|term| [&members[..], &[term]].concat());
        members = best_of(gram, tried).expect("a term is left");
        steps.push(at(gram, members.clone()));
    }
    SelectionCurve { steps }
}

/// Backward elimination: from all, removes the term whose loss costs least.
pub fn backward(gram: &Gram) -> SelectionCurve {
    let mut members: Vec<usize> = (0..gram.terms()).collect();
    let mut steps = Vec::with_capacity(gram.terms());
    while !members.is_empty() {
        steps.push(at(gram, members.clone()));
        let without = |removed: &usize| -> Vec<usize> {
            members
                .iter()
                .copied()
                .filter(|term| term != removed)
                .collect()
        };
        members = best_of(gram, members.iter().map(without)).expect("a term is left");
    }
    steps.reverse();
    SelectionCurve { steps }
}

/// For every number of terms the better of forward selection and backward elimination: neither
/// alone sees terms that cancel, or that only together are of use.
pub fn best(gram: &Gram) -> SelectionCurve {
    let pairs = forward(gram).steps.into_iter().zip(backward(gram).steps);
    let better = |(forward, backward): (SelectionStep, SelectionStep)| {
        if backward.correlation > forward.correlation {
            backward
        } else {
            forward
        }
    };
    SelectionCurve {
        steps: pairs.map(better).collect(),
    }
}

fn at(gram: &Gram, members: Vec<usize>) -> SelectionStep {
    let correlation = gram.correlation(&members);
    SelectionStep::new(members, correlation)
}

fn best_of(gram: &Gram, tried: impl Iterator<Item = Vec<usize>>) -> Option<Vec<usize>> {
    tried
        .map(|members| (gram.correlation(&members), members))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, members)| members)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two terms that make up the target, one that is noise, and two that cancel.
    fn gram() -> (Gram, Vec<f64>) {
        let wave = |period: f64, phase: f64| -> Vec<f64> {
            (0..200)
                .map(|t| (f64::from(t) / period + phase).sin())
                .collect()
        };
        let (a, b, noise, large) = (
            wave(7.0, 0.0),
            wave(3.1, 1.0),
            wave(1.3, 2.0),
            wave(11.0, 0.5),
        );
        let target = a
            .iter()
            .zip(&b)
            .map(|(a, b)| 2.0 * a + b)
            .collect::<Vec<_>>();
        let scaled = |values: &[f64], by: f64| values.iter().map(|v| by * v).collect::<Vec<_>>();
        let terms = vec![
            scaled(&a, 2.0),
            scaled(&noise, 0.1),
            b,
            scaled(&large, 5.0),
            scaled(&large, -5.0),
        ];
        let sizes = terms
            .iter()
            .map(|t| t.iter().map(|v| v.abs()).sum())
            .collect();
        (Gram::new(&terms, &target), sizes)
    }

    #[test]
    fn planted_terms_are_found_although_larger_ones_cancel() {
        let (gram, sizes) = gram();
        let curve = best(&gram);
        assert_eq!(curve.steps[0].members, [0]);
        assert_eq!(curve.steps[1].members, [0, 2]);
        assert!(curve.steps[1].correlation > 0.999);
        assert_eq!(curve.fewest(0.99).unwrap().members, [0, 2]);
        // By size alone, the two that cancel come first.
        assert_eq!(ranked(&gram, &sizes).steps[1].members, [3, 4]);
    }

    #[test]
    fn all_terms_are_the_end_of_every_curve() {
        let (gram, sizes) = gram();
        for curve in [
            forward(&gram),
            backward(&gram),
            best(&gram),
            ranked(&gram, &sizes),
        ] {
            let last = curve.steps.last().unwrap();
            assert_eq!(last.members, [0, 1, 2, 3, 4]);
            assert_eq!(curve.steps.len(), 5);
        }
    }
}
