//! Discrete Fourier transforms of planes as matrix products.
//!
//! Frames are small (50 x 50) and of any size, and thousands are transformed at once: then a dense
//! matrix product at full vector speed beats a fast transform, and its transpose is the exact
//! adjoint that the backward pass needs.

use std::f64::consts::TAU;

/// The four matrices that take planes to their half spectrum and back.
///
/// A real plane p`[y, x]` of size N_y x N_x becomes P`[k_x, k_y]` for k_x = 0..N_x / 2 (the rest
/// follows from symmetry). The way back yields only the first `output` rows and columns: the valid
/// part of a circular correlation.
pub(crate) struct PlaneTransform {
    /// N_y.
    pub(crate) height: usize,
    /// N_x.
    pub(crate) width: usize,
    /// Rows that the inverse yields.
    pub(crate) output_height: usize,
    /// Columns that the inverse yields.
    pub(crate) output_width: usize,
    /// Number of k_x: N_x / 2 + 1.
    pub(crate) columns: usize,
    /// `[(k_x, part), x]`: rows of a plane to half spectrum.
    pub(crate) along_rows: Vec<f32>,
    /// `[(part, k_y), (part, y)]`: columns of the half spectrum to the full transform.
    pub(crate) along_columns: Vec<f32>,
    /// `[cosine or sine of k_y, y]`: cosines of 0 ..= N_y / 2, then sines of 1 ..= (N_y - 1) / 2.
    pub(crate) folded_along_columns: Vec<f32>,
    /// `[y', cosine or sine of k_y]`: back along columns, over N_y.
    pub(crate) folded_back_along_columns: Vec<f32>,
    /// `[(part, y'), (part, k_y)]`: back along columns.
    pub(crate) back_along_columns: Vec<f32>,
    /// `[x', (k_x, part)]`: back along rows, to real values.
    pub(crate) back_along_rows: Vec<f32>,
}

impl PlaneTransform {
    /// Transform for planes `[height, width]` whose inverse yields `[output_height, output_width]`.
    pub(crate) fn new([height, width]: [usize; 2], output: [usize; 2]) -> Self {
        let columns = width / 2 + 1;
        Self {
            height,
            width,
            output_height: output[0],
            output_width: output[1],
            columns,
            along_rows: along_rows(width, columns),
            along_columns: along_columns(height),
            folded_along_columns: folded(height, height, 1.0),
            folded_back_along_columns: transposed(
                &folded(height, output[0], 1.0 / height as f64),
                output[0],
            ),
            back_along_columns: back_along_columns(height, output[0]),
            back_along_rows: back_along_rows(width, columns, output[1]),
        }
    }
}

/// Cosine and sine of 2 pi k n / size, with the angle reduced before it is multiplied.
fn rotation(k: usize, n: usize, size: usize) -> (f64, f64) {
    let angle = TAU * ((k * n) % size) as f64 / size as f64;
    (angle.cos(), angle.sin())
}

fn along_rows(width: usize, columns: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; 2 * columns * width];
    for k in 0..columns {
        for x in 0..width {
            let (cosine, sine) = rotation(k, x, width);
            matrix[2 * k * width + x] = cosine as f32;
            matrix[(2 * k + 1) * width + x] = -sine as f32;
        }
    }
    matrix
}

fn along_columns(height: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; 4 * height * height];
    for k in 0..height {
        for y in 0..height {
            let (cosine, sine) = rotation(k, y, height);
            matrix[k * 2 * height + y] = cosine as f32;
            matrix[k * 2 * height + height + y] = sine as f32;
            matrix[(height + k) * 2 * height + y] = -sine as f32;
            matrix[(height + k) * 2 * height + height + y] = cosine as f32;
        }
    }
    matrix
}

/// Cosines, then sines, of the frequencies that [`super::fold`] keeps: `[function, y]`.
fn folded(height: usize, rows: usize, scale: f64) -> Vec<f32> {
    let cosines = (0..=height / 2).flat_map(|k| (0..rows).map(move |y| rotation(k, y, height).0));
    let sines =
        (1..=(height - 1) / 2).flat_map(|k| (0..rows).map(move |y| rotation(k, y, height).1));
    cosines
        .chain(sines)
        .map(|value| (scale * value) as f32)
        .collect()
}

fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    let rows = matrix.len() / columns;
    (0..matrix.len())
        .map(|i| matrix[i % rows * columns + i / rows])
        .collect()
}

fn back_along_columns(height: usize, output: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; 4 * output * height];
    for y in 0..output {
        for k in 0..height {
            let (cosine, sine) = rotation(k, y, height);
            let (cosine, sine) = (cosine / height as f64, sine / height as f64);
            matrix[y * 2 * height + k] = cosine as f32;
            matrix[y * 2 * height + height + k] = -sine as f32;
            matrix[(output + y) * 2 * height + k] = sine as f32;
            matrix[(output + y) * 2 * height + height + k] = cosine as f32;
        }
    }
    matrix
}

fn back_along_rows(width: usize, columns: usize, output: usize) -> Vec<f32> {
    let mut matrix = vec![0.0; output * 2 * columns];
    for x in 0..output {
        for k in 0..columns {
            let (cosine, sine) = rotation(k, x, width);
            // Every k_x but the first and, for even sizes, the last stands for its mirror image too.
            let count = if k == 0 || 2 * k == width { 1.0 } else { 2.0 } / width as f64;
            matrix[x * 2 * columns + 2 * k] = (count * cosine) as f32;
            matrix[x * 2 * columns + 2 * k + 1] = (-count * sine) as f32;
        }
    }
    matrix
}
