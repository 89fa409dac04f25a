//! Where each cell looks, by its spike-triggered average.

use std::ops::Range;

use ganglion_experiment::receptive_field::ReverseCorrelation;
use ganglion_recording::Role;
use rayon::prelude::*;

use super::data::TrainingData;
use crate::error::Error;
use crate::network::{ReceptiveFieldPeak, SpikeTriggeredAverage};

/// Lags, in frames before the response, at which a receptive field is looked for: at 10 ms a frame,
/// the range in which ganglion cells of cold- and warm-blooded retinas have their peaks.
const LAGS: Range<usize> = 3..16;

/// Bins used at most: enough for a peak, and quick on an hour of movie.
const BINS: usize = 60_000;

/// Products of a rate and a pixel at most in the averages of all lags: half a minute on two cores.
const MOST_PRODUCTS: usize = 20_000_000_000;

/// Bins of the averages at least, however many pixels there are.
const LEAST_BINS: usize = 2_000;

/// Standard deviation of the spatial smoothing, pixels.
const SMOOTHING: f32 = 1.0;

/// The peak of each cell's spike-triggered average over the training bins.
///
/// # Errors
/// If the movie cannot be read.
pub fn peaks(data: &TrainingData) -> Result<Vec<ReceptiveFieldPeak>, Error> {
    let [height, width] = [data.shape.height, data.shape.width];
    let history = data.shape.history;
    let lags = LAGS.start.min(history)..LAGS.end.min(history + 1);
    let sums = reverse_correlation(data, lags, BINS)?;
    let cells: Vec<usize> = (0..data.shape.cells).collect();
    Ok(cells
        .into_par_iter()
        .map(|cell| peak(&sums.average(cell), height, width))
        .collect())
}

/// The spike-triggered average of each cell over the training bins, for all frames of the history.
///
/// # Errors
/// If the movie cannot be read.
pub fn averages(data: &TrainingData) -> Result<Vec<SpikeTriggeredAverage>, Error> {
    let shape = data.shape;
    let of_a_bin = shape.cells * shape.history * shape.height * shape.width;
    let bins = BINS.min((MOST_PRODUCTS / of_a_bin).max(LEAST_BINS));
    let sums = reverse_correlation(data, 1..shape.history + 1, bins)?;
    let frame_period_ms = data.parts[0].recording.frame_period.period.0;
    let average = |cell| SpikeTriggeredAverage {
        values: sums.average(cell),
        frame_period_ms,
    };
    Ok((0..shape.cells).map(average).collect())
}

/// Sums over the first `bins` training bins.
fn reverse_correlation(
    data: &TrainingData,
    lags: Range<usize>,
    bins: usize,
) -> Result<ReverseCorrelation, Error> {
    let pixels = data.shape.height * data.shape.width;
    let mut sums = ReverseCorrelation::new(data.shape.cells, lags.clone(), pixels);
    let mut left = bins;
    for part in 0..data.parts.len() {
        for range in data.parts[part].timeline.ranges(Role::Train) {
            let bins = range.start..range.end.min(range.start + left);
            left -= bins.len();
            for start in bins.clone().step_by(CHUNK) {
                let chunk = start..bins.end.min(start + CHUNK);
                add(data, part, chunk, &lags, &mut sums)?;
            }
        }
    }
    Ok(sums)
}

/// Bins read at once.
const CHUNK: usize = 512;

fn add(
    data: &TrainingData,
    part: usize,
    bins: Range<usize>,
    lags: &Range<usize>,
    sums: &mut ReverseCorrelation,
) -> Result<(), Error> {
    if bins.is_empty() {
        return Ok(());
    }
    let content = &data.parts[part];
    let needed = bins.start + 1 - lags.end..bins.end - lags.start;
    let mut frames = Vec::new();
    content
        .movie()
        .normalised_frames(needed.clone(), &data.normalisation, &mut frames)?;
    let responses = &content.recording.responses;
    sums.add(&frames, needed.start, bins.clone(), |cell| {
        &responses.cell(cell)[bins.clone()]
    });
    Ok(())
}

fn peak(average: &[f32], height: usize, width: usize) -> ReceptiveFieldPeak {
    let smooth: Vec<Vec<f32>> = average
        .chunks(height * width)
        .map(|plane| smoothed(plane, height, width))
        .collect();
    let (pixel, value) = smooth
        .iter()
        .flat_map(|plane| plane.iter().copied().enumerate())
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
        .unwrap_or((0, 0.0));
    ReceptiveFieldPeak {
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
