//! Which parts of an NWB file become a recording, and its bins.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CellSelection;

/// The table `[nwb]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NwbConfig {
    /// The training movie: one series or several, which are joined in the order of time. May be
    /// left out where there is only one in the file.
    pub stimulus: SeriesNames,
    /// The test movie: one series, or several that repeat it.
    pub test: SeriesNames,
    /// How one series of the test movie is cut into repeats.
    pub repeats: RepeatRule,
    /// Fraction of the training movie, at its end, that becomes the test partition where no test
    /// movie is named.
    pub test_fraction: f64,
    /// Length of a bin, and of a frame of the recording, milliseconds; left out: the time from one
    /// frame of the movie to the next.
    #[schemars(extend("unit" = "ms"))]
    pub bin_ms: Option<f64>,
    /// Standard deviation of the Gaussian that firing rates are smoothed by, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub smoothing_ms: f64,
    /// Rows of the table `units`, counted from 0.
    pub units: CellSelection,
    /// Side of a pixel on the retina, micrometres; left out: `field_of_view` of the training movie divided by its
    /// `dimension`, if the file has it.
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
    /// Order of the axes of a stored frame.
    pub frame_axes: FrameAxes,
}

/// Series of frames: none, one, or several. Each is a name such as `noise`, a path in the file, or
/// a pattern of either in which `*` stands for any characters and `?` for one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SeriesNames {
    /// None.
    #[default]
    None,
    /// One name.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// How one series becomes repeats of one movie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RepeatRule {
    /// By the table of trials, of epochs, or by pauses: the first that gives pieces that show the
    /// same frames. Where none does, the series is one presentation.
    #[default]
    Auto,
    /// By the rows of the table `intervals/trials`.
    Trials,
    /// By the rows of the table `intervals/epochs`.
    Epochs,
    /// By pauses between frames.
    Gaps,
    /// Not at all.
    None,
}

/// Order of the axes of a stored frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FrameAxes {
    /// `[frame, y, x]`.
    #[default]
    Yx,
    /// `[frame, x, y]`, as the NWB schema has it.
    Xy,
}

impl SeriesNames {
    /// The names.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

impl From<&str> for SeriesNames {
    fn from(name: &str) -> Self {
        Self::One(name.to_owned())
    }
}

impl<const N: usize> From<[&str; N]> for SeriesNames {
    fn from(names: [&str; N]) -> Self {
        Self::Several(names.map(str::to_owned).to_vec())
    }
}

impl Default for NwbConfig {
    fn default() -> Self {
        Self {
            stimulus: SeriesNames::None,
            test: SeriesNames::None,
            repeats: RepeatRule::Auto,
            test_fraction: 0.0,
            bin_ms: None,
            smoothing_ms: 10.0,
            units: CellSelection::All,
            microns_per_pixel: None,
            frame_axes: FrameAxes::Yx,
        }
    }
}

impl NwbConfig {
    /// What is wrong with the numbers, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        let usable = |value: f64| value.is_finite() && value > 0.0;
        if self.bin_ms.is_some_and(|bin| !usable(bin)) {
            return Some("nwb.bin_ms must be above 0".into());
        }
        if self.microns_per_pixel.is_some_and(|size| !usable(size)) {
            return Some("nwb.microns_per_pixel must be above 0".into());
        }
        if !(self.smoothing_ms.is_finite() && self.smoothing_ms >= 0.0) {
            return Some("nwb.smoothing_ms must be 0 or above".into());
        }
        if !(0.0..1.0).contains(&self.test_fraction) {
            return Some("nwb.test_fraction must be at least 0 and below 1".into());
        }
        if self.test_fraction > 0.0 && !self.test.names().is_empty() {
            return Some("give nwb.test or nwb.test_fraction, not both".into());
        }
        if self.stimulus == SeriesNames::Several(Vec::new()) {
            return Some("nwb.stimulus is an empty list: name a series, or leave it out".into());
        }
        None
    }
}
