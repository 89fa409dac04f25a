//! Rates of models whose spikes depend on those before: means over trials that are simulated freely.

use std::ops::{ControlFlow, Range};

use ganglion_glm::{Fit, SimulationSettings, Stability, simulate};
use ganglion_recording::{CellIndex, FineSpikes, Movie, Normalisation};

use crate::error::Error;
use crate::spike_recording::{SpikeRecording, TrialCounts};

/// Bytes of simulated counts that are held at once.
const BYTES_AT_ONCE: usize = 64 << 20;

/// Rates, and whether the simulation that they are of is stable.
pub struct FreeRunning {
    /// Mean rates `[cell][bin of a frame]`, Hz.
    pub rates: Vec<Vec<f32>>,
    /// Whether the simulated cells are stable.
    pub stability: Stability,
}

/// Mean rates over so many simulated trials, for a range of frames' bins; nothing is fired before the first of them
/// that has a whole history. `bins_in_a_second` makes rates of counts. `done` says whether to go on.
///
/// # Errors
/// If the movie cannot be read, or `done` breaks off.
pub(crate) fn rates(
    fit: &Fit,
    trials: usize,
    bins_in_a_second: f64,
    (movie, normalisation): (&Movie, &Normalisation),
    frames: Range<usize>,
    done: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<FreeRunning, Error> {
    let recording = silent(fit, (movie, normalisation), &frames)?;
    let (cells, per_frame) = (fit.cells.len(), fit.bins_per_frame);
    let mut sums = vec![vec![0.0; frames.len()]; cells];
    let of_trial = cells * frames.len() * per_frame;
    let at_once = (BYTES_AT_ONCE / of_trial).clamp(1, trials);
    let mut stability: Option<Stability> = None;
    for (batch, start) in (0..trials).step_by(at_once).enumerate() {
        let settings = SimulationSettings {
            repeats: at_once.min(trials - start),
            seed: batch as u64,
            ..SimulationSettings::default()
        };
        let simulated = simulate(fit, &recording.view(), &settings)?;
        // Frames stand beside the spikes of the next.
        let first = (frames.start - 1) * per_frame;
        let skipped = simulated.bins.partition_point(|&bin| bin < first);
        for (cell, sums) in sums.iter_mut().enumerate() {
            for repeat in 0..settings.repeats {
                let counts = simulated.counts(cell, repeat)[skipped..].chunks(per_frame);
                let pairs = sums.iter_mut().zip(counts);
                pairs.for_each(|(sum, bins)| {
                    *sum += bins.iter().map(|&c| f64::from(c)).sum::<f64>()
                });
            }
        }
        stability = Some(joined(stability, simulated.stability));
        let told =
            frames.len() * (start + settings.repeats) / trials - frames.len() * start / trials;
        if done(told).is_break() {
            return Err(Error::Stopped);
        }
    }
    let scale = bins_in_a_second / (trials * per_frame) as f64;
    let rates = |sums: Vec<f64>| sums.into_iter().map(|sum| (sum * scale) as f32).collect();
    Ok(FreeRunning {
        rates: sums.into_iter().map(rates).collect(),
        stability: stability.expect("one trial at least"),
    })
}

/// Spikes of so many simulated trials, for a range of frames' bins.
pub(crate) struct SimulatedSpikes {
    /// Counts `[cell][trial][bin]`.
    pub(crate) counts: Vec<u8>,
    /// Whether the simulated cells are stable.
    pub(crate) stability: Stability,
}

/// Single trials, the first of those that [`rates`] are means of where all of these are held at once.
///
/// # Errors
/// If the movie cannot be read.
pub(crate) fn spikes(
    fit: &Fit,
    trials: usize,
    shown: (&Movie, &Normalisation),
    frames: Range<usize>,
) -> Result<SimulatedSpikes, Error> {
    let recording = silent(fit, shown, &frames)?;
    let settings = SimulationSettings {
        repeats: trials,
        ..SimulationSettings::default()
    };
    let simulated = simulate(fit, &recording.view(), &settings)?;
    let first = (frames.start - 1) * fit.bins_per_frame;
    let skipped = simulated.bins.partition_point(|&bin| bin < first);
    let trials = |cell: usize| (0..trials).map(move |trial| (cell, trial));
    let kept = (0..fit.cells.len()).flat_map(trials);
    let kept = kept.flat_map(|(cell, trial)| &simulated.counts(cell, trial)[skipped..]);
    Ok(SimulatedSpikes {
        counts: kept.copied().collect(),
        stability: simulated.stability,
    })
}

/// A movie during which nothing was fired.
fn silent(
    fit: &Fit,
    (movie, normalisation): (&Movie, &Normalisation),
    frames: &Range<usize>,
) -> Result<SpikeRecording, Error> {
    let (cells, per_frame) = (fit.cells.len(), fit.bins_per_frame);
    let reach = fit.design.reach(per_frame)?.div_ceil(per_frame);
    let none = vec![0; cells * (movie.frames() + 1) * per_frame];
    let names = (0..cells).map(CellIndex).collect();
    let none = FineSpikes::new(names, 1, movie.frames() + 1, per_frame, none);
    let size = [movie.height(), movie.width()];
    let mut recording = SpikeRecording::empty(size, cells, per_frame);
    let predicted = std::slice::from_ref(frames);
    let spikes = TrialCounts::Fine(none);
    recording.add_all(movie, normalisation, &spikes, predicted, reach)?;
    Ok(recording)
}

/// Of batches of trials before and of one more; the share is that of the worst, so that one that diverged is told.
fn joined(before: Option<Stability>, now: Stability) -> Stability {
    let Some(before) = before else { return now };
    Stability {
        capped: before.capped + now.capped,
        capped_share: before.capped_share.max(now.capped_share),
        capped_repeats: before.capped_repeats + now.capped_repeats,
        diverged: before.diverged || now.diverged,
        ..now
    }
}
