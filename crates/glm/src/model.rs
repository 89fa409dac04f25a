//! Models of the cells of a recording, as a fit leaves them.

use serde::{Deserialize, Serialize};

use crate::basis::Functions;
use crate::coupling_test::CouplingTest;
use crate::design::Design;
use crate::error::{Error, setting};
use crate::layout::Feature;
use crate::penalty::Penalty;
use crate::recording::Recording;
use crate::selection::Selected;
use crate::standard_errors::Errors;
use crate::weights::Weights;

/// Models of the cells of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What the models are made of.
    pub design: Design,
    /// Bins of a frame of the movie.
    pub bins_per_frame: usize,
    /// Rows and columns of the movie.
    pub frame: Option<[usize; 2]>,
    /// The models, cell by cell.
    pub cells: Vec<CellFit>,
    /// What spike filters act on.
    #[serde(default)]
    pub spike_input: SpikeInput,
    /// In models of deviations, what is added to the bias of each cell besides, so that mean rates are kept: the mean
    /// that is taken away is of the bias without it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bias_shifts: Vec<f64>,
    /// Tests of all couplings, where standard errors were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tests: Vec<CouplingTest>,
}

/// What spike filters of a model are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpikeInput {
    /// Of spike counts.
    #[default]
    Counts,
    /// Of spike counts less the mean that the stimulus alone gives in that bin: what the stimulus explains is not
    /// counted twice (two-step models).
    Deviations,
}

/// The model of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellFit {
    /// The weights.
    pub weights: Weights,
    /// Their standard errors, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub errors: Option<Errors>,
    /// How the optimum was reached.
    pub optimum: Optimum,
    /// The strengths of penalties that it was fitted with.
    pub penalty: Penalty,
    /// What the choice of these was from, where they were selected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub selected: Option<Selected>,
    /// What is not as it should be.
    pub warnings: Vec<Warning>,
}

/// How near a fit is to its optimum. As the loss is convex, a point without a slope is the one minimum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// Mean loss of a bin, nats, without penalties: of Poisson counts without `log y!`.
    #[serde(with = "crate::json_number::one")]
    pub loss: f64,
    /// With penalties.
    #[serde(with = "crate::json_number::one")]
    pub objective: f64,
    /// Largest derivative of the objective by a coefficient.
    #[serde(with = "crate::json_number::one")]
    pub gradient: f64,
    /// Distance of the summed objective from its minimum as the local quadratic approximation has it, nats
    /// (half the squared Newton decrement).
    #[serde(with = "crate::json_number::one")]
    pub gap: f64,
    /// Steps from the start.
    pub steps: usize,
    /// Bins in the likelihood.
    #[serde(with = "crate::json_number::one")]
    pub bins: f64,
    /// Spikes in them.
    #[serde(with = "crate::json_number::one")]
    pub spikes: f64,
}

/// What is not as it should be with the model of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Warning {
    /// The cell has no spike in the likelihood: nothing is fitted, and its rate is that of half a spike.
    Silent,
    /// The optimum was not reached within the steps that were allowed.
    TooManySteps,
    /// The precision of the numbers was reached before the distance from the minimum that was asked for.
    Stalled,
    /// Features of spikes that no spike of the cell ever follows although they occur: without a penalty, their best
    /// weight is minus infinity, and what stands is where the ridge or the tolerance ended it.
    Separable {
        /// What the features are of.
        features: Vec<Feature>,
    },
    /// A weight so large that a feature's standard deviation alone changes the rate beyond measure.
    Runaway {
        /// What the features are of.
        features: Vec<Feature>,
    },
}

impl CellFit {
    pub(crate) fn new(weights: Weights, optimum: Optimum, penalty: Penalty) -> Self {
        Self {
            weights,
            errors: None,
            optimum,
            penalty,
            selected: None,
            warnings: Vec::new(),
        }
    }

    /// The model of weights that were fitted before, to spikes of this mean count a bin.
    pub fn of_weights(weights: Weights, mean_count: f64) -> Self {
        Self {
            weights,
            errors: None,
            optimum: Optimum {
                loss: f64::NAN,
                objective: f64::NAN,
                gradient: f64::NAN,
                gap: f64::NAN,
                steps: 0,
                bins: 1.0,
                spikes: mean_count,
            },
            penalty: Penalty::default(),
            selected: None,
            warnings: Vec::new(),
        }
    }
}

impl Fit {
    pub(crate) fn check(&self, recording: &Recording<'_>) -> Result<(), Error> {
        let cells = recording.spikes.cells;
        if cells != self.cells.len() {
            return Err(Error::Cells {
                what: "models",
                found: self.cells.len(),
                cells,
            });
        }
        if recording.spikes.bins_per_frame != self.bins_per_frame {
            return Err(setting(
                "bins_per_frame",
                &recording.spikes.bins_per_frame,
                "models are of another number",
            ));
        }
        match (&recording.movie, self.frame) {
            (None, _) if self.design.stimulus.is_some() => Err(Error::NoMovie),
            (Some(movie), Some([height, width]))
                if [movie.height, movie.width] != [height, width] =>
            {
                Err(Error::MovieShape {
                    values: movie.frames.len(),
                    frames: recording.frames(),
                    pixels: height * width,
                })
            }
            _ => Ok(()),
        }
    }

    /// The stimulus filter of a cell `[pixel][lag]`, the newest lag first; empty without one.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn stimulus_filter(&self, cell: usize) -> Result<Vec<f64>, Error> {
        let Some(stimulus) = &self.design.stimulus else {
            return Ok(Vec::new());
        };
        let functions = stimulus.basis.functions()?;
        let pixels = self.cells[cell].weights.stimulus.chunks(functions.count());
        Ok(pixels
            .flat_map(|weights| functions.filter(weights))
            .collect())
    }

    /// What a spike of the cell adds to its `eta` in the bins after it; empty without history.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn history_filter(&self, cell: usize) -> Result<Vec<f64>, Error> {
        let functions = self
            .design
            .history
            .as_ref()
            .map(|basis| basis.functions())
            .transpose()?;
        let filter = |functions: Functions| functions.filter(&self.cells[cell].weights.history);
        Ok(functions.map_or(Vec::new(), filter))
    }

    /// What a spike of another cell adds to a cell's `eta` in the bins after it; empty without coupling.
    ///
    /// # Errors
    /// If the design's functions are none.
    pub fn coupling_filter(&self, cell: usize, other: usize) -> Result<Vec<f64>, Error> {
        let functions = self
            .design
            .coupling
            .as_ref()
            .map(|basis| basis.functions())
            .transpose()?;
        let filter = |functions: Functions| {
            let count = functions.count();
            functions.filter(&self.cells[cell].weights.coupling[other * count..][..count])
        };
        Ok(functions.map_or(Vec::new(), filter))
    }

    /// What a spike of each cell adds to the `eta` of each in the bins after it, `[cell][other][lag]`.
    pub(crate) fn spike_filters(&self) -> Result<Vec<Vec<Vec<f64>>>, Error> {
        let cells = 0..self.cells.len();
        let of = |cell: usize, other: usize| match cell == other {
            true => self.history_filter(cell),
            false => self.coupling_filter(cell, other),
        };
        cells
            .clone()
            .map(|cell| cells.clone().map(|other| of(cell, other)).collect())
            .collect()
    }
}
