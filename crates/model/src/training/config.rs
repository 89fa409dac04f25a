//! A training run, as written in a config file.

use ganglion_recording::{
    CellSelection, ConfigPath, Milliseconds, NormalisationRule, RATE, RecordingFile, Split,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::device::BackendKind;
use crate::error::Error;
use crate::network::ModelConfig;
use crate::targets::TargetForm;

/// The time that the published networks see: 40 frames of 10 ms.
pub(super) const USUAL_HISTORY: Milliseconds = Milliseconds(400.0);
/// Frames that the published networks see.
const PUBLISHED_HISTORY: usize = 40;

/// Everything that determines a training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Seed of initial weights, sampling, noise and random splits.
    #[serde(default = "one_seed")]
    pub seed: u64,
    /// What is learned from.
    pub recording: RecordingConfig,
    /// What learns.
    pub model: ModelConfig,
    /// How it learns.
    #[serde(default)]
    pub training: TrainingConfig,
    /// Where it learns.
    #[serde(default)]
    pub device: DeviceConfig,
}

/// The `[recording]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordingConfig {
    /// Session files that are trained on together; they must hold the same cells.
    pub files: Vec<ConfigPath>,
    /// Cells, 0-based, or "all".
    #[serde(default)]
    pub cells: CellSelection,
    /// Name of the response dataset.
    #[serde(default = "response_name")]
    pub response: String,
    /// What is learned: the rates of `response`, or the spikes of single trials, which are `repeats` of
    /// the recording, or `response/binned` of one trial. With spikes, `response` is what scores are of.
    #[serde(default, skip_serializing_if = "TargetForm::is_default")]
    pub targets: TargetForm,
    /// Frames that one response sees; 40 where `history_ms` is left out, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "frames"))]
    pub history_frames: Option<usize>,
    /// The same as a time, in place of `history_frames`: the nearest number of frames of the recording, one at least.
    /// A run keeps that number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_ms: Option<Milliseconds>,
    /// Frames dropped at the start of every block.
    #[serde(default)]
    #[schemars(extend("unit" = "frames"))]
    pub skip_frames_per_block: usize,
    /// Separately recorded pieces, joined in each file, of equal length.
    #[serde(default = "one")]
    pub blocks: usize,
    /// Bins by which responses are shifted against the movie, circularly, as a null: whatever such a network
    /// learns of the movie, it does not learn from the cells. 0 for none; else at least
    /// [`least_shift`](Self::least_shift), either way round.
    #[serde(default, skip_serializing_if = "is_none")]
    #[schemars(extend("unit" = "bins"))]
    pub shift_responses: usize,
    /// How pixels are normalised.
    #[serde(default)]
    pub normalisation: NormalisationRule,
    /// What is held out for validation.
    #[serde(default)]
    pub validation: Split,
}

impl RecordingConfig {
    /// Frames that one response sees, where one lasts `period`.
    pub fn history(&self, period: Milliseconds) -> usize {
        match (self.history_frames, self.history_ms) {
            (Some(frames), _) => frames,
            (None, Some(span)) => ((span / period).round() as usize).max(1),
            (None, None) => PUBLISHED_HISTORY,
        }
    }

    /// Frames of the usual history, where one lasts `period`.
    pub(super) fn usual_history(period: Milliseconds) -> usize {
        ((USUAL_HISTORY / period).round() as usize).max(1)
    }

    /// The same config, whose history is a number of frames of its first recording.
    ///
    /// # Errors
    /// Where the history is a time, and that recording cannot be opened.
    pub fn in_frames(&self) -> Result<Self, Error> {
        let period = match (self.history_ms, self.files.first()) {
            (Some(_), Some(file)) => RecordingFile::open(file)?.frame_period().period,
            // No length of a frame matters.
            _ => Milliseconds(1.0),
        };
        Ok(Self {
            history_frames: Some(self.history(period)),
            history_ms: None,
            ..self.clone()
        })
    }

    /// The least number of bins, ten histories, by which responses are shifted: what was shown so long before a
    /// response has nothing to do with it but for slow changes of light.
    pub fn least_shift(history: usize) -> usize {
        10 * history
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_none(bins: &usize) -> bool {
    *bins == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(coefficient: &f64) -> bool {
    *coefficient == 0.0
}

/// The `[training]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Passes over the training data.
    pub epochs: usize,
    /// Responses predicted in one step.
    #[schemars(extend("unit" = "frames"))]
    pub batch_frames: usize,
    /// Consecutive responses in one segment: longer is faster, shorter mixes batches better.
    #[schemars(extend("unit" = "frames"))]
    pub segment_frames: usize,
    /// The optimiser.
    pub optimiser: OptimiserConfig,
    /// Squared-weight penalties, added to the loss.
    pub l2: L2Config,
    /// Weight of the sum of predicted rates over the batch, added to the loss.
    pub l1_output: f64,
    /// Smoothness penalties on first-layer kernels, added to the loss.
    pub smoothness: SmoothnessConfig,
    /// Times the sum over pixels of the length (Euclidean norm) of their time course in first-layer kernels
    /// (or filters), divided by their number: pixels far from the receptive field lose all weight; 0 for none.
    #[serde(skip_serializing_if = "is_zero")]
    pub locality: f64,
    /// Penalties that hold Gaussian read-outs near their start, added to the loss.
    pub anchor: AnchorConfig,
    /// Epochs in which batch normalisation uses each batch's own statistics; afterwards it uses the
    /// running ones, and they stay as they are. All epochs if not given.
    ///
    /// A batch's statistics differ from those of the movie, and move every threshold from step to step;
    /// without that, last epochs fit closer. Needs statistics worth keeping: at least one epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_statistics_epochs: Option<usize>,
    /// Keeps the loss's logarithm finite.
    pub loss_epsilon: f64,
    /// Whether each cell's rates are measured in units of its mean rate, so that all cells count
    /// alike.
    pub equalise_cells: bool,
    /// Lowers the learning rate when validation stops improving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plateau: Option<PlateauConfig>,
    /// Lowers the learning rate along half a cosine, step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cosine: Option<CosineConfig>,
    /// Ends training when validation stops improving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stop: Option<EarlyStopConfig>,
    /// Largest Euclidean norm of a step's gradient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_clip: Option<f64>,
    /// What decides which epoch's model is the best.
    pub select: Criterion,
}

/// The `[training] optimiser` table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum OptimiserConfig {
    /// Adam (Kingma & Ba 2015); weight decay is added to the gradient, as in PyTorch's Adam.
    Adam {
        /// Learning rate.
        #[serde(default = "learning_rate")]
        learning_rate: f64,
        /// Decay of the first moment.
        #[serde(default = "beta_1")]
        beta_1: f32,
        /// Decay of the second moment.
        #[serde(default = "beta_2")]
        beta_2: f32,
        /// Keeps the quotient finite.
        #[serde(default = "adam_epsilon")]
        epsilon: f32,
        /// Weight decay on every parameter.
        #[serde(default)]
        weight_decay: f32,
    },
    /// AdamW (Loshchilov & Hutter 2019); weight decay acts on the weights directly.
    AdamW {
        /// Learning rate.
        #[serde(default = "learning_rate")]
        learning_rate: f64,
        /// Decay of the first moment.
        #[serde(default = "beta_1")]
        beta_1: f32,
        /// Decay of the second moment.
        #[serde(default = "beta_2")]
        beta_2: f32,
        /// Keeps the quotient finite.
        #[serde(default = "adam_epsilon")]
        epsilon: f32,
        /// Weight decay on every parameter.
        #[serde(default)]
        weight_decay: f32,
    },
}

impl OptimiserConfig {
    /// The learning rate before any schedule.
    pub fn learning_rate(&self) -> f64 {
        match self {
            Self::Adam { learning_rate, .. } | Self::AdamW { learning_rate, .. } => *learning_rate,
        }
    }
}

/// Coefficients of squared-weight penalties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct L2Config {
    /// Times the sum of squares of all convolution kernels (or LN filters).
    pub kernels: f64,
    /// Times the sum of squares of the read-out weights, divided by the number of cells.
    pub readout: f64,
}

/// Coefficients of smoothness penalties, on first-layer kernels (or the filters of LN and subunit models).
///
/// For factorised kernels they act on time courses and spatial profiles separately; divided by the
/// number of channels (or cells).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SmoothnessConfig {
    /// Times the sum of squared spatial Laplacians, the outside counted as zero; along bars where kernels are
    /// one row high.
    pub spatial: f64,
    /// Times the sum of squared second differences in time.
    pub temporal: f64,
}

/// Coefficients that hold Gaussian windows near their start, divided by the number of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnchorConfig {
    /// Times the squared distance of the centre from its start, units of the hidden layer.
    pub centre: f64,
    /// Times the squared logarithm of the width's change.
    pub deviation: f64,
}

/// Lowers the learning rate when the validation loss stops improving.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlateauConfig {
    /// The rate is multiplied by this.
    pub factor: f64,
    /// Epochs without improvement that are tolerated.
    pub patience: usize,
    /// What must improve.
    #[serde(default = "by_loss")]
    pub metric: Criterion,
}

/// Lowers the learning rate along half a cosine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CosineConfig {
    /// Steps over which the rate first rises linearly.
    #[serde(default)]
    pub warmup_steps: usize,
}

/// Ends training when validation stops improving.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyStopConfig {
    /// Epochs without improvement that are tolerated.
    pub patience: usize,
    /// What must improve.
    #[serde(default)]
    pub metric: Criterion,
}

/// A number that tells a better model from a worse one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Criterion {
    /// Mean over cells of the validation correlation: higher is better.
    #[default]
    Correlation,
    /// Validation loss: lower is better.
    Loss,
    /// The newest epoch is the best.
    Last,
}

/// The `[device]` table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceConfig {
    /// Burn's backend.
    pub backend: BackendKind,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 50,
            batch_frames: 4096,
            segment_frames: 256,
            optimiser: OptimiserConfig::default(),
            l2: L2Config::default(),
            l1_output: 0.0,
            smoothness: SmoothnessConfig::default(),
            locality: 0.0,
            anchor: AnchorConfig::default(),
            batch_statistics_epochs: None,
            loss_epsilon: 1e-8,
            equalise_cells: false,
            plateau: None,
            cosine: None,
            early_stop: None,
            gradient_clip: None,
            select: Criterion::default(),
        }
    }
}

impl Default for OptimiserConfig {
    fn default() -> Self {
        Self::Adam {
            learning_rate: learning_rate(),
            beta_1: beta_1(),
            beta_2: beta_2(),
            epsilon: adam_epsilon(),
            weight_decay: 0.0,
        }
    }
}

fn one_seed() -> u64 {
    1
}

fn one() -> usize {
    1
}

fn response_name() -> String {
    RATE.into()
}

fn learning_rate() -> f64 {
    5e-3
}

fn beta_1() -> f32 {
    0.9
}

fn beta_2() -> f32 {
    0.999
}

fn adam_epsilon() -> f32 {
    1e-8
}

fn by_loss() -> Criterion {
    Criterion::Loss
}
