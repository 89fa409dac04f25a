//! From segments to tensors.

use burn::tensor::{Device, Tensor, TensorData};

use super::data::TrainingData;
use super::sampler::BatchSegment;
use crate::error::Error;
use crate::targets::{Recorded, TrainingTargets, TrialSpikes};

/// What one training step works on.
pub struct TrainingBatch {
    /// Normalised movie segments `[1, y, x, segment, frame]`.
    pub movie: Tensor<5>,
    /// What was recorded, and which samples count.
    pub targets: TrainingTargets,
}

impl TrainingBatch {
    /// Normalises each frame of the pieces once and lays it out with time fastest.
    ///
    /// # Errors
    /// If the movie cannot be read.
    pub fn new(
        data: &TrainingData,
        pieces: &[BatchSegment],
        length: usize,
        device: &Device,
    ) -> Result<Self, Error> {
        let movie = movie(data, pieces, length, device)?;
        let recorded = match data.trials() {
            None => Recorded::Rates(rates(data, pieces, length, device)),
            Some(trials) => Recorded::Spikes(spikes(data, trials, pieces, length, device)),
        };
        let targets = TrainingTargets {
            recorded,
            mask: mask(data, pieces, length, device),
        };
        Ok(Self { movie, targets })
    }
}

fn movie(
    data: &TrainingData,
    pieces: &[BatchSegment],
    length: usize,
    device: &Device,
) -> Result<Tensor<5>, Error> {
    let shape = data.shape;
    let frames = length + shape.history - 1;
    let stride = pieces.len() * frames;
    let mut values = vec![0.0; shape.height * shape.width * stride];
    for (index, piece) in pieces.iter().enumerate() {
        // The bin after the newest frame is predicted: bin t sees frames t - history .. t.
        let first = piece.start - shape.history;
        data.parts[piece.part].movie().normalised_pixel_major(
            first..first + frames,
            &data.normalisation,
            &mut values,
            stride,
            index * frames,
        )?;
    }
    let dimensions = [1, shape.height, shape.width, pieces.len(), frames];
    Ok(Tensor::from_data(
        TensorData::new(values, dimensions),
        device,
    ))
}

fn rates(
    data: &TrainingData,
    pieces: &[BatchSegment],
    length: usize,
    device: &Device,
) -> Tensor<2> {
    let samples = pieces.len() * length;
    let values: Vec<f32> = (0..data.shape.cells)
        .flat_map(|cell| {
            pieces.iter().flat_map(move |piece| {
                let rates = data.parts[piece.part].recording.responses.cell(cell);
                rates[piece.start..piece.start + length].iter().copied()
            })
        })
        .collect();
    Tensor::from_data(TensorData::new(values, [data.shape.cells, samples]), device)
}

/// Spikes of the predicted bins and of those that are shown before them as history. Trials that one
/// recording has and another has not were not recorded in the other.
fn spikes(
    data: &TrainingData,
    trials: usize,
    pieces: &[BatchSegment],
    length: usize,
    device: &Device,
) -> TrialSpikes {
    let history = data.shape.history;
    let shape = [trials, data.shape.cells, pieces.len(), history + length];
    let mut values = Vec::with_capacity(shape.iter().product());
    for trial in 0..trials {
        for cell in 0..data.shape.cells {
            for piece in pieces {
                let bins = piece.start - history..piece.start + length;
                match data.parts[piece.part].trial(cell, trial) {
                    Some(counts) => values.extend_from_slice(&counts[bins]),
                    None => values.extend(bins.map(|_| f32::NAN)),
                }
            }
        }
    }
    let is_recorded = |count: &f32| if count.is_nan() { 0.0 } else { 1.0 };
    let recorded: Vec<f32> = values.iter().map(is_recorded).collect();
    let unrecorded = values.iter_mut().filter(|count| count.is_nan());
    unrecorded.for_each(|count| *count = 0.0);
    let tensor = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, shape), device);
    TrialSpikes {
        counts: tensor(values),
        recorded: tensor(recorded),
        predicted: length,
        bin: data.parts[0].recording.frame_period.period,
    }
}

/// Which samples count; absent if all do.
fn mask(
    data: &TrainingData,
    pieces: &[BatchSegment],
    length: usize,
    device: &Device,
) -> Option<Tensor<2>> {
    use ganglion_recording::Role;
    let values: Vec<f32> = pieces
        .iter()
        .flat_map(|piece| {
            let roles = data.parts[piece.part].timeline.roles();
            (piece.start..piece.start + length).map(move |bin| {
                let counts = piece.kept.contains(&bin) && roles[bin] == Role::Train;
                if counts { 1.0 } else { 0.0 }
            })
        })
        .collect();
    let all = values.iter().all(|&value| value == 1.0);
    let samples = values.len();
    (!all).then(|| Tensor::from_data(TensorData::new(values, [1, samples]), device))
}
