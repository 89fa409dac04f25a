//! What a reader must know of the fields.

use ganglion_reverse_correlation::{
    FieldEstimate, Fields, FoundField, Neighbours, NotDecorrelated, ResponseKind,
};

use super::responses::Read;

/// In the order of importance.
pub(super) fn notes(fields: &Fields, read: &Read) -> Vec<String> {
    let dataset = &read.dataset;
    let mut notes = of_correlations(fields);
    notes.extend(of_blocks(fields));
    let movie = &fields.method.movie;
    if movie.frames_a_picture > 1.5 {
        notes.push(format!(
            "each picture stands for {:.1} frames on average, which time courses are blurred by",
            movie.frames_a_picture
        ));
    }
    if fields.kind == ResponseKind::Rates {
        notes.push(format!(
            "no spikes are known: averages are weighted by the rates in `{dataset}`, and time courses are smoothed as \
             these are"
        ));
    }
    notes.extend(of_cells(fields));
    if fields.cells.iter().any(|cell| cell.significance.is_none()) {
        notes.push(
            "the recording is too short, given the history and how long responses are like themselves, to tell fields \
             from chance: nothing is said of places, sizes and polarities"
                .to_owned(),
        );
    }
    notes
}

/// What is missing of single cells, and what is too small to be known.
fn of_cells(fields: &Fields) -> Vec<String> {
    let mut notes = Vec::new();
    let all = fields.method.bins;
    for cell in fields.cells.iter().filter(|cell| cell.bins < all) {
        notes.push(format!(
            "cell {} was recorded in {} of {all} bins; its field is of those",
            cell.cell.0, cell.bins
        ));
    }
    let small = fields
        .cells
        .iter()
        .filter(|cell| cell.is_significant() && cell.numbers.is_bound());
    let small: Vec<&FoundField> = small.collect();
    if !small.is_empty() {
        let numbers: Vec<String> = small.iter().map(|cell| cell.cell.0.to_string()).collect();
        notes.push(format!(
            "fields smaller than what the movie shows at once, whose size is a bound and which may be chance: cells {}",
            numbers.join(", ")
        ));
    }
    notes
}

/// Whether the movie is white, and what was done about it.
fn of_correlations(fields: &Fields) -> Vec<String> {
    let mut notes = Vec::new();
    let movie = &fields.method.movie;
    if let Some((what, correlation)) = movie.strong() {
        let alike = match what {
            Neighbours::Rows => "pixels in neighbouring rows",
            Neighbours::Columns => "pixels in neighbouring columns",
            Neighbours::Frames => "pictures one after the other",
        };
        notes.push(match fields.method.estimate {
            FieldEstimate::Average => format!(
                "the movie is not white: {alike} correlate by {correlation:.2}, so that these averages are no \
                 receptive fields but the fields blurred by the movie; use the decorrelated estimate for fields"
            ),
            FieldEstimate::Decorrelated => format!(
                "the movie is not white: {alike} correlate by {correlation:.2}; fields are those of ridge \
                 regression, with the penalty that predicts parts of the recording best that were not fitted. What \
                 the movie hardly shows, such as fine detail in natural scenes, stays unknown, and the \
                 plain averages are blurred"
            ),
        });
    }
    notes
}

/// Pixels that are alike, that never change, or are too many.
fn of_blocks(fields: &Fields) -> Vec<String> {
    let mut notes = Vec::new();
    let blocks = fields.method.blocks;
    match fields.method.not_decorrelated {
        None => {}
        Some(NotDecorrelated::NothingChanges) => {
            notes.push("no pixel of the movie ever changes, so that there are no fields".to_owned());
        }
        Some(NotDecorrelated::TooManyBlocks { blocks, most }) => notes.push(format!(
            "the movie's correlations are not taken out, because it has {blocks} different pixels and the estimate \
             handles {most}: average neighbouring pixels in the file, or read the averages as fields blurred by the movie"
        )),
    }
    let changing = blocks.pixels - blocks.constant_pixels;
    if blocks.blocks < changing {
        notes.push(format!(
            "{changing} pixels are {} blocks in which all pixels always have the same value, as checks of several pixels \
             do: each block has one weight, and Gaussians are fitted to the sums over blocks",
            blocks.blocks
        ));
    }
    if blocks.constant_pixels > 0 && blocks.blocks > 0 {
        notes.push(format!(
            "{} of {} pixels never change; their weights are 0",
            blocks.constant_pixels, blocks.pixels
        ));
    }
    notes
}
