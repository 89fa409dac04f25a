//! A layer of a weights file.

use super::convolution::Convolution;
use super::units::{Axis, CHANNELS_FIRST, Order, Over};

/// A layer of a file.
#[derive(Clone, Debug)]
pub(super) struct FileLayer {
    /// Its name in the file.
    pub(super) name: String,
    /// Its arrays and their shapes, as they are reported.
    pub(super) arrays: Vec<(String, Vec<usize>)>,
    /// What it does.
    pub(super) kind: LayerKind,
}

/// What a layer does.
#[derive(Clone, Debug)]
pub(super) enum LayerKind {
    Convolution(Convolution),
    Dense(Dense),
    Normalisation(FileNormalisation),
    /// Standard deviation of noise in training.
    Noise(f64),
    /// Factors of the rates.
    Scale(Vec<f32>),
    /// A count of batches.
    Counter,
}

/// `h[n] = bias[n] + sum_u weight[n, u] a[u]`.
#[derive(Clone, Debug)]
pub(super) struct Dense {
    pub(super) weight: Vec<f32>,
    pub(super) outputs: usize,
    pub(super) inputs: usize,
    pub(super) bias: Option<Vec<f32>>,
    /// Order of the units that it reads.
    pub(super) order: Order,
}

/// `gain * (z - mean) / sqrt(variance + epsilon) + offset`, one value a group.
#[derive(Clone, Debug)]
pub(super) struct FileNormalisation {
    pub(super) gain: Vec<f32>,
    pub(super) offset: Vec<f32>,
    pub(super) mean: Vec<f32>,
    pub(super) variance: Vec<f32>,
    /// Where the file says.
    pub(super) epsilon: Option<f64>,
    /// Which units share values.
    pub(super) over: Over,
    /// Whether it comes after the rectification.
    pub(super) after_activation: bool,
}

impl FileNormalisation {
    /// A normalisation before the rectification, of channels or of units in our order.
    pub(super) fn new(groups: usize) -> Self {
        Self {
            gain: vec![1.0; groups],
            offset: vec![0.0; groups],
            mean: vec![0.0; groups],
            variance: vec![1.0; groups],
            epsilon: None,
            over: Over::Counted(CHANNELS_FIRST),
            after_activation: false,
        }
    }

    /// The axes along which its values differ, if they fit the stage.
    pub(super) fn axes(&self, planes: [usize; 3]) -> Option<Vec<Axis>> {
        self.over.axes(self.mean.len(), planes)
    }

    /// Whether all units of a channel share a value.
    pub(super) fn is_per_channel(&self, planes: [usize; 3]) -> bool {
        self.axes(planes) == Some(vec![Axis::Channel])
    }
}
