//! Models to be fitted, and models as they are found.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::Error;
use crate::descent::{End, Goal};
use crate::element::Element;
use crate::engine::{Engine, Point};
use crate::features::Wanted;
use crate::group_lasso::Groups;
use crate::map::Map;
use crate::quadratic::Quadratic;

/// A model of a cell to be fitted.
#[derive(Clone)]
pub(crate) struct Problem {
    pub(crate) cell: usize,
    /// Part of the recording that is left out.
    pub(crate) without: Option<usize>,
    /// Rows that it has a coefficient of.
    pub(crate) rows: Arc<Vec<usize>>,
    /// Of the rows' coefficients as sums of fewer numbers, which the penalty and the start are then of.
    pub(crate) map: Option<Arc<Map>>,
    pub(crate) quadratic: Arc<Quadratic>,
    pub(crate) groups: Option<Arc<Groups>>,
    /// Coefficients to start from.
    pub(crate) start: Vec<f64>,
    /// Problems of one number have the same rows and penalty, and share the approximate Hessian of the first.
    pub(crate) share: usize,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Of the problem's rows.
    pub(crate) coefficients: Vec<f64>,
    /// Derivatives of the mean loss and the quadratic penalty.
    pub(crate) gradient: Vec<f64>,
    pub(crate) loss: f64,
    pub(crate) objective: f64,
    pub(crate) bins: f64,
    pub(crate) largest: f64,
    pub(crate) gap: f64,
    pub(crate) steps: usize,
    pub(crate) end: End,
    /// Loss, bins and spikes of the part that was left out.
    pub(crate) left_out: [f64; 3],
}

/// How problems are solved.
#[derive(Clone, Copy)]
pub(crate) struct Controls<'w> {
    pub(crate) goal: Goal,
    /// Samples a coefficient of approximate Hessians.
    pub(crate) samples: f64,
    /// Whether starts are far off, so that a part of the data is fitted first.
    pub(crate) cold: bool,
    /// Hessians of the mean loss by `share`, where they are known.
    pub(crate) hessians: Option<&'w BTreeMap<usize, Vec<f64>>>,
}

/// Is told of each pass over the data, and may stop the work.
pub(crate) type Watch<'w> = dyn FnMut(Step) -> Result<(), Error> + 'w;

/// A pass over the data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) passes: usize,
    pub(crate) left: usize,
    pub(crate) of: usize,
    pub(crate) largest: f64,
}

impl Problem {
    pub(crate) fn point<'p>(&self, coefficients: &'p [f64]) -> Point<'p> {
        Point {
            cell: self.cell,
            without: self.without,
            coefficients,
        }
    }

    /// All rows' coefficients, those that it does not have being 0.
    pub(crate) fn spread(&self, coefficients: &[f64], rows: usize) -> Vec<f64> {
        let mut all = vec![0.0; rows];
        let mapped = self.map.as_ref().map(|map| map.coefficients(coefficients));
        let coefficients = mapped.as_deref().unwrap_or(coefficients);
        for (&row, &value) in self.rows.iter().zip(coefficients) {
            all[row] = value;
        }
        all
    }

    /// Places among its coefficients of rows that follow one another; none where it has none of them.
    pub(crate) fn members(&self, rows: Range<usize>) -> Option<Range<usize>> {
        let first = self.rows.binary_search(&rows.start).ok()?;
        Some(first..first + rows.len())
    }

    /// Numbers that are found.
    pub(crate) fn size(&self) -> usize {
        self.map.as_ref().map_or(self.rows.len(), |map| map.size)
    }
}

/// Features that any of these problems needs.
pub(crate) fn wanted<E: Element>(engine: &Engine<'_, E>, problems: &[Problem]) -> Wanted {
    let layout = engine.features.layout;
    let uses = |from: usize, to: usize| {
        let mut rows = problems.iter().flat_map(|problem| problem.rows.iter());
        rows.any(|&row| (from..to).contains(&row))
    };
    Wanted {
        history: uses(layout.shared(), layout.rows()),
        coupling: uses(layout.without_spikes(), layout.shared()),
    }
}
