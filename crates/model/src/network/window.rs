//! Windows of the movie around cells' receptive fields, all of one size.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

use super::patch_size::PatchSize;
use super::peak::ReceptiveFieldPeak;
use super::shape::NetworkShape;
use crate::error::Error;
use crate::initialisation::constant;

/// Rows and columns of the windows; the whole frame where none are asked for.
pub(super) fn size(window: Option<PatchSize>, shape: &NetworkShape) -> Result<[usize; 2], Error> {
    let frame = [shape.height, shape.width];
    match window {
        Some(window) => window.within(frame, "model.window", || "the window".to_owned()),
        None => Ok(frame),
    }
}

/// Top left corners `[cell, (row, column)]`, pixels, of windows in the middle of the frame; no optimiser moves
/// them.
pub(super) fn in_the_middle(
    size: [usize; 2],
    shape: &NetworkShape,
    device: &Device,
) -> Param<Tensor<2>> {
    let middle = [(shape.height - size[0]) / 2, (shape.width - size[1]) / 2];
    corners(&vec![middle; shape.cells], device)
}

/// The same of windows centred on the cells' receptive fields, as far as the frame allows.
pub(super) fn around(
    peaks: &[ReceptiveFieldPeak],
    size: [usize; 2],
    shape: &NetworkShape,
    device: &Device,
) -> Param<Tensor<2>> {
    let frame = [shape.height, shape.width];
    let corner = |peak: &ReceptiveFieldPeak| peak.window(size, frame).map(|range| range.start);
    corners(&peaks.iter().map(corner).collect::<Vec<_>>(), device)
}

fn corners(positions: &[[usize; 2]], device: &Device) -> Param<Tensor<2>> {
    let values: Vec<f32> = positions.iter().flatten().map(|&v| v as f32).collect();
    let data = TensorData::new(values, [positions.len(), 2]);
    constant(Tensor::from_data(data, device))
}

/// Corners as numbers of pixels, a cell each.
pub(super) fn positions(corners: &Param<Tensor<2>>) -> Vec<[usize; 2]> {
    let values: Vec<f32> = corners.val().into_data().iter::<f32>().collect();
    (values.chunks(2))
        .map(|corner| [corner[0] as usize, corner[1] as usize])
        .collect()
}

/// A window of a movie `[1, y, x, segment, frame]`.
pub(super) fn cut(
    movie: &Tensor<5>,
    [top, left]: [usize; 2],
    [rows, columns]: [usize; 2],
) -> Tensor<5> {
    let [_, _, _, segments, frames] = movie.dims();
    movie.clone().slice([
        0..1,
        top..top + rows,
        left..left + columns,
        0..segments,
        0..frames,
    ])
}
