//! Rates and spikes of all cells to one movie.

use ganglion_recording::{CellIndex, Milliseconds, Partition, PixelType, SessionWriter, smoothed};
use rayon::prelude::*;

use super::progress::Progress;
use crate::movie::{Moments, Movie};
use crate::random::stream;
use crate::{Error, Retina, Variability};

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
    pub(super) variability: Variability,
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
        let spikes: Vec<Spikes> = rates
            .into_par_iter()
            .enumerate()
            .map(|(cell, rate)| self.spikes(cell, rate))
            .collect();
        self.write_responses(writer, &spikes)?;
        Ok(spikes)
    }

    /// Rates `[cell][bin]`, bin `t` being the time of frame `t`.
    fn rates(
        &self,
        mut keep: impl FnMut(&[u8]) -> Result<(), ganglion_recording::Error>,
        progress: &mut dyn Progress,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let frames = self.movie.frames();
        let part = format!("{}, {}", self.class, self.partition);
        let mut rates: Vec<Vec<f32>> = self
            .retina
            .resting_rates()
            .into_iter()
            .map(|rate| vec![rate])
            .collect();
        let scaled = self.scaled();
        let mut stream = self.retina.stream();
        while stream.frames() < frames {
            let bytes = self.batch(stream.frames());
            keep(&bytes)?;
            let answer = stream.push(&scaled(&bytes))?;
            for (cell, rates) in rates.iter_mut().enumerate() {
                rates.extend_from_slice(answer.cell(cell));
            }
            progress.advance(&part, stream.frames(), frames);
        }
        // The last bin comes after the movie.
        rates.iter_mut().for_each(|rates| rates.truncate(frames));
        Ok(rates)
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

    fn spikes(&self, cell: usize, rate: Vec<f32>) -> Spikes {
        let trial = |repeat: usize| {
            let name = format!(
                "spikes {} {} cell {cell} repeat {repeat}",
                self.class, self.partition
            );
            let counts = self
                .variability
                .counts(&rate, self.bin(), &mut stream(self.seed, &name));
            counts.into_iter().map(f32::from).collect()
        };
        let trials = (0..self.repeats).map(trial).collect();
        Spikes { trials, rate }
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

impl Spikes {
    /// Counts added up over repeats.
    fn counts(&self) -> Vec<f32> {
        let count = |bin: usize| self.trials.iter().map(|trial| trial[bin]).sum();
        (0..self.rate.len()).map(count).collect()
    }
}
