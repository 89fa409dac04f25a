//! Which cells models are compared on.

use std::collections::BTreeSet;

use ganglion_recording::CellIndex;

use crate::error::{Result, ensure};
use crate::trained::Trained;

/// Cells that all networks predict, and others.
pub(super) struct ComparedCells {
    /// Those that are compared, in the order of the first network, or as they were chosen.
    pub(super) compared: Vec<usize>,
    /// Those that some networks predict and some do not.
    pub(super) left_out: Vec<usize>,
}

impl ComparedCells {
    /// The cells that all have, or of them those that are `chosen`.
    ///
    /// # Errors
    /// Where there is none, or a chosen one is not among them.
    pub(super) fn of(networks: &[&Trained], chosen: Option<&[CellIndex]>) -> Result<Self> {
        let of = |network: &Trained| network.model.description.cells.clone();
        let all: Vec<Vec<usize>> = networks.iter().map(|network| of(network)).collect();
        let have_all = |cell: &usize| all.iter().all(|cells| cells.contains(cell));
        let shared: Vec<usize> = (all.iter().take(1).flatten().copied())
            .filter(have_all)
            .collect();
        let every: BTreeSet<usize> = all.iter().flatten().copied().collect();
        let names: Vec<String> = (networks.iter())
            .map(|network| network.path.display().to_string())
            .collect();
        ensure!(
            !shared.is_empty(),
            "{} cannot be compared cell by cell: no cell is predicted by all of them",
            names.join(", ")
        );
        let compared = match chosen {
            None => shared.clone(),
            Some(chosen) => {
                for cell in chosen {
                    ensure!(
                        shared.contains(&cell.0),
                        "--cells: cell {} is not predicted by all of {}; they share {shared:?}",
                        cell.0,
                        names.join(", ")
                    );
                }
                chosen.iter().map(|cell| cell.0).collect()
            }
        };
        let is_left_out = |cell: &usize| !shared.contains(cell);
        Ok(Self {
            compared,
            left_out: every.into_iter().filter(is_left_out).collect(),
        })
    }

    /// What there is to say of cells that are left out.
    pub(super) fn note(&self) -> Option<String> {
        (!self.left_out.is_empty()).then(|| {
            format!(
                "left out: cells {:?}, which not all networks predict; layers that cells share have learned from them \
                 in some networks only",
                self.left_out
            )
        })
    }
}
