//! What the fits of one cell's circuits have in common.

use std::ops::Range;

use crate::candidate::Candidate;
use crate::circuit::{Circuit, Pathway};
use crate::fit::{Drive, Fit, FitCurve, FitOptions, FitStep, Fitter, Samples, beam, select};
use crate::reduce::Reducer;
use crate::sweep::CellSweep;

/// What fits of one cell share.
pub struct Problem<'a> {
    /// Candidates for pathways.
    pub candidates: &'a [Candidate],
    drives: Vec<Drive>,
    pools: Vec<[f64; 2]>,
    rates: Vec<f64>,
    weights: Vec<f64>,
    options: FitOptions,
    tonic: bool,
    spread: bool,
}

impl<'a> Problem<'a> {
    pub(crate) fn new(
        candidates: &'a [Candidate],
        cell: &CellSweep,
        reducer: &Reducer<'_>,
    ) -> Self {
        let pool = |candidate: &Candidate| {
            [
                candidate.extent.centre[1],
                candidate.extent.sd[1].max(0.5).ln(),
            ]
        };
        Self {
            candidates,
            drives: candidates
                .iter()
                .map(|candidate| candidate.drive.clone())
                .collect(),
            pools: candidates.iter().map(pool).collect(),
            rates: cell.response.clone(),
            weights: vec![1.0; cell.response.len()],
            tonic: reducer.config.tonic,
            spread: reducer.config.spread_thresholds,
            options: FitOptions {
                steps: 120,
                starts: reducer.config.starts,
                seed: reducer.config.seed,
            },
        }
    }

    /// Scales the residuals of each condition by the range of its responses, or a least range that is
    /// a share of the largest: the smaller that is, the more weak responses count; 1 is plain least
    /// squares.
    pub(crate) fn emphasise(&mut self, least_range: f64, conditions: &[Range<usize>]) {
        self.weights = weights(&self.rates, conditions, least_range);
    }

    /// The best circuits of up to `most` pathways.
    pub fn select(&self, most: usize) -> (FitCurve, Vec<Vec<f64>>) {
        let samples = self.samples((0..self.rates.len()).collect());
        let fitter = self.fitter(&samples);
        let curve = select(&fitter, most, &self.options);
        let rates = curve
            .steps
            .iter()
            .map(|step| fitter.rates(&step.fit))
            .collect();
        (curve, rates)
    }

    /// Rates of the circuit of these members fitted to some samples only, from the beginning.
    pub(crate) fn refitted(&self, members: &[usize], fitted: &[usize]) -> Vec<f64> {
        let of = |member: &usize| (self.drives[*member].clone(), self.pools[*member]);
        let (drives, pools): (Vec<Drive>, Vec<[f64; 2]>) = members.iter().map(of).unzip();
        let samples = self.samples(fitted.to_vec());
        let fitter = Fitter {
            drives: &drives,
            pools: &pools,
            ..self.fitter(&samples)
        };
        let curve = select(&fitter, members.len(), &self.options);
        let last = curve.steps.last().expect("a circuit has a pathway");
        fitter.rates(&last.fit)
    }

    /// The circuit of so many pathways that is chosen and fitted on some samples only: its members,
    /// and its rates on all.
    pub(crate) fn chosen_again(&self, count: usize, fitted: &[usize]) -> (Vec<usize>, Vec<f64>) {
        let samples = self.samples(fitted.to_vec());
        let fitter = self.fitter(&samples);
        let mut levels = beam(&fitter, count, 1, &self.options);
        let fit = levels
            .pop()
            .map_or_else(|| fitter.constant(), |mut level| level.remove(0));
        let rates = fitter.rates(&fit);
        (fit.members, rates)
    }

    /// Channels of candidates.
    pub(crate) fn channels_of(&self, members: &[usize]) -> Vec<Vec<usize>> {
        let channels = |&member: &usize| self.candidates[member].channels.clone();
        members.iter().map(channels).collect()
    }

    /// The `width` best circuits of each number of pathways up to `most`, with their rates.
    pub(crate) fn beam(&self, most: usize, width: usize) -> Vec<Vec<(FitStep, Vec<f64>)>> {
        let samples = self.samples((0..self.rates.len()).collect());
        let fitter = self.fitter(&samples);
        let with_rates = |fit: Fit| {
            let rates = fitter.rates(&fit);
            (fitter.judged(fit), rates)
        };
        beam(&fitter, most, width, &self.options)
            .into_iter()
            .map(|level| level.into_iter().map(with_rates).collect())
            .collect()
    }

    /// Departure of each pathway's weighted drive from rest, in the circuit's order,
    /// `[pathway][sample]`.
    pub(crate) fn drives_of(&self, circuit: &Circuit, fit: &Fit) -> Vec<Vec<f64>> {
        let samples = self.samples(Vec::new());
        let drives = self.fitter(&samples).departures(fit);
        let place = |pathway: &Pathway| {
            let of = |member: &usize| {
                let candidate = &self.candidates[*member];
                candidate.channels == pathway.channels && candidate.kernel == pathway.kernel
            };
            fit.members
                .iter()
                .position(of)
                .expect("pathways are members of the fit")
        };
        circuit
            .pathways
            .iter()
            .map(|pathway| drives[place(pathway)].clone())
            .collect()
    }

    fn samples(&self, fitted: Vec<usize>) -> Samples {
        Samples {
            rates: self.rates.clone(),
            weights: self.weights.clone(),
            fitted,
        }
    }

    fn fitter<'b>(&'b self, samples: &'b Samples) -> Fitter<'b> {
        Fitter {
            drives: &self.drives,
            pools: &self.pools,
            samples,
            tonic: self.tonic,
            spread: self.spread,
        }
    }

    /// The full network's rates `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Mean size of each pathway's departure from rest, as a share of their sum.
    pub fn shares(&self, fit: &Fit) -> Vec<f64> {
        let samples = self.samples(Vec::new());
        let fitter = self.fitter(&samples);
        fitter.shares(fit)
    }
}

/// Weights `[sample]` by which conditions with weak responses count nearly as much as those with
/// strong ones: a phenomenon such as latency coding is in the weak responses as well.
fn weights(rates: &[f64], conditions: &[Range<usize>], least_range: f64) -> Vec<f64> {
    let range = |condition: &Range<usize>| {
        let values = || rates[condition.clone()].iter().copied();
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    let ranges: Vec<f64> = conditions.iter().map(range).collect();
    let largest = ranges.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let weight = |range: &f64| 1.0 / (range / largest).max(least_range);
    let pairs = conditions.iter().zip(&ranges);
    pairs
        .flat_map(|(condition, range)| vec![weight(range); condition.len()])
        .collect()
}
