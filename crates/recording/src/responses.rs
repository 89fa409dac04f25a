//! Responses of cells: one value a cell and movie frame.

use std::ops::Range;

use crate::cells::{CellIndex, CellSelection};
use crate::container::{Container, PIECE_BYTES, Stored};
use crate::recording::LoadOptions;
use crate::session::{PartitionInfo, open_response};
use crate::{Error, Milliseconds};

/// Responses `[cell, frame]` of the chosen cells, as stored: Hz for `firing_rate_*`, counts a bin
/// for `binned`. Finite and not negative, but for bins that hold nothing (NaN), where those are
/// asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Responses {
    dataset: String,
    cells: Vec<CellIndex>,
    frames: usize,
    values: Vec<f32>,
}

impl Responses {
    /// Responses in memory; `values` is `[cell, frame]`.
    ///
    /// # Panics
    /// Where the number of values is not cells x frames.
    pub fn new(cells: Vec<CellIndex>, frames: usize, values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            cells.len() * frames,
            "values do not fill [cell, frame]"
        );
        Self {
            dataset: "response".into(),
            cells,
            frames,
            values,
        }
    }

    /// The same, as those of a dataset.
    pub(crate) fn of_dataset(self, dataset: String) -> Self {
        Self { dataset, ..self }
    }

    /// Path of the dataset in the file.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The cells, in the order of the rows.
    pub fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    /// Number of bins, equal to the frames of the movie.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// All bins of the `row`-th chosen cell (not the cell's own index).
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn cell(&self, row: usize) -> &[f32] {
        &self.values[row * self.frames..][..self.frames]
    }

    /// All values, `[cell, frame]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Copies the bins of a range as `[bin, cell]`, the layout of a network's output, into `out`.
    ///
    /// # Panics
    /// Where the range is outside the recording or `out` is not bins x cells long.
    pub fn bin_major(&self, bins: Range<usize>, out: &mut [f32]) {
        let cells = self.cells.len();
        assert_eq!(out.len(), bins.len() * cells, "the buffer does not fit");
        for row in 0..cells {
            let values = &self.cell(row)[bins.clone()];
            out.iter_mut()
                .skip(row)
                .step_by(cells)
                .zip(values)
                .for_each(|(out, &value)| *out = value);
        }
    }

    /// The same responses so many bins later; those at the end come to the beginning. What every cell does
    /// stays as it is, but for the movie: a control without any relation between the two.
    #[must_use]
    pub fn shifted(mut self, bins: usize) -> Self {
        if self.frames > 0 {
            let bins = bins % self.frames;
            let rows = self.values.chunks_exact_mut(self.frames);
            rows.for_each(|row| row.rotate_right(bins));
        }
        self
    }

    /// Spike counts that are each the sum of so many trials of a cell, as mean rates, Hz, in bins of this
    /// length.
    pub(crate) fn counts_in_hertz(mut self, trials: &[usize], bin: Milliseconds) -> Self {
        let rows = self.values.chunks_exact_mut(self.frames.max(1));
        for (row, &trials) in rows.zip(trials) {
            let per_count = 1.0 / (trials as f64 * bin.seconds());
            row.iter_mut()
                .for_each(|value| *value = (f64::from(*value) * per_count) as f32);
        }
        self
    }

    /// Bins that hold nothing (NaN) of the `row`-th chosen cell, in order.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn missing_of(&self, row: usize) -> Vec<usize> {
        let bins = self.cell(row).iter().enumerate();
        let missing = bins.filter(|(_, rate)| rate.is_nan());
        missing.map(|(bin, _)| bin).collect()
    }

    /// Bins that hold nothing (NaN) of one of the cells, in order.
    pub fn missing(&self) -> Vec<usize> {
        let rows = || self.values.chunks_exact(self.frames.max(1));
        (0..self.frames)
            .filter(|&bin| rows().any(|row| row[bin].is_nan()))
            .collect()
    }

    /// Cells that never fire.
    pub fn silent(&self) -> Vec<CellIndex> {
        let fires = |row: usize| self.cell(row).iter().any(|&rate| rate > 0.0);
        (0..self.cells.len())
            .filter(|&row| !fires(row))
            .map(|row| self.cells[row])
            .collect()
    }
}

/// Loads `response/<name>` for the chosen cells and checks every value.
pub(crate) fn load(
    container: &Container,
    info: &PartitionInfo,
    options: &LoadOptions,
) -> Result<Responses, Error> {
    let stored = open_response(container, info.partition, &options.response, info.frames)?;
    let cells = choose(&stored, &options.cells)?;
    let frames = stored.shape()[1];
    let values = read_cells(&stored, &cells)?;
    for (row, &cell) in values.chunks_exact(frames).zip(&cells) {
        check(&stored, cell, row, options.allow_missing)?;
    }
    Ok(Responses {
        dataset: stored.name().to_owned(),
        cells,
        frames,
        values,
    })
}

/// Refuses cells that never fire, and writes the selection without them.
pub(crate) fn refuse_silent(container: &Container, responses: &Responses) -> Result<(), Error> {
    let silent = responses.silent();
    if silent.is_empty() {
        return Ok(());
    }
    let fires = responses.cells.iter().filter(|cell| !silent.contains(cell));
    let keep = fires.map(|cell| cell.0).collect();
    let (path, dataset) = (container.path().to_owned(), responses.dataset.clone());
    Err(Error::SilentCells {
        path,
        dataset,
        silent,
        keep,
    })
}

fn choose(stored: &Stored, selection: &CellSelection) -> Result<Vec<CellIndex>, Error> {
    let count = stored.shape()[0];
    let CellSelection::List(list) = selection else {
        return Ok((0..count).map(CellIndex).collect());
    };
    let bad = |problem| Error::BadCells {
        cells: list.clone(),
        problem,
    };
    if list.is_empty() {
        return Err(bad("the list is empty"));
    }
    if let Some(&cell) = list.iter().find(|&&cell| cell >= count) {
        let (path, dataset) = (stored.path().to_owned(), stored.name().to_owned());
        return Err(Error::NoSuchCell {
            path,
            dataset,
            cell,
            cells: count,
        });
    }
    if (1..list.len()).any(|place| list[..place].contains(&list[place])) {
        return Err(bad("a cell is listed twice"));
    }
    Ok(list.iter().copied().map(CellIndex).collect())
}

/// Reads some rows at a time, so that a recording of many cells is never held twice.
fn read_cells(stored: &Stored, cells: &[CellIndex]) -> Result<Vec<f32>, Error> {
    let (count, frames) = (stored.shape()[0], stored.shape()[1]);
    let at_once = (4 * PIECE_BYTES / (8 * frames)).max(1);
    let mut values = vec![0.0; cells.len() * frames];
    for rows in crate::movie::pieces(0..count, at_once) {
        if !cells.iter().any(|cell| rows.contains(&cell.0)) {
            continue;
        }
        let read = stored.rows_f32(rows.clone())?;
        for (out, cell) in values.chunks_exact_mut(frames).zip(cells) {
            if rows.contains(&cell.0) {
                out.copy_from_slice(&read[(cell.0 - rows.start) * frames..][..frames]);
            }
        }
    }
    Ok(values)
}

/// Refuses what is no rate; bins may hold nothing if allowed.
fn check(
    stored: &Stored,
    cell: CellIndex,
    values: &[f32],
    allow_missing: bool,
) -> Result<(), Error> {
    let is_fine =
        |rate: &f32| (rate.is_nan() && allow_missing) || (rate.is_finite() && *rate >= 0.0);
    let bad = values.iter().position(|rate| !is_fine(rate));
    let Some(bin) = bad else { return Ok(()) };
    let (path, dataset) = (stored.path().to_owned(), stored.name().to_owned());
    Err(Error::BadRate {
        path,
        dataset,
        value: values[bin],
        cell,
        bin,
    })
}
