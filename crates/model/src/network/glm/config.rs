//! What the `[model]` table of a generalised linear model says.

use ganglion_glm::{Basis, Design, Lags, Observation, Settings, StimulusDesign, Window};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::at_least_one;
use crate::network::patch_size::PatchSize;

/// A generalised linear model of the spikes of all cells, coupled where `coupling` is given: exact optimum, no
/// steps of an optimiser, so that `[training]` is left out.
///
/// ```text
/// eta_i(t) = b_i + sum over pixels and lags of k_i s + sum over lags of h_i n_i + sum over j and lags of c_ij n_j
/// ```
///
/// with the movie s and spikes n in bins before t, of which whole numbers make a frame. The predicted rate is the
/// mean over trials that are simulated freely, each with its own spikes.
///
/// Truccolo et al. 2005 (J. Neurophysiol. 93:1074); Pillow et al. 2008 (Nature 454:995).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Glm {
    /// Functions of lag that stimulus filters are sums of, one sum a pixel. Lag 0 is the last frame before the bin's
    /// own.
    pub stimulus: Basis,
    /// What the lags of stimulus filters are counted in.
    pub lags: Lags,
    /// Stimulus filters are sums of so many products of a map and a time course; absent: any filters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Size in pixels of the window around each cell's receptive field: a number for a square, or
    /// `[rows, columns]`; absent: the whole frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "pixels"))]
    pub window: Option<PatchSize>,
    /// Functions of lag, in bins of the spikes, that the filter of a cell's own past spikes is a sum of; absent:
    /// spikes do not depend on those before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Basis>,
    /// The same of the spikes of every other cell; absent: cells are not coupled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupling: Option<Basis>,
    /// Whether history and coupling filters are found from repeats of a movie that the recording has beside its own,
    /// `repeated_unknown_movie`, whatever drives the cells in it, so that couplings do not take what the stimulus
    /// explains (Mahuas et al. 2020, NeurIPS 33:5070).
    pub two_step: bool,
    /// Bins after a spike in which the cell cannot fire.
    pub refractory_bins: usize,
    /// What is counted in a bin, and how the sum of the filters sets it.
    pub observation: Observation,
    /// Bins of a frame; absent: as the recording's `spikes` have them, or one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bins_per_frame: Option<usize>,
    /// Penalties, how they are chosen, and when the optimum is near enough.
    pub fit: Settings,
    /// Trials that are simulated for a predicted rate, where spikes depend on those before.
    pub simulated_trials: usize,
    /// Size of a pixel on the retina, micrometres; absent: as the recording says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
}

impl Default for Glm {
    /// Stimulus filters of 40 frames, without spikes.
    fn default() -> Self {
        Self {
            stimulus: Basis::RaisedCosines {
                functions: 8,
                length: 40,
                first_peak: 1.0,
                last_peak: 30.0,
                stretch: 10.0,
            },
            lags: Lags::Frames,
            rank: None,
            window: None,
            history: None,
            coupling: None,
            two_step: false,
            refractory_bins: 0,
            observation: Observation::default(),
            bins_per_frame: None,
            fit: Settings::default(),
            simulated_trials: 200,
            microns_per_pixel: None,
        }
    }
}

impl Glm {
    /// The design, with cells that see these windows, or all of the frame.
    pub fn design(&self, windows: Option<Vec<Window>>) -> Design {
        Design {
            stimulus: Some(StimulusDesign {
                basis: self.stimulus.clone(),
                lags: self.lags,
                rank: self.rank,
                windows,
            }),
            history: self.history.clone(),
            coupling: self.coupling.clone(),
            refractory_bins: self.refractory_bins,
            observation: self.observation,
        }
    }

    /// Whether spikes depend on those before.
    pub fn depends_on_spikes(&self) -> bool {
        self.history.is_some() || self.coupling.is_some() || self.refractory_bins > 0
    }

    pub(super) fn check_settings(&self) -> Result<(), Error> {
        at_least_one("model.simulated_trials", self.simulated_trials)?;
        if let Some(bins) = self.bins_per_frame {
            at_least_one("model.bins_per_frame", bins)?;
        }
        let bases = [
            Some(&self.stimulus),
            self.history.as_ref(),
            self.coupling.as_ref(),
        ];
        for basis in bases.into_iter().flatten() {
            basis.functions()?;
        }
        Ok(())
    }
}
