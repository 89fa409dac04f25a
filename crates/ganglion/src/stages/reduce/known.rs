//! What `identify` found of the cells' circuits.

use std::fs;
use std::path::Path;

use ganglion_experiment::Screen;
use ganglion_reduction::Circuit;
use ganglion_reduction::known::{KnownCircuit, KnownCircuits, ProbableCircuits};

use crate::error::{Context as _, Error, Result, bail, ensure};
use crate::predictions::Predictions;
use crate::results::{IdentificationSummary, IdentifiedCell, read_summary};
use crate::stages::each_once::is_same;

/// Reads the folder of an identification of a network with a screen: circuits, and how well the network predicts their
/// cells.
///
/// # Errors
/// Where there is none, it is that of a version that tells no probabilities of pathways, or a circuit cannot be read or has
/// another screen.
pub fn read(folder: &Path, model: &Path, screen: &Screen) -> Result<(KnownCircuits, Predictions)> {
    let name = || folder.display().to_string();
    let summary: Option<IdentificationSummary> = read_summary(folder)?;
    ensure!(
        summary.is_some(),
        "{}: has no summary.json; give the folder of `ganglion identify`",
        name()
    );
    let cells = summary.map_or_else(Vec::new, |summary| summary.cells);
    let predictions = cells.iter();
    let predictions = predictions.filter_map(|cell| Some((cell.cell, cell.prediction.clone()?)));
    let predictions = Predictions::of_identified(predictions);
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
    Ok((known, predictions))
}

/// Whether a circuit's source names a model, alone or among others.
fn names(source: &str, model: &Path) -> bool {
    let mut all = source.split(" + ").map(Path::new);
    all.any(|one| is_same(one, model))
}

/// Why circuits are none of a network that remembers so many frames.
fn problem_of(probable: &ProbableCircuits, history: usize) -> Option<&'static str> {
    let count = probable.pathways.len();
    let mut pathways = probable.pathways.iter();
    let is_course =
        |course: &[f64]| course.len() == history && course.iter().all(|v| v.is_finite());
    if !pathways.all(|one| is_course(&one.course)) {
        return Some("has a time course of another length than its circuit's");
    }
    let mut places = probable.circuits.iter().flat_map(|one| &one.pathways);
    if !places.all(|place| *place < count) {
        return Some("has a circuit with a pathway that is not among its pathways");
    }
    let probabilities = || probable.circuits.iter().map(|one| one.probability);
    let are_probabilities = probabilities().all(|p| (0.0..=1.0).contains(&p));
    // Rounding of a sum of some ten numbers.
    match are_probabilities && probabilities().sum::<f64>() <= 1.0 + 1e-6 {
        true => None,
        false => Some("has probabilities that are none"),
    }
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
    let circuit = circuit.with_context(name)?;
    if let Some(problem) = problem_of(&probable, circuit.screen.history) {
        bail!(
            "cell {}: `probable` {problem}; identify the cell again",
            cell.cell
        );
    }
    Ok(KnownCircuit { circuit, probable })
}
