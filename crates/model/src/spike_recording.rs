//! A movie and the spikes of single trials during it, as generalised linear models see them.

use std::ops::Range;

use ganglion_glm::{Counts, Frames, Movie as GlmMovie, Recording as GlmRecording, Spikes};
use ganglion_recording::{
    CellIndex, FineSpikes, Movie, Normalisation, Partition, RecordingFile, SpikeCounts,
};

use crate::error::Error;

/// Spikes of trials in bins of which whole numbers make a frame, beside the movie that all trials saw.
///
/// Frames are put as networks see them: the newest frame that a bin can depend on is the one before its own, so that
/// frame `f` here is frame `f` of the movie beside the spikes of frame `f + 1`.
pub(crate) struct SpikeRecording {
    /// Normalised, `[frame][pixel]`, trial after trial
    movie: Vec<f32>,
    /// `[cell][bin]`, trial after trial
    counts: Vec<u16>,
    height: usize,
    width: usize,
    cells: usize,
    bins_per_frame: usize,
    segments: Vec<Range<usize>>,
}

/// Spikes of all trials of a partition.
pub(crate) enum TrialCounts {
    /// In bins finer than a frame.
    Fine(FineSpikes),
    /// One bin a frame.
    Frames(SpikeCounts),
}

impl TrialCounts {
    /// Those of a file: in the finest bins that it has.
    ///
    /// # Errors
    /// Where there are none, or they cannot be used.
    pub(crate) fn load(
        file: &RecordingFile,
        partition: Partition,
        cells: &[CellIndex],
    ) -> Result<Self, Error> {
        Ok(match file.fine_spikes(partition, cells)? {
            Some(fine) => Self::Fine(fine),
            None => Self::Frames(file.spike_counts(partition, cells)?),
        })
    }

    pub(crate) fn bins_per_frame(&self) -> usize {
        match self {
            Self::Fine(fine) => fine.bins_per_frame(),
            Self::Frames(_) => 1,
        }
    }

    pub(crate) fn trials(&self) -> usize {
        match self {
            Self::Fine(fine) => fine.trials(),
            Self::Frames(counts) => counts.trials(),
        }
    }

    /// Counts of a trial from a bin on, in bins of which `per_frame` make a frame; 0 where nothing was recorded.
    pub(crate) fn bins_from(
        &self,
        row: usize,
        trial: usize,
        first: usize,
        per_frame: usize,
    ) -> Vec<u16> {
        match self {
            Self::Fine(fine) => {
                let together = fine.bins_per_frame() / per_frame;
                let bins = &fine.trial(row, trial)[first * together..];
                let sum = |bins: &[u8]| bins.iter().map(|&count| u16::from(count)).sum();
                bins.chunks(together).map(sum).collect()
            }
            Self::Frames(counts) => {
                let bins = &counts.trial(row, trial)[first..];
                bins.iter().map(|&count| count as u16).collect()
            }
        }
    }

    /// Frames in which a cell was not recorded in a trial.
    pub(crate) fn missing(&self, trial: usize) -> Vec<bool> {
        match self {
            Self::Fine(_) => Vec::new(),
            Self::Frames(counts) => {
                let mut missing = vec![false; counts.frames()];
                for row in 0..counts.cells().len() {
                    let bins = missing.iter_mut().zip(counts.trial(row, trial));
                    bins.for_each(|(missing, count)| *missing |= count.is_nan());
                }
                missing
            }
        }
    }

    /// The same spikes so many frames later, those at the end at the beginning.
    #[must_use]
    pub(crate) fn shifted(self, frames: usize) -> Self {
        match self {
            Self::Fine(fine) => Self::Fine(fine.shifted(frames)),
            Self::Frames(counts) => Self::Frames(counts.shifted(frames)),
        }
    }
}

impl SpikeRecording {
    /// Nothing, of movies of this size.
    pub(crate) fn empty([height, width]: [usize; 2], cells: usize, bins_per_frame: usize) -> Self {
        Self {
            movie: Vec::new(),
            counts: Vec::new(),
            height,
            width,
            cells,
            bins_per_frame,
            segments: Vec::new(),
        }
    }

    /// Adds all trials of a movie, of which the bins of some frames are to be predicted; `reach` frames before each
    /// stretch of them are there as history.
    ///
    /// # Errors
    /// If the movie cannot be read.
    pub(crate) fn add(
        &mut self,
        movie: &Movie,
        normalisation: &Normalisation,
        spikes: &TrialCounts,
        predicted: &[Range<usize>],
        reach: usize,
    ) -> Result<(), Error> {
        self.add_frames(
            movie,
            movie.frames() - 1,
            normalisation,
            (spikes, predicted, reach),
        )
    }

    /// The same with the last frame, after which spikes are known in one frame more.
    pub(crate) fn add_all(
        &mut self,
        movie: &Movie,
        normalisation: &Normalisation,
        spikes: &TrialCounts,
        predicted: &[Range<usize>],
        reach: usize,
    ) -> Result<(), Error> {
        self.add_frames(
            movie,
            movie.frames(),
            normalisation,
            (spikes, predicted, reach),
        )
    }

    fn add_frames(
        &mut self,
        movie: &Movie,
        frames: usize,
        normalisation: &Normalisation,
        (spikes, predicted, reach): (&TrialCounts, &[Range<usize>], usize),
    ) -> Result<(), Error> {
        let mut values = Vec::new();
        movie.normalised_frames(0..frames, normalisation, &mut values)?;
        let mut added: Vec<Vec<u16>> = vec![Vec::new(); self.cells];
        for trial in 0..spikes.trials() {
            let start = self.movie.len() / (self.height * self.width);
            self.movie.extend_from_slice(&values);
            for (row, added) in added.iter_mut().enumerate() {
                let first = self.bins_per_frame;
                added.extend(spikes.bins_from(row, trial, first, self.bins_per_frame));
            }
            let missing = spikes.missing(trial);
            for bins in predicted {
                let bins = bins.start.saturating_sub(reach + 1)..bins.end - 1;
                self.add_segments(bins, start, &missing);
            }
        }
        self.add_counts(&added);
        Ok(())
    }

    /// The stretches of some frames that were recorded, `start` frames later; they stay apart from those before.
    fn add_segments(&mut self, frames: Range<usize>, start: usize, missing: &[bool]) {
        let is_held = |frame: &usize| !missing.get(frame + 1).copied().unwrap_or(false);
        let mut frame = frames.start;
        while frame < frames.end {
            let held = (frame..frames.end).take_while(is_held).count();
            let before = self.segments.last().map_or(0, |segment| segment.end);
            let segment = (start + frame).max(before)..start + frame + held;
            if !segment.is_empty() {
                self.segments.push(segment);
            }
            frame += held + 1;
        }
    }

    /// Counts `[cell][bin]` after those that there are.
    fn add_counts(&mut self, added: &[Vec<u16>]) {
        let before = self.counts.len() / self.cells;
        let mut all =
            Vec::with_capacity(self.counts.len() + added.iter().map(Vec::len).sum::<usize>());
        for (cell, added) in added.iter().enumerate() {
            all.extend_from_slice(&self.counts[cell * before..][..before]);
            all.extend_from_slice(added);
        }
        self.counts = all;
    }

    /// As the fits see it.
    pub(crate) fn view(&self) -> GlmRecording<'_> {
        GlmRecording {
            movie: Some(GlmMovie {
                frames: Frames::Single(&self.movie),
                height: self.height,
                width: self.width,
            }),
            spikes: Spikes {
                counts: Counts::Words(&self.counts),
                cells: self.cells,
                bins_per_frame: self.bins_per_frame,
            },
            segments: &self.segments,
        }
    }

    /// Whether there is nothing to predict.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ganglion_recording::MovieShape;

    const FRAMES: usize = 6;

    fn movie() -> Movie {
        let shape = MovieShape {
            frames: FRAMES,
            height: 1,
            width: 2,
        };
        Movie::from_f32(
            shape,
            (0..2 * FRAMES)
                .map(|value| value as f32)
                .collect::<Vec<f32>>(),
        )
    }

    fn as_it_is() -> Normalisation {
        Normalisation::Global { mean: 0.0, sd: 1.0 }
    }

    #[test]
    fn spikes_stand_beside_the_frame_before_theirs() {
        let counts: Vec<u8> = (0..2 * FRAMES as u8).collect();
        let fine = FineSpikes::new(vec![CellIndex(0)], 1, FRAMES, 2, counts);
        let mut found = SpikeRecording::empty([1, 2], 1, 2);
        let predicted = std::slice::from_ref(&(3..5));
        found
            .add(
                &movie(),
                &as_it_is(),
                &TrialCounts::Fine(fine),
                predicted,
                1,
            )
            .unwrap();
        assert_eq!(
            found.movie,
            (0..10).map(|value| value as f32).collect::<Vec<f32>>()
        );
        assert_eq!(found.counts, (2..12).collect::<Vec<u16>>());
        // Frames 3 and 4 are predicted, from the one before: 2, which is the second here.
        assert_eq!(found.segments, std::slice::from_ref(&(1..4)));
    }

    #[test]
    fn trials_follow_one_another_and_what_was_not_recorded_is_left_out() {
        let mut counts = vec![1.0; 2 * FRAMES];
        counts[FRAMES + 3] = f32::NAN;
        let counts = SpikeCounts::new(vec![CellIndex(0)], 2, FRAMES, counts);
        let mut found = SpikeRecording::empty([1, 2], 1, 1);
        found
            .add(
                &movie(),
                &as_it_is(),
                &TrialCounts::Frames(counts),
                std::slice::from_ref(&(2..6)),
                1,
            )
            .unwrap();
        assert_eq!(found.counts, [1, 1, 1, 1, 1, 1, 1, 0, 1, 1]);
        assert_eq!(found.segments, [0..5, 5..7, 8..10]);
    }
}
