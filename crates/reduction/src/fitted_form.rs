//! Form 2 of the reduced model: which circuit of fitted pathways is chosen.

use serde::Serialize;

use crate::config::ReductionConfig;
use crate::error::Error;
use crate::explanation::Judge;
use crate::fit::FitStep;
use crate::problem::Problem;
use crate::selection::{Choice, Curve, Knee, Reason, Step};

/// Fitted circuits and the choice among them.
pub(crate) struct FittedForm {
    /// How the one chosen was found.
    pub(crate) search: Search,
    /// One circuit for each number of pathways.
    pub(crate) fits: Vec<FitStep>,
    /// Their rates `[sample]`.
    pub(crate) rates: Vec<Vec<f64>>,
    /// The phenomenon measured on each.
    pub(crate) curve: Curve,
    /// The one chosen.
    pub(crate) choice: Choice,
}

/// How a circuit differs from the one of as many pathways that plain least squares puts first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Search {
    /// Least range of a condition's responses, as a share of the largest, that its residuals were
    /// scaled by in the fit: 1 is plain least squares.
    pub emphasis: f64,
    /// Circuits of as many pathways that follow the rate more closely without keeping the
    /// phenomenon.
    pub closer: usize,
    /// Whether some of its kernels were identified from the probe, because no circuit of the network's
    /// own channels that was looked at is good enough.
    pub identified: bool,
}

impl Search {
    /// The best by plain least squares.
    const PLAIN: Self = Self {
        emphasis: 1.0,
        closer: 0,
        identified: false,
    };
}

/// Least range of a condition's rates, as a share of the largest, that its residuals are scaled by.
/// At 1, all conditions are scaled alike: plain least squares, which is tried first. The smaller it
/// is, the more weak responses count: a phenomenon such as latency coding is in the weak responses
/// as well.
const EMPHASES: [f64; 3] = [1.0, 0.2, 0.05];

/// Circuits of each number of pathways that are looked at where the best does not keep the
/// phenomenon.
pub(crate) const WIDTH: usize = 5;

/// The same with identified kernels among the candidates: what is right need not be closest.
pub(crate) const WIDER: usize = 20;

impl FittedForm {
    /// Circuits by least squares, and the fewest pathways that are good enough.
    ///
    /// Where fewer follow the rate, but do not keep the phenomenon and its metric, the few next best
    /// of each number of pathways are looked at. Where no number is good enough, so are those of fits
    /// in which weak conditions count more: the fewest pathways that are good enough, the mildest
    /// emphasis, the closest fit. If there are none, plain least squares stands.
    pub(crate) fn new(
        problem: &mut Problem<'_>,
        judge: &Judge<'_>,
        knee: &Knee,
        (config, width): (&ReductionConfig, usize),
    ) -> Result<Self, Error> {
        let mut form = Self::plain(problem, judge, knee, config.most_pathways)?;
        let (most, emphases) = match form.choice.reason {
            Reason::GoodEnough => (form.choice.step, &EMPHASES[..1]),
            Reason::Knee => (config.most_pathways, &EMPHASES[..]),
        };
        let follows = |step: &Step| step.correlation >= knee.correlation;
        let wanting = form.curve.steps.iter().take(most).any(follows);
        if wanting && knee.present && config.keep_phenomenon {
            form.widen(problem, judge, knee, (most, emphases, width))?;
        }
        Ok(form)
    }

    /// The same, chosen from candidates of which those from `first` on were identified.
    pub(crate) fn of_identified(mut self, first: usize) -> Self {
        let members = &self.fits[self.choice.step].fit.members;
        self.search.identified = members.iter().any(|&member| member >= first);
        self
    }

    fn plain(
        problem: &Problem<'_>,
        judge: &Judge<'_>,
        knee: &Knee,
        most: usize,
    ) -> Result<Self, Error> {
        let (fits, rates) = problem.select(most);
        let steps = fits.steps.iter().zip(&rates);
        let steps = steps.map(|(step, rates)| measured(judge, step, rates));
        let curve = Curve {
            steps: steps.collect::<Result<_, _>>()?,
        };
        let choice = knee
            .choose(&curve.steps)
            .expect("a cell has at least one candidate");
        Ok(Self {
            search: Search::PLAIN,
            fits: fits.steps,
            rates,
            curve,
            choice,
        })
    }

    /// Puts a circuit that keeps the phenomenon in its place, if there is one.
    fn widen(
        &mut self,
        problem: &mut Problem<'_>,
        judge: &Judge<'_>,
        knee: &Knee,
        (mut most, emphases, width): (usize, &[f64], usize),
    ) -> Result<(), Error> {
        for &emphasis in emphases {
            problem.emphasise(emphasis, &judge.sweep.movies);
            let Some((index, found)) = kept(problem, judge, knee, (most, width))? else {
                continue;
            };
            self.put(index, found, emphasis);
            // Only fewer pathways are better than this.
            most = index;
            if most == 0 {
                break;
            }
        }
        problem.emphasise(self.search.emphasis, &judge.sweep.movies);
        Ok(())
    }

    fn put(&mut self, index: usize, found: Kept, emphasis: f64) {
        self.search = Search {
            emphasis,
            closer: found.closer,
            identified: self.search.identified,
        };
        self.choice = Choice {
            step: index,
            reason: Reason::GoodEnough,
        };
        self.fits[index] = found.fit;
        self.rates[index] = found.rates;
        self.curve.steps[index] = found.step;
    }
}

/// A circuit that keeps the phenomenon.
struct Kept {
    fit: FitStep,
    rates: Vec<f64>,
    step: Step,
    /// How many of as many pathways follow the rate more closely.
    closer: usize,
}

/// The closest circuit of the fewest pathways that is good enough, and its place among the numbers
/// of pathways.
fn kept(
    problem: &Problem<'_>,
    judge: &Judge<'_>,
    knee: &Knee,
    (most, width): (usize, usize),
) -> Result<Option<(usize, Kept)>, Error> {
    for (index, level) in problem.beam(most, width).into_iter().enumerate() {
        for (closer, (fit, rates)) in level.into_iter().enumerate() {
            let step = measured(judge, &fit, &rates)?;
            if knee.is_good_enough(&step) {
                let kept = Kept {
                    fit,
                    rates,
                    step,
                    closer,
                };
                return Ok(Some((index, kept)));
            }
        }
    }
    Ok(None)
}

fn measured(judge: &Judge<'_>, fit: &FitStep, rates: &[f64]) -> Result<Step, Error> {
    let step = Step::new(fit.fit.members.clone(), fit.correlation);
    judge.measured(step, rates)
}
