//! Made-up movies and cells.

#![allow(dead_code, reason = "each law uses some of them")]

use ganglion_experiment::receptive_field::ReceptiveField;
use ganglion_numerics::cosine_transform;
use ganglion_recording::{
    CellIndex, Milliseconds, Movie, MovieShape, Normalisation, NormalisationRule,
};
use ganglion_reverse_correlation::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson, StandardNormal};

pub const HISTORY: usize = 12;
pub const PERIOD: Milliseconds = Milliseconds(10.0);

/// A made-up cell: a Gaussian in space, a difference of two humps in time, rectified.
#[derive(Clone, Copy)]
pub struct Planted {
    pub centre: [f64; 2],
    pub sigma: f64,
    pub sign: f64,
    pub gain: f64,
}

impl Planted {
    pub fn space(self, x: usize, y: usize) -> f64 {
        let square = |at: usize, axis: usize| (at as f64 - self.centre[axis]).powi(2);
        (-(square(x, 0) + square(y, 1)) / (2.0 * self.sigma * self.sigma)).exp()
    }

    /// Weight of a frame so many bins before the response.
    pub fn time(lag: usize) -> f64 {
        let at = |centre: f64, width: f64| (-((lag as f64 - centre) / width).powi(2)).exp();
        at(4.0, 1.5) - 0.4 * at(8.0, 2.0)
    }

    /// Rates, Hz.
    pub fn rates(self, movie: &[f32], shape: [usize; 3]) -> Vec<f64> {
        let drive = self.drive(movie, shape).into_iter();
        let rate = |drive: f64| 20.0 * (self.sign * self.gain * drive).exp().min(10.0);
        drive.map(rate).collect()
    }

    /// The same of a drive of variance `gain^2`, whatever the movie.
    pub fn scaled_rates(self, movie: &[f32], shape: [usize; 3]) -> Vec<f64> {
        let drive = self.drive(movie, shape);
        let scale = self.sign * self.gain / ganglion_numerics::standard_deviation(&drive);
        drive
            .iter()
            .map(|drive| 40.0 * (scale * drive).exp().min(5.0))
            .collect()
    }

    /// The movie along the field, in each bin.
    pub fn drive(self, movie: &[f32], [frames, height, width]: [usize; 3]) -> Vec<f64> {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let space: Vec<f32> = pixels.map(|(x, y)| self.space(x, y) as f32).collect();
        let frames_seen = movie.chunks_exact(height * width);
        let seen: Vec<f64> = frames_seen
            .map(|frame| ganglion_numerics::dot(frame, &space))
            .collect();
        (0..frames)
            .map(|bin| {
                (1..=HISTORY.min(bin))
                    .map(|lag| Self::time(lag) * seen[bin - lag])
                    .sum()
            })
            .collect()
    }
}

/// The planted field, oldest frame first.
pub fn truth(planted: Planted, [_, height, width]: [usize; 3]) -> ReceptiveField {
    let values = (1..=HISTORY).rev().flat_map(|lag| {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        pixels.map(move |(x, y)| (planted.sign * Planted::time(lag) * planted.space(x, y)) as f32)
    });
    ReceptiveField::new([HISTORY, height, width], values.collect())
}

pub fn spikes(rates: &[f64], random: &mut ChaCha8Rng) -> Vec<f32> {
    let bin_s = PERIOD.seconds();
    let count = |&rate: &f64| {
        let spikes: f64 = Poisson::new((rate * bin_s).max(1e-9))
            .unwrap()
            .sample(random);
        (spikes / bin_s) as f32
    };
    rates.iter().map(count).collect()
}

pub fn white([frames, height, width]: [usize; 3], random: &mut ChaCha8Rng) -> Vec<f32> {
    (0..frames * height * width)
        .map(|_| StandardNormal.sample(random))
        .collect()
}

/// Frames each of which is like its neighbours in space and time.
pub fn smooth(shape: [usize; 3], random: &mut ChaCha8Rng) -> Vec<f32> {
    let [_, height, width] = shape;
    let mut movie = white(shape, random);
    let passes = [(width, 1), (height, width)];
    for (size, step) in passes {
        for _ in 0..5 {
            let before = movie.clone();
            for (place, value) in movie.iter_mut().enumerate() {
                let along = place / step % size;
                let left = if along > 0 { before[place - step] } else { 0.0 };
                *value = before[place] + 0.8 * left;
            }
        }
    }
    let pixels = height * width;
    for place in pixels..movie.len() {
        movie[place] = 0.6 * movie[place - pixels] + 0.8 * movie[place];
    }
    movie
}

pub fn found(
    movie: &[f32],
    shape: [usize; 3],
    rates: Vec<Vec<f32>>,
    estimate: Option<FieldEstimate>,
) -> Fields {
    tried(movie, shape, rates, estimate).unwrap()
}

pub fn tried(
    movie: &[f32],
    shape: [usize; 3],
    rates: Vec<Vec<f32>>,
    estimate: Option<FieldEstimate>,
) -> Result<Fields, Error> {
    let [frames, height, width] = shape;
    let movie = Movie::from_f32(
        MovieShape {
            frames,
            height,
            width,
        },
        movie.to_vec(),
    );
    let all = 0..frames;
    let normalisation = Normalisation::fit(
        NormalisationRule::Global,
        &movie,
        std::slice::from_ref(&all),
    )
    .unwrap();
    let responses = CellResponses {
        cells: (0..rates.len()).map(CellIndex).collect(),
        kind: ResponseKind::Spikes,
        rates,
    };
    let shown = ShownMovie {
        movie: &movie,
        normalisation: &normalisation,
    };
    let settings = FieldSettings {
        history: HISTORY,
        frame_period: PERIOD,
        estimate,
    };
    find(
        shown,
        &responses,
        std::slice::from_ref(&(HISTORY..frames)),
        settings,
    )
}

/// White checks of some pixels; pixels beyond an aperture, if there is one, are dark.
pub fn checks(
    [frames, height, width]: [usize; 3],
    check: usize,
    aperture: Option<f64>,
    random: &mut ChaCha8Rng,
) -> Vec<f32> {
    let across = width.div_ceil(check);
    let mut movie = Vec::with_capacity(frames * height * width);
    for _ in 0..frames {
        let values = white([1, height.div_ceil(check), across], random);
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let [dy, dx] =
                [(y, height), (x, width)].map(|(at, size)| at as f64 - 0.5 * (size as f64 - 1.0));
            let is_dark = aperture.is_some_and(|radius| dy.hypot(dx) > radius);
            movie.push(if is_dark {
                -2.0
            } else {
                values[y / check * across + x / check]
            });
        }
    }
    movie
}

/// Frames whose amplitudes fall with spatial frequency as in natural scenes, and which change slowly, the coarse
/// more slowly than the fine.
pub fn natural([frames, height, width]: [usize; 3], random: &mut ChaCha8Rng) -> Vec<f32> {
    let (down, across) = (cosine_transform(height), cosine_transform(width));
    let mut waves = vec![0.0f64; height * width];
    let mut movie = Vec::with_capacity(frames * height * width);
    for _ in 0..frames {
        for (wave, value) in waves.iter_mut().enumerate() {
            let frequency = ((wave / width) as f64).hypot((wave % width) as f64) + 1.0;
            let kept: f64 = 0.8 / frequency.powf(0.25);
            let kick: f64 = StandardNormal.sample(random);
            *value = kept * *value + (1.0 - kept * kept).sqrt() * kick / frequency;
        }
        let mut rows = vec![0.0; height * width];
        for (place, row) in rows.iter_mut().enumerate() {
            let (v, x) = (place / width, place % width);
            *row = (0..width)
                .map(|u| waves[v * width + u] * across[u * width + x])
                .sum();
        }
        for place in 0..height * width {
            let (y, x) = (place / width, place % width);
            let value: f64 = (0..height)
                .map(|v| rows[v * width + x] * down[v * height + y])
                .sum();
            movie.push(value as f32);
        }
    }
    movie
}

/// Spikes of a cell that fires in bursts and sees nothing.
pub fn bursts(frames: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
    let mut level = 0.0f64;
    let rates: Vec<f64> = (0..frames)
        .map(|_| {
            let kick: f64 = StandardNormal.sample(random);
            level = 0.9 * level + 0.5 * kick;
            10.0 * level.exp()
        })
        .collect();
    spikes(&rates, random)
}

/// That a number lies within so many of its stated errors of what was planted.
pub fn within(found: Option<MeasuredNumber>, planted: f64, errors: f64) -> MeasuredNumber {
    let found = found.expect("a number");
    let error = found.error.expect("an error");
    assert!(
        (found.value - planted).abs() < errors * error,
        "{found:?}, not {planted}"
    );
    found
}

/// A number from 0 to below another.
pub fn below(count: usize, random: &mut ChaCha8Rng) -> usize {
    random.random_range(0..count)
}
