//! Errors are as large as they say, and tests are wrong as seldom as they say.

mod common;

use common::*;
use ganglion_glm::*;

/// Two pixels over four lags, own history over three and couplings over two, all with a weight of their own, so that
/// the truth is one of the models.
fn raw_design() -> Design {
    Design {
        stimulus: Some(StimulusDesign {
            basis: Basis::Raw { length: 4 },
            lags: Lags::Bins,
            rank: None,
            windows: None,
        }),
        history: Some(Basis::Raw { length: 3 }),
        coupling: Some(Basis::Raw { length: 2 }),
        ..Design::default()
    }
}

fn truth(coupling: f64) -> Truth {
    let own = vec![-0.9, -0.4, 0.1];
    let pair = |strength: f64| vec![strength, 0.5 * strength, 0.0];
    Truth {
        bias: vec![-1.9, -2.1, -2.0],
        stimulus: vec![
            vec![vec![0.3, 0.4, 0.1, -0.1], vec![0.1, 0.2, 0.0, 0.0]],
            vec![vec![0.0, 0.0, 0.0, 0.0], vec![-0.2, -0.4, 0.1, 0.2]],
            vec![vec![0.2, 0.2, 0.1, 0.0], vec![-0.2, 0.0, 0.3, 0.0]],
        ],
        spikes: vec![
            vec![own.clone(), pair(coupling), pair(0.0)],
            vec![pair(0.0), own.clone(), pair(-coupling)],
            vec![pair(coupling), pair(0.0), own],
        ],
        refractory: 0,
    }
}

fn drawn(truth: &Truth, frames: usize, seed: u64) -> Owned {
    let mut owned = Owned {
        movie: noise(frames, 2, seed),
        frame: [1, 2],
        spikes: vec![0; 3 * frames],
        cells: 3,
        bins_per_frame: 1,
        segments: std::iter::once(0..frames).collect(),
    };
    truth.draw(&mut owned, seed + 1000);
    owned
}

/// True weights in the order of [`flat`].
fn true_weights(truth: &Truth, cell: usize) -> Vec<f64> {
    let mut weights = vec![truth.bias[cell]];
    weights.extend(truth.stimulus[cell].iter().flatten());
    for other in (0..3).filter(|&other| other != cell) {
        weights.extend(&truth.spikes[cell][other][..2]);
    }
    weights.extend(&truth.spikes[cell][cell]);
    weights
}

#[test]
fn intervals_hold_the_truth_and_couplings_that_are_there_are_found() {
    let truth = truth(0.5);
    let settings = Settings {
        penalty: Penalty {
            ridge: 0.0,
            ..Penalty::default()
        },
        standard_errors: true,
        ..Settings::default()
    };
    let (mut held, mut count) = ([0.0, 0.0], 0.0);
    let mut bias = 0.0;
    let (mut found, mut there) = (0, 0);
    for seed in 0..30 {
        let owned = drawn(&truth, 4000, 10 * seed);
        let fit = fit(&owned.recording(), &raw_design(), &settings, go_on).unwrap();
        for (cell, model) in fit.cells.iter().enumerate() {
            let errors = model.errors.as_ref().unwrap();
            let kinds = [&errors.fisher, &errors.sandwich].map(|kind| flat(kind, cell, 3));
            let weights = flat(&model.weights, cell, 3);
            for (index, expected) in true_weights(&truth, cell).iter().enumerate() {
                let off = weights[index] - expected;
                for (held, errors) in held.iter_mut().zip(&kinds) {
                    *held += f64::from(off.abs() < 1.96 * errors[index]);
                }
                bias += off / kinds[0][index];
                count += 1.0;
            }
        }
        for test in &fit.tests {
            let filter = &truth.spikes[test.cell][test.other];
            if filter[0] != 0.0 {
                there += 1;
                found += usize::from(test.corrected_p < 0.05);
            }
        }
    }
    // 30 * 3 * 16 weights: 95 % within a standard error of 0.6 %, less what sums of counts are not yet normal.
    let [fisher, sandwich] = held.map(|held| held / count);
    assert!((0.93..0.97).contains(&fisher), "{fisher}");
    assert!((0.92..0.97).contains(&sandwich), "{sandwich}");
    assert!((bias / count).abs() < 0.1, "{}", bias / count);
    assert!(there == 90 && found >= 80, "{found} of {there}");
}

#[test]
fn couplings_that_are_not_there_are_found_in_one_of_twenty() {
    let truth = truth(0.0);
    for ridge in [0.0, 1e-4] {
        let settings = Settings {
            penalty: Penalty {
                ridge,
                ..Penalty::default()
            },
            standard_errors: true,
            ..Settings::default()
        };
        let (mut wald, mut ratio, mut family, mut count) = (0.0, 0.0, 0.0, 0.0);
        for seed in 0..60 {
            let owned = drawn(&truth, 3000, 7777 + 10 * seed);
            let fit = fit(&owned.recording(), &raw_design(), &settings, go_on).unwrap();
            for test in &fit.tests {
                wald += f64::from(test.wald_p < 0.05);
                ratio += f64::from(test.likelihood_ratio_p < 0.05);
                count += 1.0;
            }
            family += f64::from(fit.tests.iter().any(|test| test.corrected_p < 0.05)) / 60.0;
        }
        // 360 tests: a standard error of 1.1 %; of 60 families, 2.8 %.
        assert_eq!(count, 360.0);
        assert!((0.02..0.085).contains(&(wald / count)), "{}", wald / count);
        assert!(
            (0.02..0.085).contains(&(ratio / count)),
            "{}",
            ratio / count
        );
        assert!(family < 0.05 + 3.0 * 0.028, "{family}");
    }
}

/// Draws repeats of a movie, `[cell][repeat][bin]`.
fn drawn_repeats(truth: &Truth, movie: &[f32], repeats: usize, seed: u64) -> Vec<u8> {
    let bins = movie.len() / 2;
    let mut counts = vec![0u8; 3 * repeats * bins];
    for repeat in 0..repeats {
        let mut one = Owned {
            movie: movie.to_vec(),
            spikes: vec![0; 3 * bins],
            segments: std::iter::once(0..bins).collect(),
            ..drawn(truth, 1, 0)
        };
        truth.draw(&mut one, seed + repeat as u64);
        for cell in 0..3 {
            counts[(cell * repeats + repeat) * bins..][..bins]
                .copy_from_slice(&one.spikes[cell * bins..][..bins]);
        }
    }
    counts
}

/// Cell 0 excites cell 1; cells 0 and 2 see the same, which models with a single lag cannot know: a fit of all at once
/// takes it for a coupling, a two-step fit does not.
#[test]
fn a_two_step_fit_keeps_to_what_cells_do_to_one_another() {
    let mut truth = truth(0.0);
    truth.spikes[1][0] = vec![0.8, 0.4, 0.0];
    let seen = |late: usize| {
        (0..5)
            .map(|lag| if lag == 2 + late { 0.8 } else { 0.0 })
            .collect()
    };
    truth.stimulus[0] = vec![seen(0), vec![0.0; 5]];
    truth.stimulus[2] = vec![seen(1), vec![0.0; 5]];
    let owned = drawn(&truth, 6000, 4);
    let counts = drawn_repeats(&truth, &noise(400, 2, 99), 40, 500);
    let repeats = Repeats {
        counts: Counts::Bytes(&counts),
        cells: 3,
        repeats: 40,
    };
    let mut design = raw_design();
    design.stimulus.as_mut().unwrap().basis = Basis::Raw { length: 1 };
    let settings = Settings::default();
    let at_once = fit(&owned.recording(), &design, &settings, go_on).unwrap();
    let fit = fit_two_step(&owned.recording(), &repeats, &design, &settings, go_on).unwrap();
    let first = |fit: &Fit, cell, other| fit.coupling_filter(cell, other).unwrap()[0];
    // What is shared is a bin later in cell 2.
    assert!(first(&at_once, 2, 0) > 0.3, "{}", first(&at_once, 2, 0));
    // About three standard errors, from some two thousand spikes.
    assert!(first(&fit, 2, 0).abs() < 0.2, "{}", first(&fit, 2, 0));
    assert!(
        (first(&fit, 1, 0) - 0.8).abs() < 0.2,
        "{}",
        first(&fit, 1, 0)
    );
    for (cell, other) in [(0, 1), (0, 2), (1, 2), (2, 1)] {
        assert!(first(&fit, cell, other).abs() < 0.3, "{cell} {other}");
    }
    for cell in 0..3 {
        let own = fit.history_filter(cell).unwrap();
        assert!((own[0] + 0.9).abs() < 0.3, "{own:?}");
    }
    // Mean rates are kept: exactly with the recorded spikes, nearly in free running.
    let prediction = predict(&fit, &owned.recording()).unwrap();
    let settings = SimulationSettings {
        repeats: 20,
        ..SimulationSettings::default()
    };
    let simulation = simulate(&fit, &owned.recording(), &settings).unwrap();
    for cell in 0..3 {
        let spikes: f64 = prediction
            .bins
            .iter()
            .map(|&bin| owned.count(cell, bin))
            .sum();
        let predicted: f64 = prediction.rates[cell].iter().sum();
        assert!((predicted / spikes - 1.0).abs() < 1e-9);
        let simulated: f64 = simulation.mean(cell).iter().sum();
        assert!(
            (simulated / spikes - 1.0).abs() < 0.05,
            "{simulated} {spikes}"
        );
    }
    assert!(!simulation.stability.diverged);
    let scores = score(&fit, &owned.recording()).unwrap();
    assert!(
        scores.iter().all(|score| score.bits_per_spike > 0.0),
        "{scores:?}"
    );
}

/// With a free drive in every bin, the likelihood of a model has the same best filters as that of how spikes fall onto
/// repeats, for which the drives are not found.
#[test]
fn free_drives_need_not_be_found() {
    let truth = truth(0.4);
    let owned = drawn(&truth, 1500, 12);
    let (repeats, bins) = (6, 60);
    let counts = drawn_repeats(&truth, &noise(bins, 2, 98), repeats, 900);
    let settings = Settings {
        penalty: Penalty {
            ridge: 1e-3,
            ..Penalty::default()
        },
        ..Settings::default()
    };
    let given = Repeats {
        counts: Counts::Bytes(&counts),
        cells: 3,
        repeats,
    };
    let fit = fit_two_step(&owned.recording(), &given, &raw_design(), &settings, go_on).unwrap();
    let count = |cell: usize, repeat: usize, bin: usize| {
        f64::from(counts[(cell * repeats + repeat) * bins + bin])
    };
    let row = |repeat: usize, bin: usize| -> Vec<f64> {
        let own = (0..3).map(|lag| count(0, repeat, bin - 1 - lag));
        let others = [1, 2].map(|other| [0, 1].map(|lag| count(other, repeat, bin - 1 - lag)));
        own.chain(others.concat()).collect()
    };
    let weights: Vec<f64> = fit
        .history_filter(0)
        .unwrap()
        .into_iter()
        .chain(fit.coupling_filter(0, 1).unwrap())
        .chain(fit.coupling_filter(0, 2).unwrap())
        .collect();
    // Where each drive is the best for these filters, the derivative of the whole likelihood vanishes.
    let mut gradient = vec![0.0; weights.len()];
    let total = ((bins - 3) * repeats) as f64;
    for bin in 3..bins {
        let us: Vec<f64> = (0..repeats)
            .map(|repeat| product(&row(repeat, bin), &weights).exp())
            .collect();
        let spikes: f64 = (0..repeats).map(|repeat| count(0, repeat, bin)).sum();
        let drive = spikes / us.iter().sum::<f64>();
        for (repeat, u) in us.iter().enumerate() {
            let residual = drive * u - count(0, repeat, bin);
            gradient
                .iter_mut()
                .zip(row(repeat, bin))
                .for_each(|(sum, x)| *sum += residual * x / total);
        }
    }
    for (index, weight) in weights.iter().enumerate() {
        let values: Vec<f64> = (0..repeats)
            .flat_map(|repeat| (3..bins).map(move |bin| (repeat, bin)))
            .map(|(repeat, bin)| row(repeat, bin)[index])
            .collect();
        let mean = values.iter().sum::<f64>() / total;
        let variance = values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / total;
        gradient[index] += 1e-3 * variance * weight;
    }
    // The steps end at a thousandth of the tolerance; single-precision features are whole numbers here.
    assert!(
        gradient.iter().all(|value| value.abs() < 2e-9),
        "{gradient:?}"
    );
}
