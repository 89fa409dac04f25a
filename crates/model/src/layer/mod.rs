//! Layers of the networks, in the time-minor layout `[channel, y, x, segment, frame]`.

mod batch_normalisation;
mod convolution;
mod gaussian_readout;
mod kernel;
mod mode;
mod readout;

pub use batch_normalisation::{BatchNormalisation, BatchNormalisationConfig, Grouping};
pub(crate) use convolution::convolve;
pub use convolution::{Algorithm, SpatiotemporalConvolution, SpatiotemporalConvolutionConfig};
pub use gaussian_readout::{GaussianReadout, GaussianReadoutConfig};
pub(crate) use kernel::KernelProduct;
pub use kernel::{
    ConvolutionKernel, Factorisation, FactorisedKernel, InitialPolarity, KernelShape,
};
pub use mode::{Mode, Statistics};
pub use readout::{DenseReadout, DenseReadoutConfig};
