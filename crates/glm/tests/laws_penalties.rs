//! Penalties do what they say.

mod common;

use common::*;
use ganglion_glm::*;

/// The conditions of the minimum by Karush, Kuhn and Tucker, from the dense design: the derivative by a coupling
/// that is on is minus its share of the norm, of one that is off no larger than its strength.
#[test]
fn a_group_lasso_ends_at_its_minimum() {
    let owned = small(21);
    let settings = Settings {
        penalty: Penalty {
            group_lasso: 3e-3,
            ..Penalty::default()
        },
        precision: Precision::Double,
        tolerance: 1e-9,
        ..Settings::default()
    };
    let fit = fit(&owned.recording(), &design(), &settings, go_on).unwrap();
    let (mut on, mut off) = (0, 0);
    for (cell, model) in fit.cells.iter().enumerate() {
        assert_eq!(model.warnings, []);
        let (rows, counts) = dense(&owned, &design(), cell);
        let weights = flat(&model.weights, cell, 3);
        let bins = rows.len() as f64;
        let mut gradient = vec![0.0; weights.len()];
        for (row, count) in rows.iter().zip(&counts) {
            let residual = product(row, &weights).exp() - count;
            gradient
                .iter_mut()
                .zip(row)
                .for_each(|(sum, x)| *sum += residual * x / bins);
        }
        let deviation = |feature: usize| {
            let mean = rows.iter().map(|row| row[feature]).sum::<f64>() / bins;
            (rows
                .iter()
                .map(|row| (row[feature] - mean).powi(2))
                .sum::<f64>()
                / bins)
                .sqrt()
        };
        for feature in 1..weights.len() {
            gradient[feature] += 1e-4 * deviation(feature).powi(2) * weights[feature];
        }
        // Bias and 4 pixels with 4 functions come before the couplings, of 2 functions each.
        for group in [17..19, 19..21] {
            let strength = 3e-3 * 2f64.sqrt();
            let scaled = |of: &[f64], i: usize| of[i] * deviation(i);
            let norm = group
                .clone()
                .map(|i| scaled(&weights, i).powi(2))
                .sum::<f64>()
                .sqrt();
            if norm > 0.0 {
                on += 1;
                for i in group {
                    let pull = strength * deviation(i) * scaled(&weights, i) / norm;
                    assert!((gradient[i] + pull).abs() < 1e-8, "{}", gradient[i] + pull);
                }
            } else {
                off += 1;
                let dual = group
                    .map(|i| (gradient[i] / deviation(i)).powi(2))
                    .sum::<f64>()
                    .sqrt();
                assert!(dual <= strength);
            }
        }
        for i in (0..17).chain(21..24) {
            assert!(gradient[i].abs() < 1e-8, "{}", gradient[i]);
        }
    }
    // Two couplings are there, of cell 1 on cell 0 and of cell 0 on cell 2.
    assert!(on >= 2 && off >= 1, "{on} on, {off} off");
    for (cell, other) in [(0, 1), (2, 0)] {
        assert!(fit.coupling_filter(cell, other).unwrap()[0] > 0.1);
    }
}

#[test]
fn selection_finds_the_couplings_that_are_there() {
    let owned = small(22);
    let settings = Settings {
        penalty: Penalty {
            group_lasso: 1.0,
            ..Penalty::default()
        },
        selection: Some(Selection {
            folds: 4,
            factors: vec![10.0, 1.0, 0.1],
            lasso_steps: 8,
            lasso_least: 0.02,
            rule: Rule::OneStandardError,
        }),
        ..Settings::default()
    };
    let fit = fit(&owned.recording(), &design(), &settings, go_on).unwrap();
    for (cell, other) in [(0, 1), (2, 0)] {
        assert!(fit.coupling_filter(cell, other).unwrap()[0] > 0.05);
    }
    let strength = |cell: usize, other: usize| -> f64 {
        fit.coupling_filter(cell, other)
            .unwrap()
            .iter()
            .map(|value| value.abs())
            .sum()
    };
    let absent: f64 = [(0, 2), (1, 0), (1, 2), (2, 1)]
        .iter()
        .map(|&(c, o)| strength(c, o))
        .sum();
    assert!(absent < 0.5 * (strength(0, 1) + strength(2, 0)), "{absent}");
    for model in &fit.cells {
        let selected = model.selected.as_ref().unwrap();
        assert_eq!(
            (selected.path.len(), selected.penalty),
            (3 + 8, model.penalty)
        );
        let best = selected
            .path
            .iter()
            .map(|one| one.bits_per_spike)
            .fold(f64::MIN, f64::max);
        let chosen = selected
            .path
            .iter()
            .find(|one| one.penalty == model.penalty)
            .unwrap();
        assert!(best - chosen.bits_per_spike < 0.05);
    }
}

/// With a strong penalty, neighbours in space and in lag become alike.
#[test]
fn smooth_filters_are_smooth() {
    let owned = {
        let mut owned = small(23);
        (owned.frame, owned.movie) = ([1, 4], owned.movie);
        owned
    };
    let roughness = |penalty: Penalty| {
        let settings = Settings {
            penalty,
            ..Settings::default()
        };
        let fit = fit(&owned.recording(), &design(), &settings, go_on).unwrap();
        let filter = fit.stimulus_filter(0).unwrap();
        let space: f64 = (0..9 * 2)
            .map(|i| filter[i] - 2.0 * filter[i + 9] + filter[i + 18])
            .map(|difference| difference.powi(2))
            .sum();
        let rows = filter.chunks(9);
        let time: f64 = rows
            .flat_map(|row| row.windows(3))
            .map(|three| (three[0] - 2.0 * three[1] + three[2]).powi(2))
            .sum();
        [space, time]
    };
    let plain = roughness(Penalty::default());
    let space = roughness(Penalty {
        smooth_space: 1e3,
        ..Penalty::default()
    });
    let time = roughness(Penalty {
        smooth_time: 1e3,
        ..Penalty::default()
    });
    assert!(
        space[0] < 1e-4 * plain[0] && time[1] < 1e-4 * plain[1],
        "{plain:?} {space:?} {time:?}"
    );
    assert!(time[0] > 1e-3 * plain[0]);
}

/// A filter that is a product is found as one, with fewer numbers and a likelihood that is nearly that of the filter
/// without a limit.
#[test]
fn a_product_of_space_and_time_is_found() {
    let mut owned = Owned {
        movie: noise(4000, 9, 31),
        frame: [3, 3],
        spikes: vec![0; 4000],
        cells: 1,
        bins_per_frame: 1,
        segments: std::iter::once(0..4000).collect(),
    };
    let space = [0.1, 0.3, 0.1, 0.3, 0.9, 0.3, 0.1, 0.3, 0.1];
    let time = [0.2, 0.6, 0.3, -0.1, -0.2, -0.1];
    let filter = |pixel: usize| time.iter().map(|t| t * space[pixel]).collect();
    let truth = Truth {
        bias: vec![-1.5],
        stimulus: vec![(0..9).map(filter).collect()],
        spikes: vec![vec![vec![0.0; 3]]],
        refractory: 0,
    };
    truth.draw(&mut owned, 32);
    let of = |rank| {
        let design = Design {
            stimulus: Some(StimulusDesign {
                basis: Basis::Raw { length: 6 },
                lags: Lags::Bins,
                rank,
                windows: None,
            }),
            history: Some(Basis::Raw { length: 3 }),
            ..Design::default()
        };
        fit(&owned.recording(), &design, &Settings::default(), go_on).unwrap()
    };
    let [one, all] = [of(Some(1)), of(None)];
    assert_eq!(one.cells[0].warnings, []);
    let filter = one.stimulus_filter(0).unwrap();
    let mut worst = 0.0f64;
    for pixel in 0..9 {
        for lag in 0..6 {
            // Of rank one.
            let product = filter[pixel * 6 + lag] * filter[4 * 6 + 1];
            assert!((product - filter[pixel * 6 + 1] * filter[4 * 6 + lag]).abs() < 1e-9);
            worst = worst.max((filter[pixel * 6 + lag] - space[pixel] * time[lag]).abs());
        }
    }
    // About three standard errors of one of 15 numbers from a thousand spikes.
    assert!(worst < 0.1, "{worst}");
    let [one, all] = [&one, &all].map(|fit| fit.cells[0].optimum);
    let lost = (one.loss - all.loss) * one.bins;
    // 40 weights less: 20 nats are expected, their standard deviation is sqrt(40 / 2).
    assert!(lost > 0.0 && lost < 20.0 + 3.0 * 20f64.sqrt(), "{lost}");
    assert!(one.gradient < 1e-6);
}

/// A window leaves out pixels; what it keeps is as if there were no others.
#[test]
fn a_window_is_a_movie_of_its_pixels() {
    let owned = small(24);
    let mut windowed = design();
    let column = |columns: std::ops::Range<usize>| Window {
        rows: 0..2,
        columns,
    };
    windowed.stimulus.as_mut().unwrap().windows =
        Some(vec![column(1..2), column(0..1), column(1..2)]);
    let found = fit(&owned.recording(), &windowed, &Settings::default(), go_on).unwrap();
    let kept: Vec<f32> = owned.movie.iter().copied().skip(1).step_by(2).collect();
    let narrow = Owned {
        movie: kept,
        frame: [2, 1],
        ..small(24)
    };
    let expected = fit(&narrow.recording(), &design(), &Settings::default(), go_on).unwrap();
    for cell in [0, 2] {
        let [found, expected] = [&found, &expected].map(|fit| &fit.cells[cell].weights);
        for (pixel, narrow) in [(1, 0), (3, 1)] {
            for function in 0..4 {
                let [a, b] = [
                    found.stimulus[pixel * 4 + function],
                    expected.stimulus[narrow * 4 + function],
                ];
                // Both within the tolerance of the optimum.
                assert!((a - b).abs() < 1e-4, "{a} {b}");
            }
        }
        assert!(found.stimulus[0..4].iter().all(|weight| *weight == 0.0));
    }
}
