//! Planted fields are found, and cells that see nothing have none.

use ganglion_experiment::receptive_field::{Polarity, ReceptiveField};
use ganglion_recording::{
    CellIndex, Milliseconds, Movie, MovieShape, Normalisation, NormalisationRule,
};
use ganglion_reverse_correlation::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson, StandardNormal};

const HISTORY: usize = 12;
const PERIOD: Milliseconds = Milliseconds(10.0);

/// A made-up cell: a Gaussian in space, a difference of two humps in time, rectified.
#[derive(Clone, Copy)]
struct Planted {
    centre: [f64; 2],
    sigma: f64,
    sign: f64,
    gain: f64,
}

impl Planted {
    fn space(self, x: usize, y: usize) -> f64 {
        let square = |at: usize, axis: usize| (at as f64 - self.centre[axis]).powi(2);
        (-(square(x, 0) + square(y, 1)) / (2.0 * self.sigma * self.sigma)).exp()
    }

    /// Weight of a frame so many bins before the response.
    fn time(lag: usize) -> f64 {
        let at = |centre: f64, width: f64| (-((lag as f64 - centre) / width).powi(2)).exp();
        at(4.0, 1.5) - 0.4 * at(8.0, 2.0)
    }

    /// Rates, Hz.
    fn rates(self, movie: &[f32], [frames, height, width]: [usize; 3]) -> Vec<f64> {
        let seen: Vec<f64> = (movie.chunks_exact(height * width))
            .map(|frame| {
                let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
                let pixels = frame.iter().zip(pixels);
                pixels
                    .map(|(&value, (x, y))| f64::from(value) * self.space(x, y))
                    .sum()
            })
            .collect();
        (0..frames)
            .map(|bin| {
                let drive: f64 = (1..=HISTORY.min(bin))
                    .map(|lag| Self::time(lag) * seen[bin - lag])
                    .sum();
                20.0 * (self.sign * self.gain * drive).exp().min(10.0)
            })
            .collect()
    }
}

/// The planted field, oldest frame first.
fn truth(planted: Planted, [_, height, width]: [usize; 3]) -> ReceptiveField {
    let values = (1..=HISTORY).rev().flat_map(|lag| {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        pixels.map(move |(x, y)| (planted.sign * Planted::time(lag) * planted.space(x, y)) as f32)
    });
    ReceptiveField::new([HISTORY, height, width], values.collect())
}

fn spikes(rates: &[f64], random: &mut ChaCha8Rng) -> Vec<f32> {
    let bin_s = PERIOD.seconds();
    let count = |&rate: &f64| {
        let spikes: f64 = Poisson::new((rate * bin_s).max(1e-9))
            .unwrap()
            .sample(random);
        (spikes / bin_s) as f32
    };
    rates.iter().map(count).collect()
}

fn white([frames, height, width]: [usize; 3], random: &mut ChaCha8Rng) -> Vec<f32> {
    (0..frames * height * width)
        .map(|_| StandardNormal.sample(random))
        .collect()
}

/// Frames each of which is like its neighbours in space and time.
fn smooth(shape: [usize; 3], random: &mut ChaCha8Rng) -> Vec<f32> {
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

fn found(
    movie: &[f32],
    shape: [usize; 3],
    rates: Vec<Vec<f32>>,
    estimate: Option<FieldEstimate>,
) -> Fields {
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
    .unwrap()
}

/// Of 12 cells at random places every polarity is right and every cell significant; centres lie within
/// three of their stated errors (as 99 % of a t distribution of nine degrees of freedom do), diameters
/// within four (the Gaussian is fitted to pixels, which blur it a little).
#[test]
fn a_planted_centre_is_found_within_its_stated_error() {
    let random = &mut ChaCha8Rng::seed_from_u64(1);
    let shape = [15_000, 14, 16];
    let movie = white(shape, random);
    let planted: Vec<Planted> = (0..12)
        .map(|cell| Planted {
            centre: [
                random.random_range(4.0..11.0),
                random.random_range(4.0..9.0),
            ],
            sigma: random.random_range(1.2..2.0),
            sign: if cell % 2 == 0 { 1.0 } else { -1.0 },
            gain: 0.1,
        })
        .collect();
    let rates = planted
        .iter()
        .map(|cell| spikes(&cell.rates(&movie, shape), random));
    let fields = found(&movie, shape, rates.collect(), None);
    assert_eq!(fields.method.estimate, FieldEstimate::Average);
    for (found, planted) in fields.cells.iter().zip(&planted) {
        let numbers = &found.numbers;
        assert!(found.is_significant(), "{:?}", found.significance);
        let sign = if planted.sign > 0.0 {
            Polarity::On
        } else {
            Polarity::Off
        };
        assert_eq!(numbers.polarity, Some(sign));
        let centres = [numbers.centre_x, numbers.centre_y]
            .into_iter()
            .zip(planted.centre);
        let diameter = (numbers.diameter, 4.0 * planted.sigma);
        let within = |(found, planted): (Option<MeasuredNumber>, f64), errors: f64| {
            let found = found.unwrap();
            let error = found.error.unwrap();
            assert!(
                (found.value - planted).abs() < errors * error,
                "{found:?}, not {planted}"
            );
            assert!(error < 0.25 * planted, "{found:?}");
        };
        centres.for_each(|pair| within(pair, 3.3));
        within(diameter, 4.0);
        // The largest weight is four frames back.
        assert_eq!(numbers.peak_lag_ms, 40.0);
        // Of the planted field 0.4 and 1, but for noise.
        assert!(numbers.biphasic_index.value > 0.15 && numbers.separability > 0.1);
    }
}

/// At 5 % false positives, of 120 cells that fire in bursts but see nothing, 6 are expected to be called
/// significant, and with a probability of 0.1 % more than 14.
#[test]
fn cells_that_see_nothing_are_seldom_significant_whatever_the_movie() {
    for is_smooth in [false, true] {
        let random = &mut ChaCha8Rng::seed_from_u64(2);
        let shape = [2500, 6, 7];
        let movie = if is_smooth {
            smooth(shape, random)
        } else {
            white(shape, random)
        };
        let rates = (0..120).map(|_| {
            let mut level = 0.0f64;
            let rates: Vec<f64> = (0..shape[0])
                .map(|_| {
                    let kick: f64 = StandardNormal.sample(random);
                    level = 0.9 * level + 0.5 * kick;
                    10.0 * level.exp()
                })
                .collect();
            spikes(&rates, random)
        });
        let rates: Vec<Vec<f32>> = rates.collect();
        let fields = found(&movie, shape, rates, Some(FieldEstimate::Average));
        let called = fields
            .cells
            .iter()
            .filter(|cell| cell.is_significant())
            .count();
        assert!(called <= 14, "{called} of 120, smooth: {is_smooth}");
    }
}

/// In a movie whose pixels and frames are alike the plain average is much wider than the field; without the
/// movie's correlations it is as wide within a fifth (what the movie hardly shows stays blurred), and more
/// like the planted one.
#[test]
fn the_field_behind_a_correlated_movie_is_found() {
    let random = &mut ChaCha8Rng::seed_from_u64(3);
    let shape = [30_000, 15, 15];
    let movie = smooth(shape, random);
    let planted = Planted {
        centre: [7.0, 6.0],
        sigma: 1.2,
        sign: -1.0,
        gain: 0.004,
    };
    let rates = vec![spikes(&planted.rates(&movie, shape), random)];
    let plain = found(&movie, shape, rates.clone(), Some(FieldEstimate::Average));
    let fields = found(&movie, shape, rates, None);
    assert_eq!(fields.method.estimate, FieldEstimate::Decorrelated);
    let (plain, cell) = (&plain.cells[0], &fields.cells[0]);
    assert!(cell.is_significant());
    assert_eq!(cell.numbers.polarity, Some(Polarity::Off));
    let diameter = |cell: &FoundField| cell.numbers.diameter.unwrap().value;
    let likeness = |cell: &FoundField| cell.field().similarity(&truth(planted, shape));
    eprintln!(
        "{} {} {} {}",
        diameter(plain),
        diameter(cell),
        likeness(plain),
        likeness(cell)
    );
    assert!((diameter(cell) / (4.0 * planted.sigma) - 1.0).abs() < 0.2);
    assert!(diameter(plain) > 1.2 * diameter(cell));
    assert!(likeness(cell) > likeness(plain) + 0.1);
    let (_, ridge) = cell.decorrelated.as_ref().unwrap();
    assert!(ridge.explained_variance > 0.02, "{ridge:?}");
}

/// One row of pixels has a place and a size along it, and a full field neither.
#[test]
fn movies_of_one_row_and_of_one_pixel_have_what_they_can_have() {
    let random = &mut ChaCha8Rng::seed_from_u64(4);
    let planted = Planted {
        centre: [12.0, 0.0],
        sigma: 2.0,
        sign: 1.0,
        gain: 0.1,
    };
    for shape in [[6000, 1, 25], [6000, 1, 1]] {
        let movie = white(shape, random);
        let planted = Planted {
            centre: [planted.centre[0].min(shape[2] as f64 - 1.0), 0.0],
            ..planted
        };
        let rates = vec![spikes(&planted.rates(&movie, shape), random)];
        let fields = found(&movie, shape, rates, None);
        let cell = &fields.cells[0];
        assert!(cell.is_significant() && cell.numbers.centre_y.is_none());
        assert_eq!(cell.numbers.peak_lag_ms, 40.0);
        match shape[2] {
            1 => assert!(cell.numbers.centre_x.is_none() && cell.numbers.diameter.is_none()),
            _ => {
                let (x, diameter) = (
                    cell.numbers.centre_x.unwrap(),
                    cell.numbers.diameter.unwrap(),
                );
                assert!((x.value - 12.0).abs() < 3.3 * x.error.unwrap(), "{x:?}");
                assert!(
                    (diameter.value - 8.0).abs() < 4.0 * diameter.error.unwrap(),
                    "{diameter:?}"
                );
            }
        }
    }
}
