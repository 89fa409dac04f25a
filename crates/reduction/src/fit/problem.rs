//! What the fits of one cell's circuits have in common.

use crate::candidates::Candidate;
use crate::circuit::{Circuit, Pathway};
use crate::config::ReductionConfig;
use crate::error::Error;
use crate::fit::causal_misfit::CausalMisfit;
use crate::fit::{Fit, FitTargets, Fitter, Input, Rows, Structure};
use crate::known::ProbableCircuits;
use crate::silencing::network::{SilencedNetwork, all_but};
use crate::sweep::{CellSweep, Sweep};

/// What fits of one cell share.
pub struct FitProblem<'a> {
    /// Candidates for pathways.
    pub candidates: &'a [Candidate],
    inputs: Vec<Input>,
    targets: FitTargets,
    histories: &'a [usize],
    output: usize,
    channels: usize,
    config: &'a ReductionConfig,
    known: Option<&'a ProbableCircuits>,
}

impl<'a> FitProblem<'a> {
    /// The candidates of a cell, and the network's rates, intact and with each candidate silenced.
    pub(crate) fn new(
        candidates: &'a [Candidate],
        (sweep, cell): (&'a Sweep, &CellSweep),
        network: &SilencedNetwork<'_>,
        (config, known): (&'a ReductionConfig, Option<&'a ProbableCircuits>),
    ) -> Result<Self, Error> {
        let sets: Vec<Vec<usize>> = candidates.iter().map(|one| one.channels.clone()).collect();
        network.learn(&sets)?;
        let input = |candidate: &Candidate| Input {
            drive: candidate.drive.clone(),
            pool: [candidate.extent.centre[1], candidate.extent.sd[1]],
            threshold: candidate.threshold,
            likeness: candidate.likeness.clone(),
        };
        // Each alone, all kept, all others.
        let lesions = candidates.len() as f64 + 2.0;
        Ok(Self {
            candidates,
            inputs: candidates.iter().map(input).collect(),
            targets: FitTargets {
                intact: cell.response.clone(),
                silenced: sets
                    .iter()
                    .map(|set| network.rates(set, cell.output))
                    .collect(),
                weight: config.lesions / lesions,
            },
            histories: &sweep.histories,
            output: cell.output,
            channels: sweep.channels(),
            config,
            known,
        })
    }

    /// Weight of one silencing, that of the intact network being 1.
    pub(crate) fn lesion_weight(&self) -> f64 {
        self.targets.weight
    }

    /// Fits to all samples.
    pub(crate) fn fitter(&self) -> Fitter<'_> {
        self.fitter_of(&(0..self.targets.intact.len()).collect::<Vec<_>>())
    }

    /// Fits to some samples.
    pub(crate) fn fitter_of(&self, samples: &[usize]) -> Fitter<'_> {
        Fitter {
            inputs: &self.inputs,
            targets: &self.targets,
            rows: Rows::distinct(self.histories, samples),
            price: self.config.price(),
            known: self.known,
            tonic: self.config.tonic,
            spread: self.config.spread_thresholds,
        }
    }

    /// Has the network answer with the channels of some circuits silenced, and with all others.
    pub(crate) fn learn_silenced(
        &self,
        network: &SilencedNetwork<'_>,
        fits: &[Fit],
    ) -> Result<(), Error> {
        let sets = fits.iter().flat_map(|fit| {
            let kept = self.channels_kept(&fit.structure);
            [all_but(&kept, self.channels), kept]
        });
        network.learn(&sets.collect::<Vec<_>>())
    }

    /// What the circuit says of both beside what they do.
    pub(crate) fn causal_misfit(
        &self,
        network: &SilencedNetwork<'_>,
        fitter: &Fitter<'_>,
        fit: &Fit,
    ) -> CausalMisfit {
        let kept = self.channels_kept(&fit.structure);
        let others = all_but(&kept, self.channels);
        let variation = self.targets.variation(&fitter.rows);
        let misfit = |silenced: &[usize], said: &dyn Fn(usize) -> f64| {
            let rates = network.rates(silenced, self.output);
            let rows = fitter.rows.samples.iter().zip(&fitter.rows.counts);
            let squares =
                rows.map(|(&sample, count)| count * (rates[sample] - said(sample)).powi(2));
            squares.sum::<f64>() / variation
        };
        let rates = fitter.rates(fit);
        let rest = fitter.resting_rate(fit);
        CausalMisfit {
            kept: misfit(&kept, &|_| rest),
            others: misfit(&others, &|sample| rates[sample]),
        }
    }

    fn channels_kept(&self, structure: &Structure) -> Vec<usize> {
        let members = structure.members.iter();
        members
            .flat_map(|&member| self.candidates[member].channels.clone())
            .collect()
    }

    /// Channels of candidates.
    pub(crate) fn channels_of(&self, structure: &Structure) -> Vec<Vec<usize>> {
        let channels = |&member: &usize| self.candidates[member].channels.clone();
        structure.members.iter().map(channels).collect()
    }

    /// The places of a circuit's pathways among the members of its fit.
    pub(crate) fn places(&self, circuit: &Circuit, fit: &Fit) -> Vec<usize> {
        let place = |pathway: &Pathway| {
            let of = |&member: &usize| {
                let candidate = &self.candidates[member];
                candidate.channels == pathway.channels && candidate.kernel == pathway.kernel
            };
            let members = &fit.structure.members;
            members
                .iter()
                .position(of)
                .expect("pathways are members of the fit")
        };
        circuit.pathways.iter().map(place).collect()
    }

    /// The full network's rates `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.targets.intact
    }
}
