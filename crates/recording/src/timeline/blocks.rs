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

    /// Bins with a full history, one range a block.
    pub(super) fn predicted(self) -> Result<Vec<Range<usize>>, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
