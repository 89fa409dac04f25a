//! Single trials of a repeated movie.

use crate::cells::CellIndex;
use crate::container::Container;
use crate::session::{PartitionInfo, RepeatsInfo, find_repeats};
use crate::{Error, Partition};

/// Single trials of the chosen cells; a cell may have none.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeats {
    trials: Vec<Option<Trials>>,
    remarks: Vec<Option<String>>,
}

/// Single trials of one cell, `[repeat, frame]`, as stored: rates in Hz or counts a bin, NaN where
/// a trial holds nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    repeats: usize,
    frames: usize,
    values: Vec<f32>,
}

impl Repeats {
    /// Trials in memory, in the order of the chosen cells.
    pub fn new(trials: Vec<Option<Trials>>) -> Self {
        let remarks = vec![None; trials.len()];
        Self { trials, remarks }
    }

    /// What is unusual about the trials of the `row`-th chosen cell: that some hold nothing, or
    /// why it has none.
    pub fn remark(&self, row: usize) -> Option<&str> {
        self.remarks.get(row)?.as_deref()
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

/// Whether a dataset's name says that it holds rates.
pub(crate) fn is_rate(dataset: &str) -> bool {
    dataset.starts_with("firing_rate")
}

/// Loads the trials of the given cells in whichever layout the file has.
pub(crate) fn load(
    container: &Container,
    info: &PartitionInfo,
    cells: &[CellIndex],
) -> Result<Option<Repeats>, Error> {
    let Some(stored) = stored(container, info, cells, is_rate)? else {
        return Ok(None);
    };
    let (trials, remarks): (Vec<_>, Vec<_>) = stored
        .into_iter()
        .map(|stored| match stored {
            Some(stored) => stored.usable(info.frames),
            None => (None, None),
        })
        .unzip();
    let is_any = trials.iter().any(Option::is_some) || remarks.iter().any(Option::is_some);
    Ok(is_any.then_some(Repeats { trials, remarks }))
}

/// The trials of the given cells as the file has them, in whichever layout; of several datasets of all cells the
/// preferred one. None where there are no repeats at all.
pub(crate) fn stored(
    container: &Container,
    info: &PartitionInfo,
    cells: &[CellIndex],
    preferred: fn(&str) -> bool,
) -> Result<Option<Vec<Option<StoredTrials>>>, Error> {
    // Sought again, for the metadata leave out trials that are there but unusable.
    let Some(layout) = find_repeats(container, info.partition, info.frames, preferred)? else {
        return Ok(None);
    };
    let stored = match layout {
        RepeatsInfo::PerCell { cells: present } => {
            let present: Vec<CellIndex> = present.iter().map(|(cell, _)| *cell).collect();
            per_cell(container, info.partition, &present, cells)
        }
        RepeatsInfo::Stacked { dataset, .. } => stacked(container, info, &dataset, cells),
    }?;
    Ok(Some(stored))
}

/// How many trials each cell has; one where there are no repeats of it.
pub(crate) fn trials_of_cells(
    container: &Container,
    info: &PartitionInfo,
    cells: &[CellIndex],
) -> Result<Vec<usize>, Error> {
    let stored = stored(container, info, cells, |name| !is_rate(name))?;
    let Some(stored) = stored else {
        return Ok(vec![1; cells.len()]);
    };
    let held = |trials: &StoredTrials| {
        let rows = trials.rows.iter();
        rows.filter(|row| row.iter().any(|value| value.is_finite()))
            .count()
    };
    let trials = |own: &Option<StoredTrials>| own.as_ref().map_or(1, |own| held(own).max(1));
    Ok(stored.iter().map(trials).collect())
}

/// The trials of a cell as the file has them.
pub(crate) struct StoredTrials {
    /// Path of the dataset in the file.
    pub(crate) dataset: String,
    /// `[repeat][bin]`, of as many bins as there are in the file.
    pub(crate) rows: Vec<Vec<f32>>,
}

impl StoredTrials {
    /// The trials that hold anything, with one bin a frame, and what is unusual about them.
    fn usable(self, frames: usize) -> (Option<Trials>, Option<String>) {
        let Self { dataset, rows } = self;
        let given = rows.len();
        let bins = rows.first().map_or(0, Vec::len);
        let is_no_rate = |value: &f32| value.is_infinite() || *value < 0.0;
        if let Some(value) = rows.iter().flatten().find(|value| is_no_rate(value)) {
            let text = format!(
                "`{dataset}` holds {value}, but rates are finite and not negative: the repeats are \
                 not used"
            );
            return (None, Some(text));
        }
        let mut kept: Vec<Vec<f32>> = rows;
        kept.iter_mut().for_each(|row| row.resize(frames, f32::NAN));
        kept.retain(|row| row.iter().any(|value| value.is_finite()));
        let cut = kept
            .iter()
            .filter(|row| row.iter().any(|value| value.is_nan()));
        let remark = remark(&dataset, given, kept.len(), cut.count(), bins, frames);
        if kept.is_empty() {
            return (None, remark);
        }
        let trials = Trials {
            repeats: kept.len(),
            frames,
            values: kept.concat(),
        };
        (Some(trials), remark)
    }
}

fn remark(
    dataset: &str,
    given: usize,
    kept: usize,
    cut: usize,
    bins: usize,
    frames: usize,
) -> Option<String> {
    let mut parts = Vec::new();
    if bins != frames {
        parts.push(format!(
            "repeats of {bins} bins, but a movie of {frames} frames"
        ));
    }
    if kept < given {
        parts.push(format!(
            "repeats that hold nothing (NaN): {} of {given}",
            given - kept
        ));
    }
    if cut > 0 && bins >= frames {
        parts.push(format!(
            "repeats that are not finite (NaN) in places: {cut} of {given}"
        ));
    }
    let used = if kept == 0 {
        "none is used"
    } else {
        "what they hold is used"
    };
    (!parts.is_empty()).then(|| format!("`{dataset}`: {}; {used}", parts.join(", ")))
}

fn per_cell(
    container: &Container,
    partition: Partition,
    present: &[CellIndex],
    cells: &[CellIndex],
) -> Result<Vec<Option<StoredTrials>>, Error> {
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
        let (repeats, bins) = (stored.shape()[0], stored.shape()[1]);
        let values = stored.rows_f32(0..repeats)?;
        Ok(Some(StoredTrials {
            dataset: stored.name().to_owned(),
            rows: values.chunks_exact(bins).map(<[f32]>::to_vec).collect(),
        }))
    };
    cells.iter().map(read).collect()
}

fn stacked(
    container: &Container,
    info: &PartitionInfo,
    dataset: &str,
    cells: &[CellIndex],
) -> Result<Vec<Option<StoredTrials>>, Error> {
    let stored = container.dataset(&info.partition.path(&format!("repeats/{dataset}")))?;
    let (repeats, count, bins) = (stored.shape()[0], stored.shape()[1], stored.shape()[2]);
    let mut rows: Vec<Vec<Vec<f32>>> = cells.iter().map(|_| Vec::new()).collect();
    for repeat in 0..repeats {
        let all = stored.rows_f32(repeat..repeat + 1)?;
        let inside = rows
            .iter_mut()
            .zip(cells)
            .filter(|(_, cell)| cell.0 < count);
        for (rows, &cell) in inside {
            rows.push(all[cell.0 * bins..][..bins].to_vec());
        }
    }
    let trials = rows.into_iter().zip(cells).map(|(rows, cell)| {
        (!rows.is_empty()).then(|| StoredTrials {
            dataset: format!("{}, cell {cell}", stored.name()),
            rows,
        })
    });
    Ok(trials.collect())
}
