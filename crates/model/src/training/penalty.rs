//! Penalties on weights, added to the loss.

use burn::tensor::Tensor;

use super::config::TrainingConfig;
use crate::layer::{ConvolutionKernel, GaussianReadout};
use crate::network::{Network, Readout};

/// The penalties of a run, and what they hold weights to.
pub struct Penalties {
    config: TrainingConfig,
    anchor: Option<Anchor>,
}

/// Where Gaussian windows started.
struct Anchor {
    centre: Tensor<2>,
    log_deviation: Tensor<1>,
}

impl Penalties {
    /// Remembers where the network's windows are now.
    pub fn new(config: &TrainingConfig, start: &Network) -> Self {
        let anchored = config.anchor.centre > 0.0 || config.anchor.deviation > 0.0;
        let anchor = (anchored.then(|| gaussian_readout(start)).flatten()).map(|readout| Anchor {
            centre: readout.centre.val().detach(),
            log_deviation: readout.log_deviation.val().detach(),
        });
        Self {
            config: config.clone(),
            anchor,
        }
    }

    /// Sum of all penalties, or nothing where there is none.
    pub fn forward(&self, network: &Network, rates: &Tensor<2>) -> Option<Tensor<1>> {
        let mut terms = Vec::new();
        let mut add = |coefficient: f64, term: &dyn Fn() -> Tensor<1>| {
            if coefficient > 0.0 {
                terms.push(term() * coefficient);
            }
        };
        let config = &self.config;
        add(config.l1_output, &|| rates.clone().sum());
        add(config.l2.kernels, &|| squared_kernels(network));
        add(config.smoothness.spatial, &|| {
            spatial_roughness(network.first_kernel())
        });
        add(config.smoothness.temporal, &|| {
            temporal_roughness(network.first_kernel())
        });
        if let Some(weights) = network.readout_weights() {
            add(config.l2.readout, &|| per_row(weights.clone()));
        }
        add(config.locality, &|| spread(network.first_kernel()));
        if let Some(anchor) = &self.anchor
            && let Some(readout) = gaussian_readout(network)
        {
            add(config.anchor.centre, &|| {
                per_row(readout.centre.val() - anchor.centre.clone())
            });
            add(config.anchor.deviation, &|| {
                let change = readout.log_deviation.val() - anchor.log_deviation.clone();
                per_row(change.unsqueeze_dim::<2>(1))
            });
        }
        terms.into_iter().reduce(|sum, term| sum + term)
    }
}

fn gaussian_readout(network: &Network) -> Option<GaussianReadout> {
    match &network.stages()?.readout {
        Readout::Gaussian(readout) => Some(readout.clone()),
        Readout::Dense(_) => None,
    }
}

/// Sum of squares divided by the number of rows.
fn per_row(values: Tensor<2>) -> Tensor<1> {
    let [rows, _] = values.dims();
    values.powi_scalar(2).sum().div_scalar(rows as f64)
}

/// Sum of squares of all kernels. For factorised kernels, of their factors: the product's own norm
/// would leave their scales free to drift apart.
fn squared_kernels(network: &Network) -> Tensor<1> {
    let sums: Vec<Tensor<1>> = network.kernels().into_iter().map(squared_kernel).collect();
    sums.into_iter()
        .reduce(|sum, term| sum + term)
        .expect("a network has a kernel")
}

fn squared_kernel(kernel: &ConvolutionKernel) -> Tensor<1> {
    match kernel {
        ConvolutionKernel::Free(kernel) => kernel.val().powi_scalar(2).sum(),
        ConvolutionKernel::Factorised(kernel) => {
            let temporal = kernel.temporal.val().powi_scalar(2).sum();
            temporal + kernel.spatial.val().powi_scalar(2).sum()
        }
    }
}

/// Sum over pixels of the Euclidean norm of their time course, over the number of channels: the group lasso
/// (Yuan & Lin 2006, JRSS B 68:49), which leaves whole pixels without weight.
fn spread(kernel: &ConvolutionKernel) -> Tensor<1> {
    /// Keeps the root's slope finite where a pixel has no weight.
    const FLAT: f64 = 1e-12;
    let kernel = kernel.value();
    let [channels, inputs, history, height, width] = kernel.dims();
    let courses = kernel.reshape([channels * inputs, history, height * width]);
    let norms = courses.powi_scalar(2).sum_dim(1).add_scalar(FLAT).sqrt();
    norms.sum().div_scalar(channels as f64)
}

/// Sum of squared Laplacians over the number of channels, the outside counted as zero: of five points, or of
/// three where kernels are of one row or column. Kernels of one pixel have no neighbours and no roughness.
fn spatial_roughness(kernel: &ConvolutionKernel) -> Tensor<1> {
    let (planes, channels) = match kernel {
        ConvolutionKernel::Free(kernel) => {
            let kernel = kernel.val();
            let [channels, inputs, history, height, width] = kernel.dims();
            (
                kernel.reshape([channels * inputs * history, height, width]),
                channels,
            )
        }
        ConvolutionKernel::Factorised(kernel) => {
            (kernel.profiles(), kernel.temporal.val().dims()[0])
        }
    };
    let [_, height, width] = planes.dims();
    let laplacian = match (height > 1, width > 1) {
        (false, false) => return Tensor::zeros([1], &planes.device()),
        (true, false) => planes.clone() * 2.0 - above_and_below(planes),
        (false, true) => planes.clone() * 2.0 - left_and_right(planes),
        (true, true) => {
            planes.clone() * 4.0 - above_and_below(planes.clone()) - left_and_right(planes)
        }
    };
    laplacian.powi_scalar(2).sum().div_scalar(channels as f64)
}

/// The pixels above and below each pixel added up, `[plane, y, x]`.
fn above_and_below(planes: Tensor<3>) -> Tensor<3> {
    let [count, height, width] = planes.dims();
    let outside: Tensor<3> = Tensor::zeros([count, 1, width], &planes.device());
    let tall = Tensor::cat(vec![outside.clone(), planes, outside], 1);
    tall.clone().slice([0..count, 0..height, 0..width])
        + tall.slice([0..count, 2..height + 2, 0..width])
}

/// The pixels to the left and the right of each pixel added up, `[plane, y, x]`.
fn left_and_right(planes: Tensor<3>) -> Tensor<3> {
    let [count, height, width] = planes.dims();
    let outside: Tensor<3> = Tensor::zeros([count, height, 1], &planes.device());
    let wide = Tensor::cat(vec![outside.clone(), planes, outside], 2);
    wide.clone().slice([0..count, 0..height, 0..width])
        + wide.slice([0..count, 0..height, 2..width + 2])
}

/// Sum of squared second differences in time over the number of channels.
fn temporal_roughness(kernel: &ConvolutionKernel) -> Tensor<1> {
    let (courses, channels) = match kernel {
        ConvolutionKernel::Free(kernel) => {
            let kernel = kernel.val();
            let [channels, inputs, history, height, width] = kernel.dims();
            let courses = kernel.reshape([channels * inputs, history, height * width]);
            (
                courses
                    .swap_dims(1, 2)
                    .reshape([channels * inputs * height * width, history]),
                channels,
            )
        }
        ConvolutionKernel::Factorised(kernel) => {
            let courses = kernel.time_courses();
            let [channels, rank, history] = courses.dims();
            (courses.reshape([channels * rank, history]), channels)
        }
    };
    let [count, history] = courses.dims();
    if history < 3 {
        return Tensor::zeros([1], &courses.device());
    }
    let shifted = |by: usize| courses.clone().slice([0..count, by..history - 2 + by]);
    let difference = shifted(0) - shifted(1) * 2.0 + shifted(2);
    difference.powi_scalar(2).sum().div_scalar(channels as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::Param;
    use burn::tensor::{Device, TensorData};

    /// One kernel `[1, 1, history, rows, columns]` with given values.
    fn kernel(values: Vec<f32>, shape: [usize; 5]) -> ConvolutionKernel {
        let data = TensorData::new(values, shape);
        ConvolutionKernel::Free(Param::from_tensor(Tensor::from_data(data, &Device::flex())))
    }

    #[test]
    fn a_point_has_the_roughness_of_its_stencil() {
        let mut values = vec![0.0; 25];
        values[12] = 1.0;
        let point = kernel(values, [1, 1, 1, 5, 5]);
        // 4 in the middle, -1 at four neighbours.
        assert_eq!(spatial_roughness(&point).into_scalar::<f32>(), 20.0);
        assert_eq!(squared_kernel(&point).into_scalar::<f32>(), 1.0);
    }

    #[test]
    fn bars_are_rough_along_themselves_alone() {
        let mut values = vec![0.0; 7];
        values[3] = 1.0;
        let point = |rows: usize, columns: usize| {
            spatial_roughness(&kernel(values.clone(), [1, 1, 1, rows, columns]))
                .into_scalar::<f32>()
        };
        // 2 in the middle, -1 on both sides.
        assert_eq!((point(1, 7), point(7, 1)), (6.0, 6.0));
        let full_field = kernel(vec![1.0, -2.0], [1, 1, 2, 1, 1]);
        assert_eq!(spatial_roughness(&full_field).into_scalar::<f32>(), 0.0);
    }

    #[test]
    fn the_spread_adds_up_the_lengths_of_the_pixels_courses() {
        // Pixel 0 has the course (3, 4), pixel 1 none, pixel 2 (0, 2); two channels alike.
        let one = [3.0, 0.0, 0.0, 4.0, 0.0, 2.0];
        let filters = kernel([one, one].concat(), [2, 1, 2, 1, 3]);
        let found = spread(&filters).into_scalar::<f32>();
        assert!((found - 7.0).abs() < 1e-5, "{found}");
    }

    #[test]
    fn a_straight_line_in_time_is_smooth_and_a_spike_is_not() {
        let line = kernel((0..6).map(|t| t as f32).collect(), [1, 1, 6, 1, 1]);
        assert_eq!(temporal_roughness(&line).into_scalar::<f32>(), 0.0);
        let spike = kernel(vec![0.0, 0.0, 1.0, 0.0, 0.0, 0.0], [1, 1, 6, 1, 1]);
        assert_eq!(temporal_roughness(&spike).into_scalar::<f32>(), 6.0);
    }
}
