//! The operations on Flex.

use burn::backend::{Flex, tensor::FloatTensor};
use burn_flex::FlexTensor;

use super::{RetinaGradients, RetinaOperations, SavedNormalisation, SavedRescaling};
use crate::spectral::{self, Geometry};
use crate::unit_statistics::{self, NormalisationGradients, Rectification};

impl RetinaOperations for Flex {
    fn spectral_convolution(
        input: FloatTensor<Flex>,
        kernel: FloatTensor<Flex>,
        bias: FloatTensor<Flex>,
    ) -> FloatTensor<Flex> {
        let (input, kernel) = (input.to_contiguous(), kernel.to_contiguous());
        let bias = bias.to_contiguous();
        let geometry = geometry(&input, &kernel);
        let output = spectral::convolve(values(&input), values(&kernel), values(&bias), &geometry);
        tensor(output, &output_shape(&geometry))
    }

    fn normalise_by_batch(
        input: FloatTensor<Flex>,
        gain: FloatTensor<Flex>,
        offset: FloatTensor<Flex>,
        settings: Rectification,
    ) -> (FloatTensor<Flex>, FloatTensor<Flex>, FloatTensor<Flex>) {
        let (input, gain, offset) = (
            input.to_contiguous(),
            gain.to_contiguous(),
            offset.to_contiguous(),
        );
        let normalised = unit_statistics::normalise_by_batch(
            values(&input),
            values(&gain),
            values(&offset),
            settings,
        );
        let groups = [normalised.mean.len()];
        (
            tensor(normalised.output, &shape(&input)),
            tensor(normalised.mean, &groups),
            tensor(normalised.variance, &groups),
        )
    }

    fn rescale(
        input: FloatTensor<Flex>,
        scale: FloatTensor<Flex>,
        shift: FloatTensor<Flex>,
        settings: Rectification,
    ) -> FloatTensor<Flex> {
        let (input, scale, shift) = (
            input.to_contiguous(),
            scale.to_contiguous(),
            shift.to_contiguous(),
        );
        let output =
            unit_statistics::rescale(values(&input), values(&scale), values(&shift), settings);
        tensor(output, &shape(&input))
    }
}

impl RetinaGradients for Flex {
    fn spectral_convolution_gradients(
        input: FloatTensor<Flex>,
        kernel: FloatTensor<Flex>,
        output_gradient: FloatTensor<Flex>,
        with_input: bool,
    ) -> (
        FloatTensor<Flex>,
        FloatTensor<Flex>,
        Option<FloatTensor<Flex>>,
    ) {
        let (input, kernel) = (input.to_contiguous(), kernel.to_contiguous());
        let output_gradient = output_gradient.to_contiguous();
        let gradients = spectral::gradients(
            values(&input),
            values(&kernel),
            values(&output_gradient),
            &geometry(&input, &kernel),
            with_input,
        );
        let channels = gradients.bias.len();
        (
            tensor(gradients.kernel, &shape(&kernel)),
            tensor(gradients.bias, &[channels]),
            gradients.input.map(|values| tensor(values, &shape(&input))),
        )
    }

    fn normalise_by_batch_gradients(
        saved: SavedNormalisation<Flex>,
        output_gradient: FloatTensor<Flex>,
    ) -> [FloatTensor<Flex>; 3] {
        let input = saved.input.to_contiguous();
        let output_gradient = output_gradient.to_contiguous();
        let gradients = unit_statistics::normalise_by_batch_gradients(
            unit_statistics::Saved {
                input: values(&input),
                output: values(&saved.output),
                gain: values(&saved.gain.to_contiguous()),
                mean: values(&saved.mean),
                variance: values(&saved.variance),
                settings: saved.settings,
            },
            values(&output_gradient),
        );
        tensors(gradients, &shape(&input))
    }

    fn rescale_gradients(
        saved: SavedRescaling<Flex>,
        output_gradient: FloatTensor<Flex>,
    ) -> [FloatTensor<Flex>; 3] {
        let input = saved.input.to_contiguous();
        let gradients = unit_statistics::rescale_gradients(
            values(&input),
            values(&saved.output),
            values(&saved.scale.to_contiguous()),
            saved.settings,
            values(&output_gradient.to_contiguous()),
        );
        tensors(gradients, &shape(&input))
    }
}

fn tensors(gradients: NormalisationGradients, input_shape: &[usize]) -> [FlexTensor; 3] {
    let groups = [gradients.gain.len()];
    [
        tensor(gradients.input, input_shape),
        tensor(gradients.gain, &groups),
        tensor(gradients.offset, &groups),
    ]
}

fn geometry(input: &FlexTensor, kernel: &FlexTensor) -> Geometry {
    let [channels_in, height, width, segments, frames] = dimensions(input);
    let [channels_out, _, history, kernel_height, kernel_width] = dimensions(kernel);
    Geometry {
        channels_in,
        height,
        width,
        segments,
        frames,
        channels_out,
        history,
        kernel_height,
        kernel_width,
    }
}

fn output_shape(geometry: &Geometry) -> [usize; 5] {
    [
        geometry.channels_out,
        geometry.output_height(),
        geometry.output_width(),
        geometry.segments,
        geometry.output_frames(),
    ]
}

fn dimensions(tensor: &FlexTensor) -> [usize; 5] {
    shape(tensor)
        .try_into()
        .expect("convolutions take tensors of rank five")
}

fn shape(tensor: &FlexTensor) -> Vec<usize> {
    tensor.layout().shape().iter().copied().collect()
}

/// The values of a contiguous tensor.
fn values(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("a contiguous tensor of single precision")
}

fn tensor(values: Vec<f32>, shape: &[usize]) -> FlexTensor {
    FlexTensor::from_data(burn::tensor::TensorData::new(values, shape.to_vec()))
}
