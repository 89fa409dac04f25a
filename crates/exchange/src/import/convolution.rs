//! A convolution of a weights file.

/// A two-dimensional convolution, valid, without stride.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Convolution {
    /// Kernels, last axis fastest.
    pub(super) kernel: Vec<f32>,
    /// Channels out, channels in, rows, columns.
    pub(super) shape: [usize; 4],
    /// `[channel out]`
    pub(super) bias: Option<Vec<f32>>,
    /// Convolutions of the file that it was composed of.
    pub(super) stacked: usize,
}
