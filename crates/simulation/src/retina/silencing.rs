//! Interventions: parts of a retina held at what they give for grey.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Retina;
use crate::Error;
use crate::circuit::{Circuit, Interneuron, Pathway, Polarity, Problem, Sign, unknown};

/// What an intervention takes out of a retina, by holding it at the value that it has for grey.
///
/// A silenced part goes on giving what it gives while nothing but grey is shown, so that what follows it
/// keeps its working point; what it says about the stimulus is gone. A type of interneuron is silenced
/// with all that it drives: ganglion cells, and other interneurons where there are synapses between
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silencing {
    /// What a type of interneuron gives the cells of a class; what it gives others stays.
    Pathway {
        /// The class of ganglion cells.
        class: String,
        /// The type of interneuron.
        interneuron: String,
    },
    /// A type of interneuron.
    Interneuron(String),
    /// All types of a polarity, bipolar and amacrine. L-AP4 silences ON bipolar cells.
    Polarity(Polarity),
    /// All inhibition, of ganglion cells and between interneurons, as strychnine and picrotoxin together.
    Inhibition,
}

impl Silencing {
    /// Reads `CLASS/INTERNEURON` (a pathway), the name of a type of interneuron, `on`, `off` or
    /// `inhibition`, and looks the names up in a circuit.
    ///
    /// # Errors
    /// If the circuit has nothing of this name; the message gives the names that it has.
    pub fn of(text: &str, circuit: &Circuit) -> Result<Self, Error> {
        let silencing = match text.split_once('/') {
            Some((class, interneuron)) => Self::Pathway {
                class: class.to_owned(),
                interneuron: interneuron.to_owned(),
            },
            None if circuit.interneuron(text).is_some() => Self::Interneuron(text.to_owned()),
            None => match text {
                "on" => Self::Polarity(Polarity::On),
                "off" => Self::Polarity(Polarity::Off),
                "inhibition" => Self::Inhibition,
                _ => return Err(nothing_of_this_name(text, circuit)),
            },
        };
        silencing.check(circuit)?;
        Ok(silencing)
    }

    /// Refuses names that the circuit does not have.
    fn check(&self, circuit: &Circuit) -> Result<(), Problem> {
        match self {
            Self::Pathway { class, interneuron } => check_pathway(class, interneuron, circuit),
            Self::Interneuron(name) if circuit.interneuron(name).is_none() => {
                let names = circuit.interneurons.iter().map(|known| &known.name);
                Err(unknown("interneuron", name, names))
            }
            Self::Interneuron(_) | Self::Polarity(_) | Self::Inhibition => Ok(()),
        }
    }

    /// Whether a type of interneuron is silent as a whole.
    pub(super) fn holds(&self, interneuron: &Interneuron) -> bool {
        match self {
            Self::Interneuron(name) => *name == interneuron.name,
            Self::Polarity(polarity) => *polarity == interneuron.polarity,
            Self::Pathway { .. } | Self::Inhibition => false,
        }
    }

    /// Whether what a pathway gives the cells of a class is held.
    pub(super) fn holds_pathway(&self, class: &str, pathway: &Pathway) -> bool {
        match self {
            Self::Pathway {
                class: silenced,
                interneuron,
            } => silenced == class && *interneuron == pathway.interneuron,
            Self::Interneuron(name) => *name == pathway.interneuron,
            Self::Polarity(polarity) => *polarity == pathway.polarity,
            Self::Inhibition => pathway.sign == Sign::Inhibitory,
        }
    }
}

impl fmt::Display for Silencing {
    /// As [`Silencing::of`] reads it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pathway { class, interneuron } => write!(formatter, "{class}/{interneuron}"),
            Self::Interneuron(name) => formatter.write_str(name),
            Self::Polarity(Polarity::On) => formatter.write_str("on"),
            Self::Polarity(Polarity::Off) => formatter.write_str("off"),
            Self::Inhibition => formatter.write_str("inhibition"),
        }
    }
}

fn check_pathway(class: &str, interneuron: &str, circuit: &Circuit) -> Result<(), Problem> {
    if circuit.class(class).is_none() {
        let names = circuit.classes.iter().map(|known| &known.name);
        return Err(unknown("class", class, names));
    }
    let cells = circuit.cells.iter().filter(|cell| cell.class == class);
    let mut pathways = cells.flat_map(|cell| &cell.pathways);
    if pathways.any(|pathway| pathway.interneuron == interneuron) {
        return Ok(());
    }
    let known = circuit.cells.iter().find(|cell| cell.class == class);
    let names = known.into_iter().flat_map(|cell| &cell.pathways);
    let names = names.map(|pathway| &pathway.interneuron);
    Err(unknown(
        &format!("interneuron of a pathway to {class}"),
        interneuron,
        names,
    ))
}

fn nothing_of_this_name(text: &str, circuit: &Circuit) -> Error {
    let types = circuit.interneurons.iter().map(|known| known.name.as_str());
    Error::UnknownPart {
        name: text.to_owned(),
        known: types.collect::<Vec<_>>().join(", "),
    }
}

impl Retina {
    /// The retina with a part silenced: the truth about what that part is needed for. Its circuit stays
    /// as it is written, and what was silenced before stays silent.
    ///
    /// # Errors
    /// If the circuit has no such part.
    pub fn without(&self, silencing: &Silencing) -> Result<Self, Error> {
        silencing.check(&self.circuit)?;
        let mut retina = self.clone();
        retina.silence(silencing);
        retina.silenced.push(silencing.clone());
        Ok(retina)
    }

    /// Holds what is silenced in the layers and the pathways that there are.
    pub(super) fn silence(&mut self, silencing: &Silencing) {
        for layer in &mut self.layers {
            let interneuron = self.circuit.interneuron(&layer.name);
            layer.held |= interneuron.is_some_and(|interneuron| silencing.holds(interneuron));
            if *silencing == Silencing::Inhibition {
                layer.hold_inhibition();
            }
        }
        for (cell, plan) in self.circuit.cells.iter().zip(&mut self.plans) {
            for (pathway, plan) in cell.pathways.iter().zip(&mut plan.pathways) {
                if silencing.holds_pathway(&cell.class, pathway) {
                    plan.hold();
                }
            }
        }
    }
}
