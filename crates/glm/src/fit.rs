//! Fitting models of all cells.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::basis::Functions;
use crate::descent::{End, Goal};
use crate::design::{Design, Layout, Terms};
use crate::drive::SpikeInput;
use crate::element::Element;
use crate::inference::{CouplingTest, Errors, correct, inference};
use crate::low_rank::solve_low_rank;
use crate::penalty::Penalty;
use crate::prepared::{Prepared, Source};
use crate::recording::Recording;
use crate::selection::{Selected, select};
use crate::settings::{Precision, Settings};
use crate::solve::{Controls, Problem, Solution, Step, Watch, solve};

/// Samples a coefficient of approximate Hessians, and under a group lasso, whose steps depend on them more.
const SAMPLES: [f64; 2] = [12.0, 60.0];
/// Standardised coefficient beyond which a predicted rate is that of no cell.
const RUNAWAY: f64 = 25.0;

/// Models of the cells of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What the models are made of.
    pub design: Design,
    /// Bins of a frame of the movie.
    pub bins_per_frame: usize,
    /// Rows and columns of the movie.
    pub frame: Option<[usize; 2]>,
    /// The models, cell by cell.
    pub cells: Vec<CellFit>,
    /// What spike filters act on.
    #[serde(default)]
    pub spike_input: SpikeInput,
    /// In models of deviations, what is added to the bias of each cell besides, so that mean rates are kept: the mean
    /// that is taken away is of the bias without it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bias_shifts: Vec<f64>,
    /// Tests of all couplings, where standard errors were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tests: Vec<CouplingTest>,
}

/// A number for every part of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// `eta` without stimulus and spikes.
    pub bias: f64,
    /// Weights of the stimulus functions `[pixel of the frame][function]`; 0 for pixels that the cell does not
    /// see. Empty without stimulus.
    pub stimulus: Vec<f64>,
    /// Weights of the history functions; empty without history.
    pub history: Vec<f64>,
    /// Weights of the coupling functions `[cell][function]`; 0 for its own. Empty without couplings.
    pub coupling: Vec<f64>,
}

/// The model of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellFit {
    /// The weights.
    pub weights: Weights,
    /// Their standard errors, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub errors: Option<Errors>,
    /// How the optimum was reached.
    pub optimum: Optimum,
    /// The strengths of penalties that it was fitted with.
    pub penalty: Penalty,
    /// What the choice of these was from, where they were selected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub selected: Option<Selected>,
    /// What is not as it should be.
    pub warnings: Vec<Warning>,
}

/// How near a fit is to its optimum. As the loss is convex, a point without a slope is the one minimum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// Mean loss of a bin, nats, without penalties: of Poisson counts without `log y!`.
    pub loss: f64,
    /// With penalties.
    pub objective: f64,
    /// Largest derivative of the objective by a coefficient.
    pub gradient: f64,
    /// Distance of the summed objective from its minimum as the local quadratic approximation has it, nats
    /// (half the squared Newton decrement).
    pub gap: f64,
    /// Steps from the start.
    pub steps: usize,
    /// Bins in the likelihood.
    pub bins: f64,
    /// Spikes in them.
    pub spikes: f64,
}

/// What is not as it should be with the model of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Warning {
    /// The cell has no spike in the likelihood: nothing is fitted, and its rate is that of half a spike.
    Silent,
    /// The optimum was not reached within the steps that were allowed.
    TooManySteps,
    /// The precision of the numbers was reached before the distance from the minimum that was asked for.
    Stalled,
    /// Features of spikes that no spike of the cell ever follows although they occur: without a penalty, their best
    /// weight is minus infinity, and what stands is where the ridge or the tolerance ended it.
    Separable {
        /// What the features are of.
        features: Vec<Feature>,
    },
    /// A weight so large that a feature's standard deviation alone changes the rate beyond measure.
    Runaway {
        /// What the features are of.
        features: Vec<Feature>,
    },
}

/// A feature of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Feature {
    /// A constant.
    Bias,
    /// A pixel through a function of lag.
    Stimulus {
        /// Pixel of the frame.
        pixel: usize,
        /// Function.
        function: usize,
    },
    /// The cell's spikes through a function of lag.
    History {
        /// Function.
        function: usize,
    },
    /// Another cell's spikes through a function of lag.
    Coupling {
        /// The other cell.
        cell: usize,
        /// Function.
        function: usize,
    },
}

/// How far a fit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Passes over the data in this stage.
    pub passes: usize,
    /// Models that are not yet found, of those that are fitted together.
    pub left: usize,
    /// Models that are fitted together.
    pub of: usize,
    /// The largest derivative of any.
    pub gradient: f64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Strengths of penalties are selected.
    Selection,
    /// Models are fitted.
    Fit,
    /// Standard errors are computed, and couplings tested.
    Errors,
}

/// Fits the model of a design to every cell of a recording.
///
/// What is minimised is the mean loss of a bin and the [`Penalty`]; `progress` is told of every pass over the
/// data, and stops the work with [`ControlFlow::Break`].
///
/// # Errors
/// If the recording and the design do not fit together, a setting makes no sense, or it was stopped.
///
/// Sources: Truccolo et al. 2005, J. Neurophysiol. 93:1074; Pillow et al. 2008, Nature 454:995; Paninski 2004,
/// Network 15:243 (the loss is convex).
pub fn fit(
    recording: &Recording<'_>,
    design: &Design,
    settings: &Settings,
    progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Fit, Error> {
    let mut found = fit_terms(recording, design, &[Terms::ALL], settings, progress)?;
    Ok(found.remove(0))
}

/// [`fit`] of several models of the same bins, each with some terms of the design.
///
/// # Errors
/// As for [`fit`].
pub fn fit_terms(
    recording: &Recording<'_>,
    design: &Design,
    terms: &[Terms],
    settings: &Settings,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<Fit>, Error> {
    settings.check()?;
    design.check(settings)?;
    let source = Source::new(recording, design)?;
    let parts = Parts {
        source: &source,
        recording,
        design,
        settings,
    };
    match settings.precision {
        Precision::Single => parts.fit::<f32>(terms, &mut progress),
        Precision::Double => parts.fit::<f64>(terms, &mut progress),
    }
}

/// A cell, its model, and tests of its couplings.
type BatchFit = (usize, CellFit, Vec<CouplingTest>);

struct Parts<'a> {
    source: &'a Source,
    recording: &'a Recording<'a>,
    design: &'a Design,
    settings: &'a Settings,
}

type Report<'p> = dyn FnMut(Progress) -> ControlFlow<()> + 'p;

impl Parts<'_> {
    fn fit<E: Element>(
        &self,
        terms: &[Terms],
        progress: &mut Report<'_>,
    ) -> Result<Vec<Fit>, Error> {
        let folds = self
            .settings
            .selection
            .as_ref()
            .map_or(1, |selection| selection.folds);
        let prepared = Prepared::<E>::new(self.source, self.recording, self.design, folds)?;
        let heard = |cell: &usize| prepared.counts[*cell][1] > 0.0;
        let cells: Vec<usize> = (0..self.source.layout.cells).filter(heard).collect();
        let mut fits = Vec::new();
        for &terms in terms {
            let mut found = vec![None; self.source.layout.cells];
            let mut tests = Vec::new();
            for batch in self.batches(&cells, terms) {
                for (cell, fit, own) in self.fit_batch(&prepared, &batch, terms, progress)? {
                    found[cell] = Some(fit);
                    tests.extend(own);
                }
            }
            correct(&mut tests);
            let silent = |cell: usize| self.silent(&prepared, cell, terms);
            let cells = found.into_iter().enumerate();
            fits.push(Fit {
                design: self.design.with(terms),
                bins_per_frame: self.recording.spikes.bins_per_frame,
                frame: self
                    .recording
                    .movie
                    .map(|movie| [movie.height, movie.width]),
                cells: cells
                    .map(|(cell, fit)| fit.unwrap_or_else(|| silent(cell)))
                    .collect(),
                tests,
                spike_input: SpikeInput::Counts,
                bias_shifts: Vec::new(),
            });
        }
        Ok(fits)
    }

    /// Cells whose matrices fit into the memory together.
    fn batches(&self, cells: &[usize], terms: Terms) -> Vec<Vec<usize>> {
        let rows = |cell: usize| self.source.layout.used(cell, terms).len();
        let largest = cells.iter().map(|&cell| rows(cell)).max().unwrap_or(1);
        // The sums, the factor, and one of them being factored.
        let bytes = 2 * 8 * largest * largest;
        let most = (self.settings.memory_mib << 20)
            .checked_div(bytes)
            .unwrap_or(1)
            .max(1);
        // Of about the same size.
        let batches = cells.len().div_ceil(most).max(1);
        let size = cells.len().div_ceil(batches).max(1);
        cells.chunks(size).map(<[usize]>::to_vec).collect()
    }

    fn fit_batch<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        cells: &[usize],
        terms: Terms,
        progress: &mut Report<'_>,
    ) -> Result<Vec<BatchFit>, Error> {
        let mut selected: Vec<Option<Selected>> = vec![None; cells.len()];
        let mut penalties = vec![self.settings.penalty; cells.len()];
        if let Some(selection) = &self.settings.selection {
            let mut watch = watch(Stage::Selection, progress);
            let controls = self.controls(self.settings.penalty.group_lasso > 0.0);
            let found = select(
                prepared,
                cells,
                terms,
                self.settings,
                selection,
                controls,
                &mut watch,
            )?;
            for (index, one) in found.into_iter().enumerate() {
                penalties[index] = one.penalty;
                selected[index] = Some(one);
            }
        }
        let problems: Vec<Problem> = (cells.iter().zip(&penalties))
            .map(|(&cell, penalty)| prepared.problem(cell, terms, penalty))
            .collect();
        let lasso = problems.iter().any(|problem| problem.groups.is_some());
        let controls = self.controls(lasso);
        let solutions = self.solve(
            prepared,
            &problems,
            terms,
            controls,
            &mut watch(Stage::Fit, progress),
        )?;
        let parts = problems
            .iter()
            .zip(&solutions)
            .zip(selected.into_iter().zip(penalties));
        let mut fits: Vec<BatchFit> = parts
            .map(|((problem, solution), (selected, penalty))| {
                let fit = cell_fit(
                    prepared,
                    problem,
                    terms,
                    solution,
                    self.settings.gap,
                    (penalty, selected),
                );
                (problem.cell, fit, Vec::new())
            })
            .collect();
        if self.settings.standard_errors {
            let mut watch = watch(Stage::Errors, progress);
            let found = inference(
                prepared,
                &problems,
                &solutions,
                terms,
                self.controls(false),
                &mut watch,
            )?;
            for ((_, fit, tests), (errors, gap, own)) in fits.iter_mut().zip(found) {
                (fit.errors, *tests) = (Some(errors), own);
                fit.optimum.gap = gap;
            }
        }
        Ok(fits)
    }

    fn solve<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        problems: &[Problem],
        terms: Terms,
        controls: Controls<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<Solution>, Error> {
        match self.rank().filter(|_| terms.stimulus) {
            Some(rank) => solve_low_rank(prepared, problems, rank, controls, watch),
            None => solve(&prepared.engine, problems, controls, watch),
        }
    }

    fn rank(&self) -> Option<usize> {
        self.design
            .stimulus
            .as_ref()
            .and_then(|stimulus| stimulus.rank)
    }

    fn controls(&self, lasso: bool) -> Controls<'static> {
        Controls {
            goal: Goal {
                gradient: self.settings.tolerance,
                gap: self.settings.gap,
                steps: self.settings.most_steps,
            },
            samples: SAMPLES[usize::from(lasso)],
            cold: true,
            hessians: None,
        }
    }

    fn silent<E: Element>(&self, prepared: &Prepared<'_, E>, cell: usize, terms: Terms) -> CellFit {
        let layout = prepared.layout();
        let mut weights = vec![0.0; layout.rows()];
        weights[0] = prepared.constant(cell);
        let optimum = Optimum {
            loss: f64::NAN,
            objective: f64::NAN,
            gradient: f64::NAN,
            gap: f64::NAN,
            steps: 0,
            bins: prepared.counts[cell][0],
            spikes: 0.0,
        };
        let weights = Weights::of(layout, terms, pixels(self.recording), &weights);
        let mut fit = CellFit::new(weights, optimum, self.settings.penalty);
        fit.warnings.push(Warning::Silent);
        fit
    }
}

pub(crate) fn pixels(recording: &Recording<'_>) -> usize {
    recording.movie.map_or(0, |movie| movie.pixels())
}

fn watch<'p>(
    stage: Stage,
    progress: &'p mut Report<'_>,
) -> impl FnMut(Step) -> Result<(), Error> + 'p {
    move |step| {
        let flow = progress(Progress {
            stage,
            passes: step.passes,
            left: step.left,
            of: step.of,
            gradient: step.largest,
        });
        match flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }
}

fn cell_fit<E: Element>(
    prepared: &Prepared<'_, E>,
    problem: &Problem,
    terms: Terms,
    solution: &Solution,
    gap: f64,
    (penalty, selected): (Penalty, Option<Selected>),
) -> CellFit {
    let layout = prepared.layout();
    let weights = problem.spread(&solution.coefficients, layout.rows());
    let optimum = Optimum {
        loss: solution.loss,
        objective: solution.objective,
        gradient: solution.largest,
        gap: solution.gap,
        steps: solution.steps,
        bins: solution.bins,
        spikes: prepared.counts[problem.cell][1],
    };
    let weights = Weights::of(layout, terms, pixels(prepared.recording), &weights);
    let mut fit = CellFit::new(weights, optimum, penalty);
    fit.selected = selected;
    match solution.end {
        // So near the minimum, the gradient is the rounding of its sums.
        End::Converged => {}
        End::Stalled if solution.gap <= gap => {}
        End::Stalled => fit.warnings.push(Warning::Stalled),
        End::TooManySteps => fit.warnings.push(Warning::TooManySteps),
    }
    let features = prepared.forbidding(problem);
    if !features.is_empty() {
        fit.warnings.push(Warning::Separable { features });
    }
    let deviations = &prepared.deviations[problem.cell];
    let large = problem.rows.iter().zip(&solution.coefficients).skip(1);
    let large = large.filter(|&(&row, weight)| (weight * deviations[row]).abs() > RUNAWAY);
    let features: Vec<Feature> = large.map(|(&row, _)| layout.feature(row)).collect();
    if !features.is_empty() {
        fit.warnings.push(Warning::Runaway { features });
    }
    fit
}

impl CellFit {
    fn new(weights: Weights, optimum: Optimum, penalty: Penalty) -> Self {
        Self {
            weights,
            errors: None,
            optimum,
            penalty,
            selected: None,
            warnings: Vec::new(),
        }
    }
}

impl Weights {
    /// From those of all rows of a layout.
    pub(crate) fn of(layout: &Layout, terms: Terms, pixels: usize, rows: &[f64]) -> Self {
        let functions = layout.stimulus_functions();
        let mut stimulus = vec![0.0; pixels * functions];
        for (index, &pixel) in layout.pixels.iter().enumerate() {
            stimulus[pixel * functions..][..functions]
                .copy_from_slice(&rows[layout.pixel_rows(index)]);
        }
        let [history, coupling] = [
            layout.history_rows(),
            layout.without_spikes()..layout.shared(),
        ];
        Self {
            bias: rows[0],
            stimulus: if terms.stimulus { stimulus } else { Vec::new() },
            history: if terms.history {
                rows[history].to_vec()
            } else {
                Vec::new()
            },
            coupling: if terms.coupling {
                rows[coupling].to_vec()
            } else {
                Vec::new()
            },
        }
    }

    /// Those of all rows of a layout.
    pub(crate) fn rows(&self, layout: &Layout) -> Vec<f64> {
        let mut rows = vec![0.0; layout.rows()];
        rows[0] = self.bias;
        let functions = layout.stimulus_functions();
        for (index, &pixel) in layout.pixels.iter().enumerate() {
            rows[layout.pixel_rows(index)]
                .copy_from_slice(&self.stimulus[pixel * functions..][..functions]);
        }
        if !self.history.is_empty() {
            rows[layout.history_rows()].copy_from_slice(&self.history);
        }
        if !self.coupling.is_empty() {
            rows[layout.without_spikes()..layout.shared()].copy_from_slice(&self.coupling);
        }
        rows
    }
}

impl Fit {
    /// The stimulus filter of a cell `[pixel][lag]`, the newest lag first; empty without one.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn stimulus_filter(&self, cell: usize) -> Result<Vec<f64>, Error> {
        let Some(stimulus) = &self.design.stimulus else {
            return Ok(Vec::new());
        };
        let functions = stimulus.basis.functions()?;
        let pixels = self.cells[cell].weights.stimulus.chunks(functions.count());
        Ok(pixels
            .flat_map(|weights| functions.filter(weights))
            .collect())
    }

    /// What a spike of the cell adds to its `eta` in the bins after it; empty without history.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn history_filter(&self, cell: usize) -> Result<Vec<f64>, Error> {
        let functions = self
            .design
            .history
            .as_ref()
            .map(|basis| basis.functions())
            .transpose()?;
        let filter = |functions: Functions| functions.filter(&self.cells[cell].weights.history);
        Ok(functions.map_or(Vec::new(), filter))
    }

    /// What a spike of another cell adds to a cell's `eta` in the bins after it; empty without coupling.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn coupling_filter(&self, cell: usize, other: usize) -> Result<Vec<f64>, Error> {
        let functions = self
            .design
            .coupling
            .as_ref()
            .map(|basis| basis.functions())
            .transpose()?;
        let filter = |functions: Functions| {
            let count = functions.count();
            functions.filter(&self.cells[cell].weights.coupling[other * count..][..count])
        };
        Ok(functions.map_or(Vec::new(), filter))
    }
}
