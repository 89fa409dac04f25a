//! Spike times of sorted units.

use super::series::problem;
use crate::container::Container;
use crate::{CellSelection, Error};

const TIMES: &str = "units/spike_times";
const INDEX: &str = "units/spike_times_index";

/// Spike times of the chosen units, seconds.
pub(super) fn spikes(
    container: &Container,
    chosen: &CellSelection,
) -> Result<Vec<Vec<f64>>, Error> {
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
    let total = times.shape()[0];
    let units = ends.len();
    let rows = match chosen {
        CellSelection::All => (0..units).collect(),
        CellSelection::List(rows) => rows.clone(),
    };
    let mut spikes = Vec::new();
    for row in rows {
        if row >= units {
            let text = format!("nwb.units names unit {row}, but there are {units}, counted from 0");
            return Err(problem(container, text));
        }
        let start = if row == 0 { 0.0 } else { ends[row - 1] };
        let end = ends[row];
        if !(0.0..=end).contains(&start) || end > total as f64 {
            let text = format!("`{INDEX}` is damaged at unit {row}: {start} to {end} of {total}");
            return Err(problem(container, text));
        }
        let (start, end) = (start as usize, end as usize);
        spikes.push(match start == end {
            true => Vec::new(),
            false => times.rows_f64(start..end)?,
        });
    }
    Ok(spikes)
}
