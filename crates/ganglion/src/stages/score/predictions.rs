//! Predictions as their folders hold them.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_recording::CellIndex;
use ganglion_reduction::Circuit;
use ganglion_reduction::hypothesis::Hypothesis;
use ganglion_reduction::identify::STATED;
use ganglion_reduction::score::OwnMisfit;
use ganglion_reduction::score::change::least_misfit;
use serde::Deserialize;

use crate::error::{Context as _, Result, bail, ensure};
use crate::results;
use crate::stages::reduce::ReduceTables;
use crate::text;

/// Summary of a folder of predictions.
const SUMMARY: &str = "summary.json";
/// Where a reproduction, or a recovery, keeps the circuits that it identified of a retina.
const IDENTIFICATION: &str = "identification";
/// How folders of retinas begin in a recovery.
const RETINA: &str = "retina";
/// Places of the truth, from the folder of predictions.
const TRUTH: [&str; 4] = [
    "circuit.toml",
    "../circuit.toml",
    "../retina/circuit.toml",
    "../recording/circuit.toml",
];

/// A folder of predictions of one retina.
#[derive(Clone, Debug)]
pub struct Predictions {
    /// The folder.
    pub folder: PathBuf,
    /// What it is compared within, where the folder says: that of its recovery.
    pub group: Option<String>,
    /// One entry a cell with a circuit, or of which the prediction says that there is none.
    pub cells: Vec<Predicted>,
    /// Cells of the summary with neither.
    pub not_predicted: Vec<CellIndex>,
    /// With which settings they were made.
    pub tables: ReduceTables,
}

/// What is predicted of one cell.
#[derive(Clone, Debug)]
pub struct Predicted {
    /// The cell of the recording.
    pub cell: CellIndex,
    /// Its circuit; none where the prediction is that there is none of its class.
    pub circuit: Option<Circuit>,
    /// Whether the prediction stands by its circuit; none where it does not say.
    pub good_enough: Option<bool>,
    /// Unexplained variance of the circuit against the network, over what it was fitted to, and what that is
    /// read from; none where it is not known.
    pub own: Option<(f64, OwnMisfit)>,
    /// Probability of each pathway of the circuit, where the prediction says.
    pub probabilities: Vec<Option<f64>>,
    /// Whether each pathway is a part of another one, which the network divides, and so none of its own.
    pub parts: Vec<bool>,
    /// Whether the prediction says why nothing is stated of the cell, whatever the probabilities.
    pub states_nothing: bool,
    /// Claims, judged.
    pub hypotheses: Vec<Hypothesis>,
}

/// What is read of a summary: the keys that `identify` and `reduce` share, and those that either may have.
#[derive(Deserialize)]
struct Document {
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    cell: CellIndex,
    good_enough: Option<bool>,
    unexplained: Option<f64>,
    not_stated_because: Option<String>,
    #[serde(default)]
    pathways: Vec<Pathway>,
    #[serde(default)]
    hypotheses: Vec<Hypothesis>,
}

#[derive(Deserialize)]
struct Pathway {
    probability: Option<f64>,
    part_of: Option<usize>,
}

impl Predictions {
    /// Reads what a path stands for: one retina, or all of a recovery.
    ///
    /// # Errors
    /// Where there are no predictions, or they cannot be read.
    pub fn read(path: &Path) -> Result<Vec<Self>> {
        let retinas = retinas(path);
        if !retinas.is_empty() {
            let group = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let of = |folder: &PathBuf| Self::of(folder, group.clone());
            return retinas.iter().map(of).collect();
        }
        let inside = path.join(IDENTIFICATION);
        let folder = [path, &inside]
            .into_iter()
            .find(|folder| folder.join(SUMMARY).is_file());
        let Some(folder) = folder else {
            bail!(
                "{}: holds no predictions; give a folder of `ganglion identify` or `ganglion reduce` (one \
                 with a {SUMMARY} and circuits), or one of `ganglion recovery`",
                path.display()
            );
        };
        Ok(vec![Self::of(folder, None)?])
    }

    fn of(folder: &Path, group: Option<String>) -> Result<Self> {
        let document: Option<Document> = results::read(&folder.join(SUMMARY))?;
        let cells = document.map_or_else(Vec::new, |document| document.cells);
        let config = folder.join("config.toml");
        let tables = match config.is_file() {
            true => text::read_toml(&config, "config")?,
            false => ReduceTables::default(),
        };
        let (mut predicted, mut not_predicted) = (Vec::new(), Vec::new());
        for cell in cells {
            let index = cell.cell;
            match cell.with_circuit(folder)? {
                Some(cell) => predicted.push(cell),
                None => not_predicted.push(index),
            }
        }
        ensure!(
            !predicted.is_empty(),
            "{}: has no circuit of any cell, so that there is nothing to score",
            folder.display()
        );
        Ok(Self {
            folder: folder.to_owned(),
            group,
            cells: predicted,
            not_predicted,
            tables,
        })
    }

    /// The file of the truth that lies beside the predictions.
    pub fn truth(&self) -> Option<PathBuf> {
        let places = TRUTH.iter().map(|place| self.folder.join(place));
        places.into_iter().find(|file| file.is_file())
    }
}

impl Predicted {
    /// Whether all pathways of the circuit are stated; none where they have no probabilities.
    pub fn is_stated(&self) -> Option<bool> {
        let known: Option<Vec<f64>> = self.probabilities.iter().copied().collect();
        let known = known.filter(|all| !all.is_empty())?;
        let are_probable = known.iter().all(|probability| *probability > STATED);
        Some(are_probable && !self.states_nothing)
    }
}

impl Cell {
    /// The cell with its circuit; nothing where nothing was predicted.
    fn with_circuit(self, folder: &Path) -> Result<Option<Predicted>> {
        let file = folder.join(format!("cell{}-circuit.toml", self.cell));
        let name = || file.display().to_string();
        let circuit = match file.is_file() {
            true => Some(Circuit::from_toml(&text::read(&file, "circuit")?).with_context(name)?),
            false => None,
        };
        if circuit.is_none() && self.good_enough != Some(false) {
            return Ok(None);
        }
        let told = self.pathways.len();
        let has = circuit
            .as_ref()
            .map_or(told, |circuit| circuit.pathways.len());
        ensure!(
            told == has,
            "{}: has {has} pathways, but {SUMMARY} tells {told} of this cell; they are not of one \
             prediction: make it again",
            name()
        );
        let probabilities: Vec<_> = self.pathways.iter().map(|one| one.probability).collect();
        let odd = probabilities
            .iter()
            .flatten()
            .find(|one| !(0.0..=1.0).contains(*one));
        if let Some(odd) = odd {
            let (folder, cell) = (folder.join(SUMMARY), self.cell);
            bail!(
                "{}: cell {cell} has a pathway of probability {odd}; give one from 0 to 1",
                folder.display()
            );
        }
        Ok(Some(Predicted {
            cell: self.cell,
            good_enough: self.good_enough,
            own: own_misfit(self.unexplained, circuit.as_ref()),
            circuit,
            probabilities,
            parts: (self.pathways.iter())
                .map(|one| one.part_of.is_some())
                .collect(),
            states_nothing: self.not_stated_because.is_some(),
            hypotheses: self.hypotheses,
        }))
    }
}

/// How far a circuit is from the network, as its prediction tells it or else as its correlation does. A
/// correlation of 0 is that of a rate that does not vary, and says nothing.
fn own_misfit(told: Option<f64>, circuit: Option<&Circuit>) -> Option<(f64, OwnMisfit)> {
    if let Some(told) = told.filter(|told| told.is_finite()) {
        return Some((told, OwnMisfit::Unexplained));
    }
    let correlation = circuit.map(|circuit| circuit.correlation);
    let known = correlation.filter(|correlation| *correlation != 0.0);
    Some((least_misfit(known?)?, OwnMisfit::Correlation))
}

/// Identified circuits of each retina of a recovery, by their seeds.
fn retinas(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let seed = |name: &str| name.strip_prefix(RETINA)?.parse::<u64>().ok();
    let named = entries.filter_map(|entry| {
        let seed = seed(&entry.file_name().to_string_lossy())?;
        Some((seed, entry.path().join(IDENTIFICATION)))
    });
    let mut found: Vec<(u64, PathBuf)> = named
        .filter(|(_, folder)| folder.join(SUMMARY).is_file())
        .collect();
    found.sort();
    found.into_iter().map(|(_, folder)| folder).collect()
}
