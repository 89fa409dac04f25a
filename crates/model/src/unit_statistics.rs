//! Batch normalisation, noise and rectification in one pass over memory.
//!
//! In the time-minor layout all values of a unit are one run of memory, so its statistics, its
//! normalised values and their gradients are computed while the run is in the first-level cache.
//! Statistics may be shared by a group of consecutive units (a channel): then the run is longer.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::summation::{sum, sum_by_lanes};

/// What is done to values after their scale and shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectification {
    /// Added to a variance before its root is taken; unused where no variance is.
    pub epsilon: f32,
    /// Standard deviation of Gaussian noise added after normalisation; 0 for none.
    pub noise: f32,
    /// Seed of the noise.
    pub seed: u64,
    /// Whether negative values become zero.
    pub rectify: bool,
}

/// Result of [`normalise_by_batch`].
#[derive(Debug)]
pub struct Normalised {
    /// Values after normalisation, noise and rectification.
    pub output: Vec<f32>,
    /// Mean of each group over the batch.
    pub mean: Vec<f32>,
    /// Biased variance of each group over the batch.
    pub variance: Vec<f32>,
}

/// What [`normalise_by_batch_gradients`] needs of the forward pass.
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a> {
    /// Values before normalisation.
    pub input: &'a [f32],
    /// Values after rectification.
    pub output: &'a [f32],
    /// Gain of each group.
    pub gain: &'a [f32],
    /// Mean of each group over the batch.
    pub mean: &'a [f32],
    /// Biased variance of each group over the batch.
    pub variance: &'a [f32],
    /// Settings of the forward pass.
    pub settings: Rectification,
}

/// Gradients of [`normalise_by_batch`] or [`rescale`].
#[derive(Debug)]
pub struct NormalisationGradients {
    /// With respect to the input.
    pub input: Vec<f32>,
    /// With respect to the gain of each group.
    pub gain: Vec<f32>,
    /// With respect to the offset of each group.
    pub offset: Vec<f32>,
}

/// `rectify(gain * (z - mean) / sqrt(variance + epsilon) + offset + noise)`, group by group.
///
/// # Panics
/// Panics if the input cannot be divided evenly into one group a gain.
pub fn normalise_by_batch(
    input: &[f32],
    gain: &[f32],
    offset: &[f32],
    settings: Rectification,
) -> Normalised {
    let size = group_size(input, gain);
    let mut output = vec![0.0; input.len()];
    let statistics: Vec<(f32, f32)> = output
        .par_chunks_mut(size)
        .zip(input.par_chunks(size))
        .enumerate()
        .map(|(group, (output, input))| {
            let (mean, variance) = mean_and_variance(input);
            let scale = gain[group] / (variance + settings.epsilon).sqrt();
            let shift = offset[group] - scale * mean;
            rescale_group(input, scale, shift, group, settings, output);
            (mean, variance)
        })
        .collect();
    let (mean, variance) = statistics.into_iter().unzip();
    Normalised {
        output,
        mean,
        variance,
    }
}

/// `rectify(scale * z + shift + noise)`, group by group.
///
/// # Panics
/// Panics if the input cannot be divided evenly into one group a scale.
pub fn rescale(input: &[f32], scale: &[f32], shift: &[f32], settings: Rectification) -> Vec<f32> {
    let size = group_size(input, scale);
    let mut output = vec![0.0; input.len()];
    output
        .par_chunks_mut(size)
        .zip(input.par_chunks(size))
        .enumerate()
        .for_each(|(group, (output, input))| {
            rescale_group(input, scale[group], shift[group], group, settings, output);
        });
    output
}

fn rescale_group(
    input: &[f32],
    scale: f32,
    shift: f32,
    group: usize,
    settings: Rectification,
    output: &mut [f32],
) {
    output
        .iter_mut()
        .zip(input)
        .for_each(|(a, z)| *a = scale * z + shift);
    add_noise(output, group as u64, settings);
    if settings.rectify {
        output.iter_mut().for_each(|a| *a = a.max(0.0));
    }
}

/// Gradients of [`rescale`] with respect to input, scale and shift.
pub fn rescale_gradients(
    input: &[f32],
    output: &[f32],
    scale: &[f32],
    settings: Rectification,
    output_gradient: &[f32],
) -> NormalisationGradients {
    let size = group_size(input, scale);
    let mut gradient = vec![0.0; input.len()];
    let parameters: Vec<(f32, f32)> = gradient
        .par_chunks_mut(size)
        .enumerate()
        .map(|(group, gradient)| {
            let run = group * size..(group + 1) * size;
            let z = &input[run.clone()];
            let passed = &output_gradient[run.clone()];
            pass_rectification(passed, &output[run], settings.rectify, gradient);
            let parameters = (
                sum_of_products(gradient, z, 0.0) as f32,
                sum(gradient) as f32,
            );
            gradient.iter_mut().for_each(|g| *g *= scale[group]);
            parameters
        })
        .collect();
    let (gain, offset) = parameters.into_iter().unzip();
    NormalisationGradients {
        input: gradient,
        gain,
        offset,
    }
}

/// Gradients of [`normalise_by_batch`], through the batch's statistics too.
pub fn normalise_by_batch_gradients(
    saved: Saved<'_>,
    output_gradient: &[f32],
) -> NormalisationGradients {
    let size = group_size(saved.input, saved.gain);
    let mut input = vec![0.0; saved.input.len()];
    let parameters: Vec<(f32, f32)> = input
        .par_chunks_mut(size)
        .enumerate()
        .map(|(group, gradient)| {
            let run = group * size..(group + 1) * size;
            let (z, a) = (&saved.input[run.clone()], &saved.output[run.clone()]);
            pass_rectification(&output_gradient[run], a, saved.settings.rectify, gradient);
            let mean = saved.mean[group];
            let inverse_deviation = 1.0 / (saved.variance[group] + saved.settings.epsilon).sqrt();
            let sum = sum(gradient);
            let product = sum_of_products(gradient, z, mean) * f64::from(inverse_deviation);
            let scale = saved.gain[group] * inverse_deviation;
            let (from_mean, from_variance) = (
                (sum / size as f64) as f32,
                (product / size as f64) as f32 * inverse_deviation,
            );
            gradient
                .iter_mut()
                .zip(z)
                .for_each(|(g, z)| *g = scale * (*g - from_mean - (z - mean) * from_variance));
            (product as f32, sum as f32)
        })
        .collect();
    let (gain, offset) = parameters.into_iter().unzip();
    NormalisationGradients {
        input,
        gain,
        offset,
    }
}

fn group_size(input: &[f32], gain: &[f32]) -> usize {
    assert!(
        !gain.is_empty() && input.len().is_multiple_of(gain.len()) && !input.is_empty(),
        "{} values cannot be divided into {} groups",
        input.len(),
        gain.len()
    );
    input.len() / gain.len()
}

fn pass_rectification(from: &[f32], output: &[f32], rectify: bool, to: &mut [f32]) {
    if rectify {
        let passed = from
            .iter()
            .zip(output)
            .map(|(g, &a)| if a > 0.0 { *g } else { 0.0 });
        to.iter_mut().zip(passed).for_each(|(to, g)| *to = g);
    } else {
        to.copy_from_slice(from);
    }
}

fn add_noise(values: &mut [f32], group: u64, settings: Rectification) {
    if settings.noise == 0.0 {
        return;
    }
    // Every group draws from a generator of its own, so the noise does not depend on threads.
    let mut generator =
        Xoshiro256PlusPlus::seed_from_u64(settings.seed.wrapping_add(group << 32 | group));
    for value in values {
        let draw: f32 = StandardNormal.sample(&mut generator);
        *value += settings.noise * draw;
    }
}

fn sum_of_products(gradient: &[f32], values: &[f32], mean: f32) -> f64 {
    sum_by_lanes([gradient, values], |[gradient, value]| {
        gradient * (value - mean)
    })
}

/// Mean and biased variance, by two passes: the second about the mean, so nothing cancels.
fn mean_and_variance(values: &[f32]) -> (f32, f32) {
    let count = values.len() as f64;
    let mean = (sum(values) / count) as f32;
    let squares = sum_by_lanes([values], |[value]| (value - mean) * (value - mean));
    (mean, (squares / count) as f32)
}
