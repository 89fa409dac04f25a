//! Kernels of a first layer: free, or a sum of products of space and time.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_numerics::raised_cosines;
use rand::{Rng, RngExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::initialisation::{normal, uniform, with_values};

/// How a spatiotemporal kernel is parameterised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factorisation {
    /// Products of space and time that are summed in one kernel.
    #[serde(default = "one")]
    pub rank: usize,
    /// Raised cosines that span the time courses; absent: one weight a frame.
    #[serde(default)]
    pub temporal_basis: Option<usize>,
    /// Lag of the last cosine's peak, as a share of the history, above 0 and at most 1; without a
    /// meaning if there is no basis. Cosines cannot follow a course that has not died out beyond it:
    /// 0.9 and more for slow cells.
    #[serde(default = "three_quarters")]
    pub last_peak: f64,
    /// What polarities the channels begin with.
    #[serde(default, skip_serializing_if = "InitialPolarity::is_default")]
    pub initial_polarity: InitialPolarity,
}

/// The polarities that factorised channels begin training with.
///
/// Channels mostly keep the polarity that they begin with, so this says what is put in and what is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InitialPolarity {
    /// OFF, ON, OFF, ON, ...: a biphasic time course, and as many channels of either polarity.
    #[default]
    Alternating,
    /// The same time course, ON or OFF with probability 1/2 by the seed, each channel by itself.
    Random,
    /// A random time course of the same length (Euclidean norm), which is neither.
    Unsigned,
}

impl InitialPolarity {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Factorisation {
    /// One product, a weight a frame.
    fn default() -> Self {
        Self {
            rank: one(),
            temporal_basis: None,
            last_peak: three_quarters(),
            initial_polarity: InitialPolarity::default(),
        }
    }
}

fn one() -> usize {
    1
}

fn three_quarters() -> f64 {
    0.75
}

/// Shape `[channel_out, channel_in, history, rows, columns]` of a layer's kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelShape {
    /// Input channels: 1 for a movie.
    pub channels_in: usize,
    /// Output channels.
    pub channels_out: usize,
    /// Frames that one output sees.
    pub history: usize,
    /// Rows and columns.
    pub size: [usize; 2],
}

impl KernelShape {
    /// Bound of PyTorch's uniform initial weights: 1 / sqrt(inputs of one output).
    pub(crate) fn uniform_bound(&self) -> f32 {
        let inputs = self.channels_in * self.history * self.size[0] * self.size[1];
        1.0 / (inputs as f32).sqrt()
    }
}

/// Kernels of a convolution.
#[derive(Module, Debug)]
pub enum ConvolutionKernel {
    /// Every weight is a parameter.
    Free(Param<Tensor<5>>),
    /// Sums of products of space and time; only for layers that see the movie.
    Factorised(FactorisedKernel),
}

/// Kernels `w[c, l, j, i] = sum_r time[c, r, l] * space[c, r, j, i]`, with
/// `time[c, r, l] = sum_b temporal[c, r, b] * basis[b, l]`.
#[derive(Module, Debug)]
pub struct FactorisedKernel {
    /// `[channel, rank, basis function]`
    pub temporal: Param<Tensor<3>>,
    /// `[channel, rank, rows * columns]`
    pub spatial: Param<Tensor<3>>,
    #[module(skip)]
    basis: Basis,
    #[module(skip)]
    shape: [usize; 3],
}

/// Functions of lag that span a time course: `[function, lag]`, oldest lag first.
#[derive(Clone, Debug)]
struct Basis {
    values: Vec<f32>,
    functions: usize,
}

impl Basis {
    fn new(history: usize, factorisation: Factorisation) -> Self {
        match factorisation.temporal_basis {
            Some(functions) => Self {
                values: raised_cosines(functions, history, factorisation.last_peak),
                functions,
            },
            None => Self {
                values: identity(history),
                functions: history,
            },
        }
    }

    /// Weights of the functions with which they come close to a course.
    fn weights(&self, course: &[f32], history: usize) -> Vec<f32> {
        let mut weights = project(course, &self.values, history);
        let mut made = vec![0.0; history];
        for (weight, function) in weights.iter().zip(self.values.chunks(history)) {
            let terms = made.iter_mut().zip(function);
            terms.for_each(|(sum, value)| *sum += weight * value);
        }
        // Overlapping functions add up to more than the course.
        let scale =
            inner_product(&made, course) / inner_product(&made, &made).max(f32::MIN_POSITIVE);
        weights.iter_mut().for_each(|weight| *weight *= scale);
        weights
    }

    fn tensor(&self, device: &Device) -> Tensor<2> {
        let history = self.values.len() / self.functions;
        Tensor::from_data(
            TensorData::new(self.values.clone(), [self.functions, history]),
            device,
        )
    }
}

fn identity(size: usize) -> Vec<f32> {
    (0..size * size)
        .map(|i| if i / size == i % size { 1.0 } else { 0.0 })
        .collect()
}

impl ConvolutionKernel {
    /// Free kernels as PyTorch draws them, uniformly within 1 / sqrt(inputs); factorised ones as time courses
    /// of [`InitialPolarity`] on a central blob, with a little noise to tell them apart.
    pub fn init(
        shape: KernelShape,
        factorisation: Option<Factorisation>,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Self {
        match factorisation {
            None => Self::Free(free(shape, device, generator)),
            Some(factorisation) => Self::Factorised(FactorisedKernel::init(
                shape,
                factorisation,
                device,
                generator,
            )),
        }
    }

    /// Starts channels, one a product, as these products; as they are where there is none.
    pub(crate) fn with_products(self, products: &[Option<KernelProduct>]) -> Self {
        match self {
            Self::Free(kernel) => {
                let values: Vec<f32> = kernel.val().into_data().iter::<f32>().collect();
                let of_a_channel = values.len() / products.len();
                let channels = values.chunks(of_a_channel).zip(products);
                let started = channels.flat_map(|(own, product)| match product {
                    Some(product) => product.multiplied(),
                    None => own.to_vec(),
                });
                let started = started.collect();
                Self::Free(with_values(kernel, started))
            }
            Self::Factorised(kernel) => Self::Factorised(kernel.with_products(products)),
        }
    }

    /// The kernels, `[channel_out, channel_in, history, rows, columns]`.
    pub fn value(&self) -> Tensor<5> {
        match self {
            Self::Free(kernel) => kernel.val(),
            Self::Factorised(kernel) => kernel.value(),
        }
    }
}

/// A spatiotemporal kernel as one product.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KernelProduct {
    /// Spatial profile, row by row.
    pub(crate) space: Vec<f32>,
    /// Time course, oldest frame first.
    pub(crate) time: Vec<f32>,
}

impl KernelProduct {
    /// `[frame, y, x]`
    fn multiplied(&self) -> Vec<f32> {
        (self.time.iter())
            .flat_map(|time| self.space.iter().map(move |space| time * space))
            .collect()
    }
}

/// What further products of a sum keep of their random start beside a first one that was given.
const FURTHER_PRODUCTS: f32 = 0.1;

fn free(shape: KernelShape, device: &Device, generator: &mut impl Rng) -> Param<Tensor<5>> {
    let KernelShape {
        channels_in,
        channels_out,
        history,
        size: [height, width],
    } = shape;
    let bound = shape.uniform_bound();
    uniform(
        [channels_out, channels_in, history, height, width],
        bound,
        device,
        generator,
    )
}

impl FactorisedKernel {
    fn init(
        shape: KernelShape,
        factorisation: Factorisation,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Self {
        let KernelShape {
            channels_out: channels,
            history,
            size: [height, width],
            ..
        } = shape;
        let rank = factorisation.rank;
        let basis = Basis::new(history, factorisation);
        let course = project(&biphasic_off(history), &basis.values, history);
        let kind = factorisation.initial_polarity;
        let temporal = temporal_weights(kind, [channels, rank], &course, generator);
        let blob = central_blob(height, width);
        let spatial: Vec<f32> = normal([channels, rank, height * width], 0.02, generator)
            .iter()
            .enumerate()
            .map(|(index, noise)| blob[index % (height * width)] + noise)
            .collect();
        let parameter = |values: Vec<f32>, last: usize| {
            let data = TensorData::new(values, [channels, rank, last]);
            Param::from_tensor(Tensor::from_data(data, device))
        };
        Self {
            temporal: parameter(temporal, basis.functions),
            spatial: parameter(spatial, height * width),
            basis,
            shape: [history, height, width],
        }
    }

    /// Gives each channel's time course the polarity of a cell, where channels are cells.
    pub(crate) fn with_polarities(mut self, on: &[bool]) -> Self {
        let temporal = self.temporal.val();
        let [_, rank, functions] = temporal.dims();
        let starts_on = self.begins_on();
        let values = temporal
            .into_data()
            .iter::<f32>()
            .enumerate()
            .map(|(index, value)| {
                let channel = index / (rank * functions);
                if starts_on[channel] == on[channel] {
                    value
                } else {
                    -value
                }
            })
            .collect();
        self.temporal = with_values(self.temporal, values);
        self
    }

    /// Starts the first product of each channel as one of these, as far as the basis can say it, with little
    /// in the others.
    fn with_products(mut self, products: &[Option<KernelProduct>]) -> Self {
        let [_, rank, functions] = self.temporal.val().dims();
        let [history, height, width] = self.shape;
        let of = |values: Tensor<3>| -> Vec<f32> { values.into_data().iter::<f32>().collect() };
        let (mut temporal, mut spatial) = (of(self.temporal.val()), of(self.spatial.val()));
        let channels = temporal
            .chunks_mut(rank * functions)
            .zip(spatial.chunks_mut(rank * height * width));
        for ((temporal, spatial), product) in channels.zip(products) {
            let Some(product) = product else {
                continue;
            };
            temporal
                .iter_mut()
                .for_each(|weight| *weight *= FURTHER_PRODUCTS);
            temporal[..functions].copy_from_slice(&self.basis.weights(&product.time, history));
            spatial[..height * width].copy_from_slice(&product.space);
        }
        self.temporal = with_values(self.temporal, temporal);
        self.spatial = with_values(self.spatial, spatial);
        self
    }

    /// Whether each channel's first time course resembles an ON cell's more than an OFF cell's.
    fn begins_on(&self) -> Vec<bool> {
        let temporal = self.temporal.val();
        let [_, rank, functions] = temporal.dims();
        let history = self.shape[0];
        let off = project(&biphasic_off(history), &self.basis.values, history);
        let weights: Vec<f32> = temporal.into_data().iter::<f32>().collect();
        let first_courses = weights.chunks(rank * functions);
        first_courses
            .map(|course| inner_product(&course[..functions], &off) < 0.0)
            .collect()
    }

    /// Time courses `[channel, rank, lag]`, oldest lag first.
    pub fn time_courses(&self) -> Tensor<3> {
        let temporal = self.temporal.val();
        let basis = self.basis.tensor(&temporal.device());
        let [channels, rank, functions] = temporal.dims();
        temporal
            .reshape([channels * rank, functions])
            .matmul(basis)
            .reshape([channels, rank, self.shape[0]])
    }

    /// Spatial profiles `[channel * rank, rows, columns]`.
    pub fn profiles(&self) -> Tensor<3> {
        let [_, height, width] = self.shape;
        let spatial = self.spatial.val();
        let [channels, rank, _] = spatial.dims();
        spatial.reshape([channels * rank, height, width])
    }

    fn value(&self) -> Tensor<5> {
        let [history, height, width] = self.shape;
        let time = self.time_courses().swap_dims(1, 2);
        let [channels, ..] = time.dims();
        time.matmul(self.spatial.val())
            .reshape([channels, 1, history, height, width])
    }
}

/// Weights `[channel, rank, basis function]` to begin with: those of an OFF time course with the channel's
/// polarity, and a little noise to tell channels apart.
fn temporal_weights(
    kind: InitialPolarity,
    [channels, rank]: [usize; 2],
    off: &[f32],
    generator: &mut impl Rng,
) -> Vec<f32> {
    let functions = off.len();
    let noise = normal([channels, rank, functions], 0.1, generator);
    match kind {
        InitialPolarity::Alternating => {
            let polarities = (0..channels).map(|channel| if channel % 2 == 0 { 1.0 } else { -1.0 });
            with_courses(&polarities.collect::<Vec<f32>>(), off, &noise)
        }
        InitialPolarity::Random => {
            let polarities = (0..channels).map(|_| {
                if generator.random_bool(0.5) {
                    1.0
                } else {
                    -1.0
                }
            });
            with_courses(&polarities.collect::<Vec<f32>>(), off, &noise)
        }
        InitialPolarity::Unsigned => {
            let length = inner_product(off, off).sqrt();
            (noise.chunks(functions))
                .flat_map(|course| {
                    let own = inner_product(course, course).sqrt();
                    let scale = length / own.max(f32::MIN_POSITIVE);
                    course.iter().map(move |weight| weight * scale)
                })
                .collect()
        }
    }
}

fn with_courses(polarities: &[f32], off: &[f32], noise: &[f32]) -> Vec<f32> {
    let a_channel = noise.len() / polarities.len().max(1);
    (noise.iter().enumerate())
        .map(|(index, noise)| polarities[index / a_channel] * off[index % off.len()] + noise)
        .collect()
}

fn inner_product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The time course of an OFF cell at 10 ms a frame: down about 70 ms before the spike, up before.
fn biphasic_off(history: usize) -> Vec<f32> {
    let course: Vec<f32> = (0..history)
        .map(|frame| {
            let lag = (history - 1 - frame) as f32;
            let bump = |centre: f32, width: f32| (-((lag - centre) / width).powi(2) / 2.0).exp();
            0.35 * bump(14.0, 4.0) - bump(7.0, 2.5)
        })
        .collect();
    let norm = course.iter().map(|value| value * value).sum::<f32>().sqrt();
    course
        .iter()
        .map(|value| value / norm.max(f32::MIN_POSITIVE))
        .collect()
}

/// Inner products with the basis functions: close enough to a projection to start from.
fn project(course: &[f32], basis: &[f32], history: usize) -> Vec<f32> {
    basis
        .chunks(history)
        .map(|function| function.iter().zip(course).map(|(f, c)| f * c).sum())
        .collect()
}

fn central_blob(height: usize, width: usize) -> Vec<f32> {
    let distance = |at: usize, size: usize| at as f32 - (size as f32 - 1.0) / 2.0;
    let blob: Vec<f32> = (0..height * width)
        .map(|i| (distance(i / width, height), distance(i % width, width)))
        .map(|(y, x)| (-(y * y + x * x) / (2.0 * 0.8 * 0.8)).exp())
        .collect();
    let norm = blob.iter().map(|value| value * value).sum::<f32>().sqrt();
    blob.iter().map(|value| value / norm).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const CHANNELS: usize = 400;

    fn begun(initial_polarity: InitialPolarity) -> FactorisedKernel {
        let shape = KernelShape {
            channels_in: 1,
            channels_out: CHANNELS,
            history: 40,
            size: [3, 3],
        };
        let factorisation = Factorisation {
            temporal_basis: Some(14),
            initial_polarity,
            ..Factorisation::default()
        };
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        FactorisedKernel::init(shape, factorisation, &Device::flex(), &mut generator)
    }

    #[test]
    fn channels_begin_with_the_polarities_that_were_asked_for() {
        let alternating = begun(InitialPolarity::Alternating).begins_on();
        assert!((0..CHANNELS).all(|channel| alternating[channel] == (channel % 2 == 1)));
        for kind in [InitialPolarity::Random, InitialPolarity::Unsigned] {
            let on = begun(kind).begins_on();
            // Four standard deviations of 400 coins, 10 each, about their mean of 200.
            let count = on.iter().filter(|on| **on).count();
            assert!(
                count.abs_diff(CHANNELS / 2) < 40,
                "{count} of {CHANNELS} are ON"
            );
            assert!((0..CHANNELS).any(|channel| on[channel] != (channel % 2 == 1)));
        }
    }

    #[test]
    fn a_cell_gets_its_polarity_whatever_it_began_with() {
        let on: Vec<bool> = (0..CHANNELS).map(|channel| channel % 3 == 0).collect();
        for kind in [InitialPolarity::Alternating, InitialPolarity::Random] {
            assert_eq!(begun(kind).with_polarities(&on).begins_on(), on);
        }
    }

    /// Free kernels are the product to the bit; a basis of cosines comes close to a smooth course.
    #[test]
    fn a_product_is_what_a_kernel_starts_as() {
        let product = KernelProduct {
            space: (0..9).map(|pixel| pixel as f32 - 3.0).collect(),
            time: biphasic_off(40),
        };
        let shape = KernelShape {
            channels_in: 1,
            channels_out: 2,
            history: 40,
            size: [3, 3],
        };
        let started = |factorisation: Option<Factorisation>| -> Vec<f32> {
            let mut generator = ChaCha8Rng::seed_from_u64(1);
            let kernel =
                ConvolutionKernel::init(shape, factorisation, &Device::flex(), &mut generator);
            let kernel = kernel.with_products(&[Some(product.clone()), None]);
            kernel.value().into_data().iter::<f32>().collect()
        };
        let expected = product.multiplied();
        assert_eq!(started(None)[..360], expected);
        let close = started(Some(Factorisation {
            temporal_basis: Some(14),
            ..Factorisation::default()
        }));
        let similarity = inner_product(&close[..360], &expected)
            / (inner_product(&close[..360], &close[..360]) * inner_product(&expected, &expected))
                .sqrt();
        assert!(similarity > 0.9, "{similarity}");
    }
}
