//! What a model of a cell is made of.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::basis::Basis;
use crate::error::{Error, setting};
use crate::observation::Observation;
use crate::settings::Settings;

/// The parts of a model, and the functions that its filters are sums of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Design {
    /// The stimulus filter; absent: the model does not see the movie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stimulus: Option<StimulusDesign>,
    /// The filter of the cell's own past spikes, whose lag 0 is the bin before; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Basis>,
    /// Filters of each other cell's past spikes, whose lag 0 is the bin before; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupling: Option<Basis>,
    /// Bins after a spike in which the cell cannot fire: they are left out of the likelihood, and the rate in
    /// them is 0.
    pub refractory_bins: usize,
    /// What is counted in a bin.
    pub observation: Observation,
}

/// The stimulus filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StimulusDesign {
    /// Functions of lag; lag 0 is what is on the screen during the bin.
    pub basis: Basis,
    /// What lags are counted in.
    #[serde(default)]
    pub lags: Lags,
    /// The filter is a sum of so many products of a map of space and a course in time; absent: any filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Pixels that each cell sees; absent: all cells see all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<Window>>,
}

/// What lags of a stimulus filter are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lags {
    /// Bins of the spikes: the filter is finer than the movie.
    #[default]
    Bins,
    /// Frames of the movie.
    Frames,
}

/// A rectangle of pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Rows.
    pub rows: Range<usize>,
    /// Columns.
    pub columns: Range<usize>,
}

/// Which parts of a design are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The stimulus filter.
    pub stimulus: bool,
    /// The cell's own history.
    pub history: bool,
    /// The other cells' spikes.
    pub coupling: bool,
}

impl Terms {
    /// All that the design has.
    pub const ALL: Self = Self {
        stimulus: true,
        history: true,
        coupling: true,
    };
    /// Linear-nonlinear-Poisson: the stimulus alone.
    pub const STIMULUS: Self = Self {
        history: false,
        coupling: false,
        ..Self::ALL
    };
    /// The stimulus and the cell's own history.
    pub const OWN: Self = Self {
        coupling: false,
        ..Self::ALL
    };
}

impl Design {
    /// What a filter of a rank does not go with.
    pub(crate) fn check(&self, settings: &Settings) -> Result<(), Error> {
        let Some(rank) = self.stimulus.as_ref().and_then(|stimulus| stimulus.rank) else {
            return Ok(());
        };
        if rank == 0 {
            return Err(setting("rank", &rank, "it must be at least 1"));
        }
        if settings.penalty.group_lasso > 0.0 {
            let want = "a filter of a rank and a group lasso do not go together: leave one out";
            return Err(setting("group_lasso", &settings.penalty.group_lasso, want));
        }
        match settings.standard_errors {
            true => {
                let want = "there are no standard errors of a filter of a rank: leave one out";
                Err(setting("standard_errors", &true, want))
            }
            false => Ok(()),
        }
    }

    /// The design with some of its terms alone.
    pub fn with(&self, terms: Terms) -> Self {
        let mut design = self.clone();
        design.stimulus = design.stimulus.filter(|_| terms.stimulus);
        design.history = design.history.filter(|_| terms.history);
        design.coupling = design.coupling.filter(|_| terms.coupling);
        design
    }

    /// Bins before a bin that filters reach back to, with so many bins a frame.
    ///
    /// # Errors
    /// If a basis makes no sense.
    pub fn reach(&self, bins_per_frame: usize) -> Result<usize, Error> {
        let length = |basis: &Option<Basis>| match basis {
            None => Ok(0),
            Some(basis) => basis.functions().map(|functions| functions.length()),
        };
        let stimulus = match &self.stimulus {
            None => 0,
            Some(stimulus) => {
                let unit = match stimulus.lags {
                    Lags::Bins => 1,
                    Lags::Frames => bins_per_frame,
                };
                let lags = stimulus.basis.functions()?.length() * unit;
                lags.saturating_sub(1)
            }
        };
        Ok(stimulus
            .max(length(&self.history)?)
            .max(length(&self.coupling)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_filter_sets_the_reach() {
        let mut design = Design {
            stimulus: Some(StimulusDesign {
                basis: Basis::Raw { length: 3 },
                lags: Lags::Frames,
                rank: None,
                windows: None,
            }),
            history: Some(Basis::Raw { length: 25 }),
            ..Design::default()
        };
        assert_eq!(design.reach(10), Ok(29));
        assert_eq!(design.reach(1), Ok(25));
        design.stimulus = None;
        design.history = None;
        assert_eq!(design.reach(1), Ok(0));
    }
}
