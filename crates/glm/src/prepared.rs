//! A recording and a design, ready for sums.

use std::sync::Arc;

use crate::Error;
use crate::blocks::blocks;
use crate::design::{Design, Terms};
use crate::element::Element;
use crate::engine::Engine;
use crate::features::{Features, Wanted};
use crate::group_lasso::Groups;
use crate::layout::{Feature, Layout};
use crate::observation::Observation;
use crate::penalty::Penalty;
use crate::problem::Problem;
use crate::quadratic::{Quadratic, quadratic};
use crate::recording::{Frames, Recording};

/// What is read and computed once of a recording.
pub(crate) struct Source {
    pub(crate) layout: Layout,
    pub(crate) trains: Vec<Vec<u32>>,
    /// Variance of the movie's pixels.
    pub(crate) variance: f64,
}

impl Source {
    pub(crate) fn new(recording: &Recording<'_>, design: &Design) -> Result<Self, Error> {
        recording.check()?;
        let layout = Layout::new(design, recording)?;
        let cells = 0..recording.spikes.cells;
        let mut trains: Vec<Vec<u32>> = cells.map(|cell| recording.train(cell)).collect();
        if design.observation != Observation::Poisson {
            trains.iter_mut().for_each(Vec::dedup);
        }
        let variance = if design.stimulus.is_some() {
            variance(recording, &layout)
        } else {
            0.0
        };
        Ok(Self {
            layout,
            trains,
            variance,
        })
    }

    pub(crate) fn engine<'a, E: Element>(
        &'a self,
        recording: &'a Recording<'a>,
        design: &Design,
        folds: usize,
    ) -> Result<Engine<'a, E>, Error> {
        let engine = Engine {
            features: Features::new(&self.layout, recording, &self.trains),
            observation: design.observation,
            refractory: design.refractory_bins,
            blocks: blocks(&self.layout, recording.segments, folds, size_of::<E>()),
        };
        match engine
            .blocks
            .iter()
            .any(|block| !block.used(self.layout.bins_per_frame).is_empty())
        {
            true => Ok(engine),
            false => Err(Error::NoBins {
                history: self.layout.reach(),
            }),
        }
    }
}

/// Of all pixels that are used, about the mean of each.
fn variance(recording: &Recording<'_>, layout: &Layout) -> f64 {
    let Some(movie) = &recording.movie else {
        return 0.0;
    };
    let mut moments = vec![[0.0f64; 2]; layout.pixels.len()];
    let mut frames = 0.0;
    for frame in recording.segments.iter().cloned().flatten() {
        frames += 1.0;
        for (moments, &pixel) in moments.iter_mut().zip(&layout.pixels) {
            let value = f64::from(movie.frames.value(frame * movie.pixels() + pixel));
            moments[0] += value;
            moments[1] += value * value;
        }
    }
    debug_assert!(matches!(movie.frames, Frames::Single(_) | Frames::Bytes(_)));
    let of = |[sum, squares]: &[f64; 2]| squares / frames - (sum / frames).powi(2);
    moments.iter().map(of).sum::<f64>() / moments.len().max(1) as f64
}

/// An engine with what problems are made from.
pub(crate) struct Prepared<'a, E> {
    pub(crate) engine: Engine<'a, E>,
    pub(crate) recording: &'a Recording<'a>,
    pub(crate) variance: f64,
    /// Standard deviation of every row `[cell][row]`.
    pub(crate) deviations: Vec<Vec<f64>>,
    /// Bins and spikes of every cell.
    pub(crate) counts: Vec<[f64; 2]>,
}

impl<'a, E: Element> Prepared<'a, E> {
    pub(crate) fn new(
        source: &'a Source,
        recording: &'a Recording<'a>,
        design: &Design,
        folds: usize,
    ) -> Result<Self, Error> {
        let engine = source.engine(recording, design, folds)?;
        let moments = engine.moments(Wanted::ALL);
        let deviations = moments
            .iter()
            .map(|rows| rows.iter().map(|[_, sd]| *sd).collect());
        let cells = 0..source.layout.cells;
        Ok(Self {
            recording,
            variance: source.variance,
            deviations: deviations.collect(),
            counts: cells.map(|cell| engine.count(cell, None, 1)).collect(),
            engine,
        })
    }

    pub(crate) fn layout(&self) -> &'a Layout {
        self.engine.features.layout
    }

    /// The penalty of a cell's model with these rows.
    pub(crate) fn quadratic(
        &self,
        cell: usize,
        rows: &[usize],
        penalty: &Penalty,
    ) -> Arc<Quadratic> {
        let movie = self
            .recording
            .movie
            .as_ref()
            .map(|movie| (movie, self.variance));
        Arc::new(quadratic(
            penalty,
            self.layout(),
            rows,
            &self.deviations[cell],
            movie,
        ))
    }

    /// Couplings of a cell's model with these rows, with a strength for each; none where it has none.
    pub(crate) fn groups(&self, cell: usize, rows: &[usize], strength: f64) -> Option<Arc<Groups>> {
        let layout = self.layout();
        let size = layout.coupling_functions();
        let mut members = Vec::new();
        for other in 0..layout.cells {
            let first = layout.coupling_rows(other).start;
            if let Ok(place) = rows.binary_search(&first)
                && size > 0
                && strength > 0.0
            {
                members.push((place..place + size, strength * (size as f64).sqrt()));
            }
        }
        let deviations = rows.iter().map(|&row| self.deviations[cell][row]).collect();
        (!members.is_empty()).then(|| Arc::new(Groups::new(members, deviations)))
    }

    /// The model of a cell with some terms, from a constant rate on.
    pub(crate) fn problem(&self, cell: usize, terms: Terms, penalty: &Penalty) -> Problem {
        let rows = self.layout().used(cell, terms);
        let mut start = vec![0.0; rows.len()];
        start[0] = self.constant(cell);
        Problem {
            cell,
            without: None,
            map: None,
            quadratic: self.quadratic(cell, &rows, penalty),
            groups: self.groups(cell, &rows, penalty.group_lasso),
            rows: Arc::new(rows),
            start,
            share: cell,
        }
    }

    /// Features of spikes, none of them ever negative, that no spike of a model's cell follows although they occur.
    pub(crate) fn forbidding(&self, problem: &Problem) -> Vec<Feature> {
        let layout = self.layout();
        let mut found = Vec::new();
        for &row in problem
            .rows
            .iter()
            .filter(|&&row| row >= layout.without_spikes())
        {
            let feature = layout.feature(row);
            let (other, functions, function) = match feature {
                Feature::Coupling { cell, function } => (cell, &layout.coupling, function),
                Feature::History { function } => (problem.cell, &layout.history, function),
                _ => continue,
            };
            let values = functions
                .as_ref()
                .map_or(&[][..], |all| all.function(function));
            let occurs = self.deviations[problem.cell][row] > 0.0;
            let is_positive = values.iter().all(|value| *value >= 0.0);
            if occurs && is_positive && !self.engine.follows(problem.cell, other, values) {
                found.push(feature);
            }
        }
        found
    }

    /// The bias of a constant rate; of a cell without a spike, that of half a spike.
    pub(crate) fn constant(&self, cell: usize) -> f64 {
        let [bins, spikes] = self.counts[cell];
        let share = spikes.max(0.5) / bins.max(1.0);
        match self.engine.observation {
            Observation::Poisson => share.ln(),
            Observation::SpikeOrNone => (-(-share.min(0.999)).ln_1p()).ln(),
            Observation::Logistic => (share.min(0.999) / (1.0 - share.min(0.999))).ln(),
        }
    }
}
