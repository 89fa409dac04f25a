//! Planted fields are found, and cells that see nothing have none.

mod planted;

use ganglion_experiment::receptive_field::Polarity;
use ganglion_reverse_correlation::*;
use planted::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

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
        let rates = (0..120).map(|_| bursts(shape[0], random));
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
    assert!((diameter(cell) / (4.0 * planted.sigma) - 1.0).abs() < 0.2);
    assert!(diameter(plain) > 1.2 * diameter(cell));
    assert!(likeness(cell) > likeness(plain) + 0.05);
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
