//! The simulated retina that a model was trained on, as the truth behind it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use ganglion_experiment::StimulusMovie;
use ganglion_recording::CellIndex;
use ganglion_reduction::planting::Truth;
use ganglion_reduction::recovery::Planted;
use ganglion_simulation::{Pathway, Polarity, Retina, Sign};

/// Name of the file that a simulation leaves beside its recordings.
const CIRCUIT: &str = "circuit.toml";

/// The retina whose circuit is the file asked for, or else lies in the model's folder.
///
/// # Errors
/// Where it cannot be read.
pub fn retina(asked: Option<&Path>, model: &Path) -> anyhow::Result<Option<(PathBuf, Retina)>> {
    let beside = model.join(CIRCUIT);
    let file = match asked {
        Some(file) => file.to_owned(),
        None if beside.is_file() => beside,
        None => return Ok(None),
    };
    let name = || file.display().to_string();
    let text = fs::read_to_string(&file).with_context(name)?;
    let retina = Retina::from_toml(&text).with_context(name)?;
    Ok(Some((file, retina)))
}

/// What was planted in each cell of a retina, with shares under some movies.
pub struct Plantings<'a> {
    retina: &'a Retina,
    shares: Vec<Vec<f64>>,
}

impl<'a> Plantings<'a> {
    /// Shows the retina the movies.
    ///
    /// # Errors
    /// Where it has another screen.
    pub fn new(retina: &'a Retina, movies: &[StimulusMovie]) -> anyhow::Result<Self> {
        let shares = retina.pathway_shares(movies)?;
        Ok(Self { retina, shares })
    }

    /// What was planted in a cell of the recording; none if the retina has no such cell.
    pub fn of(&self, cell: CellIndex) -> Option<Truth> {
        let planted = self.retina.circuit().cells.get(cell.0)?;
        let pathways = planted.pathways.iter().zip(&self.shares[cell.0]);
        Some(Truth {
            class: planted.class.clone(),
            pathways: pathways
                .filter_map(|(pathway, &share)| self.planted(pathway, share))
                .collect(),
        })
    }

    fn planted(&self, pathway: &Pathway, share: f64) -> Option<Planted> {
        let interneuron = self.retina.circuit().interneuron(&pathway.interneuron)?;
        let signed = |tap: &f64| pathway.polarity.factor() * tap;
        Some(Planted {
            name: pathway.interneuron.clone(),
            polarity: match pathway.polarity {
                Polarity::On => ganglion_attribution::Polarity::On,
                Polarity::Off => ganglion_attribution::Polarity::Off,
            },
            sign: match pathway.sign {
                Sign::Excitatory => ganglion_attribution::Sign::Excitatory,
                Sign::Inhibitory => ganglion_attribution::Sign::Inhibitory,
            },
            share,
            // A retina's kernels begin with the newest frame.
            course: interneuron.kernel.iter().rev().map(signed).collect(),
        })
    }
}
