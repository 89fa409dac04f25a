//! From drive to firing rate.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::config::OutputNonlinearity;
use super::sequential::{Sequential, SequentialModule};
use crate::initialisation::constant;

/// Drives beyond this go on linearly: the exponential would overflow at 88.
pub const LARGEST_EXPONENT: f64 = 20.0;

/// `rate[n] = scale[n] * f(drive[n])`, Hz.
///
/// The scale is no parameter: it is one, as published, or each cell's mean rate, so that all cells
/// start out alike.
#[derive(Module, Debug)]
pub struct RateOutput {
    /// `[cell]`, Hz
    pub scale: Param<Tensor<1>>,
    #[module(skip)]
    nonlinearity: OutputNonlinearity,
}

impl RateOutput {
    pub(super) fn new(cells: usize, nonlinearity: OutputNonlinearity, device: &Device) -> Self {
        Self {
            scale: constant(Tensor::ones([cells], device)),
            nonlinearity,
        }
    }

    pub(super) fn softplus(cells: usize, device: &Device) -> Self {
        Self::new(cells, OutputNonlinearity::Softplus, device)
    }

    /// From drive to rate.
    pub(super) fn nonlinearity(&self) -> OutputNonlinearity {
        self.nonlinearity
    }

    /// Writes the nonlinearity, and the factors unless all are one.
    pub(super) fn write(&self, to: &mut Sequential) {
        to.module(match self.nonlinearity {
            OutputNonlinearity::Softplus => SequentialModule::Softplus,
            OutputNonlinearity::Exp => SequentialModule::Exponential,
        });
        to.scale(&self.scale.val());
    }

    /// # Shapes
    /// Drives and rates `[cell, sample]`.
    pub fn forward(&self, drive: Tensor<2>) -> Tensor<2> {
        let rate = match self.nonlinearity {
            OutputNonlinearity::Softplus => softplus(drive),
            OutputNonlinearity::Exp => exponential(drive),
        };
        rate * self.scale.val().unsqueeze_dim(1)
    }
}

/// log(1 + exp h), written so that no exponential overflows and small rates keep their digits.
pub(super) fn softplus<const D: usize>(drive: Tensor<D>) -> Tensor<D> {
    let magnitude = drive.clone().abs();
    let decay = magnitude.clone().neg().exp();
    // max(0, h) in a form whose slope at 0, where a cell is whose inputs are all silent, is 1/2.
    (drive + magnitude).mul_scalar(0.5) + decay.log1p()
}

/// exp h, continued by its tangent beyond a limit, so that a cell that overshoots finds back.
fn exponential(drive: Tensor<2>) -> Tensor<2> {
    let limited = drive.clone().clamp_max(LARGEST_EXPONENT);
    let excess = drive - limited.clone();
    limited.exp() * excess.add_scalar(1.0)
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;

    /// log(1 + exp h) and its slope 1 / (1 + exp -h), also at exactly 0. 1e-6: single precision.
    #[test]
    fn softplus_has_its_slope_everywhere() {
        let drives = [-30.0f32, -1.0, 0.0, 0.5, 30.0];
        let device = Device::flex().autodiff();
        let drive = Tensor::<1>::from_data(TensorData::new(drives.to_vec(), [5]), &device);
        let drive = drive.require_grad();
        let rates = softplus(drive.clone());
        let slopes = drive
            .grad(&rates.clone().sum().backward())
            .expect("tracked");
        let floats = |tensor: Tensor<1>| -> Vec<f32> { tensor.into_data().iter::<f32>().collect() };
        for ((rate, slope), drive) in floats(rates).iter().zip(floats(slopes)).zip(drives) {
            let drive = f64::from(drive);
            assert!((f64::from(*rate) - drive.exp().ln_1p()).abs() < 1e-6 * (1.0 + drive.abs()));
            let expected = 1.0 / (1.0 + (-drive).exp());
            assert!(
                (f64::from(slope) - expected).abs() < 1e-6,
                "{slope} at {drive}"
            );
        }
    }
}
