//! A first look at all responses of a study: their rates, and which positions are driven alike.

use serde::{Deserialize, Serialize};

use crate::attributor::Attributor;
use crate::error::Error;
use crate::path::Path;
use crate::response_range::response_ranges;

/// Which positions of the first layer are driven alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invariance {
    /// All: full-field stimuli. A sum over space tells everything.
    FullField,
    /// Those of a column: bars along y. A sum over y tells everything.
    AlongY,
}

impl Invariance {
    /// How much positions that are driven alike differ in single precision, as a share of the largest
    /// change of the drive: rounding.
    pub const ROUNDING: f64 = 1e-4;
}

/// What is seen of all responses before any is attributed.
pub struct Survey {
    cells: usize,
    tolerance: f64,
    /// Channels, rows and columns of the first layer.
    pub planes: [usize; 3],
    /// Rates `[resting, response]` at both ends of the path of each distinct response and output, Hz:
    /// `[response][output]`.
    pub rates: Vec<Vec<[f64; 2]>>,
    /// Change of the drive `[response, channel]`, or why channels have no common one.
    by_channel: Result<Vec<f32>, Error>,
    /// Change of the drive `[response, channel, x]`, or why columns have no common one.
    by_column: Result<Vec<f32>, Error>,
    /// Change beyond which each unit passes something on, for the baseline of the first response.
    pub thresholds: Vec<f64>,
}

impl Survey {
    pub(crate) fn new(cells: usize, tolerance: f64) -> Self {
        Self {
            cells,
            tolerance,
            planes: [0; 3],
            rates: Vec::new(),
            by_channel: Ok(Vec::new()),
            by_column: Ok(Vec::new()),
            thresholds: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, attributor: &Attributor, path: &Path) {
        if self.rates.is_empty() {
            self.planes = path.planes();
            self.thresholds = attributor.thresholds(path);
        }
        self.rates.extend(attributor.end_rates(path));
        extend(&mut self.by_channel, || {
            path.change_by_channel(self.tolerance)
        });
        extend(&mut self.by_column, || {
            path.change_by_channel_and_column(self.tolerance)
        });
    }

    /// Largest minus smallest rate of every output over all responses and their baselines, Hz: what
    /// tolerances are shares of.
    pub fn ranges(&self) -> Vec<f64> {
        response_ranges(&self.rates, self.cells)
    }

    /// Which positions are driven alike by all stimuli, and the change of their drive from the
    /// baseline: `[response, channel]` for full-field stimuli, `[response, channel, x]` for bars along y.
    ///
    /// # Errors
    /// [`Error::NotInvariant`] if none are.
    pub fn drive(self) -> Result<(Invariance, Vec<f32>), Error> {
        match self.by_channel {
            Ok(drive) => Ok((Invariance::FullField, drive)),
            Err(_) => Ok((Invariance::AlongY, self.by_column?)),
        }
    }

    /// Which positions are driven alike by all stimuli, if any are.
    pub fn invariance(&self) -> Option<Invariance> {
        match (&self.by_channel, &self.by_column) {
            (Ok(_), _) => Some(Invariance::FullField),
            (Err(_), Ok(_)) => Some(Invariance::AlongY),
            (Err(_), Err(_)) => None,
        }
    }
}

/// Adds more values unless there is a reason why there are none.
fn extend(values: &mut Result<Vec<f32>, Error>, more: impl FnOnce() -> Result<Vec<f32>, Error>) {
    if let Ok(known) = values {
        match more() {
            Ok(more) => known.extend(more),
            Err(error) => *values = Err(error),
        }
    }
}
