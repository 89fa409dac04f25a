//! The network that is reduced.

use ganglion_attribution::{Attributor, ChannelProperties, Polarity};
use ganglion_experiment::{Responder, Screen};
use ganglion_model::filters::first_layer_filters;
use ganglion_model::network::Network;
use ganglion_model::responder::ModelResponder;
use ganglion_recording::{CellIndex, Microns};

use crate::circuit::Kernel;
use crate::error::Error;

/// A network with all that its reduction needs to know.
pub struct Subject<'a> {
    /// The network as something that answers movies.
    pub responder: &'a ModelResponder,
    /// The network as something whose responses are attributed.
    pub attributor: Attributor,
    /// Properties of the first layer's channels.
    pub channels: Vec<ChannelProperties>,
    /// Their kernels, turned so that a rise of their drive activates their units.
    pub kernels: Vec<Kernel>,
    /// +1 where the channel's units are activated by a rise of `W * s`, -1 where by a fall: batch
    /// normalisation may have a negative gain.
    pub orientations: Vec<f64>,
}

impl<'a> Subject<'a> {
    /// Reads a network.
    ///
    /// # Errors
    /// If it has no hidden units.
    pub fn new(responder: &'a ModelResponder) -> Result<Self, Error> {
        let model = responder.model();
        let attributor = Attributor::new(&model.network, model.description.movie)?
            .of_cells(responder.cells().to_vec())?;
        let filters = first_layer_filters(model);
        let period = responder.screen().frame_period;
        let orientations = orientations(&model.network, filters.len());
        let kernels = kernels(&model.network, &orientations);
        Ok(Self {
            responder,
            attributor,
            channels: filters
                .iter()
                .map(|filter| ChannelProperties::of(filter, period))
                .collect(),
            kernels,
            orientations,
        })
    }

    /// What the network sees.
    pub fn screen(&self) -> Screen {
        self.responder.screen()
    }

    /// The network's cells.
    pub fn cells(&self) -> &[CellIndex] {
        self.responder.cells()
    }

    /// The network's output for a cell.
    ///
    /// # Errors
    /// [`Error::NoSuchCell`] if the model has no such cell.
    pub fn output_of(&self, cell: CellIndex) -> Result<usize, Error> {
        let cells = self.responder.cells();
        cells
            .iter()
            .position(|&known| known == cell)
            .ok_or_else(|| Error::NoSuchCell {
                cell: cell.0,
                known: cells.iter().map(|cell| cell.0).collect(),
            })
    }

    /// What drives a channel's units: its kernel's polarity, turned with its units.
    pub fn polarity(&self, channel: usize) -> Polarity {
        let polarity = self.channels[channel].polarity;
        match (self.orientations[channel] < 0.0, polarity) {
            (false, polarity) => polarity,
            (true, Polarity::On) => Polarity::Off,
            (true, Polarity::Off) => Polarity::On,
        }
    }

    /// Side of a pixel.
    pub fn pixel(&self) -> Microns {
        self.screen().microns_per_pixel
    }
}

/// The sign of the summed gain of each channel's units.
fn orientations(network: &Network, channels: usize) -> Vec<f64> {
    let stages = network.stages();
    let first = stages.as_ref().map(|network| &network.stages[0]);
    let Some(normalisation) = first.and_then(|stage| stage.normalisation.as_ref()) else {
        return vec![1.0; channels];
    };
    let (scale, _) = normalisation.scale_and_shift();
    let gains: Vec<f32> = scale.into_data().iter::<f32>().collect();
    let of_a_channel = (gains.len() / channels).max(1);
    let sign = |gains: &[f32]| {
        if gains.iter().sum::<f32>() < 0.0 {
            -1.0
        } else {
            1.0
        }
    };
    gains.chunks(of_a_channel).map(sign).collect()
}

/// First-layer kernels `[frame, y, x]`, each times its orientation.
fn kernels(network: &Network, orientations: &[f64]) -> Vec<Kernel> {
    let kernels = network.filters();
    let [_, _, history, height, width] = kernels.dims();
    let values: Vec<f32> = kernels.into_data().iter::<f32>().collect();
    (values.chunks(history * height * width).zip(orientations))
        .map(|(values, &orientation)| {
            Kernel::new([history, height, width], values).scaled(orientation)
        })
        .collect()
}
