//! Stages of convolution, then a read-out a cell: what BN-CNN and NIPS-CNN share.

mod architecture;
mod found;
mod network;
mod stage;
mod state;

pub(super) use architecture::Architecture;
pub use architecture::BatchNorm;
pub(super) use found::arrays_of;
pub use network::{ConvolutionalNetwork, Readout};
pub use stage::Stage;
