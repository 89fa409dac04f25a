//! Single trials of a repeated movie.

use crate::cells::CellIndex;
use crate::container::Container;
use crate::responses::check;
use crate::session::{PartitionInfo, RepeatsInfo, find_repeats};
use crate::{Error, Partition};

/// Single trials of the chosen cells; a cell may have none.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeats {
    trials: Vec<Option<Trials>>,
}

/// Single trials of one cell, `[repeat, frame]`, as stored: rates in Hz or counts a bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    repeats: usize,
    frames: usize,
    values: Vec<f32>,
}

impl Repeats {
    /// Trials in memory, in the order of the chosen cells.
    pub fn new(trials: Vec<Option<Trials>>) -> Self {
        Self { trials }
    }

    /// Trials of the `row`-th chosen cell (not the cell's own index), if it has any.
    pub fn cell(&self, row: usize) -> Option<&Trials> {
        self.trials.get(row)?.as_ref()
    }
}

impl Trials {
    /// Trials in memory; `values` is `[repeat, frame]`.
    ///
    /// # Panics
    /// Where the number of values is not repeats x frames.
    pub fn new(repeats: usize, frames: usize, values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            repeats * frames,
            "values do not fill [repeat, frame]"
        );
        Self {
            repeats,
            frames,
            values,
        }
    }

    /// Number of repeats.
    pub fn repeats(&self) -> usize {
        self.repeats
    }

    /// Number of bins, equal to the frames of the movie.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// All bins of one repeat.
    ///
    /// # Panics
    /// Where there is no such repeat.
    pub fn repeat(&self, repeat: usize) -> &[f32] {
        &self.values[repeat * self.frames..][..self.frames]
    }

    /// All values, `[repeat, frame]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Loads the trials of the given cells in whichever layout the file has.
pub(crate) fn load(
    container: &Container,
    info: &PartitionInfo,
    cells: &[CellIndex],
) -> Result<Option<Repeats>, Error> {
    // Sought again, for the metadata leave out trials that are there but unusable.
    let Some(layout) = find_repeats(container, info.partition, info.frames)? else {
        return Ok(None);
    };
    let trials = match layout {
        RepeatsInfo::PerCell { cells: present } => {
            let present: Vec<CellIndex> = present.iter().map(|(cell, _)| *cell).collect();
            per_cell(container, info.partition, &present, cells)
        }
        RepeatsInfo::Stacked { dataset, .. } => stacked(container, info, &dataset, cells),
    }?;
    Ok(trials
        .iter()
        .any(Option::is_some)
        .then_some(Repeats { trials }))
}

fn per_cell(
    container: &Container,
    partition: Partition,
    present: &[CellIndex],
    cells: &[CellIndex],
) -> Result<Vec<Option<Trials>>, Error> {
    let names = container.datasets(&partition.path("repeats"));
    let read = |&cell: &CellIndex| {
        if !present.contains(&cell) {
            return Ok(None);
        }
        // By number, since a file may write `cell1` for `cell01`.
        let name = names
            .iter()
            .find(|name| CellIndex::from_dataset_name(name) == Some(cell));
        let name = name.cloned().unwrap_or_else(|| cell.dataset_name());
        let stored = container.dataset(&partition.path(&format!("repeats/{name}")))?;
        let (repeats, frames) = (stored.shape()[0], stored.shape()[1]);
        let values = stored.rows_f32(0..repeats)?;
        values
            .chunks_exact(frames)
            .try_for_each(|row| check(&stored, cell, row))?;
        Ok(Some(Trials {
            repeats,
            frames,
            values,
        }))
    };
    cells.iter().map(read).collect()
}

fn stacked(
    container: &Container,
    info: &PartitionInfo,
    dataset: &str,
    cells: &[CellIndex],
) -> Result<Vec<Option<Trials>>, Error> {
    let stored = container.dataset(&info.partition.path(&format!("repeats/{dataset}")))?;
    let (repeats, count, frames) = (stored.shape()[0], stored.shape()[1], stored.shape()[2]);
    let mut trials: Vec<Vec<f32>> = cells.iter().map(|_| Vec::new()).collect();
    for repeat in 0..repeats {
        let all = stored.rows_f32(repeat..repeat + 1)?;
        for (values, &cell) in trials
            .iter_mut()
            .zip(cells)
            .filter(|(_, cell)| cell.0 < count)
        {
            let row = &all[cell.0 * frames..][..frames];
            check(&stored, cell, row)?;
            values.extend_from_slice(row);
        }
    }
    let present = |values: Vec<f32>| (!values.is_empty()).then_some(values);
    let trials = trials.into_iter().map(present);
    Ok(trials
        .map(|values| {
            Some(Trials {
                repeats,
                frames,
                values: values?,
            })
        })
        .collect())
}
