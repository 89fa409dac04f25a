//! Operations that the Flex backend runs on kernels of our own, with their gradients.
//!
//! Two steps make up nearly all of a network's time: convolution and batch normalisation. On Flex
//! (the processor) they run on [`crate::spectral`] and [`crate::unit_statistics`] through Burn's
//! backend extension; other backends compose the same arithmetic from Burn's tensor operations.

mod autodiff;
mod flex;

use burn::backend::{Backend, Dispatch, DispatchDevice, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};

pub use crate::unit_statistics::Rectification;

/// Operations with kernels of our own on Flex.
#[backend_extension(Flex, Autodiff)]
pub trait RetinaOperations: Backend {
    /// Spatiotemporal convolution; shapes as in [`crate::spectral::Geometry`].
    fn spectral_convolution(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// Normalises by the batch's own statistics, adds noise and rectifies; also returns the
    /// statistics, mean and biased variance, which carry no gradient.
    fn normalise_by_batch(
        input: FloatTensor<Self>,
        gain: FloatTensor<Self>,
        offset: FloatTensor<Self>,
        settings: Rectification,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// Scales and shifts each group of units, adds noise and rectifies.
    fn rescale(
        input: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        settings: Rectification,
    ) -> FloatTensor<Self>;
}

/// Gradients of [`RetinaOperations`] on a backend without autodiff.
pub trait RetinaGradients: RetinaOperations {
    /// Gradients of [`RetinaOperations::spectral_convolution`] with respect to kernel, bias and,
    /// if asked for, input.
    fn spectral_convolution_gradients(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        output_gradient: FloatTensor<Self>,
        with_input: bool,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        Option<FloatTensor<Self>>,
    );

    /// Gradients of [`RetinaOperations::normalise_by_batch`] with respect to input, gain and
    /// offset.
    fn normalise_by_batch_gradients(
        saved: SavedNormalisation<Self>,
        output_gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3];

    /// Gradients of [`RetinaOperations::rescale`] with respect to input, scale and shift.
    fn rescale_gradients(
        saved: SavedRescaling<Self>,
        output_gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3];
}

/// What the backward pass of a rescaling needs.
#[derive(Clone, Debug)]
pub struct SavedRescaling<B: Backend> {
    /// Values before.
    pub input: FloatTensor<B>,
    /// Values after.
    pub output: FloatTensor<B>,
    /// Scale of each group of units.
    pub scale: FloatTensor<B>,
    /// The settings of the forward pass.
    pub settings: Rectification,
}

/// What the backward pass of a normalisation needs.
#[derive(Clone, Debug)]
pub struct SavedNormalisation<B: Backend> {
    /// Values before normalisation.
    pub input: FloatTensor<B>,
    /// Values after rectification.
    pub output: FloatTensor<B>,
    /// Gain of each group of units.
    pub gain: FloatTensor<B>,
    /// The batch's mean of each group.
    pub mean: FloatTensor<B>,
    /// The batch's biased variance of each group.
    pub variance: FloatTensor<B>,
    /// The settings of the forward pass.
    pub settings: Rectification,
}

/// Whether tensors on this device can use our own kernels.
pub(crate) fn has_own_kernels(device: &Device) -> bool {
    matches!(
        device.clone().inner().as_dispatch(),
        DispatchDevice::Flex(_)
    )
}

/// See [`RetinaOperations::spectral_convolution`].
pub(crate) fn spectral_convolution(
    input: Tensor<5>,
    kernel: Tensor<5>,
    bias: Tensor<1>,
) -> Tensor<5> {
    Tensor::from_dispatch(Dispatch::spectral_convolution(
        input.into_dispatch(),
        kernel.into_dispatch(),
        bias.into_dispatch(),
    ))
}

/// See [`RetinaOperations::normalise_by_batch`].
pub(crate) fn normalise_by_batch<const D: usize>(
    input: Tensor<D>,
    gain: Tensor<1>,
    offset: Tensor<1>,
    settings: Rectification,
) -> (Tensor<D>, Tensor<1>, Tensor<1>) {
    let (output, mean, variance) = Dispatch::normalise_by_batch(
        input.into_dispatch(),
        gain.into_dispatch(),
        offset.into_dispatch(),
        settings,
    );
    (
        Tensor::from_dispatch(output),
        Tensor::from_dispatch(mean),
        Tensor::from_dispatch(variance),
    )
}

/// See [`RetinaOperations::rescale`].
pub(crate) fn rescale<const D: usize>(
    input: Tensor<D>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    settings: Rectification,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::rescale(
        input.into_dispatch(),
        scale.into_dispatch(),
        shift.into_dispatch(),
        settings,
    ))
}
