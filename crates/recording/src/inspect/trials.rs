//! What is unusual about single trials.

use crate::cells::CellIndex;
use crate::container::Container;
use crate::repeats;
use crate::{PartitionInfo, RepeatsInfo};

/// A remark a cell whose trials are not all whole; those that cannot be read are told elsewhere.
pub(super) fn remarks(container: &Container, info: &PartitionInfo) -> Vec<String> {
    let cells: Vec<CellIndex> = match &info.repeats {
        None => return Vec::new(),
        Some(RepeatsInfo::PerCell { cells }) => cells.iter().map(|(cell, _)| *cell).collect(),
        Some(RepeatsInfo::Stacked { cells, .. }) => (0..*cells).map(CellIndex).collect(),
    };
    match repeats::load(container, info, &cells) {
        Ok(Some(repeats)) => (0..cells.len())
            .filter_map(|row| repeats.remark(row).map(ToOwned::to_owned))
            .collect(),
        Ok(None) => Vec::new(),
        Err(error) => vec![error.to_string()],
    }
}
