//! The quadratic penalty of a model, as a sparse matrix.

use std::collections::BTreeMap;
use std::ops::Range;

use ganglion_numerics::dot;

use crate::layout::Layout;
use crate::penalty::Penalty;
use crate::recording::Movie;

/// `w' Q w / 2` with a sparse symmetric `Q` over the coefficients of one model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quadratic {
    /// Where each row's entries start.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl Quadratic {
    pub(crate) fn of(entries: &BTreeMap<(usize, usize), f64>, size: usize) -> Self {
        let mut found = Self {
            starts: vec![0; size + 1],
            ..Self::default()
        };
        for (&(row, column), &value) in entries {
            found.columns.push(column as u32);
            found.values.push(value);
            found.starts[row + 1] = found.values.len();
        }
        for row in 0..size {
            found.starts[row + 1] = found.starts[row + 1].max(found.starts[row]);
        }
        found
    }

    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let entries = self.starts[row]..self.starts[row + 1];
        entries.map(|entry| (self.columns[entry] as usize, self.values[entry]))
    }

    /// `Q w`
    pub(crate) fn times(&self, w: &[f64]) -> Vec<f64> {
        let of = |row| self.row(row).map(|(column, value)| value * w[column]).sum();
        (0..w.len()).map(of).collect()
    }

    /// Without some coefficients.
    pub(crate) fn without(&self, members: Range<usize>) -> Self {
        let mut entries = BTreeMap::new();
        let size = self.starts.len() - 1;
        let place = |i: usize| {
            if i < members.start {
                i
            } else {
                i - members.len()
            }
        };
        for row in (0..size).filter(|row| !members.contains(row)) {
            for (column, value) in self
                .row(row)
                .filter(|(column, _)| !members.contains(column))
            {
                entries.insert((place(row), place(column)), value);
            }
        }
        Self::of(&entries, size - members.len())
    }

    /// Adds `Q` to a matrix `[row][column]`.
    pub(crate) fn add_to(&self, matrix: &mut [f64], size: usize) {
        for row in 0..size {
            for (column, value) in self.row(row) {
                matrix[row * size + column] += value;
            }
        }
    }
}

/// The quadratic penalty of a model with coefficients of these rows, given the standard deviation of every row
/// and the variance of the movie's pixels.
pub(crate) fn quadratic(
    penalty: &Penalty,
    layout: &Layout,
    rows: &[usize],
    deviations: &[f64],
    movie: Option<(&Movie<'_>, f64)>,
) -> Quadratic {
    let mut entries = BTreeMap::new();
    for (index, &row) in rows.iter().enumerate().skip(1) {
        add(
            &mut entries,
            index,
            index,
            penalty.ridge * deviations[row].powi(2),
        );
    }
    if let (Some((movie, variance)), Some(functions)) = (movie, &layout.stimulus) {
        let place: BTreeMap<usize, usize> = (rows.iter().enumerate())
            .map(|(index, &row)| (row, index))
            .collect();
        let count = functions.count();
        let products = |of: &dyn Fn(&[f64]) -> Vec<f64>| -> Vec<f64> {
            let all: Vec<Vec<f64>> = (0..count).map(|f| of(functions.function(f))).collect();
            let pairs = all.iter().flat_map(|a| all.iter().map(move |b| dot(a, b)));
            pairs.collect()
        };
        let index = |pixel: usize| place.get(&layout.pixel_rows(pixel).start).copied();
        if penalty.smooth_time > 0.0 {
            let rough = products(&second_differences);
            for pixel in 0..layout.pixels.len() {
                if let Some(at) = index(pixel) {
                    let strength = penalty.smooth_time * variance;
                    add_block(&mut entries, [at, at], &rough, count, strength);
                }
            }
        }
        if penalty.smooth_space > 0.0 {
            let plain = products(&|function: &[f64]| function.to_vec());
            for triple in triples(layout, movie) {
                let places = triple.map(index);
                if places.contains(&None) {
                    continue;
                }
                let weights = [1.0, -2.0, 1.0];
                for (a, first) in places.iter().flatten().zip(weights) {
                    for (b, second) in places.iter().flatten().zip(weights) {
                        let strength = penalty.smooth_space * variance * first * second;
                        add_block(&mut entries, [*a, *b], &plain, count, strength);
                    }
                }
            }
        }
    }
    Quadratic::of(&entries, rows.len())
}

fn add(entries: &mut BTreeMap<(usize, usize), f64>, row: usize, column: usize, value: f64) {
    if value != 0.0 {
        *entries.entry((row, column)).or_default() += value;
    }
}

fn add_block(
    entries: &mut BTreeMap<(usize, usize), f64>,
    [row, column]: [usize; 2],
    block: &[f64],
    size: usize,
    strength: f64,
) {
    for a in 0..size {
        for b in 0..size {
            add(entries, row + a, column + b, strength * block[a * size + b]);
        }
    }
}

fn second_differences(values: &[f64]) -> Vec<f64> {
    let threes = values.windows(3);
    threes
        .map(|three| three[0] - 2.0 * three[1] + three[2])
        .collect()
}

/// Three pixels in a row or in a column that are in the layout, as its pixels.
fn triples(layout: &Layout, movie: &Movie<'_>) -> Vec<[usize; 3]> {
    let place: BTreeMap<usize, usize> = (layout.pixels.iter().enumerate())
        .map(|(index, &pixel)| (pixel, index))
        .collect();
    let mut found = Vec::new();
    for &pixel in &layout.pixels {
        let across = (pixel % movie.width + 2 < movie.width).then_some(1);
        let down = (pixel / movie.width + 2 < movie.height).then_some(movie.width);
        for step in [across, down].into_iter().flatten() {
            let three = [0, 1, 2].map(|i| place.get(&(pixel + i * step)).copied());
            if let [Some(a), Some(b), Some(c)] = three {
                found.push([a, b, c]);
            }
        }
    }
    found
}
