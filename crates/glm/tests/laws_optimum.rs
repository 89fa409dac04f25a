//! What the crate computes block by block is what a matrix of all features gives by definition.

mod common;

use common::*;
use ganglion_glm::*;

fn settings(precision: Precision) -> Settings {
    Settings {
        penalty: Penalty {
            ridge: 1e-3,
            smooth_time: 1e-3,
            smooth_space: 0.0,
            group_lasso: 0.0,
        },
        precision,
        tolerance: 1e-8,
        gap: 1e-7,
        ..Settings::default()
    }
}

fn designs() -> Vec<Design> {
    let plain = design();
    let with = |observation, refractory_bins, lags| {
        let mut design = design();
        design.observation = observation;
        design.refractory_bins = refractory_bins;
        design.stimulus.as_mut().unwrap().lags = lags;
        design
    };
    vec![
        with(Observation::SpikeOrNone, 0, Lags::Frames),
        with(Observation::Logistic, 0, Lags::Bins),
        with(Observation::Poisson, 2, Lags::Frames),
        plain,
    ]
}

/// Penalty's matrix by definition, for the small design: ridge on standardised features and second differences of
/// each pixel's filter.
fn penalty(
    owned: &Owned,
    design: &Design,
    settings: &Settings,
    rows: &[Vec<f64>],
) -> Vec<Vec<f64>> {
    let size = rows[0].len();
    let mut matrix = vec![vec![0.0; size]; size];
    for (feature, own) in matrix.iter_mut().enumerate().skip(1) {
        let values = || rows.iter().map(|row| row[feature]);
        let mean = values().sum::<f64>() / rows.len() as f64;
        let variance =
            values().map(|value| (value - mean).powi(2)).sum::<f64>() / rows.len() as f64;
        own[feature] = settings.penalty.ridge * variance;
    }
    let functions = design.stimulus.as_ref().unwrap().basis.functions().unwrap();
    let shown: Vec<f64> = owned
        .segments
        .iter()
        .flat_map(|segment| &owned.movie[segment.start * 4..segment.end * 4])
        .map(|&value| f64::from(value))
        .collect();
    // The pixels' own means are taken away.
    let of_pixel = |pixel: usize| {
        let values: Vec<f64> = shown.iter().copied().skip(pixel).step_by(4).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / values.len() as f64
    };
    let variance = (0..4).map(of_pixel).sum::<f64>() / 4.0;
    let rough = |index: usize| -> Vec<f64> {
        let threes = functions.function(index).windows(3);
        threes
            .map(|three| three[0] - 2.0 * three[1] + three[2])
            .collect()
    };
    let count = functions.count();
    for pixel in 0..4 {
        for a in 0..count {
            for b in 0..count {
                let product: f64 = rough(a).iter().zip(rough(b)).map(|(x, y)| x * y).sum();
                matrix[1 + pixel * count + a][1 + pixel * count + b] +=
                    settings.penalty.smooth_time * variance * product;
            }
        }
    }
    matrix
}

/// In double precision to ten digits; in single precision, weights are as far off as the loss lets them.
#[test]
fn the_loss_and_its_derivatives_are_those_of_the_dense_design() {
    let owned = small(5);
    for design in designs() {
        for precision in [Precision::Double, Precision::Single] {
            let settings = settings(precision);
            let fit = fit(&owned.recording(), &design, &settings, go_on).unwrap();
            for (cell, model) in fit.cells.iter().enumerate() {
                assert_eq!(model.warnings, []);
                let (rows, counts) = dense(&owned, &design, cell);
                let weights = flat(&model.weights, cell, 3);
                let bins = rows.len() as f64;
                assert_eq!(model.optimum.bins, bins);
                assert_eq!(model.optimum.spikes, counts.iter().sum::<f64>());
                let mut gradient = vec![0.0; weights.len()];
                let mut total = 0.0;
                for (row, count) in rows.iter().zip(&counts) {
                    let [loss, first, _] = loss(design.observation, product(row, &weights), *count);
                    total += loss / bins;
                    gradient
                        .iter_mut()
                        .zip(row)
                        .for_each(|(sum, x)| *sum += first * x / bins);
                }
                // The ridge is on features of all bins, with those that are refractory.
                let mut all = design.clone();
                all.refractory_bins = 0;
                let matrix = penalty(&owned, &design, &settings, &dense(&owned, &all, cell).0);
                let rough: Vec<f64> = matrix.iter().map(|row| product(row, &weights)).collect();
                gradient
                    .iter_mut()
                    .zip(&rough)
                    .for_each(|(sum, value)| *sum += value);
                let objective = total + 0.5 * product(&rough, &weights);
                let largest = gradient
                    .iter()
                    .fold(0.0f64, |most, value| most.max(value.abs()));
                let [off, noise] = match precision {
                    Precision::Double => [1e-10, 1e-10],
                    // Of sums of a thousand products.
                    Precision::Single => [1e-6, 3e-7],
                };
                assert!((model.optimum.loss / total - 1.0).abs() < off, "{design:?}");
                assert!((model.optimum.objective / objective - 1.0).abs() < off);
                assert!(
                    (model.optimum.gradient - largest).abs() < noise,
                    "{largest}"
                );
                assert!(largest < 1e-8 + noise);
            }
            let scores = score(&fit, &owned.recording()).unwrap();
            for (score, model) in scores.iter().zip(&fit.cells) {
                // Scores are in single precision.
                assert!((score.loss - model.optimum.loss).abs() < 1e-6, "{score:?}");
                assert_eq!(score.bins, model.optimum.bins);
            }
        }
    }
}

/// The inverse of a matrix by elimination.
fn inverse(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let size = matrix.len();
    let unit = |row: usize| (0..size).map(move |column| f64::from(row == column));
    let mut rows: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(index, row)| row.iter().copied().chain(unit(index)).collect())
        .collect();
    for pivot in 0..size {
        let scale = rows[pivot][pivot];
        rows[pivot].iter_mut().for_each(|value| *value /= scale);
        let own = rows[pivot].clone();
        for row in (0..size).filter(|&row| row != pivot) {
            let factor = rows[row][pivot];
            rows[row]
                .iter_mut()
                .zip(&own)
                .for_each(|(value, own)| *value -= factor * own);
        }
    }
    rows.into_iter().map(|row| row[size..].to_vec()).collect()
}

fn times(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let column = |j: usize| b.iter().map(move |row| row[j]);
    let of = |row: &Vec<f64>| {
        (0..b[0].len())
            .map(|j| row.iter().zip(column(j)).map(|(x, y)| x * y).sum())
            .collect()
    };
    a.iter().map(of).collect()
}

#[test]
fn standard_errors_are_those_of_the_dense_matrices() {
    let owned = small(6);
    let settings = Settings {
        standard_errors: true,
        ..settings(Precision::Double)
    };
    for design in designs() {
        let fit = fit(&owned.recording(), &design, &settings, go_on).unwrap();
        for (cell, model) in fit.cells.iter().enumerate() {
            let (rows, counts) = dense(&owned, &design, cell);
            let weights = flat(&model.weights, cell, 3);
            let size = weights.len();
            let [mut hessian, mut variance] = [(); 2].map(|()| vec![vec![0.0; size]; size]);
            for (row, count) in rows.iter().zip(&counts) {
                let [_, first, second] = loss(design.observation, product(row, &weights), *count);
                for a in 0..size {
                    for b in 0..size {
                        hessian[a][b] += second * row[a] * row[b];
                        variance[a][b] += first * first * row[a] * row[b];
                    }
                }
            }
            let mut all = design.clone();
            all.refractory_bins = 0;
            let penalty = penalty(&owned, &design, &settings, &dense(&owned, &all, cell).0);
            let mut whole = hessian.clone();
            for (row, penalty) in whole.iter_mut().zip(&penalty) {
                let bins = rows.len() as f64;
                row.iter_mut()
                    .zip(penalty)
                    .for_each(|(value, p)| *value += bins * p);
            }
            let inverse = inverse(&whole);
            let errors = model.errors.as_ref().unwrap();
            for (matrix, found) in [(hessian, &errors.fisher), (variance, &errors.sandwich)] {
                let expected = times(&times(&inverse, &matrix), &inverse);
                for (index, error) in flat(found, cell, 3).iter().enumerate() {
                    let expected = expected[index][index].sqrt();
                    // The matrix is raised by 1e-9 of its diagonal before it is factored.
                    assert!(
                        (error - expected).abs() <= 1e-6 * expected,
                        "{error} {expected}"
                    );
                }
            }
        }
    }
}

/// Spikes and frames outside a segment change nothing within it.
#[test]
fn nothing_is_seen_across_the_border_of_a_segment() {
    let owned = small(7);
    let first = fit(&owned.recording(), &design(), &Settings::default(), go_on).unwrap();
    let mut other = small(7);
    let outside = |frame: usize| {
        !owned
            .segments
            .iter()
            .any(|segment| segment.contains(&frame))
    };
    for frame in (0..1200).filter(|&frame| outside(frame)) {
        other.movie[frame * 4..][..4].fill(7.0);
        for cell in 0..3 {
            other.spikes[cell * 2400 + 2 * frame..][..2].fill(5);
        }
    }
    let second = fit(&other.recording(), &design(), &Settings::default(), go_on).unwrap();
    assert_eq!(first, second);
}

#[test]
fn one_and_two_threads_give_the_same_numbers() {
    let owned = small(8);
    let settings = Settings {
        standard_errors: true,
        selection: Some(Selection {
            folds: 3,
            factors: vec![10.0, 1.0],
            ..Selection::default()
        }),
        ..Settings::default()
    };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| fit(&owned.recording(), &design(), &settings, go_on).unwrap())
    };
    assert_eq!(with(1), with(2));
}

#[test]
fn what_cannot_be_fitted_is_told() {
    let mut owned = small(9);
    owned.spikes[2400..4800].fill(0);
    let fit = fit(&owned.recording(), &design(), &Settings::default(), go_on).unwrap();
    assert_eq!(fit.cells[1].warnings, [Warning::Silent]);
    assert_eq!(fit.cells[0].warnings, []);
    assert!(
        fit.cells[1]
            .weights
            .coupling
            .iter()
            .all(|weight| *weight == 0.0)
    );
}

/// Without a ridge, the best weight of a feature that no spike ever meets is minus infinity.
#[test]
fn a_feature_that_forbids_spikes_is_told() {
    let mut owned = small(10);
    for bin in 1..2400 {
        if owned.spikes[bin - 1] > 0 {
            owned.spikes[bin] = 0;
        }
    }
    let settings = Settings {
        penalty: Penalty {
            ridge: 0.0,
            ..Penalty::default()
        },
        ..Settings::default()
    };
    let fit = fit(&owned.recording(), &design(), &settings, go_on).unwrap();
    let feature = Feature::History { function: 0 };
    let features = vec![feature];
    assert!(
        fit.cells[0]
            .warnings
            .contains(&Warning::Separable { features })
    );
    assert!(fit.cells[0].weights.history[0] < -8.0);
    assert_eq!(fit.cells[2].warnings, []);
}

#[test]
fn the_work_stops_when_asked() {
    let owned = small(11);
    let mut passes = 0;
    let stopped = fit(&owned.recording(), &design(), &Settings::default(), |_| {
        passes += 1;
        match passes {
            3 => std::ops::ControlFlow::Break(()),
            _ => std::ops::ControlFlow::Continue(()),
        }
    });
    assert_eq!((stopped.unwrap_err(), passes), (Error::Stopped, 3));
}
