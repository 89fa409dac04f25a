//! How a recording was joined together.

use std::ops::Range;

use crate::Error;

/// How a recording was joined, and what a prediction needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// Frames of the whole recording.
    pub frames: usize,
    /// Number of equal blocks that were joined; 1 for a single run.
    pub blocks: usize,
    /// Frames left out at the start of each block, while the retina adapts (the Keras recipe
    /// drops 6000, the PyTorch recipe 0).
    pub skip: usize,
    /// Frames that a prediction needs (40 in the published networks).
    pub history: usize,
}

impl Blocks {
    /// One run without a join and nothing skipped.
    pub fn single(frames: usize, history: usize) -> Self {
        Self {
            frames,
            blocks: 1,
            skip: 0,
            history,
        }
    }

    /// Bins with a full history, one range a stretch between joins of blocks and `gaps`.
    pub(super) fn between(self, gaps: &[usize]) -> Result<Vec<Range<usize>>, Error> {
        let whole = self.predicted()?;
        if gaps.is_empty() {
            return Ok(whole);
        }
        // Frames that may be seen: a block's, without the skipped ones.
        let seen: Vec<Range<usize>> = whole
            .iter()
            .map(|bins| bins.start - self.history..bins.end)
            .flat_map(|frames| cut(frames, gaps))
            .collect();
        let predicted: Vec<Range<usize>> = seen
            .iter()
            .filter(|frames| frames.len() > self.history)
            .map(|frames| frames.start + self.history..frames.end)
            .collect();
        if predicted.is_empty() {
            return Err(Error::OnlyGaps {
                longest: seen.iter().map(ExactSizeIterator::len).max().unwrap_or(0),
                history: self.history,
            });
        }
        Ok(predicted)
    }

    /// Bins with a full history, one range a block.
    fn predicted(self) -> Result<Vec<Range<usize>>, Error> {
        let Self {
            frames,
            blocks,
            skip,
            history,
        } = self;
        if blocks == 0 || !frames.is_multiple_of(blocks) {
            return Err(Error::UnequalBlocks { frames, blocks });
        }
        let frames_per_block = frames / blocks;
        let first = skip.saturating_add(history);
        if frames_per_block <= first {
            return Err(Error::TooFewFrames {
                frames_per_block,
                blocks,
                skip,
                history,
            });
        }
        let of_block = |block| block * frames_per_block + first..(block + 1) * frames_per_block;
        Ok((0..blocks).map(of_block).collect())
    }
}

/// The parts of a range between the places where it is cut.
fn cut(range: Range<usize>, places: &[usize]) -> Vec<Range<usize>> {
    let inside = places
        .iter()
        .copied()
        .filter(|place| range.start < *place && *place < range.end);
    let starts = [range.start].into_iter().chain(inside.clone());
    let ends = inside.chain([range.end]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_between_gaps_too() {
        let blocks = Blocks {
            frames: 200,
            blocks: 2,
            skip: 10,
            history: 20,
        };
        // The second gap is among the skipped frames of the second block, the third leaves too few.
        let found = blocks.between(&[60, 105, 190]).unwrap();
        assert_eq!(found, [30..60, 80..100, 130..190]);
        let short = Blocks::single(40, 20);
        let all: Vec<usize> = (1..40).collect();
        assert!(matches!(
            short.between(&all),
            Err(Error::OnlyGaps { longest: 1, .. })
        ));
    }

    #[test]
    fn windows_stay_in_their_block_after_the_skipped_frames() {
        let blocks = Blocks {
            frames: 200,
            blocks: 2,
            skip: 10,
            history: 40,
        };
        assert_eq!(blocks.predicted().unwrap(), [50..100, 150..200]);
    }

    #[test]
    fn a_recording_of_history_frames_predicts_nothing() {
        assert!(matches!(
            Blocks::single(40, 40).predicted(),
            Err(Error::TooFewFrames { .. })
        ));
        assert_eq!(
            Blocks::single(41, 40).predicted().unwrap(),
            std::slice::from_ref(&(40..41))
        );
    }

    #[test]
    fn unequal_blocks_are_refused() {
        let blocks = Blocks {
            frames: 100,
            blocks: 3,
            skip: 0,
            history: 1,
        };
        assert!(matches!(
            blocks.predicted(),
            Err(Error::UnequalBlocks { .. })
        ));
        let none = Blocks {
            blocks: 0,
            ..blocks
        };
        assert!(none.predicted().is_err());
    }
}
