//! What first-layer filters look like: one map and one time course each.

use ganglion_experiment::receptive_field::{Polarity, Separable};

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
    /// The filter itself `[frame, y, x]`, oldest frame first.
    pub weights: Vec<f32>,
    /// Share of the filter's squared weights that the product of the two accounts for.
    pub explained_variance: f64,
    /// Polarity by the published rule: among the newest 25 frames of the spatially summed filter,
    /// the sign at the largest magnitude.
    pub on: bool,
}

/// All first-layer filters of a model.
pub fn first_layer_filters(model: &Model) -> Vec<Filter> {
    let kernels = model.network.filters();
    let [channels, _, history, height, width] = kernels.dims();
    let values: Vec<f32> = kernels.into_data().iter::<f32>().collect();
    let size = history * height * width;
    (0..channels)
        .map(|channel| {
            let kernel = &values[channel * size..][..size];
            separate(channel, kernel, [history, height, width])
        })
        .collect()
}

/// The best rank-one approximation of a filter `[frame, y, x]`.
fn separate(channel: usize, kernel: &[f32], shape: [usize; 3]) -> Filter {
    let [_, height, width] = shape;
    let split = Separable::of(kernel, shape);
    Filter {
        channel,
        height,
        width,
        spatial: split.space,
        temporal: split.time,
        weights: kernel.to_vec(),
        explained_variance: split.explained_variance,
        on: Polarity::published(kernel, height * width) == Polarity::On,
    }
}
