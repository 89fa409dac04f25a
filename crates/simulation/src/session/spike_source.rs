//! What makes spikes of rates.

use ganglion_recording::Milliseconds;
use rand::Rng;

use crate::Variability;
use crate::mechanism::{RetinaMechanisms, SpikeProcess};

/// The process that spikes are drawn from.
pub(super) enum SpikeSource {
    /// Gamma intervals.
    Variability(Variability),
    /// Spikes that depend on the spikes before.
    History(SpikeProcess),
}

impl SpikeSource {
    /// The spike history of a retina if it has one.
    pub(super) fn new(mechanisms: &RetinaMechanisms, variability: Variability) -> Self {
        let history = mechanisms.spike_history;
        history.map_or(Self::Variability(variability), |history| {
            Self::History(history.process())
        })
    }

    /// Spikes in each bin of a trial, at rates in Hz.
    pub(super) fn counts(
        &self,
        rates: &[f32],
        bin: Milliseconds,
        random: &mut impl Rng,
    ) -> Vec<u16> {
        match self {
            Self::Variability(variability) => variability.counts(rates, bin, random),
            Self::History(process) => process.counts(rates, bin, random),
        }
    }
}
