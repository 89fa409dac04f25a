//! How probable circuits are, of those that were considered.
//!
//! A network is wrong about its retina by a share of the variance that does not depend on how many samples it
//! is shown: it answers without noise, and its errors are the same in all of them. So the evidence for a
//! circuit S of a cell is that of few samples, and misfits far below the network's own do not count:
//!
//! ```text
//! log p(S) = -N/2 log((unexplained(S) + floor(S)) / (unexplained_0 + floor(S))) - own_spikes/2 deviance(S)
//!            - a_pathway k(S) - at_rest k_rest(S) - undriven(S) - depresses(S)
//!            + shared_type * sum over pathways of support + constant
//! ```
//!
//! with `k` the number of pathways, `k_rest` that of those active at rest, `undriven` the price of a circuit that
//! nothing excites, `depresses` that of one whose excitatory synapses depress. The floor is higher for these where the cell's
//! own spikes are known (`floor`). Types of interneurons are shared by the cells of a retina: the *support* of a pathway
//! is half the sum, at most 1, over the network's other cells, of the probability that they have one of its
//! polarity and sign whose kernel is like its own. Supports and probabilities are computed in turn.
//!
//! The *deviance* is that of spikes with which the cell itself answered full fields and stripes
//! ([`cascade::OwnSpikes`](super::cascade::OwnSpikes)), where there are any; it counts for less than it says
//! (`own_spikes`), because kernels of a few functions are not exactly those of a cell. A pathway then costs more,
//! because it has more data to follow by chance.
//!
//! Synapses of one retina are of one kind: circuits whose synapses depress also get a tenth of the logarithm of the
//! odds of the other cells, as far as their own spikes are known.
//!
//! The probability of a pathway is the sum over circuits that have one like it. Circuits whose excitatory synapses
//! depress stand beside those whose synapses do not: what they leave open between an inhibition and a depression
//! stays open. The constants were chosen on simulated retinas:
//! `docs/notebook/2026-11-27-probable-circuits.md`; how well they do on others is in `docs/results.md`.

use ganglion_numerics::correlation;

use super::considered::{ConsideredCircuit, ConsideredPathway, ONE_TYPE};
use crate::circuit::THE_SAME;
use crate::network_error::{FLOOR, SAMPLES};
use ganglion_attribution::Sign;

/// Share of the variance by which a network is wrong about its retina where synapses depress.
const FLOOR_OF_DEPRESSION: f64 = 0.2;
/// What a pathway costs, in logarithms of probability.
const A_PATHWAY: f64 = 6.0;
/// What it costs where the cell's own spikes are followed.
const A_PATHWAY_OF_SPIKES: f64 = 12.0;
/// What the logarithm of the likelihood of the cell's own spikes counts.
const OWN_SPIKES: f64 = 0.5;
/// What a pathway costs besides if it is active at rest.
const AT_REST: f64 = 0.5;
/// What a circuit that nothing excites costs: what nothing excites does not fire.
const UNDRIVEN: f64 = 10.0;
/// What a circuit costs whose synapses depress.
const DEPRESSES: f64 = 1.0;
/// What the other cells say of depression, of the logarithm of their odds: synapses of a retina are of one kind.
const SHARED_DEPRESSION: f64 = 0.1;
/// Logarithm of odds that a cell has at most, so that none decides for all.
const MOST_OF_A_CELL: f64 = 40.0;
/// Logarithm of odds that the other cells give at most.
const MOST_SHARED: f64 = 30.0;
/// What the full support of a pathway's type by other cells is worth.
const SHARED_TYPE: f64 = 4.0;
/// Rounds of supports and probabilities.
const ROUNDS: usize = 2;

/// The probabilities of the circuits that were considered for each of a network's cells, `[cell][circuit]`.
pub(super) fn posterior(cells: &[&[ConsideredCircuit]]) -> Vec<Vec<f64>> {
    let mut alone: Vec<Vec<f64>> = cells.iter().map(|all| scores(all)).collect();
    share_depression(cells, &mut alone);
    let mut probabilities: Vec<Vec<f64>> = alone.iter().map(|all| normalised(all)).collect();
    let likeness = likeness(cells);
    for _ in 0..ROUNDS {
        probabilities = (0..cells.len())
            .map(|cell| {
                let supported = cells[cell].iter().enumerate().map(|(place, _)| {
                    let pathways = likeness[cell][place].iter();
                    let support: f64 = pathways.map(|like| support(like, &probabilities)).sum();
                    alone[cell][place] + SHARED_TYPE * support
                });
                normalised(&supported.collect::<Vec<_>>())
            })
            .collect();
    }
    probabilities
}

/// The probability of a pathway: that of all circuits of its cell that have one like it.
pub(super) fn probability(
    pathway: &ConsideredPathway,
    candidates: &[ConsideredCircuit],
    probabilities: &[f64],
) -> f64 {
    let like = candidates.iter().zip(probabilities);
    let like = like.filter(|(circuit, _)| has(circuit, pathway, THE_SAME));
    like.map(|(_, probability)| probability)
        .sum::<f64>()
        .min(1.0)
}

/// Logarithms of probabilities but for what other cells say.
fn scores(candidates: &[ConsideredCircuit]) -> Vec<f64> {
    let least = least_unexplained(candidates);
    candidates.iter().map(|one| score(one, least)).collect()
}

/// Logarithm of the probability of a circuit, but for what other cells say and for a constant of its cell; `least` is as in
/// [`evidence`].
pub(super) fn score(circuit: &ConsideredCircuit, least: f64) -> f64 {
    let at_rest = circuit.pathways.iter().filter(|one| one.at_rest).count();
    let mut excites = circuit.pathways.iter().map(|one| one.sign);
    let is_driven = circuit.pathways.is_empty() || excites.any(|sign| sign == Sign::Excitatory);
    let undriven = if is_driven { 0.0 } else { UNDRIVEN };
    let depresses = if circuit.depresses() { DEPRESSES } else { 0.0 };
    let a_pathway = match circuit.deviance {
        Some(_) => A_PATHWAY_OF_SPIKES,
        None => A_PATHWAY,
    };
    evidence(circuit, least)
        - a_pathway * circuit.pathways.len() as f64
        - AT_REST * at_rest as f64
        - undriven
        - depresses
}

/// Adds to circuits whose synapses depress what the other cells' own spikes say of it.
fn share_depression(cells: &[&[ConsideredCircuit]], scores: &mut [Vec<f64>]) {
    let odds: Vec<f64> = cells
        .iter()
        .zip(&*scores)
        .map(|(all, scores)| odds_of_depression(all, scores))
        .collect();
    let sum: f64 = odds.iter().sum();
    for ((circuits, scores), own) in cells.iter().zip(scores).zip(&odds) {
        let said = (SHARED_DEPRESSION * (sum - own)).clamp(-MOST_SHARED, MOST_SHARED);
        let depressing = scores
            .iter_mut()
            .zip(*circuits)
            .filter(|(_, circuit)| circuit.depresses());
        depressing.for_each(|(score, _)| *score += said);
    }
}

/// Logarithm of the odds that the synapses of a cell depress; 0 where its own spikes are not known. What a network
/// with a short memory says of it is not evidence.
fn odds_of_depression(circuits: &[ConsideredCircuit], scores: &[f64]) -> f64 {
    let sum = |depressing: bool| {
        let of = circuits
            .iter()
            .zip(scores)
            .filter(|(one, _)| one.depresses() == depressing);
        log_sum(of.map(|(_, score)| *score))
    };
    let is_known = circuits.iter().any(|one| one.deviance.is_some());
    match is_known {
        // Of one kind there may be none left: the others were better by far.
        true => (sum(true) - sum(false)).clamp(-MOST_OF_A_CELL, MOST_OF_A_CELL),
        false => 0.0,
    }
}

/// Logarithm of the sum of exponentials; minus infinity of nothing.
fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest
        + values
            .map(|value| (value - largest).exp())
            .sum::<f64>()
            .ln()
}

/// Logarithm of the likelihood of a circuit, but for a constant of its cell; `least` is the share of the variance that the
/// circuit leaves that follows the network best, beside which the others are measured.
pub(super) fn evidence(circuit: &ConsideredCircuit, least: f64) -> f64 {
    let floor = floor(circuit.depresses() && circuit.deviance.is_some());
    let behind = |left: f64| ((left + floor) / (least + floor)).ln();
    let network = circuit.unexplained.map_or(0.0, behind);
    -0.5 * (SAMPLES * network + OWN_SPIKES * circuit.deviance.unwrap_or(0.0))
}

/// Least share of the variance of the network's rate that one of some circuits leaves; 0 where no network is followed.
pub(super) fn least_unexplained<'a>(
    circuits: impl IntoIterator<Item = &'a ConsideredCircuit>,
) -> f64 {
    let left = circuits.into_iter().filter_map(|one| one.unexplained);
    left.reduce(f64::min).unwrap_or(0.0)
}

/// Share of the variance by which a network is wrong about its retina, if synapses depress or not. What a synapse has left
/// depends on more of the past than a network sees; where the cell's own spikes tell that, the network is believed less.
pub(super) fn floor(depresses: bool) -> f64 {
    match depresses {
        true => FLOOR_OF_DEPRESSION,
        false => FLOOR,
    }
}

fn normalised(scores: &[f64]) -> Vec<f64> {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| (score - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Circuits of other cells, by cell and place, that have a pathway like this one.
type Like = Vec<(usize, Vec<usize>)>;

/// `[cell][circuit][pathway]`.
fn likeness(cells: &[&[ConsideredCircuit]]) -> Vec<Vec<Vec<Like>>> {
    let of = |cell: usize, pathway: &ConsideredPathway| -> Like {
        let others = (0..cells.len()).filter(|&other| other != cell);
        let like = |other: usize| {
            let all = cells[other].iter().enumerate();
            let like = all.filter(|(_, circuit)| has(circuit, pathway, ONE_TYPE));
            (other, like.map(|(place, _)| place).collect())
        };
        others.map(like).collect()
    };
    (0..cells.len())
        .map(|cell| {
            let circuits = cells[cell].iter();
            let pathways =
                |one: &ConsideredCircuit| one.pathways.iter().map(|p| of(cell, p)).collect();
            circuits.map(pathways).collect()
        })
        .collect()
}

fn support(like: &Like, probabilities: &[Vec<f64>]) -> f64 {
    let of_cell = |(cell, places): &(usize, Vec<usize>)| -> f64 {
        places
            .iter()
            .map(|&place| probabilities[*cell][place])
            .sum()
    };
    (0.5 * like.iter().map(of_cell).sum::<f64>()).min(1.0)
}

/// Whether a circuit has a pathway of the same polarity and sign with a time course that is alike.
fn has(circuit: &ConsideredCircuit, pathway: &ConsideredPathway, alike: f64) -> bool {
    circuit.pathways.iter().any(|one| {
        let is_of_kind = one.polarity == pathway.polarity && one.sign == pathway.sign;
        is_of_kind && correlation(&one.course, &pathway.course).is_some_and(|r| r > alike)
    })
}

#[cfg(test)]
mod tests {
    use ganglion_attribution::Polarity;

    use super::*;

    fn pathway(sign: Sign, course: [f64; 4]) -> ConsideredPathway {
        ConsideredPathway {
            polarity: Polarity::On,
            sign,
            course: course.to_vec(),
            share: 0.5,
            at_rest: false,
            depresses: false,
        }
    }

    fn circuit(unexplained: f64, pathways: &[ConsideredPathway]) -> ConsideredCircuit {
        ConsideredCircuit {
            unexplained: Some(unexplained),
            deviance: None,
            pathways: pathways.to_vec(),
        }
    }

    const FAST: [f64; 4] = [0.0, 0.1, 0.3, 1.0];
    const SLOW: [f64; 4] = [0.2, 1.0, 0.3, 0.0];

    /// The misfits differ by less than a network's own error: probabilities are those of prices.
    #[test]
    fn a_pathway_that_explains_less_than_the_floor_is_not_bought() {
        let one = pathway(Sign::Excitatory, FAST);
        let two = [one.clone(), pathway(Sign::Inhibitory, SLOW)];
        let circuits = [
            circuit(0.001, std::slice::from_ref(&one)),
            circuit(0.0, &two),
        ];
        let found = posterior(&[&circuits]).remove(0);
        assert!(found[0] > 0.97 && (found[0] + found[1] - 1.0).abs() < 1e-12);
        // The first is in both circuits, the second in one.
        assert!((probability(&one, &circuits, &found) - 1.0).abs() < 1e-12);
        assert!((probability(&two[1], &circuits, &found) - found[1]).abs() < 1e-12);
        let circuits = [circuit(0.2, std::slice::from_ref(&one)), circuit(0.0, &two)];
        assert!(posterior(&[&circuits])[0][1] > 0.999);
    }

    /// Circuits that do the same leave it open, and another cell whose pathway is of the type decides.
    #[test]
    fn what_other_cells_have_decides_between_equals() {
        let [fast, slow] = [FAST, SLOW].map(|course| pathway(Sign::Excitatory, course));
        let equal = [
            circuit(0.002, std::slice::from_ref(&fast)),
            circuit(0.002, std::slice::from_ref(&slow)),
        ];
        let sure = [circuit(0.002, std::slice::from_ref(&slow))];
        assert!((posterior(&[&equal])[0][0] - 0.5).abs() < 1e-12);
        assert!(posterior(&[&equal, &sure])[0][1] > 0.85);
    }

    /// Where the cell's own spikes say that synapses depress, a network without such synapses is a poor witness: what it says
    /// for an inhibition besides counts less than it does where they do not.
    #[test]
    fn a_network_is_believed_less_where_synapses_depress() {
        let inhibition = pathway(Sign::Inhibitory, SLOW);
        let gain = |depresses: bool| {
            let main = ConsideredPathway {
                depresses,
                ..pathway(Sign::Excitatory, FAST)
            };
            let of = |unexplained, pathways: &[ConsideredPathway]| ConsideredCircuit {
                deviance: Some(100.0),
                ..circuit(unexplained, pathways)
            };
            let with = of(0.005, &[main.clone(), inhibition.clone()]);
            let alone = of(0.03, &[main]);
            let least = least_unexplained([&with, &alone]);
            evidence(&with, least) - evidence(&alone, least)
        };
        assert!(gain(false) > A_PATHWAY_OF_SPIKES && gain(true) < 0.5 * A_PATHWAY_OF_SPIKES);
        // Without spikes there is nobody else to believe.
        assert_eq!(floor(false), FLOOR);
    }

    /// Where nothing explains anything, the circuit without a pathway is taken, and says nothing to other cells.
    #[test]
    fn a_cell_that_nothing_explains_has_no_pathway() {
        let [fast, slow] = [FAST, SLOW].map(|course| pathway(Sign::Excitatory, course));
        let constant = [circuit(1.0, &[]), circuit(1.0, std::slice::from_ref(&slow))];
        let other = [
            circuit(0.002, std::slice::from_ref(&fast)),
            circuit(0.002, std::slice::from_ref(&slow)),
        ];
        let found = posterior(&[&constant, &other]);
        assert!(found[0][0] > 0.9, "{found:?}");
        assert!((found[1][0] - 0.5).abs() < 0.05, "{found:?}");
    }

    /// Spikes of the cell itself tell circuits apart that the network does not, but not for free.
    #[test]
    fn own_spikes_count_with_their_price() {
        let one = pathway(Sign::Excitatory, FAST);
        let two = [one.clone(), pathway(Sign::Inhibitory, SLOW)];
        let with = |deviance: f64| {
            let [few, many] = [(vec![one.clone()], 100.0 + deviance), (two.to_vec(), 100.0)].map(
                |(pathways, deviance)| ConsideredCircuit {
                    deviance: Some(deviance),
                    ..circuit(0.001, &pathways)
                },
            );
            posterior(&[&[few, many]])[0][1]
        };
        assert!(with(0.0) < 0.01 && with(80.0) > 0.99);
        // A half of half the deviance pays the price of a pathway.
        let price = 4.0 * A_PATHWAY_OF_SPIKES / (2.0 * OWN_SPIKES);
        assert!((with(price) - 0.5).abs() < 1e-6, "{}", with(price));
    }

    /// Synapses of a retina are of one kind: cells that are sure decide for one that is not, where their own spikes
    /// are known.
    #[test]
    fn cells_tell_each_other_whether_synapses_depress() {
        let plain = pathway(Sign::Excitatory, FAST);
        let depressing = ConsideredPathway {
            depresses: true,
            ..plain.clone()
        };
        let cell = |deviances: [Option<f64>; 2]| {
            let pathways = [&plain, &depressing];
            let all = deviances.into_iter().zip(pathways);
            let of = |(deviance, pathway): (Option<f64>, &ConsideredPathway)| ConsideredCircuit {
                deviance,
                ..circuit(0.001, std::slice::from_ref(pathway))
            };
            all.map(of).collect::<Vec<_>>()
        };
        let sure = cell([Some(400.0), Some(100.0)]);
        let open = cell([Some(100.0), Some(100.0)]);
        let alone = posterior(&[&open])[0][1];
        let together = posterior(&[&open, &sure, &sure])[0][1];
        assert!(alone < 0.5 && together > 0.99, "{alone} {together}");
        // Nor does it matter that a kind has been left out as hopeless.
        let surest = [sure[1].clone()];
        assert!(posterior(&[&open, &surest, &surest])[0][1] > 0.99);
        // Without spikes a cell says nothing of it, however different its circuits are.
        let mut networks = cell([None, None]);
        networks[0].unexplained = Some(0.5);
        let beside = posterior(&[&open, &networks])[0][1];
        assert!((beside - alone).abs() < 1e-9, "{beside}");
    }

    /// The order in which circuits and cells come makes no difference.
    #[test]
    fn orders_make_no_difference() {
        let [fast, slow] = [FAST, SLOW].map(|course| pathway(Sign::Excitatory, course));
        let a = [
            circuit(0.02, std::slice::from_ref(&fast)),
            circuit(0.03, &[slow.clone(), fast]),
        ];
        let b = [a[1].clone(), a[0].clone()];
        let other = [circuit(0.01, &[slow])];
        let (one, two) = (posterior(&[&a, &other]), posterior(&[&other, &b]));
        assert!((one[0][0] - two[1][1]).abs() < 1e-12 && (one[0][1] - two[1][0]).abs() < 1e-12);
    }
}
