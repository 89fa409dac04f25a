//! Loading a movie from a file.

use std::ops::Range;

use rayon::prelude::*;

use super::pixels::first_bad;
use super::{Movie, MovieShape, PixelStore};
use crate::Error;
use crate::container::{Container, Stored};

/// Loads a rank-3 dataset: bytes as bytes, the rest as `f32` up to `limit` bytes of memory.
pub(crate) fn load(container: &Container, name: &str, limit: usize) -> Result<Movie, Error> {
    let stored = container.dataset(name)?;
    stored.require(&[3], "three dimensions [frame, y, x]")?;
    let shape = shape_of(&stored);
    let pixels = if stored.is_u8() {
        PixelStore::Bytes(bytes(container, &stored)?.into())
    } else if shape.elements() * size_of::<f32>() <= limit {
        PixelStore::Floats(floats(container, &stored, shape)?.into())
    } else {
        PixelStore::Disk(Box::new(stored.clone()))
    };
    let (path, dataset) = (stored.path().to_owned(), stored.name().to_owned());
    Ok(Movie {
        shape,
        path,
        dataset,
        pixels,
    })
}

fn shape_of(stored: &Stored) -> MovieShape {
    let shape = stored.shape();
    MovieShape {
        frames: shape[0],
        height: shape[1],
        width: shape[2],
    }
}

fn bytes(container: &Container, stored: &Stored) -> Result<Vec<u8>, Error> {
    fill(container, stored, Stored::rows_u8, |_, _| Ok(()))
}

fn floats(container: &Container, stored: &Stored, shape: MovieShape) -> Result<Vec<f32>, Error> {
    let check = |first, piece: &[f32]| finite(stored, shape, first, piece);
    fill(container, stored, Stored::rows_f32, check)
}

/// Reads the whole dataset in pieces, several at once: decompression is the slow part.
fn fill<T: Copy + Default + Send + Sync>(
    container: &Container,
    stored: &Stored,
    read: impl Fn(&Stored, Range<usize>) -> Result<Vec<T>, Error> + Sync,
    check: impl Fn(usize, &[T]) -> Result<(), Error> + Sync,
) -> Result<Vec<T>, Error> {
    let (rows, elements) = (stored.rows_per_piece(), stored.row_elements());
    let mut values = stored.zeros(stored.shape()[0])?;
    let pieces = values.par_chunks_mut(rows * elements).enumerate();
    // Each worker has its own handle, and so its own file position and chunk cache.
    let handle = || Container::open(container.path()).and_then(|own| own.dataset(stored.name()));
    pieces.try_for_each_init(handle, |own, (piece, out)| {
        let first = piece * rows;
        let own = own.as_ref().map_err(|_| unreadable(stored))?;
        out.copy_from_slice(&read(own, first..first + out.len() / elements)?);
        check(first, out)
    })?;
    Ok(values)
}

/// The file opened a moment ago and now does not.
fn unreadable(stored: &Stored) -> Error {
    let changed = std::io::Error::other("it changed while it was read, or too many files are open");
    Error::reading(stored.path(), changed)
}

fn finite(stored: &Stored, shape: MovieShape, first: usize, piece: &[f32]) -> Result<(), Error> {
    match first_bad(piece) {
        None => Ok(()),
        Some(index) => Err(bad_pixel(stored, shape, first, index)),
    }
}

fn bad_pixel(stored: &Stored, shape: MovieShape, first: usize, index: usize) -> Error {
    let (frame, pixel) = (first + index / shape.pixels(), index % shape.pixels());
    Error::BadPixel {
        path: stored.path().to_owned(),
        dataset: stored.name().to_owned(),
        frame,
        y: pixel / shape.width,
        x: pixel % shape.width,
    }
}
