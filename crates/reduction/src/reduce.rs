//! The whole reduction of a network for one experiment.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use ganglion_attribution::AttributionConfig;
use ganglion_experiment::{
    CellOutcome, Outcome, PreparedExperiment, Protocol, Responder, StimulusMovie,
};
use ganglion_recording::CellIndex;
use rayon::prelude::*;

use crate::config::ReductionConfig;
use crate::error::Error;
use crate::explanation::{Explainer, Explanation};
use crate::identify::{ALL_SYNAPSES, Followed, Identifier};
use crate::known::{KnownCircuit, KnownCircuits};
use crate::prediction::CellPrediction;
use crate::silencing::network::SilencedNetwork;
use crate::subject::Subject;
use crate::sweep::{Invariance, Sweep};

/// What a network is reduced with.
pub struct Reducer<'a> {
    /// The network.
    pub subject: &'a Subject<'a>,
    /// Where it comes from, for the circuits' files.
    pub source: String,
    /// Settings.
    pub config: &'a ReductionConfig,
    /// Settings of the attribution.
    pub attribution: &'a AttributionConfig,
    /// What is known of the cells' circuits from other stimuli; those of the other cells are identified where
    /// `reduction.identified_kernels` asks for it.
    pub known: KnownCircuits,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReductionProgress {
    /// Movies attributed, of how many.
    Attributed(usize, usize),
    /// Circuits of cells identified from the probe, of how many.
    Identified(usize, usize),
    /// Cells explained, of how many.
    Explained(usize, usize),
}

/// Who is told what is being done, and says whether to go on.
pub type Told<'a> = dyn FnMut(ReductionProgress) -> ControlFlow<()> + Send + 'a;

/// What was found for every cell asked for.
pub struct Reduction {
    /// The phenomenon.
    pub phenomenon: String,
    /// The metric that stands for it.
    pub headline: &'static str,
    /// The experiment on the full network.
    pub outcome: Outcome,
    /// Which positions could be summed; absent where no cell was reduced.
    pub invariance: Option<Invariance>,
    /// One entry a cell.
    pub cells: Vec<CellReduction>,
    /// What is known of the cells' circuits from other stimuli, what was identified for this reduction included.
    pub known: KnownCircuits,
}

/// What was found for one cell.
pub struct CellReduction {
    /// The cell.
    pub cell: CellIndex,
    /// The experiment on the full network.
    pub outcome: CellOutcome,
    /// The circuits, or why there are none.
    pub result: Result<Box<Explanation>, Unexplained>,
}

/// Why a cell was not reduced.
#[derive(Clone, Debug, PartialEq)]
pub enum Unexplained {
    /// It does not show the phenomenon: there is nothing to explain.
    NothingToExplain,
    /// More cells show it than were to be reduced, more strongly.
    LeftOut,
    /// No channel has an attribution: the stimuli do not move the cell.
    Silent,
}

impl Unexplained {
    /// A sentence.
    pub fn sentence(&self, outcome: &CellOutcome) -> String {
        match self {
            Self::NothingToExplain => format!("nothing to explain: {}", outcome.reason),
            Self::LeftOut => "left out: `reduction.most_cells` other cells were reduced".to_owned(),
            Self::Silent => "nothing to explain: no channel moves the cell's rate".to_owned(),
        }
    }
}

impl Reducer<'_> {
    /// Runs the experiment on the network, and reduces it for each of the cells that shows the
    /// phenomenon.
    ///
    /// # Errors
    /// If the settings, the cells or the stimuli cannot be used, or `progress` breaks off; a stimulus that
    /// is not invariant is refused.
    pub fn run(
        &self,
        experiment: &PreparedExperiment,
        cells: &[CellIndex],
        progress: &mut Told<'_>,
    ) -> Result<Reduction, Error> {
        self.config.check()?;
        if self.config.identified_kernels {
            self.config.identify.probe.check(&self.subject.screen())?;
        }
        for &cell in cells {
            self.subject.output_of(cell)?;
        }
        let rates = experiment.responses(self.subject.responder, |_| ())?;
        let outcome = experiment.measure(&rates, self.subject.responder.cells())?;
        let chosen = self.chosen(experiment, &outcome, cells);
        let movies = experiment.movies();
        let known = self.known(&chosen, progress)?;
        let sweep = self.sweep(&movies, &chosen, progress)?;
        let mut explained = match &sweep {
            Some(sweep) => {
                let shown = (experiment, &movies[..], sweep);
                self.explained(shown, &known, &chosen, progress)?
            }
            None => Vec::new(),
        };
        Ok(Reduction {
            phenomenon: experiment.config().name().to_owned(),
            headline: experiment.config().headline(),
            invariance: sweep.map(|sweep| sweep.invariance),
            cells: cells
                .iter()
                .map(|&cell| found(&outcome, cell, &mut explained))
                .collect(),
            known,
            outcome,
        })
    }

    fn explained(
        &self,
        (experiment, movies, sweep): (&PreparedExperiment, &[StimulusMovie], &Sweep),
        known: &KnownCircuits,
        cells: &[CellIndex],
        progress: &mut Told<'_>,
    ) -> Result<Vec<(CellIndex, Option<Explanation>)>, Error> {
        let explainer = Explainer {
            subject: self.subject,
            source: &self.source,
            config: self.config,
            experiment,
            movies,
            sweep,
            known,
            network: SilencedNetwork::new(self.subject, movies)?,
        };
        let mut explained = Vec::with_capacity(cells.len());
        let places: Vec<(usize, CellIndex)> = cells.iter().copied().enumerate().collect();
        // Part of each cell's work is serial, so that several are explained at a time.
        for some in places.chunks(rayon::current_num_threads()) {
            let one =
                |&(index, cell): &(usize, CellIndex)| Ok((cell, explainer.explain(index, cell)?));
            explained.extend(
                some.par_iter()
                    .map(one)
                    .collect::<Result<Vec<_>, Error>>()?,
            );
            let step = ReductionProgress::Explained(explained.len(), cells.len());
            go_on(progress(step))?;
        }
        Ok(explained)
    }

    /// What is known of the circuits of cells, those identified that are not known yet.
    fn known(&self, cells: &[CellIndex], progress: &mut Told<'_>) -> Result<KnownCircuits, Error> {
        let mut known = self.known.clone();
        let unknown = cells.iter().filter(|cell| !known.0.contains_key(cell));
        let unknown: Vec<CellIndex> = unknown.copied().collect();
        if !self.config.identified_kernels || unknown.is_empty() {
            return Ok(known);
        }
        go_on(progress(ReductionProgress::Identified(0, unknown.len())))?;
        let identifier = Identifier {
            subject: self.subject,
            source: self.source.clone(),
            config: &self.config.identify,
            synapses: ALL_SYNAPSES,
            followed: Followed::Network,
        };
        let (told, done) = (Mutex::new(progress), AtomicUsize::new(0));
        let identified = identifier.network(&unknown, &|| {
            let done = 1 + done.fetch_add(1, Ordering::Relaxed);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told(ReductionProgress::Identified(done, unknown.len()))
        })?;
        let found = unknown
            .into_iter()
            .zip(identified.iter().map(KnownCircuit::from));
        known.0.extend(found);
        Ok(known)
    }

    /// The cells that show the phenomenon; the typical ones if not all are taken.
    fn chosen(
        &self,
        experiment: &PreparedExperiment,
        outcome: &Outcome,
        cells: &[CellIndex],
    ) -> Vec<CellIndex> {
        let primary = experiment.config().primary();
        let also = self.config.also_absent;
        let shows = |cell: &&CellIndex| also || outcome_of(outcome, **cell).present;
        let mut chosen: Vec<CellIndex> = cells.iter().filter(shows).copied().collect();
        let Some(most) = self.config.most_cells.filter(|&most| most < chosen.len()) else {
            return chosen;
        };
        // Those nearest to the median are the typical ones.
        let metric = |cell: &CellIndex| outcome_of(outcome, *cell).metrics.get(primary);
        let mut metrics: Vec<f64> = chosen
            .iter()
            .map(metric)
            .filter(|m| m.is_finite())
            .collect();
        metrics.sort_by(f64::total_cmp);
        let median = metrics.get(metrics.len() / 2).copied().unwrap_or(0.0);
        chosen.sort_by(|a, b| {
            (metric(a) - median)
                .abs()
                .total_cmp(&(metric(b) - median).abs())
        });
        chosen.truncate(most);
        chosen.sort();
        chosen
    }

    fn sweep(
        &self,
        movies: &[StimulusMovie],
        cells: &[CellIndex],
        progress: &mut Told<'_>,
    ) -> Result<Option<Sweep>, Error> {
        if cells.is_empty() {
            return Ok(None);
        }
        let outputs: Vec<usize> = cells
            .iter()
            .map(|&cell| self.subject.output_of(cell))
            .collect::<Result<_, _>>()?;
        let settings = (self.attribution, self.config.invariance);
        let attributor = &self.subject.attributor;
        let sweep = Sweep::new(attributor, movies, &outputs, settings, |done| {
            progress(ReductionProgress::Attributed(done, movies.len()))
        })?;
        Ok(Some(sweep))
    }
}

impl Reduction {
    /// Tells of each cell how well the network predicts it, where that is known: of cells that it predicts too badly nothing
    /// is stated.
    pub fn predicted(&mut self, of: impl Fn(CellIndex) -> Option<CellPrediction>) {
        for cell in &mut self.cells {
            if let Ok(explanation) = &mut cell.result {
                explanation.prediction = of(cell.cell);
            }
        }
    }
}

fn go_on(flow: ControlFlow<()>) -> Result<(), Error> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Stopped),
    }
}

fn outcome_of(outcome: &Outcome, cell: CellIndex) -> &CellOutcome {
    let mut cells = outcome.cells.iter();
    cells
        .find(|found| found.cell == cell)
        .expect("every cell was measured")
}

fn found(
    outcome: &Outcome,
    cell: CellIndex,
    explained: &mut Vec<(CellIndex, Option<Explanation>)>,
) -> CellReduction {
    let outcome = outcome_of(outcome, cell).clone();
    let place = explained.iter().position(|(known, _)| *known == cell);
    let result = match place {
        Some(place) => {
            let explanation = explained.swap_remove(place).1;
            explanation.map(Box::new).ok_or(Unexplained::Silent)
        }
        None if outcome.present => Err(Unexplained::LeftOut),
        None => Err(Unexplained::NothingToExplain),
    };
    CellReduction {
        cell,
        outcome,
        result,
    }
}
