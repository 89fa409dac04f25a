//! The interneurons that a ganglion cell sums over.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use super::region::Region;
use crate::circuit::Position;

/// Standard deviations at which a pool ends.
const EXTENT: f64 = 3.0;

/// A Gaussian around a cell, of sum 1 over the pixels of the frame within its extent.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    /// Pixels of a row that belong to it, and their weights.
    pub(super) rows: Vec<PoolRow>,
}

/// The pixels `x ..` of row `y`.
#[derive(Clone, Debug)]
pub(super) struct PoolRow {
    pub(super) y: usize,
    pub(super) x: usize,
    pub(super) weights: Vec<f64>,
}

impl Pool {
    /// The pool of standard deviation `sd` around a place in the frame; where that reaches the
    /// centre of no pixel, the pixel that the place lies in.
    pub(super) fn new(centre: Position, sd: Microns, screen: &Screen) -> Self {
        let pixel = screen.microns_per_pixel.0;
        let (x, y) = (centre.x.0 / pixel, centre.y.0 / pixel);
        let sd = sd.0 / pixel;
        let radius = EXTENT * sd;
        let row = |row: usize| {
            let distance = row as f64 + 0.5 - y;
            let reach = (radius * radius - distance * distance).sqrt();
            let columns = reached(x, reach, screen.width);
            let weight = |column: usize| gaussian(distance.hypot(column as f64 + 0.5 - x) / sd);
            PoolRow {
                y: row,
                x: columns.start,
                weights: columns.map(weight).collect(),
            }
        };
        let rows: Vec<PoolRow> = reached(y, radius, screen.height)
            .map(row)
            .filter(|row| !row.weights.is_empty())
            .collect();
        if rows.is_empty() {
            return Self::pixel(y as usize, x as usize);
        }
        Self { rows }.normalised()
    }

    fn pixel(y: usize, x: usize) -> Self {
        let weights = vec![1.0];
        Self {
            rows: vec![PoolRow { y, x, weights }],
        }
    }

    fn normalised(mut self) -> Self {
        let weights = || self.rows.iter().flat_map(|row| &row.weights);
        let sum: f64 = weights().sum();
        for weight in self.rows.iter_mut().flat_map(|row| &mut row.weights) {
            *weight /= sum;
        }
        self
    }

    /// The smallest rectangle with the whole pool in it.
    pub(super) fn region(&self) -> Region {
        let region = |row: &PoolRow| Region {
            rows: row.y..row.y + 1,
            columns: row.x..row.x + row.weights.len(),
        };
        self.rows
            .iter()
            .map(region)
            .reduce(Region::joined)
            .expect("a pool has at least one pixel")
    }
}

/// Pixels below `end` whose centres lie within `reach` of a place; none if that is no number.
fn reached(place: f64, reach: f64, end: usize) -> Range<usize> {
    let first = (place - reach - 0.5).ceil().max(0.0) as usize;
    let last = (place + reach - 0.5).floor();
    if reach.is_nan() || last < 0.0 {
        return 0..0;
    }
    first..(last as usize + 1).min(end).max(first)
}

/// A Gaussian of height 1 at a distance in standard deviations.
fn gaussian(distance: f64) -> f64 {
    (-0.5 * distance * distance).exp()
}
