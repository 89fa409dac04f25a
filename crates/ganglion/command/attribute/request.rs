//! What is asked for, from the config and the command line.

use std::path::PathBuf;

use anyhow::{anyhow, ensure};
use ganglion_attribution::{AttributionConfig, Attributor, ChannelProperties, Point, Polarity};
use ganglion_experiment::{ExperimentConfig, Phenomenon};
use ganglion_model::filters::first_layer_filters;
use ganglion_model::model::Model;
use ganglion_recording::{CellIndex, Milliseconds};
use serde::Deserialize;

use super::baseline::Baseline;
use super::method::Method;
use super::{Arguments, Maps, PointName};
use crate::config::ConfigFile;
use crate::failure::bad_use;

/// The tables of a config that this command reads.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tables {
    attribution: AttributionConfig,
    experiments: Vec<ExperimentConfig>,
}

impl Tables {
    /// Those of the config, or what flags say without one.
    ///
    /// # Errors
    /// Where the config cannot be read, or there is no phenomenon of the name.
    pub fn read(arguments: &Arguments) -> anyhow::Result<Self> {
        let Some(path) = &arguments.config else {
            return Ok(Self {
                attribution: AttributionConfig {
                    map_tolerance: default_map_tolerance(arguments),
                    ..AttributionConfig::default()
                },
                experiments: named(arguments.phenomenon.as_deref())?,
            });
        };
        let tables: Self = ConfigFile::read(path, &arguments.set)?.parse()?;
        ensure!(
            !tables.experiments.is_empty(),
            "{}: no [[experiments]] to attribute; add one with `phenomenon = \"latency\"`, or \
             give --phenomenon or --stimulus instead of a config",
            path.display()
        );
        Ok(tables)
    }
}

/// What is asked for, ready to use.
pub struct Request {
    /// The model, as typed.
    pub(super) model: PathBuf,
    pub(super) method: Method,
    pub(super) settings: AttributionConfig,
    /// Outputs of the network.
    pub(super) outputs: Vec<usize>,
    pub(super) maps: Maps,
    pub(super) experiments: Vec<ExperimentConfig>,
    pub(super) baseline: Option<Baseline>,
    /// First-layer channels, where they are what is attributed.
    pub(super) channels: Option<Vec<ChannelProperties>>,
    /// Channels, rows and columns of the layer.
    pub(super) planes: [usize; 3],
}

impl Request {
    /// # Errors
    /// Where something is asked for that the model does not have.
    pub fn new(
        arguments: &Arguments,
        tables: Tables,
        model: &Model,
        attributor: &Attributor,
    ) -> anyhow::Result<Self> {
        let mut settings = tables.attribution;
        override_settings(&mut settings, arguments);
        if let Some(list) = &arguments.cells {
            settings.cells = Some(list.cells().to_vec());
        }
        let outputs = outputs(settings.cells.as_deref(), attributor)?;
        let planes = attributor.planes(settings.layer)?;
        let default_maps = match arguments.stimulus {
            Some(_) => Maps::All,
            None => Maps::None,
        };
        Ok(Self {
            model: arguments.model.clone(),
            method: arguments.method,
            outputs,
            maps: arguments.maps.unwrap_or(default_maps),
            experiments: tables.experiments,
            baseline: Baseline::read(arguments, model)?,
            channels: (settings.layer.stage == 1).then(|| channels(model)),
            settings,
            planes,
        })
    }
}

impl Request {
    /// Polarity of each channel, where first-layer channels are attributed.
    pub fn polarities(&self) -> Option<Vec<Polarity>> {
        let channels = self.channels.as_ref()?.iter();
        Some(channels.map(|channel| channel.polarity).collect())
    }

    /// The point within the stage.
    pub fn point_name(&self) -> &'static str {
        match self.settings.layer.point {
            Point::Linear => "linear",
            Point::Normalised => "normalised",
            Point::Rectified => "rectified",
        }
    }
}

/// The outputs that are these cells of the recording, or all.
fn outputs(cells: Option<&[CellIndex]>, attributor: &Attributor) -> anyhow::Result<Vec<usize>> {
    let known: Vec<CellIndex> = (0..attributor.cells())
        .map(|output| attributor.cell_of(output))
        .collect();
    let Some(cells) = cells else {
        return Ok((0..known.len()).collect());
    };
    ensure!(!cells.is_empty(), "attribution.cells: the list is empty");
    let output = |(place, cell): (usize, &CellIndex)| {
        if cells[..place].contains(cell) {
            return Err(bad_use(format!(
                "cells: cell {cell} is named twice; name each cell once"
            )));
        }
        let output = known.iter().position(|known| known == cell);
        output.ok_or_else(|| {
            let known: Vec<usize> = known.iter().map(|cell| cell.0).collect();
            anyhow!("cells: there is no cell {cell}; the cells are {known:?}")
        })
    };
    cells.iter().enumerate().map(output).collect()
}

/// Of a stimulus maps are kept, so they have to be good.
const STIMULUS_MAP_TOLERANCE: f64 = 1e-3;

fn default_map_tolerance(arguments: &Arguments) -> f64 {
    match arguments.stimulus {
        Some(_) => STIMULUS_MAP_TOLERANCE,
        None => AttributionConfig::default().map_tolerance,
    }
}

fn override_settings(settings: &mut AttributionConfig, arguments: &Arguments) {
    if let Some(tolerance) = arguments.tolerance {
        settings.tolerance = tolerance;
    }
    if let Some(tolerance) = arguments.map_tolerance {
        settings.map_tolerance = tolerance;
    }
    if let Some(stage) = arguments.layer {
        settings.layer.stage = stage;
    }
    if let Some(point) = arguments.point {
        settings.layer.point = match point {
            PointName::Linear => Point::Linear,
            PointName::Normalised => Point::Normalised,
            PointName::Rectified => Point::Rectified,
        };
    }
}

/// The experiment of a name, or the four phenomena.
fn named(name: Option<&str>) -> anyhow::Result<Vec<ExperimentConfig>> {
    Ok(match name {
        None => Vec::new(),
        Some("all") => Phenomenon::ALL
            .iter()
            .map(|phenomenon| ExperimentConfig::preset(phenomenon.name(), None))
            .collect::<Result<_, _>>()?,
        Some(name) => {
            let config = ExperimentConfig::preset(name, None);
            vec![config.map_err(|error| bad_use(format!("--phenomenon: {error}, all")))?]
        }
    })
}

fn channels(model: &Model) -> Vec<ChannelProperties> {
    let period = Milliseconds(model.description.frame_period_ms);
    let filters = first_layer_filters(model);
    filters
        .iter()
        .map(|filter| ChannelProperties::of(filter, period))
        .collect()
}
