//! Structures compared by quick fits in which the pathways' releases are given.

use ganglion_numerics::{
    LeastSquares, NormalEquations, levenberg_marquardt, logistic, softplus, solve_damped,
};

use super::fitter::Fitter;
use super::forward::{PoolDerivatives, pooled};
use super::parameters::{Parameters, PathwayParameters};
use super::structure::Structure;
use super::targets::FitBlocks;

/// Thresholds beside the network's own at which a pathway is tried, in root mean squares of its drive.
const OTHERS: [f64; 2] = [-0.7, 0.5];

/// Half-width of the range of these.
const OTHERS_SPREAD: f64 = 0.5;

/// Steps of a quick fit.
const STEPS: usize = 7;

/// Smallest relative improvement for which another step is made.
const IMPROVEMENT: f64 = 1e-3;

/// A pathway at one of the thresholds at which it is tried.
struct Feature {
    threshold: f64,
    spread: f64,
    /// Departure of its release from rest, `[row]`.
    departure: Vec<f64>,
}

/// Features of all candidates, the network's own threshold first.
pub(super) struct Screening<'a> {
    fitter: &'a Fitter<'a>,
    features: Vec<Vec<Feature>>,
}

/// A structure with the parameters that a quick fit found.
pub(super) struct Screened {
    pub(super) structure: Structure,
    pub(super) parameters: Parameters,
    pub(super) cost: f64,
}

impl<'a> Screening<'a> {
    pub(super) fn new(fitter: &'a Fitter<'a>) -> Self {
        let features = (0..fitter.inputs.len())
            .map(|candidate| features(fitter, candidate))
            .collect();
        Self { fitter, features }
    }

    /// The best quick fit of a structure, every pathway being at the network's threshold or, if asked
    /// for, at any of those that are tried; the rest of the parameters is as the network has it.
    pub(super) fn best(&self, structure: &Structure, all_thresholds: bool) -> Screened {
        let targets = self
            .fitter
            .targets
            .blocks(&self.fitter.rows, &structure.members);
        let choices = match all_thresholds {
            true => self.combinations(structure),
            false => vec![vec![0; structure.members.len()]],
        };
        let screened = choices
            .iter()
            .map(|chosen| self.quick(structure, &targets, chosen));
        screened
            .min_by(|a, b| a.cost.total_cmp(&b.cost))
            .expect("every pathway has the network's threshold")
    }

    fn combinations(&self, structure: &Structure) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        for &member in &structure.members {
            all = all
                .into_iter()
                .flat_map(|chosen: Vec<usize>| {
                    let places = 0..self.features[member].len();
                    places.map(move |place| [&chosen[..], &[place]].concat())
                })
                .collect();
        }
        all
    }

    fn quick(&self, structure: &Structure, targets: &FitBlocks, chosen: &[usize]) -> Screened {
        let features: Vec<&Feature> = structure
            .members
            .iter()
            .zip(chosen)
            .map(|(&member, &place)| &self.features[member][place])
            .collect();
        let problem = ReleaseWeights {
            structure,
            features: &features,
            targets,
            counts: &self.fitter.rows.counts,
        };
        let (flat, error) = levenberg_marquardt(&problem, problem.start(), STEPS, IMPROVEMENT);
        let (weights, output) = flat.split_at(features.len());
        let pathway = |place: usize| PathwayParameters {
            weight: weights[place],
            threshold: features[place].threshold,
            threshold_spread: features[place].spread,
            centre: self.fitter.inputs[structure.members[place]].pool[0],
            log_spread: self.fitter.inputs[structure.members[place]].pool[1]
                .max(0.5)
                .ln(),
        };
        let parameters = Parameters {
            pathways: (0..features.len()).map(pathway).collect(),
            bias: output[0],
            log_gain: output[1],
        };
        Screened {
            cost: error + targets.beyond + self.fitter.priced(structure, &parameters),
            structure: structure.clone(),
            parameters,
        }
    }
}

/// A candidate at all thresholds at which it is tried.
fn features(fitter: &Fitter<'_>, candidate: usize) -> Vec<Feature> {
    let input = &fitter.inputs[candidate];
    let size = input.drive.size();
    let others = OTHERS.map(|threshold| [threshold * size, OTHERS_SPREAD * size]);
    let allowed = |corner: &[f64; 2]| fitter.tonic || corner[0] >= 0.0;
    let own = match allowed(&input.threshold) {
        true => input.threshold,
        false => [0.0, input.threshold[1]],
    };
    let corners = std::iter::once(own).chain(others.into_iter().filter(allowed));
    let feature = |[threshold, spread]: [f64; 2]| {
        let spread = if fitter.spread { spread } else { 0.0 };
        let parameters = PathwayParameters {
            weight: 1.0,
            threshold,
            centre: input.pool[0],
            log_spread: input.pool[1].max(0.5).ln(),
            threshold_spread: spread,
        };
        let (rectifier, positions) = (parameters.rectifier(), input.drive.positions);
        let pool = PoolDerivatives::new(&parameters, positions);
        let rest = rectifier.released(0.0);
        let departure = |&sample: &usize| {
            let values = &input.drive.values[sample * positions..][..positions];
            pooled(values, &pool, rectifier)[0] - rest
        };
        Feature {
            threshold,
            spread,
            departure: fitter.rows.samples.iter().map(departure).collect(),
        }
    };
    corners.map(feature).collect()
}

/// Weights of given releases, bias and gain.
struct ReleaseWeights<'a> {
    structure: &'a Structure,
    features: &'a [&'a Feature],
    targets: &'a FitBlocks,
    counts: &'a [f64],
}

impl ReleaseWeights<'_> {
    /// Weights by linear regression on centred releases, of the signs asked for.
    fn start(&self) -> Vec<f64> {
        let rates = &self.targets.blocks[0].rates;
        let mean = |values: &[f64]| {
            let total: f64 = self.counts.iter().sum();
            let pairs = values.iter().zip(self.counts);
            pairs.map(|(value, count)| value * count).sum::<f64>() / total
        };
        let largest = rates.iter().copied().fold(1e-6, f64::max);
        // A knee a twentieth of the largest rate wide.
        let gain = 0.05 * largest;
        let mut equations = NormalEquations::new(self.features.len());
        let means: Vec<f64> = self
            .features
            .iter()
            .map(|one| mean(&one.departure))
            .collect();
        let middle = mean(rates);
        for (row, count) in self.counts.iter().enumerate() {
            let weight = count.sqrt();
            let line: Vec<f64> = self
                .features
                .iter()
                .zip(&means)
                .map(|(one, mean)| weight * (one.departure[row] - mean))
                .collect();
            equations.add(-weight * (rates[row] - middle) / gain, &line);
        }
        let (matrix, right) = equations.finish();
        let solved = solve_damped(&matrix, &right, 1e-3);
        let solved = solved.unwrap_or_else(|| vec![0.0; self.features.len()]);
        let signed = |(place, weight): (usize, &f64)| {
            let factor = self.structure.factor(place);
            let size = matrix[place * self.features.len() + place].sqrt();
            let total: f64 = self.counts.iter().sum();
            // One that regression would turn round starts small.
            let small = 0.1 * total.sqrt() * (middle / gain).max(1.0) / size.max(1e-12);
            factor * (factor * weight).max(small)
        };
        let mut start: Vec<f64> = solved.iter().enumerate().map(signed).collect();
        let at_mean: f64 = start.iter().zip(&means).map(|(w, m)| w * m).sum();
        let drive = (middle / gain).max(1e-3).exp_m1().max(1e-9).ln();
        start.extend([drive - at_mean, gain.ln()]);
        start
    }

    fn total(&self, point: &[f64], silenced: Option<usize>, row: usize) -> f64 {
        let features = self.features.iter().enumerate();
        let drives = features
            .filter(|(place, _)| silenced != Some(*place))
            .map(|(place, feature)| point[place] * feature.departure[row]);
        point[self.features.len()] + drives.sum::<f64>()
    }
}

impl LeastSquares for ReleaseWeights<'_> {
    type Point = Vec<f64>;

    fn error(&self, point: &Vec<f64>) -> f64 {
        let gain = point[self.features.len() + 1].exp();
        let mut sum = 0.0;
        for block in &self.targets.blocks {
            for (row, count) in self.counts.iter().enumerate() {
                let rate = gain * softplus(self.total(point, block.silenced, row));
                sum += block.weight * count * (rate - block.rates[row]).powi(2);
            }
        }
        sum
    }

    fn normal_equations(&self, point: &Vec<f64>) -> (Vec<f64>, Vec<f64>) {
        let count = self.features.len();
        let gain = point[count + 1].exp();
        let mut equations = NormalEquations::new(count + 2);
        let mut line = vec![0.0; count + 2];
        for block in &self.targets.blocks {
            for (row, &times) in self.counts.iter().enumerate() {
                let drive = self.total(point, block.silenced, row);
                let weight = (block.weight * times).sqrt();
                let slope = weight * gain * logistic(drive);
                for (place, feature) in self.features.iter().enumerate() {
                    line[place] = match block.silenced == Some(place) {
                        true => 0.0,
                        false => slope * feature.departure[row],
                    };
                }
                let rate = gain * softplus(drive);
                line[count] = slope;
                line[count + 1] = weight * rate;
                equations.add(weight * (rate - block.rates[row]), &line);
            }
        }
        equations.finish()
    }

    fn moved(&self, point: &Vec<f64>, step: &[f64]) -> Option<Vec<f64>> {
        let mut moved: Vec<f64> = point.iter().zip(step).map(|(a, b)| a + b).collect();
        for (place, weight) in moved.iter_mut().take(self.features.len()).enumerate() {
            let factor = self.structure.factor(place);
            *weight = factor * (factor * *weight).max(0.0);
        }
        let gain = moved.last_mut()?;
        *gain = gain.clamp(-12.0, 12.0);
        moved.iter().all(|value| value.is_finite()).then_some(moved)
    }
}
