//! What an exported movie shows, frame by frame.

use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use super::{Event, PreparedStimulus, Stimulus, Track};
use crate::Warning;

/// Everything needed to show an exported movie to a real retina and to analyse what it answers.
///
/// Pixel values are in standard deviations of the training stimulus, 0 being its mean: to show
/// them, multiply by the contrast of one standard deviation and add 1, times the mean intensity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The definition it was made from.
    pub stimulus: Stimulus,
    /// Rows of a frame.
    pub height: usize,
    /// Columns of a frame.
    pub width: usize,
    /// Time each frame is shown for.
    pub frame_period: Milliseconds,
    /// Side of a pixel on the retina.
    pub microns_per_pixel: Microns,
    /// Number of frames, lead-in included.
    pub frames: usize,
    /// The frame at the stimulus' zero; events and tracks count from it.
    pub zero_frame: usize,
    /// Smallest and largest value of a pixel.
    pub range: [f32; 2],
    /// What happens, in the order of time.
    pub events: Vec<Event>,
    /// What moves, and where it is in each frame.
    pub tracks: Vec<Track>,
    /// Values that are not shown exactly as asked.
    pub warnings: Vec<Warning>,
}

impl Manifest {
    pub(super) fn new(prepared: &PreparedStimulus) -> Self {
        let screen = prepared.screen();
        Self {
            stimulus: prepared.stimulus().clone(),
            height: screen.height,
            width: screen.width,
            frame_period: screen.frame_period,
            microns_per_pixel: screen.microns_per_pixel,
            frames: prepared.frames(),
            zero_frame: prepared.zero(),
            range: range(prepared),
            events: prepared.events(),
            tracks: prepared.tracks(),
            warnings: prepared.warnings().to_vec(),
        }
    }
}

/// Smallest and largest value, found frame by frame.
fn range(prepared: &PreparedStimulus) -> [f32; 2] {
    (0..prepared.frames())
        .flat_map(|frame| prepared.movie_of(frame..frame + 1).values().to_vec())
        .fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
            [low.min(value), high.max(value)]
        })
}
