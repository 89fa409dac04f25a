//! The full network with channels silenced.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ganglion_attribution::{Layer, LayerPart, Path, Replacement};
use ganglion_experiment::{Histories, StimulusMovie};

use crate::error::Error;
use crate::subject::Subject;

/// Rates of a network with sets of channels held at their value for grey, for the movies of a sweep;
/// each set is computed once, whichever cell asks for it first.
pub(crate) struct SilencedNetwork<'a> {
    subject: &'a Subject<'a>,
    path: Path,
    histories: Histories,
    /// Rates `[distinct history, cell]` by the channels that are silenced, in rising order.
    known: Mutex<KnownNetwork>,
}

type KnownNetwork = HashMap<Vec<usize>, Vec<f32>>;

impl<'a> SilencedNetwork<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>, movies: &[StimulusMovie]) -> Result<Self, Error> {
        let (path, histories) = subject.attributor.movies(movies, None)?;
        Ok(Self {
            subject,
            path,
            histories,
            known: Mutex::default(),
        })
    }

    /// Computes the rates with each of some sets silenced, where they are not known.
    ///
    /// # Errors
    /// If there is no such channel.
    pub(crate) fn learn(&self, sets: &[Vec<usize>]) -> Result<(), Error> {
        let mut new: Vec<Vec<usize>> = Vec::new();
        let known = self.known();
        for set in sets.iter().map(|set| sorted(set)) {
            if !known.contains_key(&set) && !new.contains(&set) {
                new.push(set);
            }
        }
        drop(known);
        if new.is_empty() {
            return Ok(());
        }
        let parts: Vec<LayerPart> = new
            .iter()
            .map(|set| LayerPart::Channels(set.clone()))
            .collect();
        let attributor = &self.subject.attributor;
        let layer = Layer::default();
        let rates = attributor.without(&self.path, layer, &parts, Replacement::Baseline)?;
        let size = self.path.samples() * attributor.cells();
        let known = new.into_iter().zip(rates.chunks(size));
        self.known()
            .extend(known.map(|(set, rates)| (set, rates.to_vec())));
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, KnownNetwork> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rates `[sample]` of one output with a set silenced that was computed before, Hz.
    ///
    /// # Panics
    /// If it was not.
    pub(crate) fn rates(&self, silenced: &[usize], output: usize) -> Vec<f64> {
        let known = self.known();
        let known = known
            .get(&sorted(silenced))
            .expect("rates are computed before they are asked for");
        let cells = self.subject.attributor.cells();
        let index = self.histories.index().iter();
        index
            .map(|&history| f64::from(known[history * cells + output]))
            .collect()
    }
}

fn sorted(set: &[usize]) -> Vec<usize> {
    let mut sorted = set.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// All channels but those of a set.
pub(crate) fn all_but(set: &[usize], channels: usize) -> Vec<usize> {
    (0..channels)
        .filter(|channel| !set.contains(channel))
        .collect()
}
