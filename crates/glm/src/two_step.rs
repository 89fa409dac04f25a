//! Couplings from repeats of a movie, so that they do not take what the stimulus explains.

use std::ops::ControlFlow;

use ganglion_numerics::{dot, solve_damped};
use rayon::prelude::*;

use crate::basis::{Basis, Functions};
use crate::design::{Design, Terms};
use crate::drive::Etas;
use crate::error::{Error, setting};
use crate::fit::fit_terms;
use crate::model::{Fit, Optimum, SpikeInput, Warning};
use crate::observation::Observation;
use crate::progress::Progress;
use crate::recording::{Counts, Recording};
use crate::settings::Settings;

/// Newton steps at most, and halvings of one.
const STEPS: usize = 100;
const HALVINGS: usize = 40;

/// Spikes during repeats of one movie, `[cell][repeat][bin]`, in bins as long as those of the recording.
#[derive(Clone, Copy, Debug)]
pub struct Repeats<'a> {
    /// Counts.
    pub counts: Counts<'a>,
    /// Cells.
    pub cells: usize,
    /// Repeats.
    pub repeats: usize,
}

/// A two-step fit: stimulus filters from a recording without repeats and without regard to spikes; history and
/// coupling filters from repeats, where the drive by the stimulus in each bin of the movie is free.
///
/// With a free drive in each bin, the likelihood of the filters is that of how the spikes of a bin fall onto the
/// repeats, `sum over bins t and repeats r of n_tr (u_tr - log sum over r' of exp u_tr')` with what the spikes before
/// give, `u`: the drives need not be found, and the minimum is one. Put together, spike filters act on counts less the
/// mean that the stimulus gives ([`SpikeInput::Deviations`]), and each bias is set so that the mean rate in the
/// recording is kept.
///
/// # Errors
/// As for [`fit`](crate::fit()); if counts are not Poisson; and if the repeats are not of the same cells.
///
/// Source: Mahuas, Isacchini, Marre, Ferrari & Mora 2020, NeurIPS 33:5070; the drives are eliminated as strata are in
/// conditional logistic regression (Breslow & Day 1980), which is exact.
pub fn fit_two_step(
    recording: &Recording<'_>,
    repeats: &Repeats<'_>,
    design: &Design,
    settings: &Settings,
    progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Fit, Error> {
    if design.observation != Observation::Poisson {
        let want = "a two-step fit is of Poisson counts";
        return Err(setting("observation", &"not poisson", want));
    }
    let bins = repeats.check(recording)?;
    let mut stimulus = fit_terms(recording, design, &[Terms::STIMULUS], settings, progress)?;
    let mut fit = stimulus.remove(0);
    let features = SpikeFeatures::new(repeats, bins, design)?;
    let found: Vec<Conditional> = (0..repeats.cells)
        .into_par_iter()
        .map(|cell| {
            ConditionalLikelihood::new(
                &features,
                cell,
                design.refractory_bins,
                settings.penalty.ridge,
            )
            .solve(settings)
        })
        .collect();
    fit.design = design.clone();
    fit.spike_input = SpikeInput::Deviations;
    for (cell, (model, conditional)) in fit.cells.iter_mut().zip(found).enumerate() {
        let [history, coupling] =
            [features.history, features.coupling].map(|count| vec![0.0; count]);
        (model.weights.history, model.weights.coupling) =
            (history, vec![0.0; coupling.len() * repeats.cells]);
        for (column, weight) in features.columns(cell).into_iter().zip(&conditional.weights) {
            match column {
                Column::History(function) => model.weights.history[function] = *weight,
                Column::Coupling(other, function) => {
                    model.weights.coupling[other * coupling.len() + function] = *weight;
                }
            }
        }
        if !conditional.converged {
            model.warnings.push(Warning::TooManySteps);
        }
        model.optimum.gradient = model.optimum.gradient.max(conditional.gradient);
    }
    keep_mean_rates(&mut fit, recording)?;
    Ok(fit)
}

/// Sets each bias so that the mean predicted count is the recorded one.
fn keep_mean_rates(fit: &mut Fit, recording: &Recording<'_>) -> Result<(), Error> {
    // The mean that is taken away is of the stimulus alone with the bias that it was fitted with: the bias moves once.
    let etas = Etas::new(fit, recording)?;
    fit.bias_shifts = Vec::new();
    for (cell, row) in etas.with_spikes.iter().enumerate() {
        let used = |place: &usize| !etas.refractory[cell][*place];
        let places: Vec<usize> = (0..row.len()).filter(used).collect();
        let predicted: f64 = places.iter().map(|&place| row[place].exp()).sum();
        let spikes: f64 = places.iter().map(|&place| etas.counts[cell][place]).sum();
        let shift = if spikes > 0.0 && predicted > 0.0 {
            (spikes / predicted).ln()
        } else {
            0.0
        };
        fit.bias_shifts.push(shift);
        let Optimum { bins, loss, .. } = &mut fit.cells[cell].optimum;
        let sum: f64 = places
            .iter()
            .map(|&place| {
                (row[place] + shift).exp() - etas.counts[cell][place] * (row[place] + shift)
            })
            .sum();
        *bins = places.len() as f64;
        *loss = sum / *bins;
    }
    Ok(())
}

impl Repeats<'_> {
    fn check(&self, recording: &Recording<'_>) -> Result<usize, Error> {
        if self.cells != recording.spikes.cells {
            return Err(Error::Cells {
                what: "cells with repeats",
                found: self.cells,
                cells: recording.spikes.cells,
            });
        }
        if self.repeats < 2 {
            return Err(setting(
                "repeats",
                &self.repeats,
                "a two-step fit needs at least 2",
            ));
        }
        let bins = self.counts.len() / (self.cells * self.repeats).max(1);
        if bins * self.cells * self.repeats != self.counts.len() {
            return Err(Error::SpikesShape {
                values: self.counts.len(),
                cells: self.cells * self.repeats,
                bins_per_frame: 1,
            });
        }
        Ok(bins)
    }
}

/// A feature of a cell.
#[derive(Clone, Copy)]
enum Column {
    History(usize),
    Coupling(usize, usize),
}

/// Past spikes of all cells through the functions of a design.
struct SpikeFeatures {
    cells: usize,
    repeats: usize,
    bins: usize,
    /// First bin with a whole history.
    reach: usize,
    /// Functions of each.
    history: usize,
    coupling: usize,
    /// `[cell][function of history, then of coupling][bin][repeat]`
    values: Vec<Vec<Vec<f32>>>,
    /// `[cell][bin][repeat]`
    counts: Vec<Vec<u16>>,
}

impl SpikeFeatures {
    fn new(repeats: &Repeats<'_>, bins: usize, design: &Design) -> Result<Self, Error> {
        let functions = |basis: &Option<Basis>| basis.as_ref().map(|b| b.functions()).transpose();
        let [history, coupling] = [functions(&design.history)?, functions(&design.coupling)?];
        let count = |f: &Option<Functions>| f.as_ref().map_or(0, Functions::count);
        let length = |f: &Option<Functions>| f.as_ref().map_or(0, Functions::length);
        let reach = length(&history).max(length(&coupling));
        if reach >= bins {
            return Err(Error::NoBins { history: reach });
        }
        let all: Vec<&[f64]> = [&history, &coupling]
            .into_iter()
            .flatten()
            .flat_map(|f| f.values.chunks(f.length))
            .collect();
        let trials = repeats.repeats;
        let counts: Vec<Vec<u16>> = (0..repeats.cells)
            .map(|cell| {
                let value = |bin: usize, trial: usize| {
                    repeats.counts.value((cell * trials + trial) * bins + bin) as u16
                };
                (0..bins)
                    .flat_map(|bin| (0..trials).map(move |trial| value(bin, trial)))
                    .collect()
            })
            .collect();
        let filtered = |counts: &Vec<u16>, function: &[f64]| {
            let mut values = vec![0.0f32; counts.len()];
            for (place, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                for (lag, value) in function.iter().enumerate() {
                    if let Some(sum) = values.get_mut(place + (1 + lag) * trials) {
                        *sum += f32::from(count) * *value as f32;
                    }
                }
            }
            values
        };
        Ok(Self {
            cells: repeats.cells,
            repeats: trials,
            bins,
            reach,
            history: count(&history),
            coupling: count(&coupling),
            values: (counts.par_iter())
                .map(|counts| {
                    all.iter()
                        .map(|function| filtered(counts, function))
                        .collect()
                })
                .collect(),
            counts,
        })
    }

    fn columns(&self, cell: usize) -> Vec<Column> {
        let own = (0..self.history).map(Column::History);
        let others = (0..self.cells).filter(|&other| other != cell);
        let functions =
            others.flat_map(|other| (0..self.coupling).map(move |f| Column::Coupling(other, f)));
        own.chain(functions).collect()
    }
}

/// What was found for one cell.
struct Conditional {
    weights: Vec<f64>,
    gradient: f64,
    converged: bool,
}

/// The conditional likelihood of one cell.
struct ConditionalLikelihood<'a> {
    columns: Vec<&'a [f32]>,
    counts: &'a [u16],
    /// Whether a bin of a repeat is not refractory, `[bin][repeat]`.
    can_fire: Vec<bool>,
    /// Ridge of each weight, of the mean loss.
    ridge: Vec<f64>,
    repeats: usize,
    bins: std::ops::Range<usize>,
}

impl<'a> ConditionalLikelihood<'a> {
    fn new(features: &'a SpikeFeatures, cell: usize, refractory: usize, ridge: f64) -> Self {
        let trials = features.repeats;
        let counts = &features.counts[cell];
        let mut can_fire = vec![true; counts.len()];
        for (place, _) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            for after in 1..=refractory {
                if let Some(can) = can_fire.get_mut(place + after * trials) {
                    *can = false;
                }
            }
        }
        let columns: Vec<&[f32]> = (features.columns(cell).into_iter())
            .map(|column| match column {
                Column::History(function) => &features.values[cell][function][..],
                Column::Coupling(other, function) => {
                    &features.values[other][features.history + function][..]
                }
            })
            .collect();
        let variance = |column: &&[f32]| {
            let used = &column[features.reach * trials..];
            let mean = ganglion_numerics::mean(used.iter().map(|&value| f64::from(value)));
            ganglion_numerics::mean(used.iter().map(|&value| (f64::from(value) - mean).powi(2)))
        };
        Self {
            ridge: columns
                .iter()
                .map(|column| ridge * variance(column))
                .collect(),
            columns,
            counts,
            can_fire,
            repeats: trials,
            bins: features.reach..features.bins,
        }
    }

    /// Mean loss with its ridge, its gradient and its Hessian.
    fn sums(&self, weights: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
        let size = weights.len();
        let (mut loss, mut gradient) = (0.0, vec![0.0; size]);
        let mut hessian = vec![0.0; size * size];
        let mut rows = vec![0.0; self.repeats * size];
        for bin in self.bins.clone() {
            let places = bin * self.repeats..(bin + 1) * self.repeats;
            let spikes: f64 = (places.clone().zip(&self.counts[places.clone()]))
                .map(|(place, &count)| {
                    if self.can_fire[place] {
                        f64::from(count)
                    } else {
                        0.0
                    }
                })
                .sum();
            if spikes > 0.0 {
                loss += self.add_bin(
                    places,
                    spikes,
                    weights,
                    &mut rows,
                    &mut gradient,
                    &mut hessian,
                );
            }
        }
        let scale = 1.0 / (self.bins.len() * self.repeats) as f64;
        loss *= scale;
        gradient
            .iter_mut()
            .chain(&mut hessian)
            .for_each(|value| *value *= scale);
        for (index, ridge) in self.ridge.iter().enumerate() {
            loss += 0.5 * ridge * weights[index].powi(2);
            gradient[index] += ridge * weights[index];
            hessian[index * size + index] += ridge;
        }
        (loss, gradient, hessian)
    }

    /// Adds the sums of one bin, over repeats, and returns its loss.
    fn add_bin(
        &self,
        places: std::ops::Range<usize>,
        spikes: f64,
        weights: &[f64],
        rows: &mut [f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) -> f64 {
        let size = weights.len();
        let mut us = Vec::with_capacity(self.repeats);
        for (place, row) in places.clone().zip(rows.chunks_mut(size)) {
            for (value, column) in row.iter_mut().zip(&self.columns) {
                *value = f64::from(column[place]);
            }
            us.push(if self.can_fire[place] {
                dot(row, weights)
            } else {
                f64::NEG_INFINITY
            });
        }
        let most = us.iter().fold(f64::NEG_INFINITY, |most, &u| most.max(u));
        let total: f64 = us.iter().map(|u| (u - most).exp()).sum();
        let mut loss = spikes * (most + total.ln());
        let mut mean = vec![0.0; size];
        for ((place, row), &u) in places.zip(rows.chunks(size)).zip(&us) {
            if u == f64::NEG_INFINITY {
                continue;
            }
            let share = (u - most).exp() / total;
            let count = f64::from(self.counts[place]);
            loss -= count * u;
            for (index, &value) in row.iter().enumerate() {
                mean[index] += share * value;
                gradient[index] += (spikes * share - count) * value;
                if value != 0.0 {
                    let weight = spikes * share * value;
                    let target = &mut hessian[index * size..][..=index];
                    target
                        .iter_mut()
                        .zip(row)
                        .for_each(|(sum, other)| *sum += weight * other);
                }
            }
        }
        for index in 0..size {
            let target = &mut hessian[index * size..][..=index];
            let weight = spikes * mean[index];
            target
                .iter_mut()
                .zip(&mean)
                .for_each(|(sum, other)| *sum -= weight * other);
        }
        loss
    }

    /// Newton's method with halved steps.
    fn solve(&self, settings: &Settings) -> Conditional {
        let mut weights = vec![0.0; self.columns.len()];
        let (mut loss, mut gradient, mut hessian) = self.sums(&weights);
        let largest = |gradient: &[f64]| {
            gradient
                .iter()
                .fold(0.0f64, |most, value| most.max(value.abs()))
        };
        for _ in 0..STEPS {
            if largest(&gradient) <= settings.tolerance * 1e-3 {
                break;
            }
            let Some(step) = solve_damped(&hessian, &gradient, 1e-10) else {
                break;
            };
            let slope = dot(&step, &gradient);
            let mut share = 1.0;
            let found = (0..HALVINGS).find_map(|_| {
                let trial: Vec<f64> = (weights.iter().zip(&step))
                    .map(|(w, s)| w - share * s)
                    .collect();
                let sums = self.sums(&trial);
                if sums.0 <= loss - 1e-4 * share * slope {
                    return Some((trial, sums));
                }
                share *= 0.5;
                None
            });
            let Some((trial, sums)) = found else {
                break;
            };
            weights = trial;
            (loss, gradient, hessian) = sums;
        }
        let gradient = largest(&gradient);
        Conditional {
            weights,
            gradient,
            converged: gradient <= settings.tolerance,
        }
    }
}
