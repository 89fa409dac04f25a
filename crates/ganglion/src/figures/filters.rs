//! First-layer kernels as a figure.

use ganglion_model::filters::{Filter, first_layer_filters};
use ganglion_model::model::Model;
use ganglion_plot::{ChannelFilter, FilterFigure};

/// Every first-layer filter in space and time.
pub fn filters(model: &Model) -> FilterFigure {
    let description = &model.description;
    let name = |channel: usize| match model.network.stages() {
        Some(_) => format!("Channel {channel}"),
        None => format!("Cell {}", description.cells[channel]),
    };
    let learned = first_layer_filters(model).into_iter();
    FilterFigure {
        channels: learned
            .map(|filter| channel(name(filter.channel), filter, description.frame_period_ms))
            .collect(),
        microns_per_pixel: description.microns_per_pixel,
    }
}

fn channel(name: String, filter: Filter, frame_period_ms: f64) -> ChannelFilter {
    ChannelFilter {
        name,
        polarity: Some(if filter.on { "ON" } else { "OFF" }.to_owned()),
        spatial: filter.spatial,
        height: filter.height,
        width: filter.width,
        temporal: filter.temporal,
        frame_period_ms,
        explained_variance: Some(filter.explained_variance),
    }
}
