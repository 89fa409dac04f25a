//! Form 2 of the reduced model: which circuit of fitted pathways is chosen.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fit::Fit;
use crate::fit::causal_misfit::CausalMisfit;
use crate::fit::problem::FitProblem;
use crate::fit::selection::{Choice, SelectionCurve, SelectionStep};
use crate::judge::Judge;
use crate::silencing::network::SilencedNetwork;

/// Fitted circuits and the choice among them.
pub(crate) struct FittedForm {
    /// The best circuit of each number of pathways, in order.
    pub(crate) fits: Vec<Fit>,
    /// Their rates `[sample]`.
    pub(crate) rates: Vec<Vec<f64>>,
    /// What silencing does in the network and in each of them.
    pub(crate) causal: Vec<CausalMisfit>,
    /// The phenomenon measured on each.
    pub(crate) curve: SelectionCurve,
    /// The one chosen: the one that costs least.
    pub(crate) choice: Choice,
}

/// How the circuits were looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// Whether kernels identified from the probe were candidates, because no circuit of the network's
    /// own channels follows the rate closely enough, and the circuit chosen has some.
    pub identified: bool,
}

impl FittedForm {
    /// Every circuit of few pathways is fitted; the cheapest few of each number are compared by what
    /// they leave unexplained, of the intact network and of the network with channels silenced, and by
    /// the price of their pathways. The phenomenon is measured on each, and chooses nothing.
    pub(crate) fn new(
        problem: &FitProblem<'_>,
        judge: &Judge<'_>,
        network: &SilencedNetwork<'_>,
        most: usize,
    ) -> Result<Self, Error> {
        let fitter = problem.fitter();
        let mut form = Self {
            fits: Vec::new(),
            rates: Vec::new(),
            causal: Vec::new(),
            curve: SelectionCurve::default(),
            choice: Choice::default(),
        };
        for fits in fitter.search(most) {
            let mut best: Option<(f64, Fit, CausalMisfit)> = None;
            problem.learn_silenced(network, &fits)?;
            for fit in fits {
                let causal = problem.causal_misfit(network, &fitter, &fit);
                let cost = fit.cost + problem.lesion_weight() * causal.sum();
                if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                    best = Some((cost, fit, causal));
                }
            }
            let Some((cost, fit, causal)) = best else {
                break;
            };
            let rates = fitter.rates(&fit);
            let step = SelectionStep {
                unexplained: fitter.unexplained(&fit),
                cost: Some(cost),
                ..SelectionStep::new(fit.structure.members.clone(), fitter.correlation(&fit))
            };
            form.curve.steps.push(judge.measured(step, &rates)?);
            form.fits.push(fit);
            form.rates.push(rates);
            form.causal.push(causal);
        }
        form.choice =
            Choice::cheapest(&form.curve.steps).expect("a cell has at least one candidate");
        Ok(form)
    }
}
