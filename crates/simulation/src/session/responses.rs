//! Rates and spikes of all cells to one movie.

use ganglion_recording::{CellIndex, Milliseconds, Partition, PixelType, SessionWriter, smoothed};
use rayon::prelude::*;

use super::places::recorded;
use super::progress::Progress;
use super::spike_source::SpikeSource;
use crate::movie::{Moments, Movie};
use crate::random::stream;
use crate::{Error, Retina, RetinaStream};

/// Frames that are made and answered at a time, in strides of the movie.
const BATCH: usize = 8;

/// Smoothing of the rates in a session file, in milliseconds; part of their names.
const SMOOTHINGS: [u32; 3] = [5, 10, 20];

/// A movie to be shown, and to whom.
pub(super) struct Presentation<'a> {
    pub(super) retina: &'a Retina,
    pub(super) movie: &'a dyn Movie,
    /// Of the class' training movie: the mean is what the retina has adapted to.
    pub(super) moments: Moments,
    pub(super) partition: Partition,
    /// Name of the class, for the streams of random numbers.
    pub(super) class: &'a str,
    pub(super) repeats: usize,
    pub(super) process: &'a SpikeSource,
    /// Pixels `(row, column)` at which potentials of interneurons are kept, if they are.
    pub(super) watched: Option<Vec<(usize, usize)>>,
    pub(super) seed: u64,
}

/// Spikes of one cell.
pub(super) struct Spikes {
    /// Counts `[repeat][bin]`.
    pub(super) trials: Vec<Vec<f32>>,
    /// Rate before spikes were drawn, in Hz.
    pub(super) rate: Vec<f32>,
}

impl Presentation<'_> {
    /// Streams the movie through the retina and onto the disk, and returns the spikes of all cells.
    pub(super) fn record(
        &self,
        writer: &mut SessionWriter,
        progress: &mut dyn Progress,
    ) -> Result<Vec<Spikes>, Error> {
        let screen = self.retina.screen();
        writer.begin_movie(self.partition, screen.height, screen.width, PixelType::U8)?;
        let rates = self.rates(|bytes| writer.append_u8(self.partition, bytes), progress)?;
        if let Some(places) = &self.watched {
            let (circuit, frames) = (self.retina.circuit(), self.movie.frames());
            let potentials = recorded(circuit, places, frames, rates.potentials);
            writer.interneurons(self.partition, potentials)?;
        }
        let gains = self.gains();
        let spikes: Vec<Spikes> = rates
            .noiseless
            .into_par_iter()
            .enumerate()
            .map(|(cell, rate)| self.spikes(cell, rate, (&rates.trials, &gains)))
            .collect();
        let spikes = self.contaminated(spikes);
        self.write_responses(writer, &spikes)?;
        Ok(spikes)
    }

    /// Rates without noise, and in every trial if potentials are noisy.
    fn rates(
        &self,
        mut keep: impl FnMut(&[u8]) -> Result<(), ganglion_recording::Error>,
        progress: &mut dyn Progress,
    ) -> Result<AllRates, Error> {
        let frames = self.movie.frames();
        let part = format!("{}, {}", self.class, self.partition);
        let scaled = self.scaled();
        let mut noiseless = RatesInTime::new(self.retina, self.retina.stream());
        let mut trials: Vec<RatesInTime<'_>> = self.trials();
        while noiseless.stream.frames() < frames {
            let bytes = self.batch(noiseless.stream.frames());
            keep(&bytes)?;
            let movie = scaled(&bytes);
            noiseless.push_watching(&movie, self.watched.as_deref())?;
            for trial in &mut trials {
                trial.push(&movie)?;
            }
            progress.advance(&part, noiseless.stream.frames(), frames);
            if progress.stops() {
                return Err(Error::Stopped);
            }
        }
        Ok(AllRates {
            potentials: noiseless.potentials(frames),
            noiseless: noiseless.finish(frames),
            trials: trials
                .into_iter()
                .map(|trial| trial.finish(frames))
                .collect(),
        })
    }

    /// One a repeat if potentials are noisy, else none.
    fn trials(&self) -> Vec<RatesInTime<'_>> {
        let noise = self.retina.circuit().mechanisms.noise;
        if !noise.is_some_and(|noise| noise.is_in_potentials()) {
            return Vec::new();
        }
        let trial = |repeat: usize| {
            let stream = self.retina.noisy_stream(self.seed, &self.trial(repeat));
            RatesInTime::new(self.retina, stream)
        };
        (0..self.repeats).map(trial).collect()
    }

    /// Name of a trial, for the streams of random numbers.
    fn trial(&self, repeat: usize) -> String {
        format!("{} {} repeat {repeat}", self.class, self.partition)
    }

    /// Factors `[repeat][bin]` on all rates; none where the gain is steady.
    fn gains(&self) -> Vec<Vec<f32>> {
        let Some(noise) = self.retina.circuit().mechanisms.noise else {
            return Vec::new();
        };
        let gains = |repeat: usize| {
            let name = format!("gain {}", self.trial(repeat));
            noise.gains(
                self.movie.frames(),
                self.bin(),
                &mut stream(self.seed, &name),
            )
        };
        (0..self.repeats).map(gains).collect()
    }

    /// Some strides of the movie, made side by side.
    fn batch(&self, first: usize) -> Vec<u8> {
        let (frames, stride) = (self.movie.frames(), self.movie.stride());
        let end = (first + BATCH * stride).min(frames);
        let starts: Vec<usize> = (first..end).step_by(stride).collect();
        let part = |&start: &usize| self.movie.bytes(start..(start + stride).min(end));
        starts.par_iter().map(part).collect::<Vec<_>>().concat()
    }

    /// From bytes to units of the retina: Weber contrast from the mean, divided by its unit.
    fn scaled(&self) -> impl Fn(&[u8]) -> Vec<f32> {
        let unit = self.retina.circuit().contrast_unit;
        let moments = Moments {
            deviation: self.moments.mean * unit,
            ..self.moments
        };
        move |bytes| moments.normalised(bytes)
    }

    fn bin(&self) -> Milliseconds {
        self.retina.screen().frame_period
    }

    /// Spikes of a cell, given its rate without noise, the rates `[repeat][cell][bin]` and the gains
    /// `[repeat][bin]` of trials if they differ.
    fn spikes(
        &self,
        cell: usize,
        rate: Vec<f32>,
        (trials, gains): (&[Vec<Vec<f32>>], &[Vec<f32>]),
    ) -> Spikes {
        let drift = self.drift(cell);
        let trial = |repeat: usize| {
            let name = format!(
                "spikes {} {} cell {cell} repeat {repeat}",
                self.class, self.partition
            );
            let rate = trials.get(repeat).map_or(&rate, |rates| &rates[cell]);
            let gained = gains.get(repeat).map(|gains| multiplied(rate, gains));
            let rate = gained.as_ref().unwrap_or(rate);
            let drifting = drift.as_ref();
            let drifted = drifting.map(|gains| multiplied(rate, &gains[repeat * rate.len()..]));
            let rate = drifted.as_ref().unwrap_or(rate);
            let random = &mut stream(self.seed, &name);
            let counts = self.process.counts(rate, self.bin(), random);
            counts.into_iter().map(f32::from).collect()
        };
        let trials = (0..self.repeats).map(trial).collect();
        Spikes { trials, rate }
    }

    /// Slow gains of a cell over all repeats, one after the other; none where gains do not drift.
    fn drift(&self, cell: usize) -> Option<Vec<f32>> {
        let drift = self.retina.circuit().mechanisms.gain_drift?;
        let name = format!("drift {} {} cell {cell}", self.class, self.partition);
        let bins = self.repeats * self.movie.frames();
        Some(drift.gains(bins, self.bin(), &mut stream(self.seed, &name)))
    }

    /// The trains with spikes of neighbours in them, if they are contaminated.
    fn contaminated(&self, own: Vec<Spikes>) -> Vec<Spikes> {
        let circuit = self.retina.circuit();
        let Some(contamination) = circuit.mechanisms.contamination else {
            return own;
        };
        let neighbours = contamination.neighbours(&circuit.cells);
        let contaminated = |(cell, neighbour): (usize, &Option<usize>)| {
            let name = format!(
                "contamination {} {} cell {cell}",
                self.class, self.partition
            );
            let random = &mut stream(self.seed, &name);
            let mut trials = own[cell].trials.clone();
            if let Some(neighbour) = *neighbour {
                for (train, other) in trials.iter_mut().zip(&own[neighbour].trials) {
                    let misplaced = contamination.misplaced(other, random);
                    train
                        .iter_mut()
                        .zip(misplaced)
                        .for_each(|(count, more)| *count += more);
                }
            }
            Spikes {
                trials,
                rate: own[cell].rate.clone(),
            }
        };
        neighbours.iter().enumerate().map(contaminated).collect()
    }

    fn write_responses(&self, writer: &mut SessionWriter, spikes: &[Spikes]) -> Result<(), Error> {
        let counts: Vec<Vec<f32>> = spikes.par_iter().map(Spikes::counts).collect();
        let all = |rows: Vec<Vec<f32>>| rows.concat();
        for milliseconds in SMOOTHINGS {
            let deviation = f64::from(milliseconds) / self.bin().0;
            let scale = (1.0 / (self.repeats as f64 * self.bin().seconds())) as f32;
            let rate = |counts: &Vec<f32>| {
                let mut rate = smoothed(counts, deviation);
                rate.iter_mut().for_each(|value| *value *= scale);
                rate
            };
            let rates = counts.par_iter().map(rate).collect();
            let name = format!("firing_rate_{milliseconds}ms");
            writer.responses(self.partition, &name, spikes.len(), all(rates))?;
        }
        writer.responses(self.partition, "binned", spikes.len(), all(counts))?;
        let rates = spikes.iter().map(|spikes| spikes.rate.clone()).collect();
        writer.responses(self.partition, "noiseless_rate", spikes.len(), all(rates))?;
        self.write_repeats(writer, spikes)
    }

    fn write_repeats(&self, writer: &mut SessionWriter, spikes: &[Spikes]) -> Result<(), Error> {
        if self.repeats < 2 {
            return Ok(());
        }
        for (cell, spikes) in spikes.iter().enumerate() {
            writer.repeats(
                self.partition,
                CellIndex(cell),
                self.repeats,
                spikes.trials.concat(),
            )?;
        }
        Ok(())
    }
}

/// Rates of one movie.
struct AllRates {
    /// `[cell][bin]`, bin `t` being the time of frame `t`.
    noiseless: Vec<Vec<f32>>,
    /// Of interneurons without noise, `[unit, frame]`; empty if none are kept.
    potentials: Vec<f32>,
    /// `[repeat][cell][bin]`; none if they would be the same.
    trials: Vec<Vec<Vec<f32>>>,
}

/// Rates of all cells as a movie goes on.
struct RatesInTime<'a> {
    stream: RetinaStream<'a>,
    /// `[cell][bin]`.
    rates: Vec<Vec<f32>>,
    /// Potentials `[unit][bin]` of interneurons that are watched.
    units: Vec<Vec<f32>>,
}

impl<'a> RatesInTime<'a> {
    /// Before the first frame.
    fn new(retina: &Retina, stream: RetinaStream<'a>) -> Self {
        let resting = retina.resting_rates().into_iter();
        Self {
            stream,
            rates: resting.map(|rate| vec![rate]).collect(),
            units: Vec::new(),
        }
    }

    fn push(&mut self, movie: &[f32]) -> Result<(), Error> {
        self.push_watching(movie, None)
    }

    /// Shows frames, and keeps potentials at some places if there are any.
    fn push_watching(
        &mut self,
        movie: &[f32],
        places: Option<&[(usize, usize)]>,
    ) -> Result<(), Error> {
        let answer = match places {
            Some(places) => {
                let (answer, potentials) = self.stream.potentials(movie, places)?;
                self.keep(answer.bins().len(), &potentials);
                answer
            }
            None => self.stream.push(movie)?,
        };
        for (cell, rates) in self.rates.iter_mut().enumerate() {
            rates.extend_from_slice(answer.cell(cell));
        }
        Ok(())
    }

    /// Appends potentials `[unit, bin]`; they are 0 before the movie.
    fn keep(&mut self, bins: usize, potentials: &[f32]) {
        let rows = potentials.chunks_exact(bins);
        self.units.resize(rows.len(), vec![0.0]);
        for (unit, row) in self.units.iter_mut().zip(rows) {
            unit.extend_from_slice(row);
        }
    }

    /// Potentials `[unit, bin]` without the last bin.
    fn potentials(&self, frames: usize) -> Vec<f32> {
        let units = self.units.iter();
        units.flat_map(|unit| unit[..frames].to_vec()).collect()
    }

    /// The rates without the last bin, which comes after the movie.
    fn finish(mut self, frames: usize) -> Vec<Vec<f32>> {
        self.rates
            .iter_mut()
            .for_each(|rates| rates.truncate(frames));
        self.rates
    }
}

fn multiplied(values: &[f32], factors: &[f32]) -> Vec<f32> {
    let pairs = values.iter().zip(factors);
    pairs.map(|(value, factor)| value * factor).collect()
}

impl Spikes {
    /// Counts added up over repeats.
    fn counts(&self) -> Vec<f32> {
        let count = |bin: usize| self.trials.iter().map(|trial| trial[bin]).sum();
        (0..self.rate.len()).map(count).collect()
    }
}
