//! Receptive fields at moments of a movie.

use ganglion_experiment::receptive_field::{ReceptiveField, instantaneous};
use ganglion_experiment::{Responder, StimulusMovie};
use ganglion_model::responder::ModelResponder;
use ganglion_recording::{ArrayInfo, ResultFile};

use crate::error::Error;

/// Adds the gradients of all cells' rates in some bins: `receptive_field`
/// [moment, cell, frame, y, x] in Hz per unit of the movie, the oldest frame first, and `moment`, the
/// bins.
///
/// # Errors
/// Where a bin has no response, or the network fails.
pub fn add(
    file: ResultFile,
    network: &ModelResponder,
    movie: &StimulusMovie,
    bins: &[usize],
) -> crate::Result<ResultFile> {
    let (screen, frames) = (network.screen(), movie.frames());
    if let Some(bin) = bins
        .iter()
        .find(|bin| !(screen.history..=frames).contains(*bin))
    {
        return Err(Error::request(format!(
            "--fields-at {bin}: the movie gives the rates of bins {} to {frames}",
            screen.history
        )));
    }
    let cells = network.cells().len();
    let of_cells = (0..cells)
        .map(|cell| instantaneous(network, movie, bins, cell))
        .collect::<Result<Vec<Vec<ReceptiveField>>, _>>()
        .map_err(|error| Error::input(error.to_string()))?;
    let values = (0..bins.len())
        .flat_map(|moment| {
            of_cells
                .iter()
                .flat_map(move |fields| fields[moment].values())
        })
        .copied()
        .collect();
    let info = ArrayInfo {
        shape: &[
            bins.len(),
            cells,
            screen.history,
            screen.height,
            screen.width,
        ],
        dimensions: &["moment", "cell", "frame", "y", "x"],
        units: "Hz per standard deviation of the training stimulus",
    };
    let moments = ArrayInfo {
        shape: &[bins.len()],
        dimensions: &["moment"],
        units: "bin of the movie",
    };
    let counted = bins.iter().map(|&bin| bin as f64).collect();
    Ok(file
        .f32("receptive_field", info, values)
        .f64("moment", moments, counted))
}
