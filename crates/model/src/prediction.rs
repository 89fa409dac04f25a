//! Asking a network for its rates over a whole movie.

use std::ops::{ControlFlow, Range};

use burn::tensor::{Device, Tensor, TensorData};
use ganglion_recording::{Movie, Normalisation};

use crate::error::Error;
use crate::layer::Mode;
use crate::network::{Network, NetworkShape};

/// Bins predicted at once: few enough for the activations (20 MB a layer at the published size) to
/// stay in a shared cache and in memory that the allocator keeps, many enough that the history
/// which neighbouring chunks read twice costs little.
const CHUNK: usize = 512;

/// Predicted rates `[cell][bin]` for a range of bins, each of which must have a full history. `done` is told
/// after some bins how many more are done, and says whether to go on.
///
/// # Errors
/// If the movie cannot be read, or `done` breaks off.
pub fn rates(
    network: &Network,
    shape: &NetworkShape,
    movie: &Movie,
    normalisation: &Normalisation,
    bins: Range<usize>,
    device: &Device,
    done: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<Vec<f32>>, Error> {
    let mut rates = vec![Vec::with_capacity(bins.len()); shape.cells];
    for start in bins.clone().step_by(CHUNK) {
        let chunk = start..bins.end.min(start + CHUNK);
        let frames = chunk.start - shape.history..chunk.end - 1;
        let count = frames.len();
        let mut values = vec![0.0; movie.pixels() * count];
        movie.normalised_pixel_major(frames, normalisation, &mut values, count, 0)?;
        let data = TensorData::new(values, [1, shape.height, shape.width, 1, count]);
        let predicted = network.forward(Tensor::from_data(data, device), Mode::Inference);
        append(predicted, &mut rates);
        if done(chunk.len()).is_break() {
            return Err(Error::Stopped);
        }
    }
    Ok(rates)
}

/// Predicted rates `[cell][segment and bin]` for normalised segments `[segment, frame, y, x]`, each of
/// which gives a bin for every frame that completes a history. Clips are segments of one history.
pub fn rates_of_segments(
    network: &Network,
    shape: &NetworkShape,
    frames: usize,
    segments: &[f32],
    device: &Device,
) -> Vec<Vec<f32>> {
    let segment = frames * shape.height * shape.width;
    let together = SEGMENT_FRAMES.div_ceil(frames);
    let mut rates = vec![Vec::new(); shape.cells];
    for chunk in segments.chunks(together * segment) {
        let dimensions = [chunk.len() / segment, frames, shape.height, shape.width];
        let data = TensorData::new(chunk.to_vec(), dimensions);
        let movie = Tensor::<4>::from_data(data, device)
            .permute([2, 3, 0, 1])
            .unsqueeze_dim(0);
        append(network.forward(movie, Mode::Inference), &mut rates);
    }
    rates
}

/// Frames of segments predicted at once.
const SEGMENT_FRAMES: usize = 2560;

fn append(predicted: Tensor<2>, rates: &mut [Vec<f32>]) {
    let [cells, samples] = predicted.dims();
    let values: Vec<f32> = predicted.into_data().iter::<f32>().collect();
    debug_assert_eq!(cells, rates.len());
    values
        .chunks(samples)
        .zip(rates)
        .for_each(|(values, rates)| rates.extend(values));
}
