//! How much each pathway contributes: the truth that a reduction is compared with.

use std::ops::Range;

use ganglion_experiment::StimulusMovie;
use rayon::prelude::*;

use super::Retina;
use super::cell::{CellPlan, PathwayPlan};
use crate::Error;

/// Signed drives `[pathway, bin]` of a ganglion cell, in the order of its pathways; their sum is the
/// drive that its output turns into a rate, unless they are [conductances](crate::mechanism::Conductances),
/// or cells are coupled, which mixes the sums of several cells first.
#[derive(Clone, Debug, PartialEq)]
pub struct PathwayDrives {
    first_bin: usize,
    bins: usize,
    resting: Vec<f32>,
    values: Vec<f32>,
}

impl PathwayDrives {
    /// The bins that have a drive; bin `t` is the time of frame `t`.
    pub fn bins(&self) -> Range<usize> {
        self.first_bin..self.first_bin + self.bins
    }

    /// Number of pathways.
    pub fn pathways(&self) -> usize {
        self.resting.len()
    }

    /// Drives of a pathway, the first being that of the first of [`bins`](Self::bins).
    ///
    /// # Panics
    /// If there is no such pathway.
    pub fn pathway(&self, pathway: usize) -> &[f32] {
        &self.values[pathway * self.bins..][..self.bins]
    }

    /// Drive of a pathway after nothing but grey; not 0 where its threshold is negative.
    ///
    /// # Panics
    /// If there is no such pathway.
    pub fn resting(&self, pathway: usize) -> f32 {
        self.resting[pathway]
    }

    /// Share of each pathway in what happens: the mean over bins of the size of its departure from
    /// rest, divided by the sum of these over the pathways. All 0 if nothing happens.
    pub fn shares(&self) -> Vec<f64> {
        shares(&self.departures())
    }

    /// Sum over bins of the size of each pathway's departure from rest.
    fn departures(&self) -> Vec<f64> {
        let departure = |pathway: usize| {
            let rest = f64::from(self.resting(pathway));
            let drives = self.pathway(pathway).iter();
            drives
                .map(|&drive| (f64::from(drive) - rest).abs())
                .sum::<f64>()
        };
        (0..self.pathways()).map(departure).collect()
    }
}

/// Parts of a sum; all 0 if the sum is.
fn shares(departures: &[f64]) -> Vec<f64> {
    let sum: f64 = departures.iter().sum();
    let share = |departure: &f64| if sum > 0.0 { departure / sum } else { 0.0 };
    departures.iter().map(share).collect()
}

impl Retina {
    /// Drives of all pathways of every cell in the bins that a responder answers,
    /// `history ..= frames`.
    ///
    /// # Errors
    /// If the movie is not of the retina's screen, shorter than the history, or not finite.
    pub fn pathway_drives(&self, movie: &StimulusMovie) -> Result<Vec<PathwayDrives>, Error> {
        self.check_movie(movie)?;
        let frames = movie.frames();
        let mut all: Vec<Vec<f32>> = self
            .plans
            .iter()
            .map(|plan| vec![0.0; plan.pathways.len() * frames])
            .collect();
        self.stream()
            .show(movie.values(), |states, cells, block, count| {
                let cells = all.par_iter_mut().zip(&self.plans).zip(cells);
                cells.for_each(|((drives, plan), cell)| {
                    let pathways = plan.pathways.iter().zip(&mut cell.0);
                    for (drives, (pathway, own)) in drives.chunks_mut(frames).zip(pathways) {
                        for (frame, drive) in drives[block..][..count].iter_mut().enumerate() {
                            *drive = pathway.drive(&self.layers, states, own, frame);
                        }
                    }
                });
            });
        let answered = self.plans.iter().zip(all);
        Ok(answered
            .map(|(plan, drives)| self.answered_bins(plan, &drives, frames))
            .collect())
    }

    /// Drives `[cell][bin]` that the outputs of the cells see, in the bins that a responder answers.
    ///
    /// # Errors
    /// As of [`pathway_drives`](Self::pathway_drives).
    pub(crate) fn drives(&self, movie: &StimulusMovie) -> Result<Vec<Vec<f32>>, Error> {
        let all = self.pathway_drives(movie)?;
        let bins = movie.frames() + 1 - self.screen().history;
        let total = |(drives, plan): (&PathwayDrives, &CellPlan)| {
            let bin = |bin: usize| {
                let pathways = 0..drives.pathways();
                plan.total(pathways.map(|pathway| drives.pathway(pathway)[bin]))
            };
            (0..bins).map(bin).collect::<Vec<f32>>()
        };
        let totals = all.iter().zip(&self.plans);
        let coupled = self.coupled(totals.flat_map(total).collect(), bins);
        Ok(coupled.chunks_exact(bins).map(<[f32]>::to_vec).collect())
    }

    /// Share `[cell][pathway]` of each pathway in what happens over several movies, as
    /// [`PathwayDrives::shares`] of all their bins together.
    ///
    /// # Errors
    /// As of [`pathway_drives`](Self::pathway_drives).
    pub fn pathway_shares(&self, movies: &[StimulusMovie]) -> Result<Vec<Vec<f64>>, Error> {
        let cells = self.plans.iter();
        let mut sums: Vec<Vec<f64>> = cells.map(|plan| vec![0.0; plan.pathways.len()]).collect();
        for movie in movies {
            for (sums, drives) in sums.iter_mut().zip(self.pathway_drives(movie)?) {
                let parts = sums.iter_mut().zip(drives.departures());
                parts.for_each(|(sum, departure)| *sum += departure);
            }
        }
        Ok(sums.iter().map(|departures| shares(departures)).collect())
    }

    /// Drops the bins that depend on what went before the movie; `drives` begins with bin 1.
    fn answered_bins(&self, plan: &CellPlan, drives: &[f32], frames: usize) -> PathwayDrives {
        let history = self.screen().history;
        let answered = |drives: &[f32]| drives[history - 1..].to_vec();
        PathwayDrives {
            first_bin: history,
            bins: frames + 1 - history,
            resting: plan
                .pathways
                .iter()
                .map(PathwayPlan::resting_drive)
                .collect(),
            values: drives.chunks(frames).flat_map(answered).collect(),
        }
    }
}
