//! What an input does with its filtered movie.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::network::nonlinearity::softplus;
use crate::network::sequential::SequentialModule;

/// From an input's filtered movie to what the cell adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InputNonlinearity {
    /// max(0, z): inputs are the hidden units of a network, which can be attributed and reduced.
    #[default]
    Relu,
    /// log(1 + exp z)
    Softplus,
    /// max(0, z)^2
    RectifiedSquare,
}

impl InputNonlinearity {
    pub(super) fn forward<const D: usize>(self, filtered: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => relu(filtered),
            Self::Softplus => softplus(filtered),
            Self::RectifiedSquare => relu(filtered).powi_scalar(2),
        }
    }

    pub(super) fn module(self) -> SequentialModule {
        match self {
            Self::Relu => SequentialModule::Rectification,
            Self::Softplus => SequentialModule::Softplus,
            Self::RectifiedSquare => SequentialModule::RectifiedSquare,
        }
    }
}
