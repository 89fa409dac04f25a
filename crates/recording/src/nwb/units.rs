//! Spike times of sorted units, and when each was observed.

use super::intervals::{self, Interval, Observed};
use super::problem;
use crate::container::{Container, Stored};
use crate::{CellSelection, Error};

const TIMES: &str = "units/spike_times";
const INDEX: &str = "units/spike_times_index";
const OBSERVED: &str = "units/obs_intervals";
const OBSERVED_INDEX: &str = "units/obs_intervals_index";

/// A unit of the file.
#[derive(Clone, Debug)]
pub(super) struct NwbUnit {
    /// Row of the table.
    pub(super) row: usize,
    /// Spike times, seconds.
    pub(super) spikes: Vec<f64>,
    /// When its silence means that it was silent.
    pub(super) observed: Observed,
}

/// The chosen units.
pub(super) fn read(container: &Container, chosen: &CellSelection) -> Result<Vec<NwbUnit>, Error> {
    for name in [TIMES, INDEX] {
        if !container.has(name) {
            let text = format!("no `{name}`: the file holds no sorted spikes");
            return Err(problem(container, text));
        }
    }
    let (times, index) = (container.dataset(TIMES)?, container.dataset(INDEX)?);
    times.require(&[1], "one dimension [spike]")?;
    index.require(&[1], "one dimension [cell]")?;
    let ends = index.rows_f64(0..index.shape()[0])?;
    let units = ends.len();
    let rows = match chosen {
        CellSelection::All => (0..units).collect(),
        CellSelection::List(rows) => rows.clone(),
    };
    let except = intervals::table(container, "invalid_times")?;
    let mut read = Vec::new();
    for row in rows {
        if row >= units {
            let text = format!("nwb.units names unit {row}, but there are {units}, counted from 0");
            return Err(problem(container, text));
        }
        let inside = inside(container, INDEX, &ends, row, times.shape()[0])?;
        let spikes = match inside.is_empty() {
            true => Vec::new(),
            false => times.rows_f64(inside)?,
        };
        read.push(NwbUnit {
            row,
            spikes,
            observed: Observed {
                during: observed(container, row)?,
                except: except.clone(),
            },
        });
    }
    Ok(read)
}

/// Entries of a row, of a table whose index says where each row's entries end.
fn inside(
    container: &Container,
    index: &str,
    ends: &[f64],
    row: usize,
    total: usize,
) -> Result<std::ops::Range<usize>, Error> {
    let start = if row == 0 { 0.0 } else { ends[row - 1] };
    let end = ends[row];
    if !(0.0..=end).contains(&start) || end > total as f64 {
        let text = format!("`{index}` is damaged at unit {row}: {start} to {end} of {total}");
        return Err(problem(container, text));
    }
    Ok(start as usize..end as usize)
}

/// The intervals in which a unit was observed; none where the file does not say.
fn observed(container: &Container, row: usize) -> Result<Option<Vec<Interval>>, Error> {
    if !container.has(OBSERVED) || !container.has(OBSERVED_INDEX) {
        return Ok(None);
    }
    let (intervals, index): (Stored, Stored) = (
        container.dataset(OBSERVED)?,
        container.dataset(OBSERVED_INDEX)?,
    );
    index.require(&[1], "one dimension [cell]")?;
    intervals.require(&[2], "two dimensions [interval, start and stop]")?;
    if intervals.shape()[1] != 2 || index.shape()[0] <= row {
        let text = format!("`{OBSERVED}` does not hold a start and a stop for every unit");
        return Err(problem(container, text));
    }
    let ends = index.rows_f64(0..index.shape()[0])?;
    let inside = inside(container, OBSERVED_INDEX, &ends, row, intervals.shape()[0])?;
    // A unit without an interval beside units that have some: the table was not filled in.
    if inside.is_empty() {
        return Ok(None);
    }
    let values = intervals.rows_f64(inside)?;
    let mut found: Vec<Interval> = values
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Some(found))
}
