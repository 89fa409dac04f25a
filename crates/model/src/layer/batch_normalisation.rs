//! Batch normalisation with rectification, per unit or per channel.

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Mode, Statistics};
use crate::activation::{Activation, normalise_and_activate, rescale_and_activate};

/// Which values share one mean and variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// Every unit (channel and position) has its own: the published networks.
    #[default]
    PerUnit,
    /// All positions of a channel share theirs (`bnorm_d = 2` in torch-deep-retina).
    PerChannel,
}

/// Settings of a [`BatchNormalisation`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormalisationConfig {
    /// Groups of consecutive units that share statistics, gain and offset.
    pub groups: usize,
    /// Added to the variance before its root is taken; 1e-3 in the published networks.
    pub epsilon: f64,
    /// Weight of the newest batch in the running statistics, PyTorch's sense; 0.01 as published.
    pub momentum: f64,
}

/// Batch normalisation (Ioffe & Szegedy 2015):
///
/// ```text
/// a = gain * (z - mean) / sqrt(variance + epsilon) + offset
/// ```
///
/// In training by [`Statistics::Batch`], mean and biased variance are the batch's, and the running
/// statistics follow with the *unbiased* variance as in PyTorch (Burn's own layer uses the biased
/// one); otherwise the running statistics are used. Noise and rectification that follow are fused in.
#[derive(Module, Debug)]
pub struct BatchNormalisation {
    /// `[group]`
    pub gain: Param<Tensor<1>>,
    /// `[group]`
    pub offset: Param<Tensor<1>>,
    /// `[group]`
    pub running_mean: RunningState<Tensor<1>>,
    /// `[group]`, unbiased
    pub running_variance: RunningState<Tensor<1>>,
    epsilon: f64,
    momentum: f64,
}

impl BatchNormalisationConfig {
    /// Unit gain, no offset, running statistics of a standard normal variable.
    pub fn init(&self, device: &Device) -> BatchNormalisation {
        let constant = |value: f32| Tensor::full([self.groups], value, device);
        BatchNormalisation {
            gain: Param::from_tensor(constant(1.0)),
            offset: Param::from_tensor(constant(0.0)),
            running_mean: RunningState::new(constant(0.0)),
            running_variance: RunningState::new(constant(1.0)),
            epsilon: self.epsilon,
            momentum: self.momentum,
        }
    }
}

impl BatchNormalisation {
    /// Added to the variance before its root is taken.
    pub fn epsilon(&self) -> f64 {
        self.epsilon
    }

    /// Normalises, then adds noise and rectifies as `activation` says.
    ///
    /// # Shapes
    /// Input and output `[unit..., sample...]`, the leading axes covering the groups in order.
    pub fn forward<const D: usize>(
        &self,
        input: Tensor<D>,
        activation: Activation,
        mode: Mode,
    ) -> Tensor<D> {
        match mode {
            Mode::Inference => self.forward_affine(input, activation.without_noise()),
            Mode::Training { statistics, .. } => match statistics {
                Statistics::Batch => self.forward_by_batch(input, activation),
                Statistics::Running => self.forward_affine(input, activation),
            },
        }
    }

    fn forward_affine<const D: usize>(
        &self,
        input: Tensor<D>,
        activation: Activation,
    ) -> Tensor<D> {
        let (scale, shift) = self.scale_and_shift();
        rescale_and_activate(input, scale, shift, activation)
    }

    fn forward_by_batch<const D: usize>(
        &self,
        input: Tensor<D>,
        activation: Activation,
    ) -> Tensor<D> {
        let samples = input.shape().num_elements() / self.gain.dims()[0];
        let (output, mean, variance) = normalise_and_activate(
            input,
            self.gain.val(),
            self.offset.val(),
            self.epsilon,
            activation,
        );
        let unbiased = samples as f64 / (samples as f64 - 1.0).max(1.0);
        self.follow(&self.running_mean, mean);
        self.follow(&self.running_variance, variance.mul_scalar(unbiased));
        output
    }

    fn follow(&self, running: &RunningState<Tensor<1>>, newest: Tensor<1>) {
        let running_value = running.value_sync();
        let value = running_value
            .mul_scalar(1.0 - self.momentum)
            .add(newest.detach().mul_scalar(self.momentum));
        running.update(value.detach());
        // Settles the update at once, so that whoever saves the layer next sees it.
        running.value_sync();
    }

    /// The affine map `scale * z + shift` that the layer is outside training.
    pub fn scale_and_shift(&self) -> (Tensor<1>, Tensor<1>) {
        let variance = self.running_variance.value_sync();
        let scale = self.gain.val() / variance.add_scalar(self.epsilon).sqrt();
        let shift = self.offset.val() - scale.clone() * self.running_mean.value_sync();
        (scale, shift)
    }
}
