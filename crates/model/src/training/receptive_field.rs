//! Where each cell looks, by its spike-triggered average.

use std::ops::Range;

use ganglion_recording::Role;
use rayon::prelude::*;

use super::data::TrainingData;
use crate::error::Error;
use crate::network::Peak;

/// Lags, in frames before the response, at which a receptive field is looked for: at 10 ms a frame,
/// the range in which ganglion cells of cold- and warm-blooded retinas have their peaks.
const LAGS: Range<usize> = 3..16;

/// Bins used at most: enough for a peak, and quick on an hour of movie.
const BINS: usize = 60_000;

/// Standard deviation of the spatial smoothing, pixels.
const SMOOTHING: f32 = 1.0;

/// The peak of each cell's spike-triggered average over the training bins:
/// `sta[n](lag, y, x) = mean over bins of (rate[n](t) - mean rate) * frame(t - lag, y, x)`.
///
/// # Errors
/// If the movie cannot be read.
pub fn peaks(data: &TrainingData) -> Result<Vec<Peak>, Error> {
    let mut averages = vec![vec![0.0f32; LAGS.len() * pixels(data)]; data.shape.cells];
    let means = data.mean_rates();
    let mut left = BINS;
    for part in 0..data.parts.len() {
        for range in data.parts[part].timeline.ranges(Role::Train) {
            let bins = range.start..range.end.min(range.start + left);
            left -= bins.len();
            for start in bins.clone().step_by(CHUNK) {
                let chunk = start..bins.end.min(start + CHUNK);
                add(data, part, chunk, &means, &mut averages)?;
            }
        }
    }
    let [height, width] = [data.shape.height, data.shape.width];
    Ok(averages
        .into_par_iter()
        .map(|average| peak(&average, height, width))
        .collect())
}

/// Bins read at once.
const CHUNK: usize = 512;

fn pixels(data: &TrainingData) -> usize {
    data.shape.height * data.shape.width
}

fn add(
    data: &TrainingData,
    part: usize,
    bins: Range<usize>,
    means: &[f32],
    averages: &mut [Vec<f32>],
) -> Result<(), Error> {
    let content = &data.parts[part];
    let first = bins.start - LAGS.end.min(bins.start);
    let mut frames = Vec::new();
    content
        .movie()
        .normalised_frames(first..bins.end, &data.normalisation, &mut frames)?;
    let pixels = pixels(data);
    averages
        .par_iter_mut()
        .enumerate()
        .for_each(|(cell, average)| {
            let rates = content.recording.responses.cell(cell);
            for bin in bins.clone() {
                let weight = rates[bin] - means[cell];
                for (index, lag) in LAGS.enumerate() {
                    let Some(frame) = (bin - first).checked_sub(lag) else {
                        continue;
                    };
                    let frame = &frames[frame * pixels..][..pixels];
                    let plane = &mut average[index * pixels..][..pixels];
                    plane
                        .iter_mut()
                        .zip(frame)
                        .for_each(|(sum, value)| *sum += weight * value);
                }
            }
        });
    Ok(())
}

fn peak(average: &[f32], height: usize, width: usize) -> Peak {
    let smooth: Vec<Vec<f32>> = average
        .chunks(height * width)
        .map(|plane| smoothed(plane, height, width))
        .collect();
    let (pixel, value) = smooth
        .iter()
        .flat_map(|plane| plane.iter().copied().enumerate())
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
        .unwrap_or((0, 0.0));
    Peak {
        position: [(pixel / width) as f32, (pixel % width) as f32],
        on: value > 0.0,
    }
}

/// Gaussian smoothing; beyond the edge there is nothing.
fn smoothed(plane: &[f32], height: usize, width: usize) -> Vec<f32> {
    let kernel: Vec<f32> = (-3i32..=3)
        .map(|d| (-(d as f32 / SMOOTHING).powi(2) / 2.0).exp())
        .collect();
    let blur = |values: &[f32], length: usize, stride: usize, at: usize, from: usize| -> f32 {
        kernel
            .iter()
            .enumerate()
            .filter_map(|(k, weight)| {
                let index = (at + k).checked_sub(3).filter(|&index| index < length)?;
                Some(weight * values[from + index * stride])
            })
            .sum()
    };
    let rows: Vec<f32> = (0..height * width)
        .map(|i| blur(plane, width, 1, i % width, i / width * width))
        .collect();
    (0..height * width)
        .map(|i| blur(&rows, height, width, i / width, i % width))
        .collect()
}
