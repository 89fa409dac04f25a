//! What the hidden units of a network say, before they are rectified.

use std::ops::Range;

use burn::tensor::{Tensor, TensorData};
use ganglion_recording::{Movie, Normalisation};

use crate::error::Error;
use crate::layer::Mode;
use crate::model::Model;

/// Bins computed at once.
const CHUNK: usize = 512;

/// Drives of all units of a hidden layer over some bins: sums over their inputs, before normalisation and
/// rectification, as the membrane potential of a neuron stands before its release.
#[derive(Clone, Debug)]
pub struct HiddenUnits {
    /// Which layer; that which sees the movie is 0.
    pub layer: usize,
    /// Channels, rows and columns of the units.
    pub shape: [usize; 3],
    /// The bins; bin `t` is of the frames `t - history .. t`.
    pub bins: Range<usize>,
    /// `[channel, row, column, bin]`
    pub values: Vec<f32>,
}

impl Model {
    /// Number of hidden layers whose units can be asked for; 0 of a model without any.
    pub fn hidden_layers(&self) -> usize {
        let network = self.network.stages();
        network.map_or(0, |network| network.stages.len())
    }

    /// Shows a movie and tells what the units of every hidden layer say, outside training, piece by piece.
    ///
    /// # Errors
    /// If the movie does not fit the model, is too short or cannot be read.
    pub fn hidden_units(
        &self,
        movie: &Movie,
        normalisation: &Normalisation,
        bins: Range<usize>,
        mut each: impl FnMut(HiddenUnits),
    ) -> Result<(), Error> {
        let shape = self.description.movie;
        self.check_size("movie", [movie.height(), movie.width()])?;
        if bins.start < shape.history || bins.end > movie.frames() + 1 {
            return Err(Error::MovieTooShort {
                frames: movie.frames(),
                history: shape.history,
            });
        }
        let Some(network) = self.network.stages() else {
            return Ok(());
        };
        for start in bins.clone().step_by(CHUNK) {
            let chunk = start..bins.end.min(start + CHUNK);
            let frames = chunk.start - shape.history..chunk.end - 1;
            let count = frames.len();
            let mut values = vec![0.0; movie.pixels() * count];
            movie.normalised_pixel_major(frames, normalisation, &mut values, count, 0)?;
            let data = TensorData::new(values, [1, shape.height, shape.width, 1, count]);
            let mut input = Tensor::<5>::from_data(data, self.device());
            for (layer, stage) in network.stages.iter().enumerate() {
                let linear = stage.linear(input, Mode::Inference);
                let [channels, rows, columns, ..] = linear.dims();
                each(HiddenUnits {
                    layer,
                    shape: [channels, rows, columns],
                    bins: chunk.clone(),
                    values: linear.clone().into_data().iter::<f32>().collect(),
                });
                input = stage.activate(linear, Mode::Inference);
            }
        }
        Ok(())
    }

    /// A network of the same architecture with initial weights instead of learned ones.
    ///
    /// # Errors
    /// If the architecture does not fit the movie.
    pub fn untrained(&self, seed: u64) -> Result<Self, Error> {
        let description = self.description.clone();
        let shape = description.movie;
        let network = description.architecture.init(&shape, seed, self.device())?;
        Ok(Self::new(description, &network, self.device()))
    }
}
