//! What first-layer filters look like: one map and one time course each.

use crate::model::Model;

/// The best separable approximation of a first-layer filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Channel, or cell of an LN model, counted from zero.
    pub channel: usize,
    /// Rows of the map.
    pub height: usize,
    /// Columns of the map.
    pub width: usize,
    /// Spatial profile of unit norm, row by row.
    pub spatial: Vec<f32>,
    /// Time course, oldest frame first; its norm is the filter's.
    pub temporal: Vec<f32>,
    /// Share of the filter's squared weights that the product of the two accounts for.
    pub explained_variance: f64,
    /// Polarity by the published rule: among the newest 25 frames of the spatially summed filter,
    /// the sign at the largest magnitude.
    pub on: bool,
}

/// All first-layer filters of a model.
pub fn first_layer_filters(model: &Model) -> Vec<Filter> {
    let kernels = model.network.first_kernel().value();
    let [channels, _, history, height, width] = kernels.dims();
    let values: Vec<f32> = kernels.into_data().iter::<f32>().collect();
    let size = history * height * width;
    (0..channels)
        .map(|channel| {
            separate(
                channel,
                &values[channel * size..][..size],
                [history, height, width],
            )
        })
        .collect()
}

/// The best rank-one approximation of a filter `[frame, y, x]`.
fn separate(channel: usize, kernel: &[f32], [history, height, width]: [usize; 3]) -> Filter {
    let pixels = height * width;
    let (spatial, temporal) = leading_pair(kernel, history, pixels);
    let norm: f64 = kernel.iter().map(|&w| f64::from(w).powi(2)).sum();
    let kept: f64 = temporal.iter().map(|&w| f64::from(w).powi(2)).sum();
    // Signs of a product are free: let the map's largest weight be positive, so that the time
    // course carries the polarity.
    let peak = spatial
        .iter()
        .copied()
        .max_by(|a, b| a.abs().total_cmp(&b.abs()))
        .unwrap_or(1.0);
    let sign = if peak < 0.0 { -1.0 } else { 1.0 };
    Filter {
        channel,
        height,
        width,
        spatial: spatial.iter().map(|w| sign * w).collect(),
        temporal: temporal.iter().map(|w| sign * w).collect(),
        explained_variance: if norm > 0.0 {
            (kept / norm).min(1.0)
        } else {
            0.0
        },
        on: is_on(kernel, history, pixels),
    }
}

/// Power iteration on the time-by-time covariance: enough for one leading pair.
fn leading_pair(kernel: &[f32], history: usize, pixels: usize) -> (Vec<f32>, Vec<f32>) {
    let start = (0..history)
        .map(|frame| &kernel[frame * pixels..][..pixels])
        .max_by(|a, b| squares(a).total_cmp(&squares(b)))
        .map(<[f32]>::to_vec)
        .unwrap_or_default();
    let mut spatial = unit(start);
    let mut temporal = vec![0.0; history];
    for _ in 0..ITERATIONS {
        temporal = kernel
            .chunks(pixels)
            .map(|frame| dot(frame, &spatial))
            .collect();
        let mut next = vec![0.0; pixels];
        for (frame, weight) in kernel.chunks(pixels).zip(&temporal) {
            next.iter_mut()
                .zip(frame)
                .for_each(|(sum, value)| *sum += weight * value);
        }
        spatial = unit(next);
    }
    for (course, frame) in temporal.iter_mut().zip(kernel.chunks(pixels)) {
        *course = dot(frame, &spatial);
    }
    (spatial, temporal)
}

/// The ratio of the two largest singular values to this power is what is left of the second.
const ITERATIONS: usize = 200;

fn squares(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(*a) * f64::from(*b))
        .sum::<f64>() as f32
}

fn unit(values: Vec<f32>) -> Vec<f32> {
    let norm = squares(&values).sqrt();
    if norm > 0.0 {
        values
            .iter()
            .map(|&v| (f64::from(v) / norm) as f32)
            .collect()
    } else {
        values
    }
}

fn is_on(kernel: &[f32], history: usize, pixels: usize) -> bool {
    let course = kernel.chunks(pixels).map(|frame| frame.iter().sum::<f32>());
    let recent = course.skip(history.saturating_sub(25));
    recent
        .max_by(|a, b| a.abs().total_cmp(&b.abs()))
        .is_some_and(|peak| peak > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separable_filter_is_recovered_with_its_polarity() {
        let space = [0.6f32, 0.8, 0.0, 0.0];
        let time: Vec<f32> = (0..30).map(|t| if t == 25 { -2.0 } else { 0.1 }).collect();
        let kernel: Vec<f32> = time.iter().flat_map(|t| space.map(|s| s * t)).collect();
        let filter = separate(0, &kernel, [30, 2, 2]);
        assert!((filter.explained_variance - 1.0).abs() < 1e-6);
        assert!(
            filter
                .spatial
                .iter()
                .zip(space)
                .all(|(a, b)| (a - b).abs() < 1e-5)
        );
        assert!(
            filter
                .temporal
                .iter()
                .zip(time)
                .all(|(a, b)| (a - b).abs() < 1e-5)
        );
        assert!(!filter.on);
    }
}
