//! Layers of the networks, in the time-minor layout [channel, y, x, segment, frame].

mod batch_normalisation;
mod convolution;
mod mode;
mod readout;

pub use batch_normalisation::{BatchNormalisation, BatchNormalisationConfig, Grouping};
pub use convolution::{Algorithm, SpatiotemporalConvolution, SpatiotemporalConvolutionConfig};
pub use mode::Mode;
pub use readout::{DenseReadout, DenseReadoutConfig};
