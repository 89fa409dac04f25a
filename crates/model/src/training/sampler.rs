//! Which segments make up which step.

use std::ops::Range;

use ganglion_recording::Role;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::data::TrainingData;

/// A stretch of a recording: all of it is predicted, some of it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSegment {
    /// Which recording.
    pub part: usize,
    /// First predicted bin.
    pub start: usize,
    /// Bins that count towards the loss.
    pub kept: Range<usize>,
}

/// Cuts the training data into batches of equally long segments, differently in every epoch.
///
/// All randomness comes from the seed and the epoch's number, so that the sampler's state is the
/// epoch.
pub struct Sampler {
    ranges: Vec<(usize, Range<usize>)>,
    length: usize,
    pieces_per_batch: usize,
    seed: u64,
}

impl Sampler {
    /// Prepares batches of about `batch_frames` bins, cut into segments of `segment_frames`.
    pub fn new(data: &TrainingData, batch_frames: usize, segment_frames: usize, seed: u64) -> Self {
        let ranges: Vec<_> = data
            .parts
            .iter()
            .enumerate()
            .flat_map(|(part, content)| {
                // Scattered bins lie too close to cut them out one by one: their surroundings are
                // predicted as well, and masked.
                let ranges = if content.timeline.is_scattered() {
                    content.timeline.predicted().to_vec()
                } else {
                    content.timeline.ranges(Role::Train)
                };
                ranges.into_iter().map(move |range| (part, range))
            })
            .collect();
        let shortest = ranges
            .iter()
            .map(|(_, range)| range.len())
            .min()
            .unwrap_or(1);
        let length = segment_frames.clamp(1, shortest);
        let pieces_per_batch = (batch_frames / length).max(1);
        Self {
            ranges,
            length,
            pieces_per_batch,
            seed,
        }
    }

    /// Predicted bins of every segment.
    pub fn segment_frames(&self) -> usize {
        self.length
    }

    /// Steps in one epoch at most; where pieces are cut decides whether it is one less.
    pub fn steps_per_epoch(&self) -> usize {
        let at_most = |bins: usize| bins.div_ceil(self.length) + usize::from(self.length > 1);
        let pieces: usize = self
            .ranges
            .iter()
            .map(|(_, range)| at_most(range.len()))
            .sum();
        pieces.div_ceil(self.pieces_per_batch)
    }

    /// The batches of an epoch.
    pub fn epoch(&self, epoch: usize) -> Vec<Vec<BatchSegment>> {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(epoch as u64);
        let mut pieces: Vec<BatchSegment> = Vec::new();
        for (part, range) in &self.ranges {
            let phase = generator.random_range(0..self.length);
            pieces.extend(cut(*part, range, self.length, phase));
        }
        pieces.shuffle(&mut generator);
        let batches = pieces.len().div_ceil(self.pieces_per_batch);
        evenly(pieces, batches)
    }
}

/// Cuts a range at multiples of `length` shifted by `phase`. The short pieces at both ends are
/// predicted within a full segment, of which only they count.
fn cut(
    part: usize,
    range: &Range<usize>,
    length: usize,
    phase: usize,
) -> impl Iterator<Item = BatchSegment> {
    let range = range.clone();
    let first = if phase == 0 {
        range.start
    } else {
        range.start + phase
    };
    let boundaries = (first..range.end).step_by(length);
    let starts = (phase > 0)
        .then_some(range.start)
        .into_iter()
        .chain(boundaries);
    let last_start = range.end - length;
    starts
        .map(move |start| {
            let end = if start < first { first } else { start + length };
            BatchSegment {
                part,
                start: start.min(last_start),
                kept: start..end.min(range.end),
            }
        })
        .filter(|piece| !piece.kept.is_empty())
}

/// Deals pieces into a number of batches of nearly equal size.
fn evenly(pieces: Vec<BatchSegment>, batches: usize) -> Vec<Vec<BatchSegment>> {
    let total = pieces.len();
    let mut pieces = pieces.into_iter();
    (0..batches)
        .map(|batch| {
            let size = (batch + 1) * total / batches - batch * total / batches;
            pieces.by_ref().take(size).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bin_counts_once_whatever_the_phase() {
        for (range, length) in [(40..1000, 128), (7..135, 128), (0..129, 128), (3..10, 1)] {
            for phase in 0..length {
                let mut counts = vec![0; range.end];
                for piece in cut(0, &range, length, phase) {
                    assert!(piece.start >= range.start && piece.start + length <= range.end);
                    assert!(piece.kept.start >= piece.start);
                    assert!(piece.kept.end <= piece.start + length);
                    piece.kept.for_each(|bin| counts[bin] += 1);
                }
                assert!(counts[range.clone()].iter().all(|&count| count == 1));
            }
        }
    }
}
