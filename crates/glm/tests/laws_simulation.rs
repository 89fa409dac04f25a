//! Simulated spikes are those of the models.

mod common;

use common::*;
use ganglion_glm::*;

fn simulated(repeats: usize, terms: Terms) -> (Owned, Fit, Simulation) {
    let owned = small(41);
    let fit = fit(
        &owned.recording(),
        &design().with(terms),
        &Settings::default(),
        go_on,
    )
    .unwrap();
    let settings = SimulationSettings {
        repeats,
        seed: 3,
        ..SimulationSettings::default()
    };
    let simulation = simulate(&fit, &owned.recording(), &settings).unwrap();
    (owned, fit, simulation)
}

/// Without spike filters, counts are Poisson of the predicted rate, bin by bin.
#[test]
fn without_couplings_the_mean_is_the_predicted_rate() {
    for observation in [
        Observation::Poisson,
        Observation::SpikeOrNone,
        Observation::Logistic,
    ] {
        let owned = small(40);
        let design = Design {
            observation,
            ..design().with(Terms::STIMULUS)
        };
        let fit = fit(&owned.recording(), &design, &Settings::default(), go_on).unwrap();
        let repeats = 200;
        let settings = SimulationSettings {
            repeats,
            ..SimulationSettings::default()
        };
        let simulation = simulate(&fit, &owned.recording(), &settings).unwrap();
        let prediction = predict(&fit, &owned.recording()).unwrap();
        assert_eq!(prediction.bins, simulation.bins);
        for cell in 0..3 {
            let mut squares = 0.0;
            for (mean, rate) in simulation.mean(cell).iter().zip(&prediction.rates[cell]) {
                let variance = match observation {
                    Observation::Poisson => *rate,
                    _ => rate * (1.0 - rate),
                };
                squares += (mean - rate).powi(2) * repeats as f64 / variance;
            }
            // About one a bin: 2,300 bins, so that three standard errors are 0.09, and more as counts are few.
            let ratio = squares / prediction.bins.len() as f64;
            assert!((ratio - 1.0).abs() < 0.12, "{observation:?} {ratio}");
        }
    }
}

/// In free running, models of spikes that they were fitted to keep the mean rates.
#[test]
fn coupled_models_keep_mean_rates_and_are_stable() {
    let (owned, _, simulation) = simulated(40, Terms::ALL);
    assert!(simulation.stability.spectral_radius < 1.0);
    // A Gaussian movie is at times very bright.
    assert!(!simulation.stability.diverged, "{:?}", simulation.stability);
    for cell in 0..3 {
        let recorded: f64 = simulation
            .bins
            .iter()
            .map(|&bin| owned.count(cell, bin))
            .sum();
        let simulated: f64 = simulation.mean(cell).iter().sum();
        assert!(
            (simulated / recorded - 1.0).abs() < 0.1,
            "{simulated} {recorded}"
        );
    }
}

#[test]
fn one_and_two_threads_give_the_same_spikes_and_another_seed_others() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| simulated(4, Terms::ALL).2)
    };
    let one = with(1);
    assert_eq!(one, with(2));
    let (owned, fit, _) = simulated(1, Terms::ALL);
    let settings = SimulationSettings {
        repeats: 4,
        seed: 4,
        ..SimulationSettings::default()
    };
    let other = simulate(&fit, &owned.recording(), &settings).unwrap();
    assert_ne!(one.counts, other.counts);
    assert_ne!(one.counts(0, 0), one.counts(0, 1));
}

#[test]
fn a_population_that_runs_away_is_told() {
    let (owned, mut fit, stable) = simulated(4, Terms::ALL);
    assert!(!stable.stability.diverged);
    for cell in &mut fit.cells {
        cell.weights
            .coupling
            .iter_mut()
            .for_each(|weight| *weight = 2.5);
        cell.weights
            .history
            .iter_mut()
            .for_each(|weight| *weight = 1.0);
    }
    let settings = SimulationSettings {
        repeats: 4,
        ..SimulationSettings::default()
    };
    let simulation = simulate(&fit, &owned.recording(), &settings).unwrap();
    assert!(simulation.stability.spectral_radius > 1.0);
    // Also where a bin has one spike at most, and rates that grow without end are never above one.
    for observation in [
        Observation::Poisson,
        Observation::SpikeOrNone,
        Observation::Logistic,
    ] {
        fit.design.observation = observation;
        let simulation = simulate(&fit, &owned.recording(), &settings).unwrap();
        let stability = simulation.stability;
        assert!(
            stability.diverged && stability.capped_repeats == 4,
            "{observation:?} {stability:?}"
        );
    }
}

#[test]
fn refractory_bins_are_silent() {
    let owned = small(42);
    let design = Design {
        refractory_bins: 2,
        ..design()
    };
    let fit = fit(&owned.recording(), &design, &Settings::default(), go_on).unwrap();
    let simulation = simulate(&fit, &owned.recording(), &SimulationSettings::default()).unwrap();
    let mut pairs = 0;
    for cell in 0..3 {
        for repeat in 0..50 {
            let spikes: Vec<usize> = (simulation.counts(cell, repeat).iter().enumerate())
                .filter(|(_, count)| **count > 0)
                .map(|(place, _)| simulation.bins[place])
                .collect();
            pairs += spikes.len();
            assert!(spikes.windows(2).all(|pair| pair[1] - pair[0] > 2));
        }
    }
    assert!(pairs > 1000);
}
