//! Receptive fields of recorded cells as a figure.

use std::ops::Range;

use ganglion_plot::{ChannelFilter, MapEllipse, StaFigure};

use crate::results::{CellReceptiveField, ReceptiveFieldSummary};

/// Pixels of a map drawn along each side.
const SIDE: usize = 32;

/// Space, with the ellipse at two standard deviations, and time of every cell; a panel of one size each.
pub fn receptive_fields(summary: &ReceptiveFieldSummary) -> StaFigure {
    let cells = summary.cells.iter();
    StaFigure {
        channels: cells.map(|cell| panel(cell, summary)).collect(),
        microns_per_pixel: summary.microns_per_pixel,
    }
}

fn panel(cell: &CellReceptiveField, summary: &ReceptiveFieldSummary) -> ChannelFilter {
    let [height, width] = summary.frame;
    let [rows, columns] = window(cell, [height, width]);
    let significant = cell.significance.is_some_and(|found| found.significant);
    let polarity = match cell.significance {
        Some(_) if !significant => "n.s.",
        _ => cell.polarity.name(),
    };
    let crop = rows
        .clone()
        .flat_map(|y| &cell.space[y * width..][columns.clone()]);
    ChannelFilter {
        name: format!("Cell {}", cell.cell),
        polarity: Some(polarity.to_owned()),
        spatial: crop.copied().collect(),
        space_time: None,
        height: rows.len(),
        width: columns.len(),
        temporal: cell.time.clone(),
        frame_period_ms: summary.frame_period_ms,
        explained_variance: cell.separability,
        outline: ellipse(cell, [columns.start, rows.start], [width, height]),
    }
}

/// The ellipse in a part of the frame that begins at a column and a row; none where a place in a frame of several rows or
/// columns is not known.
fn ellipse(cell: &CellReceptiveField, start: [usize; 2], frame: [usize; 2]) -> Option<MapEllipse> {
    let (sigmas, angle) = (cell.sigmas_pixels?, cell.angle?);
    let centres = [cell.centre_x_pixels, cell.centre_y_pixels];
    let at = |axis: usize| match (centres[axis], frame[axis]) {
        (Some(centre), _) => Some(centre.value - start[axis] as f64),
        (None, 1) => Some(0.0),
        (None, _) => None,
    };
    Some(MapEllipse {
        center: [at(0)?, at(1)?],
        radii: sigmas.map(|sigma| 2.0 * sigma),
        angle,
    })
}

/// Rows and columns around the largest weight, shifted to lie in the frame.
fn window(cell: &CellReceptiveField, [height, width]: [usize; 2]) -> [Range<usize>; 2] {
    let peak = (0..cell.space.len())
        .max_by(|&a, &b| cell.space[a].total_cmp(&cell.space[b]))
        .unwrap_or(0);
    let around = |at: usize, size: usize| {
        let side = SIDE.min(size);
        let start = at.saturating_sub(side / 2).min(size - side);
        start..start + side
    };
    [around(peak / width, height), around(peak % width, width)]
}
