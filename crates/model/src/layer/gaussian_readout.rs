//! Cells that pool hidden units under a Gaussian of their own.

use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};
use rand::Rng;

use crate::initialisation::{normal, with_values};
use crate::network::ReceptiveFieldPeak;

/// Weight of a channel of the cell's own polarity at the start.
const PREFERENCE: f32 = 1.5;

/// Shapes and start of a [`GaussianReadout`].
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianReadoutConfig {
    /// Channels, rows and columns of the hidden layer.
    pub units: [usize; 3],
    /// Cells.
    pub cells: usize,
    /// Standard deviation of the pooling window at the start, in units.
    pub deviation: f64,
}

/// Each cell pools every channel under a Gaussian window, then weighs the channels:
///
/// ```text
/// h[n] = b[n] + sum_c w[n, c] sum_yx g_n(y, x) a[c, y, x],   sum_yx g_n = 1
/// ```
///
/// Position and width of the window are learned. Two numbers a cell say where it looks, instead of
/// one weight a position: the form for short recordings (Lurz et al. 2021, ICLR).
#[derive(Module, Debug)]
pub struct GaussianReadout {
    /// Centre of each cell's window, `[cell, (row, column)]`, in units of the hidden layer
    pub centre: Param<Tensor<2>>,
    /// Logarithm of each window's standard deviation, `[cell]`
    pub log_deviation: Param<Tensor<1>>,
    /// `[cell, channel]`
    pub weight: Param<Tensor<2>>,
    /// `[cell]`
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    plane: [usize; 2],
}

impl GaussianReadoutConfig {
    /// Windows in the middle of the plane, small random weights.
    pub fn init(&self, device: &Device, generator: &mut impl Rng) -> GaussianReadout {
        let [channels, height, width] = self.units;
        let middle = [(height as f32 - 1.0) / 2.0, (width as f32 - 1.0) / 2.0];
        let weights = normal([self.cells, channels], 0.1, generator);
        let weight = TensorData::new(weights, [self.cells, channels]);
        let log_deviation = self.deviation.ln() as f32;
        GaussianReadout {
            centre: Param::from_tensor(centres(&vec![middle; self.cells], device)),
            log_deviation: Param::from_tensor(Tensor::full([self.cells], log_deviation, device)),
            weight: Param::from_tensor(Tensor::from_data(weight, device)),
            bias: Param::from_tensor(Tensor::full([self.cells], -1.0, device)),
            plane: [height, width],
        }
    }
}

fn centres(positions: &[[f32; 2]], device: &Device) -> Tensor<2> {
    let values: Vec<f32> = positions.iter().flatten().copied().collect();
    Tensor::from_data(TensorData::new(values, [positions.len(), 2]), device)
}

impl GaussianReadout {
    /// Moves the windows to the cells' receptive fields (in units of this layer) and weighs the
    /// channels that start with the cell's polarity: even ones OFF, odd ones ON.
    pub fn place(mut self, peaks: &[ReceptiveFieldPeak]) -> Self {
        let positions = peaks.iter().flat_map(|peak| peak.position).collect();
        self.centre = with_values(self.centre, positions);
        let weight = self.weight.val();
        let [_, channels] = weight.dims();
        let weights = weight
            .into_data()
            .iter::<f32>()
            .enumerate()
            .map(|(index, weight)| {
                let prefers_on = (index % channels) % 2 == 1;
                let preferred = prefers_on == peaks[index / channels].on;
                weight + if preferred { PREFERENCE } else { 0.0 }
            })
            .collect();
        self.weight = with_values(self.weight, weights);
        self
    }

    /// # Shapes
    /// - input: `[channel, y, x, segment, frame]`
    /// - output: `[cell, sample]`, samples in the order segment, frame
    pub fn forward(&self, input: Tensor<5>) -> Tensor<2> {
        let [channels, height, width, segments, frames] = input.dims();
        let units = input.reshape([channels, height * width, segments * frames]);
        let pooled = self.windows().unsqueeze::<3>().matmul(units);
        let weight = self.weight.val().swap_dims(0, 1).unsqueeze_dim::<3>(2);
        let drive = (pooled * weight).sum_dim(0).squeeze_dim::<2>(0);
        drive + self.bias.val().unsqueeze_dim(1)
    }

    /// The windows `[cell, y * x]`, each of unit sum.
    pub fn windows(&self) -> Tensor<2> {
        let [height, width] = self.plane;
        let centre = self.centre.val();
        let (device, [cells, _]) = (centre.device(), centre.dims());
        let from_centre = |axis: usize, place: fn(usize, usize) -> usize| {
            let places = (0..height * width).map(|i| place(i, width) as f32);
            let places = TensorData::new(places.collect::<Vec<f32>>(), [1, height * width]);
            let centre = centre.clone().slice([0..cells, axis..axis + 1]);
            (Tensor::<2>::from_data(places, &device) - centre).powi_scalar(2)
        };
        // Along an axis of one unit every distance is the same and cancels. It is left out, so that its gradient
        // is zero and not the rounding noise that Adam would make full steps of.
        let rows = (height > 1).then(|| from_centre(0, |i, width| i / width));
        let columns = (width > 1).then(|| from_centre(1, |i, width| i % width));
        let Some(distance) = rows
            .into_iter()
            .chain(columns)
            .reduce(|sum, axis| sum + axis)
        else {
            return Tensor::ones([cells, 1], &device);
        };
        let precision = self
            .log_deviation
            .val()
            .mul_scalar(-2.0)
            .exp()
            .unsqueeze_dim(1);
        // A softmax over positions is a normalised Gaussian, and cannot vanish far off the plane.
        softmax(distance * precision * -0.5, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// Maps of one row, one column and one unit: windows are finite, and no number that cannot matter moves.
    #[test]
    fn what_does_not_matter_on_flat_maps_has_no_gradient() {
        let device = Device::flex().autodiff();
        for (height, width, fixed) in [(1, 9, Some(0)), (9, 1, Some(1)), (1, 1, None)] {
            let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(1);
            let config = GaussianReadoutConfig {
                units: [2, height, width],
                cells: 2,
                deviation: 1.0,
            };
            let readout = config.init(&device, &mut generator);
            let ramp = (0..2 * height * width * 4).map(|i| (i * 7919 % 13) as f32);
            let input = TensorData::new(ramp.collect::<Vec<f32>>(), [2, height, width, 1, 4]);
            let drive = readout.forward(Tensor::from_data(input, &device));
            let values: Vec<f32> = drive.clone().into_data().iter::<f32>().collect();
            assert!(values.iter().all(|value| value.is_finite()), "{values:?}");
            let gradients = drive.sum().backward();
            let centre = readout.centre.val().grad(&gradients);
            let centre =
                centre.map(|centre| centre.into_data().iter::<f32>().collect::<Vec<f32>>());
            match fixed {
                None => {
                    assert!(centre.is_none_or(|centre| centre.iter().all(|slope| *slope == 0.0)))
                }
                Some(axis) => {
                    let centre = centre.expect("the other axis matters");
                    let along = |axis: usize| centre.iter().skip(axis).step_by(2);
                    assert!(along(axis).all(|slope| *slope == 0.0), "{centre:?}");
                    assert!(along(1 - axis).any(|slope| *slope != 0.0), "{centre:?}");
                }
            }
        }
    }

    #[test]
    fn windows_have_unit_sum_and_peak_where_they_are_placed() {
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let config = GaussianReadoutConfig {
            units: [2, 7, 9],
            cells: 2,
            deviation: 1.0,
        };
        let peaks = [([2.0, 3.0], false), ([5.0, 8.0], true)]
            .map(|(position, on)| ReceptiveFieldPeak { position, on });
        let readout = config.init(&Device::flex(), &mut generator).place(&peaks);
        let windows: Vec<f32> = readout.windows().into_data().iter::<f32>().collect();
        for (window, peak) in windows.chunks(63).zip(&peaks) {
            assert!((window.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            let largest = (0..63)
                .max_by(|&a, &b| window[a].total_cmp(&window[b]))
                .unwrap();
            assert_eq!([(largest / 9) as f32, (largest % 9) as f32], peak.position);
        }
        let weights: Vec<f32> = readout.weight.val().into_data().iter::<f32>().collect();
        assert!(
            weights[0] > weights[1],
            "an OFF cell prefers the OFF channel"
        );
        assert!(weights[3] > weights[2], "an ON cell prefers the ON channel");
    }
}
