//! From hidden units to cells.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand::Rng;

use crate::initialisation::uniform;

/// Shapes of a [`DenseReadout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DenseReadoutConfig {
    /// Hidden units.
    pub units: usize,
    /// Cells.
    pub cells: usize,
    /// Whether a learned constant is added to each cell.
    pub bias: bool,
}

/// Every cell a weighted sum of all hidden units: `h[n] = b[n] + sum_u w[n, u] a[u]`.
#[derive(Module, Debug)]
pub struct DenseReadout {
    /// `[cell, unit]`, units in the order channel, y, x
    pub weight: Param<Tensor<2>>,
    /// `[cell]`
    pub bias: Option<Param<Tensor<1>>>,
}

impl DenseReadoutConfig {
    /// Draws initial weights as PyTorch's linear layers do: uniformly within 1 / sqrt(units).
    pub fn init(&self, device: &Device, generator: &mut impl Rng) -> DenseReadout {
        let bound = 1.0 / (self.units as f32).sqrt();
        DenseReadout {
            weight: uniform([self.cells, self.units], bound, device, generator),
            bias: self
                .bias
                .then(|| uniform([self.cells], bound, device, generator)),
        }
    }
}

impl DenseReadout {
    /// # Shapes
    /// - input: `[channel, y, x, segment, frame]`
    /// - output: `[cell, sample]`, samples in the order segment, frame
    pub fn forward(&self, input: Tensor<5>) -> Tensor<2> {
        let [channels, height, width, segments, frames] = input.dims();
        let units = input.reshape([channels * height * width, segments * frames]);
        let drive = self.weight.val().matmul(units);
        match &self.bias {
            Some(bias) => drive + bias.val().unsqueeze_dim(1),
            None => drive,
        }
    }
}
