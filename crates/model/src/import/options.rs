//! What a weights file cannot say.

use std::path::PathBuf;

/// What a weights file cannot say, or says wrongly. Every field may be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Side of a pixel on the retina, micrometres.
    pub microns_per_pixel: Option<f64>,
    /// Cells, 0-based within the recording, in the order of the outputs.
    pub cells: Option<Vec<usize>>,
    /// Time from one frame to the next, milliseconds.
    pub frame_period_ms: Option<f64>,
    /// Rows and columns of a frame.
    pub frame_size: Option<[usize; 2]>,
    /// Mean and standard deviation of the training movie, in the recording's units.
    pub normalisation: Option<[f64; 2]>,
    /// Name of the response dataset that the network predicts.
    pub response: Option<String>,
    /// Added to variances before the root; 1e-3 in the published networks.
    pub batch_norm_epsilon: Option<f64>,
    /// Row and column of the unit that each cell takes of a convolutional read-out.
    pub coordinates: Option<Vec<[usize; 2]>>,
    /// A recording to find those coordinates with, by correlation.
    pub match_recording: Option<PathBuf>,
    /// A file that lists the layers in order, where names and shapes do not tell.
    pub mapping: Option<PathBuf>,
}
