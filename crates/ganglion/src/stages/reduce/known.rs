//! What `identify` found of the cells' circuits.

use std::fs;
use std::path::Path;

use ganglion_experiment::Screen;
use ganglion_reduction::Circuit;
use ganglion_reduction::identify::known::{KnownCircuit, KnownCircuits};

use crate::error::{Context as _, Error, Result, ensure};
use crate::results::{IdentificationSummary, IdentifiedCell, read_summary};

/// Reads the folder of an identification of a network with a screen.
///
/// # Errors
/// Where there is none, it is that of a version that tells no probabilities of pathways, or a circuit cannot be read or has
/// another screen.
pub fn read(folder: &Path, model: &Path, screen: &Screen) -> Result<KnownCircuits> {
    let name = || folder.display().to_string();
    let summary: Option<IdentificationSummary> = read_summary(folder)?;
    ensure!(
        summary.is_some(),
        "{}: has no summary.json; give the folder of `ganglion identify`",
        name()
    );
    let cells = summary.map_or_else(Vec::new, |summary| summary.cells);
    let known = cells.into_iter().map(|cell| {
        let index = cell.cell;
        Ok((index, circuit(folder, cell).with_context(name)?))
    });
    let known = KnownCircuits(known.collect::<Result<_>>()?);
    for circuit in known.0.values().map(|known| &known.circuit) {
        ensure!(
            circuit.screen == *screen,
            "{}: the circuit of cell {} has another screen than the network; give the folder of `ganglion identify` for it",
            name(),
            circuit.cell
        );
    }
    let source = known.0.values().map(|known| &known.circuit.source).next();
    if let Some(source) = source.filter(|source| !names(source, model)) {
        tracing::warn!(
            "{}: was identified from {source}, not from {}",
            name(),
            model.display()
        );
    }
    Ok(known)
}

/// Whether a circuit's source names a model, alone or among others.
fn names(source: &str, model: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut all = source.split(" + ").map(|one| real(Path::new(one)));
    all.any(|one| one == real(model))
}

fn circuit(folder: &Path, cell: IdentifiedCell) -> Result<KnownCircuit> {
    let file = folder.join(format!("cell{}-circuit.toml", cell.cell));
    let name = || file.display().to_string();
    let circuit = Circuit::from_toml(&fs::read_to_string(&file).with_context(name)?);
    let missing = || {
        Error::input(format!(
            "cell {} has no `probable`: it was identified by an earlier version; identify it again",
            cell.cell
        ))
    };
    let probable = cell.probable.ok_or_else(missing)?;
    let count = probable.pathways.len();
    let mut places = probable.circuits.iter().flat_map(|one| &one.pathways);
    ensure!(
        places.all(|place| *place < count),
        "cell {}: a circuit of `probable` names a pathway that is not among its {count}",
        cell.cell
    );
    Ok(KnownCircuit {
        circuit: circuit.with_context(name)?,
        probable,
    })
}
