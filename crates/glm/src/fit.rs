//! Fitting models of all cells.

use std::ops::ControlFlow;

use crate::Error;
use crate::coupling_test::{CouplingTest, correct};
use crate::descent::{End, Goal};
use crate::design::{Design, Terms};
use crate::element::Element;
use crate::inference::inference;
use crate::layout::Feature;
use crate::low_rank::solve_low_rank;
use crate::model::{CellFit, Fit, Optimum, SpikeInput, Warning};
use crate::penalty::Penalty;
use crate::prepared::{Prepared, Source};
use crate::problem::{Controls, Problem, Solution, Step, Watch};
use crate::progress::{Progress, Stage};
use crate::recording::{Movie, Recording};
use crate::selection::{Selected, select};
use crate::settings::{Precision, Settings};
use crate::solve::solve;
use crate::weights::Weights;

/// Samples a coefficient of approximate Hessians, and under a group lasso, whose steps depend on them more.
const SAMPLES: [f64; 2] = [12.0, 60.0];
/// Standardised coefficient beyond which a predicted rate is that of no cell.
const RUNAWAY: f64 = 25.0;

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

/// What was found of a cell.
struct Found {
    cell: usize,
    fit: CellFit,
    tests: Vec<CouplingTest>,
}

/// Strengths of a cell's penalties, and what they were selected from, where they were.
type Chosen = (Penalty, Option<Selected>);

/// What models are fitted to, and how.
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
        let selection = self.settings.selection.as_ref();
        let folds = selection.map_or(1, |selection| selection.folds);
        let prepared = Prepared::<E>::new(self.source, self.recording, self.design, folds)?;
        let mut fits = Vec::new();
        for &terms in terms {
            let found = self.find(&prepared, terms, progress)?;
            fits.push(self.assemble(&prepared, terms, found));
        }
        Ok(fits)
    }

    /// The models of all cells with a spike.
    fn find<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        terms: Terms,
        progress: &mut Report<'_>,
    ) -> Result<Vec<Found>, Error> {
        let heard = |cell: &usize| prepared.counts[*cell][1] > 0.0;
        let cells: Vec<usize> = (0..self.source.layout.cells).filter(heard).collect();
        let mut found = Vec::new();
        for batch in self.batches(&cells, terms) {
            found.extend(self.fit_batch(prepared, &batch, terms, progress)?);
        }
        Ok(found)
    }

    /// The models of all cells, those without a spike as well.
    fn assemble<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        terms: Terms,
        found: Vec<Found>,
    ) -> Fit {
        let mut cells = vec![None; self.source.layout.cells];
        let mut tests = Vec::new();
        for one in found {
            cells[one.cell] = Some(one.fit);
            tests.extend(one.tests);
        }
        correct(&mut tests);
        let silent = |cell: usize| self.silent(prepared, cell, terms);
        let cells = cells.into_iter().enumerate();
        let frame = |movie: Movie<'_>| [movie.height, movie.width];
        Fit {
            design: self.design.with(terms),
            bins_per_frame: self.recording.spikes.bins_per_frame,
            frame: self.recording.movie.map(frame),
            cells: cells
                .map(|(cell, fit)| fit.unwrap_or_else(|| silent(cell)))
                .collect(),
            tests,
            spike_input: SpikeInput::Counts,
            bias_shifts: Vec::new(),
        }
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

    /// The models of cells that are fitted together.
    fn fit_batch<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        cells: &[usize],
        terms: Terms,
        progress: &mut Report<'_>,
    ) -> Result<Vec<Found>, Error> {
        let chosen = self.choose_penalties(prepared, cells, terms, progress)?;
        let problems: Vec<Problem> = (cells.iter().zip(&chosen))
            .map(|(&cell, (penalty, _))| prepared.problem(cell, terms, penalty))
            .collect();
        let solutions = self.solve(prepared, &problems, terms, progress)?;
        let parts = problems.iter().zip(&solutions).zip(chosen);
        let mut found: Vec<Found> = parts
            .map(|((problem, solution), chosen)| Found {
                cell: problem.cell,
                fit: self.cell_fit(prepared, problem, terms, solution, chosen),
                tests: Vec::new(),
            })
            .collect();
        if self.settings.standard_errors {
            let mut watch = watch(Stage::Errors, progress);
            let controls = self.controls(false);
            let inferences =
                inference(prepared, &problems, &solutions, terms, controls, &mut watch)?;
            for (one, inference) in found.iter_mut().zip(inferences) {
                one.fit.errors = Some(inference.errors);
                one.fit.optimum.gap = inference.gap;
                one.tests = inference.tests;
            }
        }
        Ok(found)
    }

    /// The strengths that each cell is fitted with.
    fn choose_penalties<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        cells: &[usize],
        terms: Terms,
        progress: &mut Report<'_>,
    ) -> Result<Vec<Chosen>, Error> {
        let settings = self.settings;
        let Some(selection) = &settings.selection else {
            return Ok(vec![(settings.penalty, None); cells.len()]);
        };
        let controls = self.controls(settings.penalty.group_lasso > 0.0);
        let mut watch = watch(Stage::Selection, progress);
        let found = select(
            prepared, cells, terms, settings, selection, controls, &mut watch,
        )?;
        Ok((found.into_iter())
            .map(|one| (one.penalty, Some(one)))
            .collect())
    }

    fn solve<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        problems: &[Problem],
        terms: Terms,
        progress: &mut Report<'_>,
    ) -> Result<Vec<Solution>, Error> {
        let has_lasso = problems.iter().any(|problem| problem.groups.is_some());
        let controls = self.controls(has_lasso);
        let watch: &mut Watch<'_> = &mut watch(Stage::Fit, progress);
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

    fn cell_fit<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        problem: &Problem,
        terms: Terms,
        solution: &Solution,
        (penalty, selected): Chosen,
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
        let weights = Weights::of(layout, terms, prepared.recording.pixels(), &weights);
        let mut fit = CellFit::new(weights, optimum, penalty);
        fit.selected = selected;
        fit.warnings = self.warnings(prepared, problem, solution);
        fit
    }

    /// What is not as it should be with a solution.
    fn warnings<E: Element>(
        &self,
        prepared: &Prepared<'_, E>,
        problem: &Problem,
        solution: &Solution,
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        match solution.end {
            // So near the minimum, the gradient is the rounding of its sums.
            End::Converged => {}
            End::Stalled if solution.gap <= self.settings.gap => {}
            End::Stalled => warnings.push(Warning::Stalled),
            End::TooManySteps => warnings.push(Warning::TooManySteps),
        }
        let features = prepared.forbidding(problem);
        if !features.is_empty() {
            warnings.push(Warning::Separable { features });
        }
        let deviations = &prepared.deviations[problem.cell];
        let large = problem.rows.iter().zip(&solution.coefficients).skip(1);
        let large = large.filter(|&(&row, weight)| (weight * deviations[row]).abs() > RUNAWAY);
        let features: Vec<Feature> = large
            .map(|(&row, _)| prepared.layout().feature(row))
            .collect();
        if !features.is_empty() {
            warnings.push(Warning::Runaway { features });
        }
        warnings
    }

    /// The model of a cell without a spike.
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
        let weights = Weights::of(layout, terms, self.recording.pixels(), &weights);
        let mut fit = CellFit::new(weights, optimum, self.settings.penalty);
        fit.warnings.push(Warning::Silent);
        fit
    }
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
