//! Receptive fields of recorded cells.

use std::ops::Range;

use ganglion_recording::{CellIndex, Error, Normalisation, Recording};

use super::{ReceptiveField, ReverseCorrelation};

/// Bins read at once.
const CHUNK: usize = 512;

/// Spike-triggered averages of all cells of a recording, over some bins of it (such as
/// [`Timeline::ranges`](ganglion_recording::Timeline::ranges)), with `history` frames. Bins without
/// that many frames before them are left out.
///
/// The movie is normalised first, so that its variance is 1. For white noise the average is then the
/// cell's linear filter; for other movies it is blurred by the movie's own correlations.
///
/// # Errors
/// If a range lies outside the recording, the constants are for another picture size, or the movie
/// cannot be read.
pub fn recorded(
    recording: &Recording,
    normalisation: &Normalisation,
    bins: &[Range<usize>],
    history: usize,
) -> Result<Vec<(CellIndex, ReceptiveField)>, Error> {
    let movie = &recording.movie;
    let cells = recording.responses.cells();
    let mut sums = ReverseCorrelation::new(cells.len(), 1..history + 1, movie.pixels());
    let mut frames = Vec::new();
    for range in bins {
        let answered = range.start.max(history)..range.end;
        for start in answered.clone().step_by(CHUNK) {
            let chunk = start..answered.end.min(start + CHUNK);
            let needed = chunk.start - history..chunk.end - 1;
            movie.normalised_frames(needed.clone(), normalisation, &mut frames)?;
            sums.add(&frames, needed.start, chunk.clone(), |cell| {
                &recording.responses.cell(cell)[chunk.clone()]
            });
        }
    }
    let shape = [history, movie.height(), movie.width()];
    let field = |(row, &cell)| (cell, ReceptiveField::new(shape, sums.average(row)));
    Ok(cells.iter().enumerate().map(field).collect())
}
