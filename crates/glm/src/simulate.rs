//! Spikes that models make by themselves.

use ganglion_numerics::Z95;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::drive::Etas;
use crate::error::{Error, setting};
use crate::model::Fit;
use crate::observation::Observation;
use crate::recording::Recording;
use crate::stability::spectral_radius;

/// Share of bins with a capped rate above which a simulation is called diverged.
const DIVERGED: f64 = 1e-3;

/// How models are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationSettings {
    /// Repeats of the movie.
    pub repeats: usize,
    /// Seed; each repeat has a stream of random numbers of its own.
    pub seed: u64,
    /// Mean count of a bin at most; where there can be one spike at most, the mean of Poisson counts that are as often
    /// none. It is reached only where a model runs away, and how often it was is told.
    pub cap: f64,
}

impl Default for SimulationSettings {
    fn default() -> Self {
        Self {
            repeats: 50,
            seed: 0,
            cap: 5.0,
        }
    }
}

/// Simulated spikes.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Bins of the recording that are simulated, in order: those with a whole history in their segment.
    pub bins: Vec<usize>,
    /// Repeats.
    pub repeats: usize,
    /// Simulated counts `[cell][repeat][bin of those]`, at most 255.
    pub counts: Vec<u8>,
    /// Whether the population is stable.
    pub stability: Stability,
}

/// Whether a simulated population is stable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// [`spectral_radius`] at the recorded mean rates.
    pub spectral_radius: f64,
    /// Bins, of all cells and repeats, that were above the cap.
    pub capped: usize,
    /// Their share.
    pub capped_share: f64,
    /// Repeats with such a bin.
    pub capped_repeats: usize,
    /// Whether the share is above 0.001: then counts are those of the cap, not of the models.
    pub diverged: bool,
}

impl Simulation {
    /// Counts of a cell in a repeat.
    pub fn counts(&self, cell: usize, repeat: usize) -> &[u8] {
        &self.counts[(cell * self.repeats + repeat) * self.bins.len()..][..self.bins.len()]
    }

    /// Mean count of a cell in each bin over repeats.
    pub fn mean(&self, cell: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.bins.len()];
        for repeat in 0..self.repeats {
            let pairs = sums.iter_mut().zip(self.counts(cell, repeat));
            pairs.for_each(|(sum, &count)| *sum += f64::from(count));
        }
        sums.iter_mut().for_each(|sum| *sum /= self.repeats as f64);
        sums
    }

    /// Half the width of the 95 % interval of a cell's mean over all bins and repeats, from repeat to repeat.
    pub fn mean_error(&self, cell: usize) -> f64 {
        let of = |repeat| {
            self.counts(cell, repeat)
                .iter()
                .map(|&count| f64::from(count))
                .sum::<f64>()
        };
        let totals: Vec<f64> = (0..self.repeats).map(of).collect();
        Z95 * ganglion_numerics::mean_and_error(totals).1 / self.bins.len() as f64
    }
}

/// Simulates the cells of models together, each driven by the movie, by its own simulated spikes and by those of the
/// others. The bins at the start of each segment that have no whole history are those of the recording, in every
/// repeat. The result is the same with any number of threads.
///
/// # Errors
/// If the recording is not one of the same cells and movie, or a setting makes no sense.
pub fn simulate(
    fit: &Fit,
    recording: &Recording<'_>,
    settings: &SimulationSettings,
) -> Result<Simulation, Error> {
    if settings.repeats == 0 {
        return Err(setting("repeats", &0, "it must be at least 1"));
    }
    if !(settings.cap > 0.0 && settings.cap <= 100.0) {
        return Err(setting(
            "cap",
            &settings.cap,
            "it must be above 0 and at most 100 spikes a bin",
        ));
    }
    let etas = Etas::new(fit, recording)?;
    let population = Population {
        fit,
        filters: fit.spike_filters()?,
        start: start(fit, recording, &etas),
        etas: &etas,
        settings,
    };
    let repeats: Vec<(Vec<u8>, usize)> = (0..settings.repeats)
        .into_par_iter()
        .map(|repeat| population.run(repeat))
        .collect();
    let [cells, bins] = [fit.cells.len(), etas.bins.len()];
    let mut counts = Vec::with_capacity(cells * settings.repeats * bins);
    for cell in 0..cells {
        for (own, _) in &repeats {
            counts.extend(&own[cell * bins..][..bins]);
        }
    }
    let capped: usize = repeats.iter().map(|(_, capped)| capped).sum();
    let share = capped as f64 / counts.len().max(1) as f64;
    Ok(Simulation {
        repeats: settings.repeats,
        counts,
        stability: Stability {
            spectral_radius: spectral_radius(fit)?,
            capped,
            capped_share: share,
            capped_repeats: repeats.iter().filter(|(_, capped)| *capped > 0).count(),
            diverged: share > DIVERGED,
        },
        bins: etas.bins,
    })
}

/// Recorded spikes before each run, `[run]` of cell and bin.
fn start(fit: &Fit, recording: &Recording<'_>, etas: &Etas) -> Vec<Vec<(usize, usize)>> {
    let trains: Vec<Vec<u32>> = (0..fit.cells.len())
        .map(|cell| recording.train(cell))
        .collect();
    let of = |run: &std::ops::Range<usize>| {
        let first = etas.bins[run.start];
        let segment = (recording.segments.iter())
            .find(|segment| segment.contains(&(first / fit.bins_per_frame)))
            .map_or(first, |segment| segment.start * fit.bins_per_frame);
        let mut spikes = Vec::new();
        for (cell, train) in trains.iter().enumerate() {
            let before = train.iter().map(|&spike| spike as usize);
            let mut own: Vec<usize> = before
                .filter(|bin| (segment..first).contains(bin))
                .collect();
            if fit.design.observation != Observation::Poisson {
                own.dedup();
            }
            spikes.extend(own.into_iter().map(|bin| (cell, bin)));
        }
        spikes
    };
    etas.runs.iter().map(of).collect()
}

struct Population<'a> {
    fit: &'a Fit,
    /// `[cell][other][lag]`
    filters: Vec<Vec<Vec<f64>>>,
    start: Vec<Vec<(usize, usize)>>,
    etas: &'a Etas,
    settings: &'a SimulationSettings,
}

impl Population<'_> {
    /// Counts of one repeat `[cell][bin]`, and how many rates were capped.
    fn run(&self, repeat: usize) -> (Vec<u8>, usize) {
        let mut random = ChaCha8Rng::seed_from_u64(self.settings.seed);
        random.set_stream(repeat as u64);
        let [cells, bins] = [self.fit.cells.len(), self.etas.bins.len()];
        let mut counts = vec![0u8; cells * bins];
        let mut capped = 0;
        for (run, start) in self.etas.runs.iter().zip(&self.start) {
            // What spikes so far add to each cell, `[cell][bin of the run]`, and when it can fire again.
            let mut added = vec![0.0; cells * run.len()];
            let mut silent = vec![0usize; cells];
            let first = self.etas.bins[run.start];
            for &(cell, bin) in start {
                self.add(
                    cell,
                    bin as isize - first as isize,
                    1.0,
                    run.len(),
                    &mut added,
                );
                silent[cell] = (bin + 1 + self.fit.design.refractory_bins).saturating_sub(first);
            }
            for place in 0..run.len() {
                for cell in 0..cells {
                    let draw: f64 = random.random();
                    let eta =
                        self.etas.drive[cell][run.start + place] + added[cell * run.len() + place];
                    let observation = self.fit.design.observation;
                    let mut rate = match place < silent[cell] {
                        true => 0.0,
                        false => observation.mean(eta),
                    };
                    if rate > 0.0 && observation.intensity(eta) > self.settings.cap {
                        (rate, capped) = (rate.min(self.settings.cap), capped + 1);
                    }
                    let count = self.count(rate, draw);
                    if count > 0 {
                        counts[cell * bins + run.start + place] = count;
                        self.add(
                            cell,
                            place as isize,
                            f64::from(count),
                            run.len(),
                            &mut added,
                        );
                        silent[cell] = place + 1 + self.fit.design.refractory_bins;
                    }
                }
            }
        }
        (counts, capped)
    }

    /// Adds what a spike does to the bins after it.
    fn add(&self, cell: usize, place: isize, count: f64, length: usize, added: &mut [f64]) {
        for (target, filters) in self.filters.iter().enumerate() {
            let row = &mut added[target * length..][..length];
            for (lag, value) in filters[cell].iter().enumerate() {
                let at = place + 1 + lag as isize;
                if at >= 0 && (at as usize) < length {
                    row[at as usize] += count * value;
                }
            }
        }
    }

    /// The count whose cumulative probability a uniform number falls below.
    fn count(&self, rate: f64, draw: f64) -> u8 {
        if self.fit.design.observation != Observation::Poisson {
            return u8::from(draw < rate);
        }
        let mut term = (-rate).exp();
        let mut sum = term;
        let mut count = 0u8;
        while draw >= sum && count < u8::MAX {
            count += 1;
            term *= rate / f64::from(count);
            sum += term;
        }
        count
    }
}
