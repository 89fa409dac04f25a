//! A small recording and models evaluated on it by their definition, without any of the crate's short cuts.
#![allow(dead_code, reason = "each file of laws uses a part")]

use std::ops::Range;

use ganglion_glm::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson, StandardNormal};

/// A recording that owns its values.
pub struct Owned {
    pub movie: Vec<f32>,
    pub frame: [usize; 2],
    pub spikes: Vec<u8>,
    pub cells: usize,
    pub bins_per_frame: usize,
    pub segments: Vec<Range<usize>>,
}

impl Owned {
    pub fn recording(&self) -> Recording<'_> {
        Recording {
            movie: (!self.movie.is_empty()).then_some(Movie {
                frames: Frames::Single(&self.movie),
                height: self.frame[0],
                width: self.frame[1],
            }),
            spikes: Spikes {
                counts: Counts::Bytes(&self.spikes),
                cells: self.cells,
                bins_per_frame: self.bins_per_frame,
            },
            segments: &self.segments,
        }
    }

    pub fn bins(&self) -> usize {
        self.spikes.len() / self.cells
    }

    pub fn count(&self, cell: usize, bin: usize) -> f64 {
        f64::from(self.spikes[cell * self.bins() + bin])
    }
}

/// Gaussian white noise `[frame][pixel]`.
pub fn noise(frames: usize, pixels: usize, seed: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..frames * pixels)
        .map(|_| StandardNormal.sample(&mut random))
        .collect()
}

/// A made-up population: filters by lag in bins.
pub struct Truth {
    pub bias: Vec<f64>,
    /// `[cell][pixel][lag]`
    pub stimulus: Vec<Vec<Vec<f64>>>,
    /// `[cell][other][lag]`, the cell's own history at its own place.
    pub spikes: Vec<Vec<Vec<f64>>>,
    pub refractory: usize,
}

impl Truth {
    /// `eta` of a cell in a bin, from the movie and the spikes so far of the segment.
    pub fn eta(&self, owned: &Owned, segment: &Range<usize>, cell: usize, bin: usize) -> f64 {
        let per_frame = owned.bins_per_frame;
        let pixels = owned.frame[0] * owned.frame[1];
        let first = segment.start * per_frame;
        let mut eta = self.bias[cell];
        for (pixel, filter) in self.stimulus[cell].iter().enumerate() {
            for (lag, weight) in filter.iter().enumerate().take(bin + 1 - first) {
                let frame = (bin - lag) / per_frame;
                eta += weight * f64::from(owned.movie[frame * pixels + pixel]);
            }
        }
        for (other, filter) in self.spikes[cell].iter().enumerate() {
            for (lag, weight) in filter.iter().enumerate().take(bin - first) {
                eta += weight * owned.count(other, bin - 1 - lag);
            }
        }
        eta
    }

    /// Draws spikes of all segments, at most 255 in a bin.
    pub fn draw(&self, owned: &mut Owned, seed: u64) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let bins = owned.bins();
        for segment in owned.segments.clone() {
            for bin in segment.start * owned.bins_per_frame..segment.end * owned.bins_per_frame {
                for cell in 0..owned.cells {
                    let since = bin
                        .saturating_sub(self.refractory)
                        .max(segment.start * owned.bins_per_frame);
                    let is_refractory = (since..bin).any(|bin| owned.count(cell, bin) > 0.0);
                    let rate = self.eta(owned, &segment, cell, bin).exp().min(50.0);
                    let count = match is_refractory {
                        true => 0.0,
                        false => Poisson::new(rate.max(1e-12)).unwrap().sample(&mut random),
                    };
                    owned.spikes[cell * bins + bin] = count as u8;
                }
            }
        }
    }
}

/// The features of a cell in every bin of the likelihood, in the order bias, stimulus `[pixel][function]`, coupling
/// `[other][function]` without the cell itself, history; and its counts.
pub fn dense(owned: &Owned, design: &Design, cell: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let per_frame = owned.bins_per_frame;
    let pixels = owned.frame[0] * owned.frame[1];
    let functions = |basis: &Option<Basis>| basis.as_ref().map(|basis| basis.functions().unwrap());
    let stimulus = functions(&design.stimulus.as_ref().map(|s| s.basis.clone()));
    let unit = match design.stimulus.as_ref().map(|s| s.lags) {
        Some(Lags::Frames) => per_frame,
        _ => 1,
    };
    let [history, coupling] = [functions(&design.history), functions(&design.coupling)];
    let length = |f: &Option<Functions>| f.as_ref().map_or(0, Functions::length);
    let reach = (length(&stimulus) * unit)
        .saturating_sub(1)
        .max(length(&history))
        .max(length(&coupling));
    let count = |cell: usize, bin: usize| match design.observation {
        Observation::Poisson => owned.count(cell, bin),
        _ => owned.count(cell, bin).min(1.0),
    };
    let past = |f: &Functions, index: usize, other: usize, bin: usize| -> f64 {
        let lags = f.function(index).iter().enumerate();
        lags.map(|(lag, value)| value * count(other, bin - 1 - lag))
            .sum()
    };
    let (mut rows, mut counts) = (Vec::new(), Vec::new());
    for segment in &owned.segments {
        for bin in segment.start * per_frame + reach..segment.end * per_frame {
            let refractory = bin
                .saturating_sub(design.refractory_bins)
                .max(segment.start * per_frame);
            if (refractory..bin).any(|bin| owned.count(cell, bin) > 0.0) {
                continue;
            }
            let mut row = vec![1.0];
            if let Some(f) = &stimulus {
                for pixel in 0..pixels {
                    for index in 0..f.count() {
                        let value = |lag: usize| {
                            let frame = match unit {
                                1 => (bin - lag) / per_frame,
                                _ => bin / per_frame - lag,
                            };
                            f64::from(owned.movie[frame * pixels + pixel])
                        };
                        let lags = f.function(index).iter().enumerate();
                        row.push(lags.map(|(lag, weight)| weight * value(lag)).sum());
                    }
                }
            }
            for other in (0..owned.cells).filter(|&other| other != cell) {
                if let Some(f) = &coupling {
                    row.extend((0..f.count()).map(|index| past(f, index, other, bin)));
                }
            }
            if let Some(f) = &history {
                row.extend((0..f.count()).map(|index| past(f, index, cell, bin)));
            }
            rows.push(row);
            counts.push(count(cell, bin));
        }
    }
    (rows, counts)
}

/// Weights in the order of [`dense`].
pub fn flat(weights: &Weights, cell: usize, cells: usize) -> Vec<f64> {
    let mut all = vec![weights.bias];
    all.extend(&weights.stimulus);
    let functions = weights.coupling.len() / cells;
    for other in (0..cells).filter(|&other| other != cell) {
        all.extend(&weights.coupling[other * functions..][..functions]);
    }
    all.extend(&weights.history);
    all
}

pub fn product(row: &[f64], weights: &[f64]) -> f64 {
    row.iter().zip(weights).map(|(a, b)| a * b).sum()
}

/// Loss of a bin and its first two derivatives by `eta`, from the distribution of the count.
pub fn loss(observation: Observation, eta: f64, count: f64) -> [f64; 3] {
    let rate = eta.exp();
    match observation {
        Observation::Poisson => [rate - count * eta, rate - count, rate],
        Observation::Logistic => {
            let p = 1.0 / (1.0 + (-eta).exp());
            [(1.0 + rate).ln() - count * eta, p - count, p * (1.0 - p)]
        }
        Observation::SpikeOrNone if count == 0.0 => [rate, rate, rate],
        Observation::SpikeOrNone => {
            let growth = rate.exp() - 1.0;
            let second = rate * rate * rate.exp() / growth.powi(2) - rate / growth;
            [-(1.0 - (-rate).exp()).ln(), -rate / growth, second]
        }
    }
}

/// Three cells, two rows and columns of pixels, two bins a frame, two segments with a gap.
pub fn small(seed: u64) -> Owned {
    let mut owned = Owned {
        movie: noise(1200, 4, seed),
        frame: [2, 2],
        spikes: vec![0; 3 * 2400],
        cells: 3,
        bins_per_frame: 2,
        segments: vec![3..700, 730..1190],
    };
    let bump = |peak: f64| {
        (0..9)
            .map(|lag| 0.17 * (-(lag as f64 - peak).powi(2) / 4.0).exp())
            .collect()
    };
    let none = vec![0.0; 6];
    let own: Vec<f64> = vec![-1.5, -0.8, -0.3, 0.2, 0.1, 0.0];
    let pull: Vec<f64> = vec![0.7, 0.4, 0.2, 0.1, 0.0, 0.0];
    let truth = Truth {
        bias: vec![-2.0, -2.2, -1.9],
        stimulus: vec![
            vec![bump(2.0), bump(3.0), vec![0.0; 9], vec![0.0; 9]],
            vec![vec![0.0; 9], bump(1.0), bump(4.0), vec![0.0; 9]],
            vec![bump(5.0), vec![0.0; 9], vec![0.0; 9], bump(2.0)],
        ],
        spikes: vec![
            vec![own.clone(), pull.clone(), none.clone()],
            vec![none.clone(), own.clone(), none.clone()],
            vec![pull, none, own],
        ],
        refractory: 0,
    };
    truth.draw(&mut owned, seed + 1);
    owned
}

/// A design for [`small`].
pub fn design() -> Design {
    let cosines = |functions, length, last_peak| Basis::RaisedCosines {
        functions,
        length,
        first_peak: 0.0,
        last_peak,
        stretch: 2.0,
    };
    Design {
        stimulus: Some(StimulusDesign {
            basis: cosines(4, 9, 7.0),
            lags: Lags::Bins,
            rank: None,
            windows: None,
        }),
        history: Some(Basis::Raw { length: 3 }),
        coupling: Some(cosines(2, 6, 3.0)),
        ..Design::default()
    }
}

pub fn go_on(_: Progress) -> std::ops::ControlFlow<()> {
    std::ops::ControlFlow::Continue(())
}

pub fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    move || random.random_range(-1.0..1.0)
}
