//! Whether intervals hold the truth as often as they say.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::resampling::Resampling;
use super::sample::CellSample;
use super::scores::{Score, Scores};
use super::*;
use crate::trials::Comparable;

/// What a made-up cell does.
#[derive(Clone, Copy)]
struct Cell {
    /// Standard deviation of the noise of a bin of a repeat.
    noise: f64,
    /// Standard deviation of a repeat's factor, by which it is louder or fainter than others.
    gain: f64,
    /// Weight of what the model does not know.
    unknown: f64,
}

const REPEATS: usize = 8;

fn normal(random: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(random)
}

/// A sequence whose neighbours are alike, of variance 1.
fn slow(bins: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    const MEMORY: f64 = 0.8;
    let mut value = normal(random);
    (0..bins)
        .map(|_| {
            value = MEMORY * value + (1.0 - MEMORY * MEMORY).sqrt() * normal(random);
            value
        })
        .collect()
}

impl Cell {
    fn sample(self, bins: usize, seed: u64) -> CellSample {
        let random = &mut ChaCha8Rng::seed_from_u64(seed);
        let (known, unknown) = (slow(bins, random), slow(bins, random));
        let rate = |bin: usize| 5.0 + known[bin] + self.unknown * unknown[bin];
        let trials: Vec<Vec<f32>> = (0..REPEATS)
            .map(|_| {
                let gain = 1.0 + self.gain * normal(random);
                let noise = slow(bins, random);
                let at = |bin: usize| (gain * rate(bin) + self.noise * noise[bin]) as f32;
                (0..bins).map(at).collect()
            })
            .collect();
        CellSample {
            cell: 0,
            bins: (0..bins).collect(),
            predicted: (0..bins).map(|bin| (5.0 + known[bin]) as f32).collect(),
            recorded: metrics::mean_over_trials(&trials),
            counts: Vec::new(),
            trials: Some(Comparable {
                trials,
                bins: (0..bins).collect(),
            }),
            bin_s: 0.01,
        }
    }

    /// Scores of so long a recording that they hardly vary, over many draws of repeats.
    fn truth(self) -> Scores {
        let long: Vec<Scores> = (0..40)
            .into_par_iter()
            .map(|seed| {
                let sample = self.sample(20_000, 1_000_000 + seed);
                Resampling::estimate(&sample)
            })
            .collect();
        std::array::from_fn(|score| {
            let values: Option<Vec<f64>> = long.iter().map(|one| one[score]).collect();
            values.map(ganglion_numerics::mean)
        })
    }

    /// Share of made-up recordings of so many bins whose intervals hold the truth, for each score.
    fn coverage(self, bins: usize, recordings: u64) -> Vec<(Score, f64)> {
        let truth = self.truth();
        let held: Vec<Vec<bool>> = (0..recordings)
            .into_par_iter()
            .map(|seed| {
                let sample = self.sample(bins, seed);
                let found = Resampling::of(&[&sample]).unwrap().of_cell(&sample);
                let holds = |score: &Score| {
                    let interval = found.interval(*score);
                    let truth = truth[*score as usize];
                    truth
                        .zip(interval)
                        .is_some_and(|(truth, [low, high])| low <= truth && truth <= high)
                };
                Score::ALL.iter().map(holds).collect()
            })
            .collect();
        let share = |score: &Score| {
            let count = held.iter().filter(|one| one[*score as usize]).count();
            (*score, count as f64 / recordings as f64)
        };
        Score::ALL.iter().map(share).collect()
    }
}

/// Of 200 made-up recordings of 8 s and 8 repeats, intervals hold the truth in 90 to 99 % for every score:
/// 95 % by their name, with an error of 1.5 % of 200. One cell is ill known to the model, one is noisy, and
/// one is louder by a tenth in some repeats than in others: of the oracle of that one, 85 % at least.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let cells = [
        ("ill known", [0.5, 0.0, 1.0]),
        ("noisy", [4.0, 0.0, 0.5]),
        ("unsteady", [1.0, 0.1, 0.7]),
    ];
    for (name, [noise, gain, unknown]) in cells {
        let cell = Cell {
            noise,
            gain,
            unknown,
        };
        let shares = cell.coverage(800, 200);
        let is_of_counts = [Score::BitsPerSpike, Score::LogLikelihood];
        let is_made_up = |score: Score| !is_of_counts.contains(&score);
        for (score, share) in shares.into_iter().filter(|(score, _)| is_made_up(*score)) {
            // Gains of whole repeats are in the offsets that the oracle counts: known to be a little short.
            let least = if gain > 0.0 && score == Score::Oracle {
                0.85
            } else {
                0.90
            };
            let is_fair = (least..=0.99).contains(&share);
            assert!(is_fair, "{name}, {}: {share}", score.key());
        }
    }
}

/// An evaluation of which only the samples matter.
fn evaluation(samples: Vec<CellSample>) -> Evaluation {
    Evaluation {
        cells: Vec::new(),
        median_pearson: f64::NAN,
        median_normalised: None,
        n: samples.len(),
        scored_bins: 0,
        notes: Vec::new(),
        left_out: None,
        recorded: Vec::new(),
        predicted: Vec::new(),
        disagreements: Vec::new(),
        first_bin: 0,
        frame_period_ms: 10.0,
        repeats: Vec::new(),
        population: Vec::new(),
        bootstrap: None,
        samples,
    }
}

/// Two models of the same cells, each of which knows something that the other does not; by `better` the
/// first knows more.
fn rivals(seed: u64, better: f64) -> [Evaluation; 2] {
    const CELLS: u64 = 6;
    let cell = Cell {
        noise: 1.0,
        gain: 0.0,
        unknown: 1.0,
    };
    let samples = (0..CELLS).map(|number| {
        let number = 10 * seed + number;
        let sample = CellSample {
            cell: (number % 10) as usize,
            ..cell.sample(800, number)
        };
        let random = &mut ChaCha8Rng::seed_from_u64(7_000_000 + number);
        let mut blurred = |by: f64| -> Vec<f32> {
            let errors = slow(800, random);
            let pairs = sample.predicted.iter().zip(errors);
            pairs.map(|(p, error)| p + (by * error) as f32).collect()
        };
        let (a, b) = (blurred(0.8 - better), blurred(0.8));
        let with = |predicted: Vec<f32>| CellSample {
            predicted,
            ..sample.clone()
        };
        (with(a), with(b))
    });
    let (a, b): (Vec<CellSample>, Vec<CellSample>) = samples.unzip();
    [evaluation(a), evaluation(b)]
}

/// Of 100 pairs of models that are equally good, the interval of the median difference over six cells holds
/// 0 in 90 to 99, and in at most 10 pairs any cell is called different (5 are expected; of 100 the error is
/// 2.2). Where one model is better, it is found so.
#[test]
fn equal_models_seldom_differ_and_a_better_one_does() {
    let compared = |seed: u64, better: f64| {
        let [a, b] = rivals(seed, better);
        let cells: Vec<usize> = a.samples.iter().map(|sample| sample.cell).collect();
        let found = compare([&[a], &[b]], &cells).unwrap();
        let mut population = found.population.into_iter();
        population.find(|one| one.score == Score::Pearson).unwrap()
    };
    let found: Vec<(bool, bool)> = (0..100u64)
        .into_par_iter()
        .map(|seed| {
            let found = compared(seed, 0.0);
            let [low, high] = found.median_difference_interval.unwrap();
            (
                low <= 0.0 && 0.0 <= high,
                found.a_greater + found.b_greater > 0,
            )
        })
        .collect();
    let held = found.iter().filter(|(holds, _)| *holds).count();
    let differ = found.iter().filter(|(_, differs)| *differs).count();
    assert!((90..=99).contains(&held) && differ <= 10, "{held} {differ}");
    let found = compared(1000, 0.6);
    assert!(
        found.median_difference_interval.unwrap()[0] > 0.0,
        "{found:?}"
    );
    assert!(found.a_greater > 0 && found.b_greater == 0, "{found:?}");
}
