//! What is asked for, ready to use.

use std::path::PathBuf;

use ganglion_attribution::{AttributionConfig, Attributor, ChannelProperties, Point, Polarity};
use ganglion_experiment::ExperimentConfig;
use ganglion_model::filters::first_layer_filters;
use ganglion_model::model::Model;
use ganglion_recording::{CellIndex, Milliseconds};

use super::baseline::Baseline;
use super::method::Method;
use super::{Attribute, Maps};
use crate::error::Error;
use crate::error::ensure;

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
        arguments: &Attribute,
        model: &Model,
        attributor: &Attributor,
    ) -> crate::Result<Self> {
        let tables = &arguments.tables;
        let settings = tables.attribution.clone();
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
            experiments: tables.experiments.clone(),
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
fn outputs(cells: Option<&[CellIndex]>, attributor: &Attributor) -> crate::Result<Vec<usize>> {
    let known: Vec<CellIndex> = (0..attributor.cells())
        .map(|output| attributor.cell_of(output))
        .collect();
    let Some(cells) = cells else {
        return Ok((0..known.len()).collect());
    };
    ensure!(!cells.is_empty(), "attribution.cells: the list is empty");
    let output = |(place, cell): (usize, &CellIndex)| {
        if cells[..place].contains(cell) {
            return Err(Error::request(format!(
                "cells: cell {cell} is named twice; name each cell once"
            )));
        }
        let output = known.iter().position(|known| known == cell);
        output.ok_or_else(|| {
            let known: Vec<usize> = known.iter().map(|cell| cell.0).collect();
            Error::input(format!(
                "cells: there is no cell {cell}; the cells are {known:?}"
            ))
        })
    };
    cells.iter().enumerate().map(output).collect()
}

fn channels(model: &Model) -> Vec<ChannelProperties> {
    let period = Milliseconds(model.description.frame_period_ms);
    let filters = first_layer_filters(model);
    filters
        .iter()
        .map(|filter| ChannelProperties::of(filter, period))
        .collect()
}
