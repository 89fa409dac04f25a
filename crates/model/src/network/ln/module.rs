//! The linear-nonlinear baseline.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::Ln;
use crate::error::Error;
use crate::initialisation::uniform;
use crate::layer::{Algorithm, ConvolutionKernel, KernelShape, Mode, convolve};
use crate::network::config::{OutputNonlinearity, check_factorisation};
use crate::network::family::{FamilyModule, Import, ModelFamily};
use crate::network::found::FoundNetwork;
use crate::network::nonlinearity::RateOutput;
use crate::network::peak::ReceptiveFieldPeak;
use crate::network::sequential::Sequential;
use crate::network::shape::NetworkShape;
use crate::network::window;

/// One linear spatiotemporal filter a cell, then one nonlinearity:
/// `r[n](t) = f(b[n] + sum_lyx w[n, l, y, x] s(t + l, y, x))`.
///
/// With a window, each cell sees only the pixels around its receptive field's centre.
#[derive(Module, Debug)]
pub struct LinearNonlinear {
    /// Filters `[cell, 1, history, rows, columns]`
    pub filter: ConvolutionKernel,
    /// `[cell]`
    pub bias: Param<Tensor<1>>,
    /// From drive to rate.
    pub output: RateOutput,
    /// Top left corner of each cell's window, `[cell, (row, column)]`, pixels
    pub corner: Param<Tensor<2>>,
    window: [usize; 2],
    windowed: bool,
}

impl ModelFamily for Ln {
    type Module = LinearNonlinear;

    fn check(&self) -> Result<(), Error> {
        check_factorisation(self.factorised.as_ref())
    }

    fn microns_per_pixel(&self) -> Option<f64> {
        self.microns_per_pixel
    }

    fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        generator: &mut ChaCha8Rng,
    ) -> Result<LinearNonlinear, Error> {
        let size = window::size(self.window, shape)?;
        let kernels = KernelShape {
            channels_in: 1,
            channels_out: shape.cells,
            history: shape.history,
            size,
        };
        Ok(LinearNonlinear {
            filter: ConvolutionKernel::init(kernels, self.factorised, device, generator),
            bias: uniform([shape.cells], kernels.uniform_bound(), device, generator),
            output: RateOutput::new(shape.cells, self.nonlinearity, device),
            corner: window::in_the_middle(size, shape, device),
            window: size,
            windowed: self.window.is_some(),
        })
    }

    fn nonlinearity(&self) -> Option<OutputNonlinearity> {
        Some(self.nonlinearity)
    }

    fn import(found: &FoundNetwork) -> Option<Import<Self>> {
        super::state::import(found)
    }
}

impl LinearNonlinear {
    /// Firing rates, Hz.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised
    /// - output: `[cell, sample]`
    pub fn forward(&self, movie: Tensor<5>) -> Tensor<2> {
        let filter = self.filter.value();
        let drive = if self.windowed {
            self.windowed_drive(movie, filter)
        } else {
            flatten(convolve(movie, filter, None, Algorithm::Spectral))
        };
        self.output
            .forward(drive + self.bias.val().unsqueeze_dim(1))
    }

    fn windowed_drive(&self, movie: Tensor<5>, filter: Tensor<5>) -> Tensor<2> {
        let [_, _, history, height, width] = filter.dims();
        let corners = window::positions(&self.corner);
        let drives = (corners.into_iter().enumerate())
            .map(|(cell, corner)| {
                let window = window::cut(&movie, corner, [height, width]);
                let filter =
                    filter
                        .clone()
                        .slice([cell..cell + 1, 0..1, 0..history, 0..height, 0..width]);
                flatten(convolve(window, filter, None, Algorithm::Spectral))
            })
            .collect();
        Tensor::cat(drives, 0)
    }
}

impl FamilyModule for LinearNonlinear {
    fn forward(&self, movie: Tensor<5>, _mode: Mode) -> Tensor<2> {
        self.forward(movie)
    }

    fn output_scale(&mut self) -> &mut Param<Tensor<1>> {
        &mut self.output.scale
    }

    fn kernels(&self) -> Vec<&ConvolutionKernel> {
        vec![&self.filter]
    }

    fn write(&self, shape: &NetworkShape, to: &mut Sequential) {
        super::state::write(self, shape, to);
    }

    /// Centres each cell's window on its receptive field, as far as the frame allows, and starts
    /// factorised filters with its polarity.
    fn place(mut self, peaks: &[ReceptiveFieldPeak], shape: &NetworkShape) -> Self {
        if let ConvolutionKernel::Factorised(filter) = self.filter {
            let on: Vec<bool> = peaks.iter().map(|peak| peak.on).collect();
            self.filter = ConvolutionKernel::Factorised(filter.with_polarities(&on));
        }
        let device = self.bias.val().device();
        self.corner = window::around(peaks, self.window, shape, &device);
        self
    }

    /// Whether placing changes anything.
    fn has_places(&self) -> bool {
        self.windowed || matches!(self.filter, ConvolutionKernel::Factorised(_))
    }
}

fn flatten(output: Tensor<5>) -> Tensor<2> {
    let [channels, height, width, segments, frames] = output.dims();
    output.reshape([channels, height * width * segments * frames])
}
