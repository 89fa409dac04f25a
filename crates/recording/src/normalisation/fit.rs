//! Fitting normalisation constants to a movie.

use std::ops::Range;

use rayon::prelude::*;

use super::moments::Moments;
use super::{Normalisation, NormalisationRule};
use crate::movie::{Frames, pieces};
use crate::{Error, Movie};

/// Added to the global standard deviation by the published PyTorch code.
const PUBLISHED_EPSILON: f64 = 1e-7;

impl Normalisation {
    /// Constants of a rule for the given frames of a movie (usually `&[0..movie.frames()]`).
    ///
    /// One pass in double precision, exact for byte movies; pieces are combined in order, so the
    /// result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`Error::ZeroVariance`] where the movie (global) or a pixel (per-pixel) never changes,
    /// [`Error::BadPixel`] for NaN or infinity, [`Error::NoSuchFrames`] outside the movie.
    pub fn fit(
        rule: NormalisationRule,
        movie: &Movie,
        ranges: &[Range<usize>],
    ) -> Result<Self, Error> {
        match rule {
            NormalisationRule::Global => global(movie, ranges),
            NormalisationRule::PerPixel => per_pixel(movie, ranges),
        }
    }
}

fn global(movie: &Movie, ranges: &[Range<usize>]) -> Result<Normalisation, Error> {
    let moments = over_pieces(movie, ranges, |frames| vec![whole(frames)])?;
    let moments = moments.first().copied().unwrap_or_default();
    if moments.are_constant() {
        return Err(zero_variance(movie, None));
    }
    Ok(Normalisation::Global {
        mean: moments.mean,
        sd: moments.sd() + PUBLISHED_EPSILON,
    })
}

fn per_pixel(movie: &Movie, ranges: &[Range<usize>]) -> Result<Normalisation, Error> {
    let pixels = movie.pixels();
    let moments = over_pieces(movie, ranges, |frames| each_pixel(frames, pixels))?;
    if moments.is_empty() {
        return Err(zero_variance(movie, None));
    }
    if let Some(pixel) = moments.iter().position(|moments| moments.are_constant()) {
        return Err(zero_variance(
            movie,
            Some((pixel / movie.width(), pixel % movie.width())),
        ));
    }
    Ok(Normalisation::PerPixel {
        height: movie.height(),
        width: movie.width(),
        mean: moments.iter().map(|moments| moments.mean).collect(),
        sd: moments.iter().map(|moments| moments.sd()).collect(),
    })
}

/// Moments of every piece of the ranges, joined in order.
fn over_pieces(
    movie: &Movie,
    ranges: &[Range<usize>],
    moments: impl Fn(&Frames<'_>) -> Vec<Moments> + Sync,
) -> Result<Vec<Moments>, Error> {
    ranges
        .iter()
        .try_for_each(|range| movie.require_frames(range))?;
    let length = movie.frames_per_piece();
    let cut: Vec<_> = ranges
        .iter()
        .flat_map(|range| pieces(range.clone(), length))
        .collect();
    let of_piece = |piece: &Range<usize>| {
        let frames = movie.frames_at(piece.clone())?;
        frames.require_finite(movie, piece.start)?;
        Ok(moments(&frames))
    };
    let mut joined: Vec<Moments> = Vec::new();
    // A batch at a time bounds the memory that per-pixel moments of a long movie would take.
    for batch in cut.chunks(64) {
        let batch: Vec<_> = batch
            .par_iter()
            .map(of_piece)
            .collect::<Result<_, Error>>()?;
        batch.into_iter().for_each(|piece| join(&mut joined, piece));
    }
    Ok(joined)
}

fn join(joined: &mut Vec<Moments>, piece: Vec<Moments>) {
    if joined.is_empty() {
        *joined = piece;
    } else {
        joined
            .iter_mut()
            .zip(piece)
            .for_each(|(all, more)| *all = all.and(more));
    }
}

/// Moments of all pixels together.
fn whole(frames: &Frames<'_>) -> Moments {
    match frames {
        Frames::Bytes(bytes) => {
            let (sum, squares) = bytes.iter().fold((0u64, 0u64), |(sum, squares), &byte| {
                (
                    sum + u64::from(byte),
                    squares + u64::from(byte) * u64::from(byte),
                )
            });
            Moments::from_sums(bytes.len() as u64, sum, squares)
        }
        Frames::Floats(floats) => Moments::of(floats.iter().copied().map(f64::from)),
    }
}

/// Moments of each pixel over time.
fn each_pixel(frames: &Frames<'_>, pixels: usize) -> Vec<Moments> {
    match frames {
        Frames::Bytes(bytes) => {
            let mut sums = vec![(0u64, 0u64); pixels];
            for frame in bytes.chunks_exact(pixels) {
                for ((sum, squares), &byte) in sums.iter_mut().zip(frame) {
                    *sum += u64::from(byte);
                    *squares += u64::from(byte) * u64::from(byte);
                }
            }
            let count = (bytes.len() / pixels) as u64;
            sums.into_iter()
                .map(|(sum, squares)| Moments::from_sums(count, sum, squares))
                .collect()
        }
        Frames::Floats(floats) => {
            let over_time = |pixel: usize| floats[pixel..].iter().step_by(pixels);
            let of = |pixel| Moments::of(over_time(pixel).copied().map(f64::from));
            (0..pixels).map(of).collect()
        }
    }
}

fn zero_variance(movie: &Movie, pixel: Option<(usize, usize)>) -> Error {
    let fix = match pixel {
        Some(_) => "use normalisation = \"global\", or crop the movie to the pixels that change",
        None => "check that the stimulus was saved as it was shown",
    };
    let (path, dataset) = (movie.path().to_owned(), movie.dataset().to_owned());
    Error::ZeroVariance {
        path,
        dataset,
        pixel,
        fix,
    }
}
