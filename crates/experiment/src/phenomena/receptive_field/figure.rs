//! Receptive fields as a figure.

use std::ops::Range;

use ganglion_plot::{ChannelFilter, FilterFigure};

use super::ReceptiveField;
use crate::figure::{NamedFigure, Shown, all_curves};
use crate::receptive_field::FieldProperties;
use crate::{Map, Metric, Outcome, Presets};

/// Cells drawn at most.
const CELLS: usize = 24;
/// Pixels of a map drawn along each side.
const SIDE: usize = 21;

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    let figure = figure(outcome, &Shown::new(outcome));
    let named = |figure| NamedFigure::new(ReceptiveField::EXPERIMENT, figure);
    let first = figure.map(named);
    first.into_iter().chain(all_curves(outcome)).collect()
}

/// Map and time course of every cell with a field.
fn figure(outcome: &Outcome, shown: &Shown) -> Option<FilterFigure> {
    let map = outcome.maps.first()?;
    let course = outcome.curve(ReceptiveField::TIME)?;
    let frame_period_ms = course.at.last().copied()?;
    let cell = |&row: &usize| {
        let metric = |metric: Metric| outcome.cells[row].metrics.get(metric);
        let [rows, columns] = window(map, row);
        let crop = rows
            .clone()
            .flat_map(|y| &map.cells[row][y * map.width..][columns.clone()]);
        ChannelFilter {
            name: format!("Cell {}", outcome.cells[row].cell.0),
            polarity: Some(
                if metric(FieldProperties::ON) == 1.0 {
                    "ON"
                } else {
                    "OFF"
                }
                .to_owned(),
            ),
            height: rows.len(),
            width: columns.len(),
            spatial: crop.map(|&value| value as f32).collect(),
            space_time: None,
            temporal: course.cells[row]
                .iter()
                .map(|&value| value as f32)
                .collect(),
            frame_period_ms,
            explained_variance: Some(metric(FieldProperties::SEPARABILITY)),
            outline: None,
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
