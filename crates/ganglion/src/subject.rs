//! What an experiment is made on: anything that answers movies.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_experiment::Responder;
use ganglion_model::hub;
use ganglion_model::model::ModelDescription;
use ganglion_model::responder::ModelResponder;
use ganglion_reduction::{Circuit, CircuitResponder};
use ganglion_simulation::{Retina, Silencing};

use crate::error::{Context as _, Error};
use crate::runner::Runner;

/// Name of a simulated retina's circuit in its folder.
const CIRCUIT: &str = "circuit.toml";

/// A trained model, a simulated retina, or a circuit that a model was reduced to.
pub enum Subject {
    /// A network that was trained on a recording.
    Model(Box<ModelResponder>),
    /// A simulated retina, whose circuit is known.
    Retina(Box<Retina>),
    /// A reduced circuit: one ganglion cell.
    Circuit(Box<CircuitResponder>),
}

impl Subject {
    /// Opens a model or run directory, a model by its name, the circuit of a simulated retina (the file or its
    /// folder), or the file of a reduced circuit.
    ///
    /// # Errors
    /// Where there is neither, or it cannot be read.
    pub fn open(path: &Path, runner: &Runner<'_>) -> crate::Result<Self> {
        match circuit_file(&hub::locate(path)?) {
            Some(file) => open_circuit(&file),
            None => Ok(Self::Model(Box::new(runner.network(path)?))),
        }
    }

    /// A simulated retina with some of its parts held at what they give for grey; anything itself where
    /// none are named. `ON` and `OFF` may be written in capitals.
    ///
    /// # Errors
    /// Where the retina has no such part, with those that it has; where it is no simulated retina.
    pub fn without(self, parts: &[String], path: &Path) -> crate::Result<Self> {
        if parts.is_empty() {
            return Ok(self);
        }
        let Self::Retina(mut retina) = self else {
            return Err(Error::request(format!(
                "--without holds parts of a simulated retina, but {} is a {}: give the circuit.toml of a \
                 simulated retina; what a network does with channels silenced is in the lesions of \
                 `ganglion reduce`",
                path.display(),
                self.kind()
            )));
        };
        for part in parts {
            let silencing =
                silencing(part, &retina).with_context(|| format!("--without {part}"))?;
            *retina = retina.without(&silencing)?;
        }
        Ok(Self::Retina(retina))
    }

    /// What answers movies.
    pub fn responder(&self) -> &dyn Responder {
        match self {
            Self::Model(responder) => responder.as_ref(),
            Self::Retina(retina) => retina.as_ref(),
            Self::Circuit(circuit) => circuit.as_ref(),
        }
    }

    /// The model's description, if it is one.
    pub fn description(&self) -> Option<&ModelDescription> {
        match self {
            Self::Model(responder) => Some(&responder.model().description),
            Self::Retina(_) | Self::Circuit(_) => None,
        }
    }

    /// What it is called in results.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::Retina(_) => "simulated retina",
            Self::Circuit(_) => "reduced circuit",
        }
    }
}

/// The part of a name.
fn silencing(name: &str, retina: &Retina) -> Result<Silencing, ganglion_simulation::Error> {
    let name = match name {
        "ON" | "OFF" => name.to_lowercase(),
        _ => name.to_owned(),
    };
    Silencing::of(&name, retina.circuit())
}

/// The circuit file that a path names, or that its folder holds beside no model.
fn circuit_file(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    let is_model = ["model.toml", "model/model.toml"]
        .iter()
        .any(|file| path.join(file).exists());
    let inside = path.join(CIRCUIT);
    (!is_model && inside.is_file()).then_some(inside)
}

/// A retina has classes of cells; a reduced circuit belongs to one cell and phenomenon.
fn open_circuit(file: &Path) -> crate::Result<Subject> {
    let name = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(name)?;
    let is_reduced = text
        .parse::<toml::Table>()
        .is_ok_and(|table| table.contains_key("phenomenon"));
    if is_reduced {
        let circuit = Circuit::from_toml(&text).with_context(name)?;
        return Ok(Subject::Circuit(Box::new(CircuitResponder::new(circuit)?)));
    }
    let retina = Retina::from_toml(&text).with_context(name)?;
    Ok(Subject::Retina(Box::new(retina)))
}
