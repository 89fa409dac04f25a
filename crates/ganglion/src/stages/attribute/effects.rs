//! What silencing parts of a layer does to the responses, alone or on average over what else is silenced: causal effects, for
//! comparison.

use std::path::Path as FilePath;

use ganglion_attribution::{LayerPart, Path, Replacement};
use ganglion_plot::Table;
use ganglion_recording::{ArrayInfo, Attribute as FileAttribute, Spool};

use super::asked::Study;
use super::method::Method;
use super::report::{self, of_effects};
use super::save::{described, write_table};
use super::shown::StimulusSet;
use super::{Analysis, Attribute};
use crate::error::Error;
use crate::error::ensure;
use crate::results::{AttributionSummary, write_json};

/// Writes `effects.h5`: how much of each response is lost with each part of the layer.
///
/// # Errors
/// Where a part does not exist, or a file cannot be written.
pub fn measure(
    subject: &Analysis,
    study: &Study<'_>,
    folder: &FilePath,
    arguments: &Attribute,
) -> crate::Result<AttributionSummary> {
    let parts = Parts::of(subject, arguments)?;
    let shown = study.stimuli().shown;
    let mut effects = Effects::new(subject, &parts, folder)?;
    let shares = shares(study);
    let steps = subject.begin(study);
    for path in study.paths() {
        let path = path?;
        let first = effects.response.len() / effects.cells;
        effects.add(subject, &parts, &path, &shares[first..])?;
        steps.advance(path.samples());
        subject.runner.go_on()?;
    }
    steps.finish();
    let effects = effects.in_order(&parts, study);
    write_table(
        &folder.join("effects.csv"),
        &table(subject, &parts, &effects.means),
    )?;
    // Thousands of units are for the file.
    let listed = if parts.are_units {
        &[]
    } else {
        &parts.names[..]
    };
    let cells = (subject.cells().into_iter()).zip(effects.means.chunks(parts.parts.len()));
    let cells = cells.map(|(cell, means)| of_effects(cell, listed, means));
    let report = report::with(subject, shown, folder, cells.collect());
    write_arrays(subject, shown, folder, &parts, effects)?;
    write_json(&folder.join("summary.json"), &report)?;
    Ok(report)
}

/// Which share of all responses each distinct one is.
///
/// Its share is added up from those of the responses, as means over them would be.
fn shares(study: &Study<'_>) -> Vec<f64> {
    let mut shares = vec![0.0; study.distinct()];
    let each = 1.0 / study.index().len() as f64;
    let index = study.index().iter();
    index.for_each(|&distinct| shares[distinct] += each);
    shares
}

/// Parts whose rates are in memory together.
const PARTS_TOGETHER: usize = 256;

/// What silencing does to responses.
struct Effects {
    cells: usize,
    /// Rate minus the rate without a part, `[response, cell, part]`, Hz.
    lost: Spool,
    /// `[response, cell]`, Hz.
    response: Vec<f64>,
    resting: Vec<f64>,
    /// Mean and mean magnitude over all responses, `[cell, part]`, Hz.
    means: Vec<[f64; 2]>,
}

impl Effects {
    fn new(subject: &Analysis, parts: &Parts, folder: &FilePath) -> crate::Result<Self> {
        let cells = subject.request.outputs.len();
        Ok(Self {
            cells,
            lost: Spool::beside(folder.join("effects.h5"))?,
            response: Vec::new(),
            resting: Vec::new(),
            means: vec![[0.0; 2]; cells * parts.parts.len()],
        })
    }

    /// Adds distinct responses, each of which is a share of all.
    fn add(
        &mut self,
        subject: &Analysis,
        parts: &Parts,
        path: &Path,
        shares: &[f64],
    ) -> crate::Result<()> {
        let attributor = subject.attributor;
        let count = parts.parts.len();
        let effects = match subject.request.method {
            Method::Shapley => attributor.shapley(path, subject.request.settings.layer)?,
            _ => silenced(subject, parts, path)?,
        };
        for (sample, intact) in attributor.end_rates(path).iter().enumerate() {
            for (place, &output) in subject.request.outputs.iter().enumerate() {
                let [rest, whole] = intact[output];
                let row = sample * attributor.cells() + output;
                let lost = effects[row * count..][..count].iter();
                let lost: Vec<f32> = lost.map(|&effect| effect as f32).collect();
                for (mean, &lost) in self.means[place * count..].iter_mut().zip(&lost) {
                    mean[0] += shares[sample] * f64::from(lost);
                    mean[1] += shares[sample] * f64::from(lost.abs());
                }
                self.lost.append(&lost)?;
                self.response.push(whole);
                self.resting.push(rest);
            }
        }
        Ok(())
    }

    /// From distinct responses to all.
    fn in_order(self, parts: &Parts, study: &Study<'_>) -> Self {
        let (size, index) = (self.cells * parts.parts.len(), study.index().to_vec());
        Self {
            response: study.all(&self.response, self.cells),
            resting: study.all(&self.resting, self.cells),
            lost: self.lost.in_order(size, index),
            ..self
        }
    }
}

/// Rate minus the rate without each part, Hz: `[sample, cell, part]`.
fn silenced(subject: &Analysis, parts: &Parts, path: &Path) -> crate::Result<Vec<f64>> {
    let attributor = subject.attributor;
    let layer = subject.request.settings.layer;
    let without =
        |parts: &[LayerPart]| attributor.without(path, layer, parts, Replacement::Baseline);
    let rates: Vec<Vec<f32>> = (parts.parts.chunks(PARTS_TOGETHER))
        .map(without)
        .collect::<Result<_, _>>()?;
    let rates = rates.concat();
    let (cells, samples) = (attributor.cells(), path.samples());
    let mut effects = Vec::with_capacity(rates.len());
    for (sample, intact) in attributor.end_rates(path).iter().enumerate() {
        for (cell, [_, whole]) in intact.iter().enumerate() {
            let rate = |part: usize| f64::from(rates[(part * samples + sample) * cells + cell]);
            effects.extend((0..parts.parts.len()).map(|part| whole - rate(part)));
        }
    }
    Ok(effects)
}

fn table(subject: &Analysis, parts: &Parts, means: &[[f64; 2]]) -> Table {
    let mut table = Table::new(["cell", parts.kind, "mean_effect_hz", "mean_magnitude_hz"]);
    for (cell, means) in subject
        .cells()
        .into_iter()
        .zip(means.chunks(parts.names.len()))
    {
        for (name, [sum, magnitude]) in parts.names.iter().zip(means) {
            table.push(vec![
                cell.to_string(),
                name.clone(),
                sum.to_string(),
                magnitude.to_string(),
            ]);
        }
    }
    table
}

fn write_arrays(
    subject: &Analysis,
    shown: &StimulusSet,
    folder: &FilePath,
    parts: &Parts,
    effects: Effects,
) -> crate::Result<()> {
    let shape = [shown.samples(), effects.cells, parts.parts.len()];
    let [channels, height, width] = subject.request.planes;
    let unit_shape = [shape[0], shape[1], channels, height, width];
    let info = ArrayInfo {
        shape: if parts.are_units { &unit_shape } else { &shape },
        dimensions: match parts.are_units {
            true => &[shown.rows, "cell", "channel", "y", "x"],
            false => &[shown.rows, "cell", parts.kind],
        },
        units: "Hz",
    };
    let rates = ArrayInfo {
        shape: &shape[..2],
        dimensions: &[shown.rows, "cell"],
        units: "Hz",
    };
    let mut file = described(subject, shown)
        .spooled("effect", info, effects.lost)
        .f64("response", rates, effects.response)
        .f64("resting_response", rates, effects.resting);
    if !parts.are_units {
        file = file.attribute("parts", FileAttribute::Texts(parts.names.clone()));
    }
    Ok(file.write(folder.join("effects.h5"))?)
}

/// What is silenced in turn.
struct Parts {
    /// What parts are: channel, pathway or unit.
    kind: &'static str,
    names: Vec<String>,
    parts: Vec<LayerPart>,
    are_units: bool,
}

impl Parts {
    fn of(subject: &Analysis, arguments: &Attribute) -> crate::Result<Self> {
        match subject.request.method {
            Method::Occlusion => Self::pathways(arguments),
            Method::UnitAblation => Self::units(subject),
            _ => Ok(Self::channels(subject)),
        }
    }

    fn pathways(arguments: &Attribute) -> crate::Result<Self> {
        let pathways = arguments
            .pathways
            .as_deref()
            .ok_or_else(|| Error::request("--method occlusion needs --pathways, such as 0+3,1"))?;
        let names: Vec<String> = pathways.split(',').map(ToOwned::to_owned).collect();
        let parts = names.iter().map(|name| pathway(name));
        Ok(Self {
            kind: "pathway",
            parts: parts.collect::<Result<_, _>>()?,
            names,
            are_units: false,
        })
    }

    fn units(subject: &Analysis) -> crate::Result<Self> {
        let units: usize = subject.request.planes.iter().product();
        ensure!(
            units * subject.request.outputs.len() <= MOST_UNITS,
            "unit-ablation of {units} units: choose fewer --cells"
        );
        Ok(Self {
            kind: "unit",
            names: (0..units).map(|unit| unit.to_string()).collect(),
            parts: (0..units)
                .map(|unit| LayerPart::Units(vec![unit]))
                .collect(),
            are_units: true,
        })
    }

    fn channels(subject: &Analysis) -> Self {
        let channels = 0..subject.request.planes[0];
        Self {
            kind: "channel",
            names: channels
                .clone()
                .map(|channel| channel.to_string())
                .collect(),
            parts: channels
                .map(|channel| LayerPart::Channels(vec![channel]))
                .collect(),
            are_units: false,
        }
    }
}

/// Units times cells that fit a table.
const MOST_UNITS: usize = 10_000_000;

fn pathway(text: &str) -> crate::Result<LayerPart> {
    let channels = text
        .split('+')
        .map(|channel| channel.trim().parse::<usize>());
    let channels = channels.collect::<Result<_, _>>();
    channels.map(LayerPart::Channels).map_err(|_| {
        Error::request(format!(
            "--pathways: \"{text}\" is no list of channels; join them by +, as in 0+3,1"
        ))
    })
}
