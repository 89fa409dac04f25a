//! A circuit of given candidates and signs, fitted by least squares.

use ganglion_numerics::{
    LeastSquares, NormalEquations, correlation, levenberg_marquardt, logistic, softplus,
};

use super::forward::{Drive, PoolDerivatives, pooled};
use super::parameters::{Limits, OF_A_PATHWAY, Parameters, PathwayParameters};
use super::structure::Structure;
use super::targets::{FitBlocks, FitTargets, FollowedRates, Rows};
use crate::fit::price::{OF_PROBABILITY, Price, Priced};
use crate::known::{Likeness, ProbableCircuits};
use crate::score::change::misfit;

/// A candidate for a pathway as a fit sees it.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its drive.
    pub drive: Drive,
    /// Where its pool begins: centre and standard deviation in positions.
    pub pool: [f64; 2],
    /// Where its threshold begins, and the half-width of the range of thresholds: what the network's
    /// own units have.
    pub threshold: [f64; 2],
    /// How like it is, as an inhibition and as an excitation, to the pathways that are known of the cell.
    pub likeness: [Likeness; 2],
}

/// A fitted circuit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Its candidates and signs.
    pub structure: Structure,
    /// Its parameters, in the order of the structure.
    pub parameters: Parameters,
    /// Squared residuals over the variation of the intact rates: of the intact network and, weighted,
    /// of silenced candidates.
    pub misfit: f64,
    /// Misfit and price.
    pub cost: f64,
}

/// What fits of one cell share.
pub struct Fitter<'a> {
    /// Candidates.
    pub inputs: &'a [Input],
    /// What they have to follow.
    pub targets: &'a FitTargets,
    /// The samples that the fit sees.
    pub rows: Rows,
    /// What a pathway costs.
    pub price: Price,
    /// What is known of the cell's circuits from other stimuli.
    pub known: Option<&'a ProbableCircuits>,
    /// Whether thresholds may be negative: pathways that are active at rest.
    pub tonic: bool,
    /// Whether a pathway's thresholds may be spread.
    pub spread: bool,
}

/// Smallest relative improvement for which another step is made.
const IMPROVEMENT: f64 = 1e-5;

/// Limits of the half-width of the range of thresholds, in root mean squares of the drive.
const SPREADS: [f64; 2] = [0.02, 3.0];

/// Highest threshold in the same: beyond it hardly anything is released.
const HIGHEST: f64 = 6.0;

impl Fitter<'_> {
    /// The circuit at the end of at most `steps` steps.
    pub fn descend(&self, structure: &Structure, start: Parameters, steps: usize) -> Fit {
        let problem = StructureProblem::new(self, structure);
        let start = problem.limited(start);
        let (parameters, error) = levenberg_marquardt(&problem, start, steps, IMPROVEMENT);
        let misfit = error + problem.targets.beyond;
        Fit {
            cost: misfit + self.priced(structure, &parameters),
            structure: structure.clone(),
            parameters,
            misfit,
        }
    }

    /// Price of a circuit.
    pub(super) fn priced(&self, structure: &Structure, parameters: &Parameters) -> f64 {
        let pathways = parameters.pathways.iter().enumerate();
        let priced = pathways.map(|(place, pathway)| Priced {
            excites: structure.excites[place],
            at_rest: pathway.threshold < 0.0,
        });
        self.price.of(priced) - OF_PROBABILITY * self.log_probability(structure)
    }

    /// Logarithm of the probability that the cell has such pathways; 0 where nothing is known of it.
    fn log_probability(&self, structure: &Structure) -> f64 {
        let pathways = structure.members.iter().zip(&structure.excites);
        let likeness = |(&member, &excites): (&usize, &bool)| {
            &self.inputs[member].likeness[usize::from(excites)]
        };
        let pathways: Vec<&Likeness> = pathways.map(likeness).collect();
        self.known
            .map_or(0.0, |known| known.log_probability(&pathways))
    }

    /// Rates `[sample]` of a circuit, all samples included.
    pub fn rates(&self, fit: &Fit) -> Vec<f64> {
        let gain = fit.parameters.log_gain.exp();
        let departures = self.departures(fit);
        (0..self.targets.intact.len())
            .map(|sample| {
                let drive: f64 = departures.iter().map(|pathway| pathway[sample]).sum();
                gain * softplus(fit.parameters.bias + drive)
            })
            .collect()
    }

    /// The same with some pathways held at rest, by their place in the structure.
    pub fn rates_without(&self, fit: &Fit, silenced: &[bool]) -> Vec<f64> {
        let mut remaining = fit.clone();
        let pathways = remaining.parameters.pathways.iter_mut().zip(silenced);
        pathways
            .filter(|(_, silenced)| **silenced)
            .for_each(|(pathway, _)| pathway.weight = 0.0);
        self.rates(&remaining)
    }

    /// Rate of a circuit at rest, Hz.
    pub fn resting_rate(&self, fit: &Fit) -> f64 {
        fit.parameters.log_gain.exp() * softplus(fit.parameters.bias)
    }

    /// Departure of each pathway's weighted drive from rest, `[pathway][sample]`, all samples included.
    pub fn departures(&self, fit: &Fit) -> Vec<Vec<f64>> {
        let pathways = fit.structure.members.iter().zip(&fit.parameters.pathways);
        let one = |(&member, parameters): (&usize, &PathwayParameters)| -> Vec<f64> {
            let drive = &self.inputs[member].drive;
            let pool = PoolDerivatives::new(parameters, drive.positions);
            let rest = parameters.rectifier().released(0.0);
            let samples = drive.values.chunks(drive.positions);
            samples
                .map(|values| pooled(values, &pool, parameters.rectifier())[0] - rest)
                .map(|departure| parameters.weight * departure)
                .collect()
        };
        pathways.map(one).collect()
    }

    /// Correlation of a circuit's rates with those of the intact network, over all samples.
    pub fn correlation(&self, fit: &Fit) -> f64 {
        correlation(&self.rates(fit), &self.targets.intact).unwrap_or(0.0)
    }

    /// Unexplained variance of a circuit's rates against those of the intact network, over all samples; none
    /// where these do not vary.
    pub fn unexplained(&self, fit: &Fit) -> Option<f64> {
        misfit(&self.targets.intact, &self.rates(fit)).filter(|value| value.is_finite())
    }

    fn limits(&self, structure: &Structure, place: usize) -> Limits {
        let drive = &self.inputs[structure.members[place]].drive;
        let size = drive.size();
        // Below the smallest drive a pathway is linear, and its threshold cannot be told.
        let least = drive
            .values
            .iter()
            .fold(0.0, |least: f64, &value| least.min(f64::from(value)));
        Limits {
            excites: structure.excites[place],
            threshold: [if self.tonic { least } else { 0.0 }, HIGHEST * size],
            spread: match self.spread {
                true => SPREADS.map(|spread| spread * size),
                false => [0.0; 2],
            },
        }
    }
}

/// One structure to be fitted.
struct StructureProblem<'a> {
    drives: Vec<&'a Drive>,
    limits: Vec<Limits>,
    rows: &'a Rows,
    targets: FitBlocks,
    positions: usize,
}

/// What the parameters of one pathway make of the rows and of rest.
struct Released {
    pool: PoolDerivatives,
    /// Release at rest and its derivatives by threshold and spread.
    rest: [f64; OF_A_PATHWAY],
}

impl<'a> StructureProblem<'a> {
    fn new(fitter: &'a Fitter<'a>, structure: &Structure) -> Self {
        let members = &structure.members;
        let drives: Vec<&Drive> = members
            .iter()
            .map(|&member| &fitter.inputs[member].drive)
            .collect();
        Self {
            positions: drives.first().map_or(1, |drive| drive.positions),
            limits: (0..members.len())
                .map(|place| fitter.limits(structure, place))
                .collect(),
            rows: &fitter.rows,
            targets: fitter.targets.blocks(&fitter.rows, members),
            drives,
        }
    }

    fn limited(&self, parameters: Parameters) -> Parameters {
        let still = vec![0.0; parameters.flat().len()];
        parameters.moved(&still, self.positions, &self.limits)
    }

    fn released(&self, parameters: &Parameters) -> Vec<Released> {
        let one = |pathway: &PathwayParameters| {
            let rest = pathway.rectifier().release(0.0);
            let rest = rest.map_or([0.0; OF_A_PATHWAY], |release| {
                [
                    release.value,
                    -release.by_drive,
                    0.0,
                    0.0,
                    release.by_spread,
                ]
            });
            Released {
                pool: PoolDerivatives::new(pathway, self.positions),
                rest,
            }
        };
        parameters.pathways.iter().map(one).collect()
    }

    /// Departures from rest of every pathway in a row, with derivatives, without weights.
    fn departures(
        &self,
        parameters: &Parameters,
        released: &[Released],
        row: usize,
        departures: &mut [[f64; OF_A_PATHWAY]],
    ) {
        let sample = self.rows.samples[row];
        for (place, pathway) in parameters.pathways.iter().enumerate() {
            let values = &self.drives[place].values[sample * self.positions..][..self.positions];
            let one = &released[place];
            let sums = pooled(values, &one.pool, pathway.rectifier());
            for (part, departure) in departures[place].iter_mut().enumerate() {
                *departure = sums[part] - one.rest[part];
            }
        }
    }
}

fn total(
    parameters: &Parameters,
    departures: &[[f64; OF_A_PATHWAY]],
    block: &FollowedRates,
) -> f64 {
    let pathways = parameters.pathways.iter().zip(departures).enumerate();
    let drives = pathways
        .filter(|(place, _)| block.silenced != Some(*place))
        .map(|(_, (pathway, departure))| pathway.weight * departure[0]);
    parameters.bias + drives.sum::<f64>()
}

impl LeastSquares for StructureProblem<'_> {
    type Point = Parameters;

    fn error(&self, parameters: &Parameters) -> f64 {
        let released = self.released(parameters);
        let gain = parameters.log_gain.exp();
        let mut departures = vec![[0.0; OF_A_PATHWAY]; parameters.pathways.len()];
        let mut sum = 0.0;
        for row in 0..self.rows.samples.len() {
            self.departures(parameters, &released, row, &mut departures);
            for block in &self.targets.blocks {
                let rate = gain * softplus(total(parameters, &departures, block));
                let weight = block.weight * self.rows.counts[row];
                sum += weight * (rate - block.rates[row]).powi(2);
            }
        }
        sum
    }

    fn normal_equations(&self, parameters: &Parameters) -> (Vec<f64>, Vec<f64>) {
        let released = self.released(parameters);
        let gain = parameters.log_gain.exp();
        let count = parameters.pathways.len();
        let width = OF_A_PATHWAY * count + 2;
        let mut departures = vec![[0.0; OF_A_PATHWAY]; count];
        let mut equations = NormalEquations::new(width);
        let mut line = vec![0.0; width];
        for row in 0..self.rows.samples.len() {
            self.departures(parameters, &released, row, &mut departures);
            for block in &self.targets.blocks {
                let drive = total(parameters, &departures, block);
                let (soft, weight) = (
                    softplus(drive),
                    (block.weight * self.rows.counts[row]).sqrt(),
                );
                let slope = weight * gain * logistic(drive);
                for (place, pathway) in parameters.pathways.iter().enumerate() {
                    let own = &mut line[OF_A_PATHWAY * place..][..OF_A_PATHWAY];
                    if block.silenced == Some(place) {
                        own.fill(0.0);
                        continue;
                    }
                    own[0] = slope * departures[place][0];
                    for part in 1..OF_A_PATHWAY {
                        own[part] = slope * pathway.weight * departures[place][part];
                    }
                    if self.positions == 1 {
                        own[2..4].fill(0.0);
                    }
                }
                line[width - 2] = slope;
                line[width - 1] = weight * gain * soft;
                equations.add(weight * (gain * soft - block.rates[row]), &line);
            }
        }
        equations.finish()
    }

    fn moved(&self, parameters: &Parameters, step: &[f64]) -> Option<Parameters> {
        let moved = parameters.moved(step, self.positions, &self.limits);
        let finite = moved.flat().iter().all(|value| value.is_finite());
        finite.then_some(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::fixture;

    /// Central differences agree with the gradient away from the ends of the thresholds' range.
    #[test]
    fn the_gradient_is_that_of_the_error() {
        let made = fixture::planted(3, 0.4);
        let fitter = made.fitter(true);
        let structure = Structure {
            members: vec![0, 1],
            excites: vec![true, false],
        };
        let problem = StructureProblem::new(&fitter, &structure);
        let mut parameters = made.parameters.clone();
        parameters.pathways[0].threshold += 0.0503;
        parameters.pathways[1].weight *= 0.7;
        parameters.bias += 0.2;
        let (_, gradient) = problem.normal_equations(&parameters);
        for index in 0..gradient.len() {
            let at = |by: f64| {
                let mut step = vec![0.0; gradient.len()];
                step[index] = by;
                problem.error(&problem.moved(&parameters, &step).unwrap())
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            // The gradient that is solved for is minus half of the slope.
            let expected = -0.5 * slope;
            let deviation = (gradient[index] - expected).abs();
            assert!(
                deviation < 1e-4 * (0.1 + expected.abs()),
                "{index}: {} {expected}",
                gradient[index]
            );
        }
    }

    #[test]
    fn thresholds_stay_at_or_above_zero_where_nothing_is_active_at_rest() {
        let made = fixture::planted(1, 0.0);
        let mut fitter = made.fitter(true);
        fitter.tonic = false;
        let structure = Structure {
            members: vec![0],
            excites: vec![true],
        };
        let mut start = made.parameters.clone();
        start.pathways.truncate(1);
        start.pathways[0].threshold = -1.0;
        let fit = fitter.descend(&structure, start, 20);
        assert!(fit.parameters.pathways[0].threshold >= 0.0);
    }
}
