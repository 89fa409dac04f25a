//! Receptive fields at a moment, by gradients.

use ganglion_recording::CellIndex;

use super::ReceptiveField;
use crate::{FiniteMemory, ResponderError, StimulusMovie};

/// A responder that knows how its rates change with the movie.
pub trait InputGradient: FiniteMemory {
    /// Gradient of a cell's rate with respect to each clip, in Hz per unit of the pixels.
    ///
    /// A clip has `history` frames; the rate is that of the bin after its newest frame. The cell is
    /// counted in the order of [`Responder::cells`](crate::Responder::cells).
    ///
    /// # Errors
    /// If a clip does not fit, or the responder fails for a reason of its own.
    fn input_gradients(
        &self,
        clips: &[StimulusMovie],
        cell: usize,
    ) -> Result<Vec<ReceptiveField>, ResponderError>;
}

/// Clips asked for at once, to bound memory.
const BATCH: usize = 64;

/// Instantaneous receptive fields of a cell in some bins of a movie: the linear filter that describes
/// the responder for small changes around what it sees in that moment.
///
/// Maheswaranathan et al. 2023.
///
/// # Errors
/// If the responder fails.
///
/// # Panics
/// If a bin has less than the responder's history before it or lies after the movie.
pub fn instantaneous(
    responder: &dyn InputGradient,
    movie: &StimulusMovie,
    bins: &[usize],
    cell: usize,
) -> Result<Vec<ReceptiveField>, ResponderError> {
    let mut fields = Vec::with_capacity(bins.len());
    for batch in bins.chunks(BATCH) {
        let clips: Vec<_> = (batch.iter())
            .map(|&bin| clip(movie, bin, responder.screen().history))
            .collect();
        fields.extend(responder.input_gradients(&clips, cell)?);
    }
    Ok(fields)
}

fn clip(movie: &StimulusMovie, bin: usize, history: usize) -> StimulusMovie {
    let pixels = movie.height() * movie.width();
    let values = movie.values()[(bin - history) * pixels..bin * pixels].to_vec();
    StimulusMovie::new(movie.height(), movie.width(), values)
}

/// Mean of the instantaneous receptive fields of each cell over some bins of a movie.
///
/// For Gaussian white noise of unit variance this is what reverse correlation estimates (Stein 1981,
/// Annals of Statistics 9:1135), with less noise.
///
/// # Errors
/// If the responder fails.
///
/// # Panics
/// If there is no bin, or as [`instantaneous`].
pub fn mean_gradient(
    responder: &dyn InputGradient,
    movie: &StimulusMovie,
    bins: &[usize],
) -> Result<Vec<(CellIndex, ReceptiveField)>, ResponderError> {
    assert!(!bins.is_empty(), "no bins to average over");
    (responder.cells().iter().enumerate())
        .map(|(row, &cell)| Ok((cell, mean_of(responder, movie, bins, row)?)))
        .collect()
}

fn mean_of(
    responder: &dyn InputGradient,
    movie: &StimulusMovie,
    bins: &[usize],
    cell: usize,
) -> Result<ReceptiveField, ResponderError> {
    let screen = responder.screen();
    let mut sums = vec![0.0f64; screen.history * screen.pixels()];
    for batch in bins.chunks(BATCH) {
        for field in instantaneous(responder, movie, batch, cell)? {
            (sums.iter_mut().zip(field.values()))
                .for_each(|(sum, &value)| *sum += f64::from(value));
        }
    }
    let count = bins.len() as f64;
    let values = sums.iter().map(|sum| (sum / count) as f32).collect();
    let shape = [screen.history, screen.height, screen.width];
    Ok(ReceptiveField::new(shape, values))
}
