//! Receptive fields as a figure.

use std::ops::Range;

use ganglion_experiment::{ExperimentConfig, Map, Outcome};
use ganglion_plot::{ChannelFilter, FilterFigure};

use super::Shown;

/// Cells drawn at most.
const CELLS: usize = 24;
/// Pixels of a map drawn along each side.
const SIDE: usize = 21;

/// Map and time course of every cell with a field.
pub(super) fn figure(
    config: &ExperimentConfig,
    outcome: &Outcome,
    shown: &Shown,
) -> Option<FilterFigure> {
    let map = outcome.maps.first()?;
    let course = outcome.curve("time")?;
    let frame_period_ms = course.at.last().copied()?;
    debug_assert_eq!(config.name(), outcome.phenomenon);
    let cell = |&row: &usize| {
        let metric = |name: &str| outcome.cells[row].metrics.named(name);
        let [rows, columns] = window(map, row);
        let crop = rows
            .clone()
            .flat_map(|y| &map.cells[row][y * map.width..][columns.clone()]);
        ChannelFilter {
            name: format!("Cell {}", outcome.cells[row].cell.0),
            polarity: Some(if metric("on") == 1.0 { "ON" } else { "OFF" }.to_owned()),
            height: rows.len(),
            width: columns.len(),
            spatial: crop.map(|&value| value as f32).collect(),
            temporal: course.cells[row]
                .iter()
                .map(|&value| value as f32)
                .collect(),
            frame_period_ms,
            explained_variance: Some(metric("separability")),
        }
    };
    let rows = &shown.rows[..shown.rows.len().min(CELLS)];
    Some(FilterFigure {
        channels: rows.iter().map(cell).collect(),
        microns_per_pixel: None,
    })
}

/// Rows and columns around the largest weight of a cell's map, shifted to lie on the screen.
fn window(map: &Map, row: usize) -> [Range<usize>; 2] {
    let weights = &map.cells[row];
    let peak = (0..weights.len())
        .max_by(|&a, &b| weights[a].total_cmp(&weights[b]))
        .unwrap_or(0);
    let around = |at: usize, size: usize| {
        let side = SIDE.min(size);
        let start = at.saturating_sub(side / 2).min(size - side);
        start..start + side
    };
    [
        around(peak / map.width, map.height),
        around(peak % map.width, map.width),
    ]
}
