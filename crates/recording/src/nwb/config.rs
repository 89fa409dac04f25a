//! Which parts of an NWB file become a recording, and its bins.

use serde::{Deserialize, Serialize};

use crate::CellSelection;

/// The table `[nwb]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NwbConfig {
    /// The training movie: name of a series, such as `noise`, or its path in the file. May be left
    /// out where there is only one.
    pub stimulus: Option<String>,
    /// The test movie.
    pub test: TestSeries,
    /// Fraction of the training movie, at its end, that becomes the test partition where no test
    /// movie is named.
    pub test_fraction: f64,
    /// Length of a bin, and of a frame of the recording, milliseconds; left out: the time from one
    /// frame of the movie to the next.
    pub bin_ms: Option<f64>,
    /// Standard deviation of the Gaussian that firing rates are smoothed by, milliseconds.
    pub smoothing_ms: f64,
    /// Rows of the table `units`, counted from 0.
    pub units: CellSelection,
    /// Side of a pixel on the retina, micrometres.
    pub microns_per_pixel: Option<f64>,
}

/// The series of the test partition: none, one, or several that showed the same movie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TestSeries {
    /// None.
    #[default]
    None,
    /// One presentation.
    One(String),
    /// Repeats of the same movie.
    Repeats(Vec<String>),
}

impl TestSeries {
    /// The names.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Repeats(names) => names,
        }
    }
}

impl Default for NwbConfig {
    fn default() -> Self {
        Self {
            stimulus: None,
            test: TestSeries::None,
            test_fraction: 0.0,
            bin_ms: None,
            smoothing_ms: 10.0,
            units: CellSelection::All,
            microns_per_pixel: None,
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
        None
    }
}
