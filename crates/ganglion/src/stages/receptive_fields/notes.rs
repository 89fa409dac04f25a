//! What a reader must know of the fields.

use ganglion_reverse_correlation::{FieldEstimate, Fields, Neighbours, ResponseKind};

/// In the order of importance.
pub(super) fn notes(fields: &Fields, dataset: &str) -> Vec<String> {
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
                 regression, with the penalty that explains most of parts of the recording that were not fitted. What \
                 the movie hardly shows, such as fine detail in natural scenes, stays unknown, and the \
                 plain averages are blurred"
            ),
        });
    }
    if fields.method.not_stationary {
        notes.push(
            "the movie's correlations cannot be taken out, because they are not the same everywhere in space, as where \
             checks are several pixels wide or a part of the frame never changes; show checks of one pixel in the file, \
             or read the averages as fields blurred by the movie"
                .to_owned(),
        );
    }
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
    if fields.cells.iter().any(|cell| cell.significance.is_none()) {
        notes.push(
            "the recording is too short, given the history and how long responses are like themselves, to tell fields \
             from chance: nothing is said of places, sizes and polarities"
                .to_owned(),
        );
    }
    notes
}
