//! The fewest pathways.

use rayon::prelude::*;

use super::data::Data;
use super::depression::Synapses;
use super::descent::descend;
use super::model::{Cascade, CascadePathway};
use super::starts::{constant, extended, is_on, variations};
use crate::fit::price::{Price, Priced};

impl CascadeFit {
    /// The circuit without pathways, which explains nothing.
    pub fn constant(data: &Data) -> Self {
        Self {
            cascade: constant(data),
            explained: 0.0,
        }
    }

    /// A circuit as it is.
    pub fn of(data: &Data, cascade: Cascade) -> Self {
        Self {
            explained: 1.0 - cascade.error(data) / data.variance(),
            cascade,
        }
    }

    /// The same circuit after some steps of a descent.
    pub fn refitted(&self, data: &Data, steps: usize) -> Self {
        Self::of(data, descend(data, self.cascade.clone(), steps).0)
    }
}

/// How a circuit is looked for, and what makes one better than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchOptions {
    /// Pathways at most.
    pub most: usize,
    /// What a pathway costs.
    pub price: Price,
    /// Which synapses depress.
    pub synapses: Synapses,
}

/// A fitted circuit and how much of the rates' variance it explains.
#[derive(Clone, Debug, PartialEq)]
pub struct CascadeFit {
    /// The circuit.
    pub cascade: Cascade,
    /// Share of the variance explained.
    pub explained: f64,
}

/// Comparisons are made on one sample in this many: neighbours share all but one frame.
const THINNING: usize = 4;

/// Steps by which starts are compared.
const COMPARING: usize = 12;

/// Steps by which those that compare well are compared again.
const REFINING: usize = 30;

/// Steps of the best ones, on all samples.
pub(super) const FINISHING: usize = 60;

/// Circuits that compare well.
const REFINED: usize = 10;

/// Circuits of each number of pathways that the next number starts from.
const BEAM: usize = 4;

impl SearchOptions {
    /// What a circuit leaves unexplained and what its pathways cost, in shares of the variance.
    pub(super) fn cost(&self, cascade: &Cascade, left: f64) -> f64 {
        let priced = |pathway: &CascadePathway| Priced {
            excites: pathway.sign > 0.0,
            at_rest: pathway.threshold < 0.0,
        };
        left + self.price.of(cascade.pathways.iter().map(priced))
    }
}

/// The best few circuits of one pathway, of two, and so on, up to the most allowed, the cheapest first,
/// no two of one make-up.
///
/// Each number starts from the best circuits of the number before, with pathways of either polarity
/// and sign added, silent or active at rest; then pathways that are active at rest are tried turned
/// round, and every circuit is tried as what remains of the next larger one.
pub fn search(data: &Data, kernels: &[Vec<f64>], options: &SearchOptions) -> Vec<Vec<CascadeFit>> {
    let search = CascadeSearch {
        data,
        thinned: data.thinned(THINNING),
        options,
    };
    let mut beam = vec![constant(data)];
    let mut best: Vec<Vec<Descended>> = Vec::new();
    for _ in 0..options.most {
        let starts: Vec<Cascade> = (beam.iter())
            .flat_map(|cascade| extended(&search.thinned, cascade, kernels, options.synapses))
            .collect();
        let found = search.finished(starts);
        beam = found.iter().map(|one| one.cascade.clone()).collect();
        let Some(largest) = found.first() else {
            break;
        };
        if let Some(smaller) = best.last_mut() {
            search.improve_smaller(&largest.cascade, smaller);
        }
        best.push(found);
    }
    let fit = |found: Descended| CascadeFit {
        explained: 1.0 - found.left,
        cascade: found.cascade,
    };
    let fits = |found: Vec<Descended>| found.into_iter().map(fit).collect();
    best.into_iter().map(fits).collect()
}

/// A circuit after a descent.
#[derive(Clone)]
struct Descended {
    cascade: Cascade,
    /// Share of the variance that it leaves.
    left: f64,
    cost: f64,
}

struct CascadeSearch<'a> {
    data: &'a Data,
    thinned: Data,
    options: &'a SearchOptions,
}

impl CascadeSearch<'_> {
    /// The cheapest few of some starts after a descent, the cheapest first, no two of one make-up.
    fn finished(&self, starts: Vec<Cascade>) -> Vec<Descended> {
        let mut compared = self.descents(&self.thinned, starts, COMPARING);
        compared.truncate(REFINED);
        let varied: Vec<Cascade> = (compared.iter().take(BEAM))
            .flat_map(|found| variations(&self.thinned, &found.cascade, self.options.synapses))
            .collect();
        compared.extend(self.descents(&self.thinned, varied, COMPARING));
        keep_cheapest(&self.thinned, &mut compared, REFINED);
        let mut refined = self.descents(&self.thinned, cascades(compared), REFINING);
        refined.truncate(BEAM);
        self.descents(self.data, cascades(refined), FINISHING)
    }

    /// Where descents from some starts end, the cheapest first, no two of one make-up.
    fn descents(&self, data: &Data, starts: Vec<Cascade>, steps: usize) -> Vec<Descended> {
        let variance = data.variance();
        let descents = starts.into_par_iter().map(|start| {
            let (cascade, error) = descend(data, start, steps);
            let left = error / variance;
            Descended {
                cost: self.options.cost(&cascade, left),
                cascade,
                left,
            }
        });
        let mut found: Vec<Descended> = descents.collect();
        let all = found.len();
        keep_cheapest(data, &mut found, all);
        found
    }

    /// Tries what remains of a circuit without one of its pathways as one of its number.
    fn improve_smaller(&self, larger: &Cascade, smaller: &mut Vec<Descended>) {
        let without = (0..larger.pathways.len()).map(|index| {
            let mut fewer = larger.clone();
            fewer.pathways.remove(index);
            fewer
        });
        smaller.extend(self.finished(without.collect()));
        keep_cheapest(self.data, smaller, BEAM);
    }
}

fn cascades(found: Vec<Descended>) -> Vec<Cascade> {
    found.into_iter().map(|one| one.cascade).collect()
}

/// Keeps the cheapest circuit of each make-up, and of these at most `most`.
fn keep_cheapest(data: &Data, found: &mut Vec<Descended>, most: usize) {
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut seen = Vec::new();
    found.retain(|one| {
        let kinds = kinds(data, &one.cascade);
        let is_new = !seen.contains(&kinds);
        seen.push(kinds);
        is_new
    });
    found.truncate(most);
}

/// Polarity, sign and activity at rest of all pathways.
fn kinds(data: &Data, cascade: &Cascade) -> Vec<(bool, bool, bool)> {
    let kind = |pathway: &CascadePathway| {
        let is_on = is_on(&data.kernel(&pathway.coefficients));
        (is_on, pathway.sign > 0.0, pathway.threshold < 0.0)
    };
    let mut kinds: Vec<_> = cascade.pathways.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::FittedDepression;
    use super::super::fixture::{FixturePathway, cheapest, data_of};
    use super::super::prune::without_small;
    use super::*;
    use ganglion_numerics::cosine;

    const OPTIONS: SearchOptions = SearchOptions {
        most: 3,
        price: Price {
            a_pathway: 3.2e-3,
            at_rest: 1.5e-3,
        },
        synapses: Synapses::NonDepressing,
    };

    const FAST_OFF: [f64; 4] = [-0.3, -1.4, 0.2, 0.1];
    const SLOW_OFF: [f64; 4] = [0.0, -0.2, -0.9, -0.3];
    const FAST_ON: [f64; 4] = [0.4, 1.1, -0.6, 0.0];

    /// The circuit found for the answers of a made-up one, from kernels that are none of its own.
    fn found(pathways: &[FixturePathway], bias: f64) -> (Data, CascadeFit) {
        let (data, _) = data_of(pathways, bias, 2);
        let starts = [
            [0.0, 1.0, 0.3, 0.0],
            [0.0, 0.2, 1.0, 0.6],
            [1.0, 1.0, -1.0, 0.0],
        ];
        let kernels: Vec<Vec<f64>> = starts.iter().map(|start| data.kernel(start)).collect();
        let fits = search(&data, &kernels, &OPTIONS).concat();
        let chosen = cheapest(&without_small(&data, &fits, 0.12), &OPTIONS);
        (data, chosen)
    }

    /// Every pathway is found with its sign and kernel, and no other.
    #[track_caller]
    fn assert_recovered(pathways: &[FixturePathway], bias: f64) {
        let (data, fit) = found(pathways, bias);
        assert_eq!(fit.cascade.pathways.len(), pathways.len(), "{fit:?}");
        assert!(fit.explained > 0.999, "{}", fit.explained);
        for (sign, coefficients, _) in pathways {
            let kernel = data.kernel(coefficients);
            let is_it = |one: &CascadePathway| {
                one.sign == *sign && cosine(&data.kernel(&one.coefficients), &kernel) > 0.98
            };
            assert!(fit.cascade.pathways.iter().any(is_it), "{fit:?}");
        }
    }

    #[test]
    fn one_pathway_is_one_pathway() {
        assert_recovered(&[(1.0, FAST_ON, 0.1)], -0.5);
    }

    #[test]
    fn excitation_with_late_inhibition_of_one_polarity_is_told_from_its_exchange() {
        assert_recovered(&[(1.0, FAST_OFF, 0.05), (-1.0, SLOW_OFF, 0.05)], -0.5);
    }

    #[test]
    fn disinhibition_is_told_from_excitation() {
        assert_recovered(
            &[(1.0, FAST_OFF, 0.05), (-1.0, [0.0, 0.2, 0.7, 0.3], -0.4)],
            0.3,
        );
    }

    #[test]
    fn a_cell_that_nothing_moves_has_no_variance_to_explain() {
        let (_, fit) = found(&[(1.0, [0.0; 4], 0.1)], -0.5);
        assert!(fit.cascade.pathways.len() <= 1, "{fit:?}");
    }

    /// A synapse that depresses is one pathway where synapses may, and not where they may not. From kernels that are
    /// none of its own the descent comes within 1 % of the variance: it ends where a step improves by less than 1e-4.
    #[test]
    fn a_synapse_that_depresses_is_one_pathway() {
        let (mut data, mut truth) = data_of(&[(1.0, FAST_ON, 0.0)], -0.5, 2);
        truth.pathways[0].depression = Some(FittedDepression {
            log_recovery: 3.0,
            log_depletion: -1.5,
        });
        data.rates = truth.rates(&data);
        let starts = [[0.0, 1.0, 0.3, 0.0], [1.0, 1.0, -1.0, 0.0]];
        let kernels: Vec<Vec<f64>> = starts.iter().map(|start| data.kernel(start)).collect();
        let left = |synapses| {
            let options = SearchOptions {
                most: 1,
                synapses,
                ..OPTIONS
            };
            1.0 - search(&data, &kernels, &options)[0][0].explained
        };
        let [without, with] = [Synapses::NonDepressing, Synapses::DepressingExcitation].map(left);
        assert!(with < 0.01 && without > 10.0 * with, "{with} {without}");
    }

    /// Without stripes, the exchange of two pathways leaves a circuit that does the same as long as
    /// the output rectifies; with stripes it does not.
    #[test]
    fn a_whole_field_cannot_tell_an_exchange() {
        let left = |regions: usize| {
            // Strong enough for the output to be a corner.
            let [fast, slow] = [FAST_OFF, SLOW_OFF].map(|kernel| kernel.map(|c| 20.0 * c));
            let pathways = [(1.0, fast, 0.0), (-1.0, slow, 0.0)];
            let (data, truth) = data_of(&pathways, -3.0, regions);
            let mut exchanged = truth.clone();
            let sum = fast.iter().zip(slow).map(|(a, b)| a - b);
            exchanged.pathways[0].coefficients.splice(..4, sum);
            let turned = &mut exchanged.pathways[1].coefficients;
            turned.iter_mut().for_each(|c| *c = -*c);
            exchanged.error(&data) / data.variance()
        };
        assert!(left(1) < 0.01 && left(2) > 0.1, "{} {}", left(1), left(2));
    }
}
