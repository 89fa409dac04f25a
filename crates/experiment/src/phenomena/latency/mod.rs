//! Response latency against contrast.

mod figure;
mod measure;
mod metrics;
mod preset;

use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::Draft;
use crate::contrast_step::ContrastStep;
use crate::figure::NamedFigure;
use crate::moment::MomentTimes;
use crate::protocol::{Presets, Protocol};
use crate::{Contrast, Error, Metric, Outcome, Screen};

/// Latency coding: the stronger a step or flash of the whole screen, the sooner the response.
///
/// Gollisch & Meister 2008. A cell whose drive is linear in the stimulus responds more strongly to
/// a stronger step, but at the same time, whatever its output nonlinearity: its latency is flat.
///
/// # Shown
/// Grey, then each of `contrasts` for `duration`. The weakest contrasts are the control: a
/// contrast of 0 shows nothing.
///
/// # Measured
/// From the onset to `window` after it, above the rate at rest: the time of the first local maximum
/// that reaches `first_peak_share` of the largest (`first peak`), and the centre of mass in time.
/// A contrast counts if its first peak rises above rest by `least_rate` and by `least_share` of
/// what the strongest response of the cell does. Where contrasts of both signs are shown, those of
/// the sign that evokes the stronger response count.
/// `fall_ms` is the first-peak latency of the weakest contrast that counts less that of the
/// strongest; `fall_per_octave_ms` is minus the slope of the least-squares line of latency against the
/// logarithm of contrast to base 2, by which responses are compared: unlike a difference of two
/// latencies it hardly depends on which contrast is the weakest that counts; `rank_correlation` is Spearman's, of latency and strength of contrast;
/// `ordered_pairs` is the order of the pairs of contrasts whose latencies differ by a frame or more,
/// -1 if all of them fall: see [`ordered_pairs`](crate::statistics::ordered_pairs). Latencies that
/// differ by less are not told apart by a response in frames.
///
/// # Present
/// If `least_contrasts` or more count, the 95 % interval of `ordered_pairs` reaches
/// `rank_correlation` of the criteria, that of `fall_ms` reaches `least_fall`, and neither holds 0;
/// errors are those of the jackknife over contrasts, and of a fall also that of the frame. It is absent
/// if one interval does not reach what is asked for, or no two latencies differ by a frame; else
/// undetermined. A cell that no contrast moves by `least_rate`, or whose rate is capped, is not
/// measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// Time for which a contrast is shown.
    pub duration: Milliseconds,
    /// Contrasts; dark is negative.
    pub contrasts: Vec<Contrast>,
    /// Time after the onset in which the response is looked for.
    pub window: Milliseconds,
    /// When a cell shows the phenomenon.
    pub criteria: LatencyCriteria,
}

/// When a cell shows latency coding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LatencyCriteria {
    /// Share of the largest peak that the first must reach.
    pub first_peak_share: f64,
    /// Rate in Hz by which a response must rise above rest.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
    /// Share of the cell's strongest response that a response must reach.
    pub least_share: f64,
    /// Contrasts that must count.
    pub least_contrasts: usize,
    /// Largest (most positive) rank correlation of latency and strength of contrast, of pairs of
    /// contrasts whose latencies differ by a frame or more.
    pub rank_correlation: f64,
    /// Smallest fall of the latency.
    pub least_fall: Milliseconds,
}

impl Latency {
    fn check(&self) -> Result<(), Error> {
        let least = self.criteria.least_contrasts.max(2);
        let strengths = self.contrasts.iter().filter(|contrast| contrast.0 != 0.0);
        let count = strengths.count();
        if count < least {
            return Err(Error::value(
                Self::EXPERIMENT,
                "contrasts",
                format!("{count} contrasts other than 0"),
                format!("are fewer than the {least} that must count"),
                format!("give {least} or more, or lower `criteria.least_contrasts`"),
            ));
        }
        let mut sorted: Vec<f64> = self.contrasts.iter().map(|contrast| contrast.0).collect();
        sorted.sort_by(f64::total_cmp);
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err(Error::value(
                Self::EXPERIMENT,
                "contrasts",
                format!("{} sd", pair[0]),
                "is there twice",
                "give each contrast once",
            )),
        }
    }

    fn draft(&self, contrast: Contrast, screen: &Screen) -> Draft {
        let shown = screen.whole_frames(self.duration).0;
        let total = shown.max(screen.whole_frames(self.window).0);
        let step = ContrastStep {
            contrast,
            duration: self.duration,
            total: Milliseconds(total),
        };
        step.draft(format!("contrast {}", contrast.0))
    }
}

impl Protocol for Latency {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
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

    fn moments(&self, screen: &Screen) -> Vec<MomentTimes> {
        let window = screen.frame_period.0..=screen.whole_frames(self.window).0;
        let moment = |condition| MomentTimes {
            condition,
            times_ms: window.clone(),
        };
        (0..self.contrasts.len()).map(moment).collect()
    }
}
