//! Receptive fields of recorded cells.

use std::path::PathBuf;

use ganglion_experiment::receptive_field::Polarity;
use ganglion_model::model::SourceFile;
use ganglion_recording::Partition;
use ganglion_reverse_correlation::{
    BlockCounts, FieldEstimate, MeasuredNumber, MovieCorrelations, ResponseKind, Ridge,
    Significance,
};
use serde::{Deserialize, Serialize};

/// Receptive fields of all cells of a recording, and how they were found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceptiveFieldSummary {
    /// The recording.
    pub recording: PathBuf,
    /// What identifies it.
    pub source: SourceFile,
    /// Its part.
    pub partition: Partition,
    /// The dataset of responses.
    pub responses: String,
    /// Spikes or rates.
    pub weighted_by: ResponseKind,
    /// Time from one frame to the next, ms.
    pub frame_period_ms: f64,
    /// Frames before a response.
    pub history_frames: usize,
    /// Side of a pixel on the retina, um, where known.
    pub microns_per_pixel: Option<f64>,
    /// Rows and columns of the movie.
    pub frame: [usize; 2],
    /// Bins that the fields are from.
    pub bins: usize,
    /// How much neighbours in the movie are alike.
    pub movie: MovieCorrelations,
    /// Pixels that are different from one another.
    pub blocks: BlockCounts,
    /// What the fields are estimated by.
    pub estimate: FieldEstimate,
    /// What a reader must know of the fields.
    pub notes: Vec<String>,
    /// The cells.
    pub cells: Vec<CellReceptiveField>,
    /// Cells that no field was looked for.
    pub left_out: Vec<CellLeftOut>,
}

/// A cell that no field was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellLeftOut {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Why not.
    pub reason: String,
}

/// The receptive field of a cell. Places and sizes are given where the cell answers to the movie.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellReceptiveField {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Bins that it was recorded in, of those with a full history.
    pub bins: usize,
    /// Mean rate, Hz.
    pub mean_rate_hz: f64,
    /// Whether it answers to the movie; none where the recording is too short to tell.
    pub significance: Option<Significance>,
    /// `on`, `off` or `undetermined`.
    pub polarity: FieldPolarity,
    /// Why the polarity is undetermined.
    pub undetermined: Option<String>,
    /// Column of the centre, counted from 0 at the centre of the first pixel.
    pub centre_x_pixels: Option<MeasuredNumber>,
    /// Row of the centre.
    pub centre_y_pixels: Option<MeasuredNumber>,
    /// Distance of the centre from the middle of the frame to the right, um.
    pub centre_x_um: Option<MeasuredNumber>,
    /// The same downwards.
    pub centre_y_um: Option<MeasuredNumber>,
    /// Diameter at two standard deviations of the fitted Gaussian, pixels.
    pub diameter_2sd_pixels: Option<MeasuredNumber>,
    /// The same, um.
    pub diameter_2sd_um: Option<MeasuredNumber>,
    /// What must be known of the numbers, such as that the diameter is a bound.
    pub note: Option<String>,
    /// Standard deviations of the Gaussian along its long and its short axis, pixels.
    pub sigmas_pixels: Option<[f64; 2]>,
    /// Direction of its long axis, radians from columns towards rows.
    pub angle: Option<f64>,
    /// Time from the onset of the frame with the largest weight to the response, ms.
    pub peak_lag_ms: Option<f64>,
    /// The same of the place before it where the time course changes its sign.
    pub zero_crossing_ms: Option<MeasuredNumber>,
    /// Largest weight of the other sign over the largest.
    pub biphasic_index: Option<MeasuredNumber>,
    /// Share of the squared field that the product of space and time has.
    pub separability: Option<f64>,
    /// Penalty by which the movie's correlations were taken out, and what the field explains.
    pub ridge: Option<Ridge>,
    /// Spatial profile `[y, x]` of unit norm, whose largest weight is positive.
    #[serde(skip)]
    pub space: Vec<f32>,
    /// Time course, oldest frame first, Hz a standard deviation of the movie.
    #[serde(skip)]
    pub time: Vec<f32>,
}

/// What a cell prefers, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldPolarity {
    /// Brightening drives it.
    On,
    /// Darkening drives it.
    Off,
    /// Not known.
    Undetermined,
}

impl FieldPolarity {
    /// Of a polarity that may be known.
    pub fn of(known: Option<Polarity>) -> Self {
        match known {
            Some(Polarity::On) => Self::On,
            Some(Polarity::Off) => Self::Off,
            None => Self::Undetermined,
        }
    }

    /// In texts: `"ON"`, `"OFF"` or `"?"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "ON",
            Self::Off => "OFF",
            Self::Undetermined => "?",
        }
    }

    /// In tables: `"on"`, `"off"` or `"undetermined"`.
    pub fn key(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Undetermined => "undetermined",
        }
    }
}
