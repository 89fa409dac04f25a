//! First-layer kernels as a figure.

use ganglion_model::filters::{Filter, first_layer_filters};
use ganglion_model::model::Model;
use ganglion_plot::{ChannelFilter, FilterFigure};

/// Every first-layer filter in space and time.
pub fn filters(model: &Model) -> FilterFigure {
    let description = &model.description;
    let learned = first_layer_filters(model);
    let has_channels = model.network.stages().is_some();
    let names = names(has_channels, learned.len(), &description.cells);
    let named = names.into_iter().zip(learned);
    FilterFigure {
        channels: named
            .map(|(name, filter)| channel(name, filter, description.frame_period_ms))
            .collect(),
        microns_per_pixel: description.microns_per_pixel,
    }
}

/// What the filters are of: channels of a hidden layer, or cells where each has one.
fn names(has_channels: bool, filters: usize, cells: &[usize]) -> Vec<String> {
    match has_channels {
        true => (0..filters).map(|one| format!("Channel {one}")).collect(),
        false if filters == cells.len() => {
            let cells = cells.iter();
            cells.map(|cell| format!("Cell {cell}")).collect()
        }
        false => (0..filters).map(|one| format!("Filter {one}")).collect(),
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
        outline: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A family without hidden layers may have several filters a cell.
    #[test]
    fn filters_are_named_for_cells_where_each_cell_has_one() {
        assert_eq!(names(true, 2, &[4, 7]), ["Channel 0", "Channel 1"]);
        assert_eq!(names(false, 2, &[4, 7]), ["Cell 4", "Cell 7"]);
        assert_eq!(names(false, 3, &[4]), ["Filter 0", "Filter 1", "Filter 2"]);
    }
}
