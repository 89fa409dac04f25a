//! What the network answers when parts of a layer are silenced: the causal check.

use serde::{Deserialize, Serialize};

use crate::attributor::Attributor;
use crate::error::Error;
use crate::layer::Layer;
use crate::path::Path;

/// Samples that go through the network at once.
const SAMPLES: usize = 128;

/// A part of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerPart {
    /// Whole channels, counted from zero: one interneuron type, or a pathway of several.
    Channels(Vec<usize>),
    /// Single units, counted channel, y, x.
    Units(Vec<usize>),
}

/// What silenced units do instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replacement {
    /// Hold their value for the baseline: the stimulus is occluded for them.
    #[default]
    Baseline,
    /// Hold zero.
    Zero,
}

impl Attributor {
    /// Rates with each part silenced in turn, Hz: `[part, sample, cell]`, all cells of the network.
    /// An empty part gives the intact network's rates.
    ///
    /// # Errors
    /// If the layer or a part does not exist.
    pub fn without(
        &self,
        path: &Path,
        layer: Layer,
        parts: &[LayerPart],
        replacement: Replacement,
    ) -> Result<Vec<f32>, Error> {
        self.check_layer(layer)?;
        let [channels, height, width] = self.upper.stages[layer.stage - 1].planes;
        let size = height * width;
        let units: Vec<Vec<usize>> = parts
            .iter()
            .map(|part| units(part, channels, size))
            .collect::<Result<_, _>>()?;
        let cut = self.cut(layer, path);
        let count = self.cells();
        let mut rates = vec![0.0; parts.len() * path.samples() * count];
        let samples: Vec<usize> = (0..path.samples()).collect();
        for samples in samples.chunks(SAMPLES) {
            let columns = samples.len();
            let layer_at = |place: f64| {
                let place = [place];
                let points: Vec<(usize, &[f64])> =
                    samples.iter().map(|&sample| (sample, &place[..])).collect();
                cut.values(path.at(&points), columns)
            };
            let (start, end) = (layer_at(0.0), layer_at(1.0));
            for (part, units) in units.iter().enumerate() {
                let mut values = end.clone();
                for &unit in units {
                    let run = unit * columns..(unit + 1) * columns;
                    match replacement {
                        Replacement::Baseline => {
                            values[run.clone()].copy_from_slice(&start[run]);
                        }
                        Replacement::Zero => values[run].fill(0.0),
                    }
                }
                for (index, rate) in cut.rates(values, columns).into_iter().enumerate() {
                    let (cell, sample) = (index / columns, samples[index % columns]);
                    rates[(part * path.samples() + sample) * count + cell] = rate;
                }
            }
        }
        Ok(rates)
    }
}

/// The units of a part, in a layer of so many channels of so many units.
fn units(part: &LayerPart, channels: usize, size: usize) -> Result<Vec<usize>, Error> {
    let (what, listed, count) = match part {
        LayerPart::Channels(listed) => ("channel", listed, channels),
        LayerPart::Units(listed) => ("unit", listed, channels * size),
    };
    if let Some(&index) = listed.iter().find(|&&index| index >= count) {
        return Err(Error::NoSuchPart { what, index, count });
    }
    Ok(match part {
        LayerPart::Channels(listed) => listed
            .iter()
            .flat_map(|channel| channel * size..(channel + 1) * size)
            .collect(),
        LayerPart::Units(listed) => listed.clone(),
    })
}
