//! The answers to all conditions of an experiment.

use std::ops::Range;

use ganglion_recording::CellIndex;

use crate::condition::Condition;
use crate::course::Course;
use crate::outcome::CellOutcome;
use crate::{Error, Rates, Screen};

/// Rates of all cells in every condition, checked.
pub struct Answers<'a> {
    screen: Screen,
    conditions: &'a [Condition],
    rates: &'a [Rates],
    cells: &'a [CellIndex],
}

impl<'a> Answers<'a> {
    /// # Errors
    /// If there is not one answer a condition, with a finite rate for each cell in every bin from
    /// the condition's zero on.
    pub(crate) fn new(
        screen: Screen,
        conditions: &'a [Condition],
        rates: &'a [Rates],
        cells: &'a [CellIndex],
    ) -> Result<Self, Error> {
        if conditions.len() != rates.len() {
            let problem = format!("{} answers to {} stimuli", rates.len(), conditions.len());
            return Err(no_response("the experiment", problem));
        }
        for (condition, rates) in conditions.iter().zip(rates) {
            check(condition, rates, cells.len())
                .map_err(|text| no_response(&condition.label, text))?;
        }
        Ok(Self {
            screen,
            conditions,
            rates,
            cells,
        })
    }

    /// The screen on which the conditions were shown.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// What was shown.
    pub fn conditions(&self) -> &'a [Condition] {
        self.conditions
    }

    /// The cells, row by row.
    pub fn cells(&self) -> &'a [CellIndex] {
        self.cells
    }

    /// Rows of all cells.
    pub fn rows(&self) -> Range<usize> {
        0..self.cells.len()
    }

    /// What was found on each cell `[row]`, as the outcome of that cell.
    pub fn outcomes<F>(
        &self,
        found: &[F],
        outcome: impl Fn(CellIndex, &F) -> CellOutcome,
    ) -> Vec<CellOutcome> {
        let cells = self.cells.iter().zip(found);
        cells.map(|(&cell, found)| outcome(cell, found)).collect()
    }

    /// Rates of all cells in one condition.
    pub fn rates(&self, condition: usize) -> &'a Rates {
        &self.rates[condition]
    }

    /// Rates of one cell, by its row, in one condition.
    pub fn course(&self, condition: usize, row: usize) -> Course<'a> {
        let rates = &self.rates[condition];
        let zero = self.conditions[condition].stimulus.zero();
        let first = rates.bins().start as isize - zero as isize;
        Course::new(rates.cell(row), first, self.screen.frame_period.0)
    }
}

fn no_response(stimulus: &str, problem: String) -> Error {
    Error::Answer {
        stimulus: stimulus.to_owned(),
        problem,
    }
}

fn check(condition: &Condition, rates: &Rates, cells: usize) -> Result<(), String> {
    let (zero, frames) = (condition.stimulus.zero(), condition.stimulus.frames());
    if rates.cells() != cells {
        return Err(format!("{} cells answer, not {cells}", rates.cells()));
    }
    let bins = rates.bins();
    if bins.start > zero || bins.end < frames {
        return Err(format!(
            "it covers bins {bins:?}, not {zero} to {frames}, which the measures need"
        ));
    }
    let finite = |cell: usize| rates.cell(cell).iter().all(|rate| rate.is_finite());
    match (0..cells).find(|&cell| !finite(cell)) {
        Some(cell) => Err(format!("row {cell} has a rate that is no number")),
        None => Ok(()),
    }
}
