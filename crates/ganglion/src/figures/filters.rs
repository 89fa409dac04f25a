//! First-layer kernels as a figure.

use ganglion_model::filters::{Filter, first_layer_filters};
use ganglion_model::model::Model;
use ganglion_plot::{ChannelFilter, FilterFigure};

/// Every first-layer filter in space and time.
pub fn filters(model: &Model) -> FilterFigure {
    let description = &model.description;
    let names = model.network.filter_names(&description.cells);
    let named = names.into_iter().zip(first_layer_filters(model));
    FilterFigure {
        channels: named
            .map(|(name, filter)| channel(name, filter, description.frame_period_ms))
            .collect(),
        microns_per_pixel: description.microns_per_pixel,
    }
}

/// Of bars, the filter itself: its only map beside time is a line.
fn channel(name: String, filter: Filter, frame_period_ms: f64) -> ChannelFilter {
    let is_of_bars = filter.height == 1 && filter.width > 1;
    ChannelFilter {
        space_time: is_of_bars.then_some(filter.weights),
        name,
        polarity: Some(if filter.on { "ON" } else { "OFF" }.to_owned()),
        spatial: filter.spatial,
        height: filter.height,
        width: filter.width,
        temporal: filter.temporal,
        frame_period_ms,
        explained_variance: Some(filter.explained_variance),
        outline: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_bars_are_shown_in_space_and_time() {
        let filter = |height: usize, width: usize| Filter {
            channel: 0,
            height,
            width,
            spatial: vec![0.5; height * width],
            temporal: vec![1.0; 3],
            weights: vec![0.5; 3 * height * width],
            explained_variance: 1.0,
            on: true,
        };
        let shown = |height, width| channel("Cell 4".to_owned(), filter(height, width), 10.0);
        assert_eq!(shown(1, 7).space_time, Some(vec![0.5; 21]));
        assert_eq!(shown(1, 1).space_time, None, "a curve says it all");
        assert_eq!(shown(5, 7).space_time, None);
    }
}
