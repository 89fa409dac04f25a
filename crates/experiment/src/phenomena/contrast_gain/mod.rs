//! Filter and nonlinearity at several contrasts.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::{Distribution, Layer, Noise, Region};
use crate::{Contrast, Error, Metric, Outcome, Screen, Stimulus};

/// Fast contrast adaptation: at high contrast a cell becomes less sensitive and its filter faster.
///
/// Chander & Chichilnisky 2001; Baccus & Meister 2002; contrasts as in the authors' later code.
///
/// # Shown
/// Gaussian flicker of the whole screen, steadily at each of `contrasts`, for `duration`. All use the
/// same random numbers.
///
/// # Measured
/// At each contrast, an LN cascade: the filter by reverse correlation (unit norm, its sign that of
/// the cell), and the nonlinearity against its output. `gain_ratio` is the factor by which the drive
/// at the lowest contrast must be scaled for the two nonlinearities to coincide, that is, how
/// sensitive the cell is at the highest contrast over the lowest
/// ([`Nonlinearity::sensitivity_of`](crate::receptive_field::Nonlinearity::sensitivity_of)): 1 for an
/// LN cell, wherever its threshold is. `peak_lag_change_ms` is the lag of the filter's peak at the
/// highest contrast less that at the lowest, by a parabola through the peak and its neighbours;
/// `biphasic_low` and `biphasic_high` say how biphasic it is; `explained_low` and `explained_high`
/// how much of the rate's variance the cascade explains.
///
/// # Present
/// If `gain_ratio` is at most `gain_ratio` of the criteria. This is a statement about the LN cascade
/// that describes the cell at each contrast, not about its mechanism: a circuit without any state
/// that adapts, such as two rectified pathways of different thresholds and kinetics, can show it.
/// Steady flicker cannot tell the two apart; [`ContrastAdaptation`](crate::ContrastAdaptation), which
/// follows the rate after a change, can. A cell whose cascade explains less than
/// `least_explained` of the variance at either contrast is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContrastGain {
    /// Contrasts, rising.
    pub contrasts: Vec<Contrast>,
    /// How long each is shown.
    pub duration: Milliseconds,
    /// Seed of the flicker.
    pub seed: u64,
    /// Bins of a nonlinearity.
    pub bins: usize,
    /// When a cell adapts.
    pub criteria: GainCriteria,
}

/// When the gain of a cell adapts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GainCriteria {
    /// Largest ratio of gains.
    pub gain_ratio: f64,
    /// Share of the variance that the cascade must explain.
    pub least_explained: f64,
}

impl Presets for ContrastGain {
    const EXPERIMENT: &'static str = "contrast-gain";

    fn presets() -> Vec<(&'static str, Self)> {
        let low = Self {
            contrasts: [0.1, 0.7].map(Contrast).to_vec(),
            ..later_code()
        };
        vec![("fast", later_code()), ("low-and-high", low)]
    }
}

/// The authors' later code: contrasts 0.5 to 2. The duration is ours.
fn later_code() -> ContrastGain {
    ContrastGain {
        contrasts: [0.5, 1.0, 1.5, 2.0].map(Contrast).to_vec(),
        duration: Milliseconds(40_000.0),
        seed: 1,
        bins: 40,
        criteria: GainCriteria {
            gain_ratio: 0.87,
            least_explained: 0.2,
        },
    }
}

impl ContrastGain {
    fn check(&self, screen: &Screen) -> Result<(), Error> {
        let refuse = |key, value: String, problem: &str, remedy: String| {
            Err(Error::value(Self::EXPERIMENT, key, value, problem, remedy))
        };
        let rising = self.contrasts.windows(2).all(|pair| pair[0] < pair[1]);
        if self.contrasts.len() < 2 || !rising || self.contrasts[0].0 <= 0.0 {
            let contrasts: Vec<f64> = self.contrasts.iter().map(|contrast| contrast.0).collect();
            return refuse(
                "contrasts",
                format!("{contrasts:?}"),
                "are not two or more rising contrasts above 0",
                "use for example [0.5, 2]".to_owned(),
            );
        }
        let samples = (self.duration / screen.frame_period) as usize;
        if self.bins < 4 || samples < 10 * self.bins + screen.history {
            return refuse(
                "bins",
                self.bins.to_string(),
                "are fewer than 4 or too many for the stimulus",
                format!("use 4 to {}", samples.saturating_sub(screen.history) / 10),
            );
        }
        Ok(())
    }

    fn draft(&self, contrast: Contrast, screen: &Screen) -> Draft {
        let noise = Noise {
            distribution: Distribution::Gaussian,
            contrast,
            mean: Contrast(0.0),
            update: screen.frame_period,
            check: None,
            seed: self.seed,
            onset: Milliseconds(0.0),
            duration: None,
            region: Region::Everywhere,
        };
        Draft {
            role: Role::Test,
            parameters: vec![Parameter::new("contrast", contrast.0, "sd")],
            stimulus: Stimulus::new(
                format!("flicker of contrast {}", contrast.0),
                self.duration,
                [Layer::Noise(noise)],
            ),
        }
    }
}

impl Protocol for ContrastGain {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check(screen)?;
        let contrasts = self.contrasts.iter();
        Ok(contrasts
            .map(|&contrast| self.draft(contrast, screen))
            .collect())
    }

    fn measure(&self, answers: &Answers<'_>) -> Outcome {
        measure::measure(self, answers)
    }

    fn metrics(&self) -> &'static [Metric] {
        Self::METRICS
    }

    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        figure::figures(outcome)
    }
}
