//! Which response bins train, which validate, and which are left out.

mod blocks;
mod segment;
mod split;

use std::ops::Range;

pub use blocks::Blocks;
pub use segment::Segment;
pub use split::{Split, SplitRule};

use crate::Error;

/// What a response bin is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Predicted in training.
    Train,
    /// Predicted in validation.
    Validation,
    /// Never predicted: without a full history in its block, or a guard between train and
    /// validation.
    Unused,
}

/// The role of every bin of a recording.
///
/// Bin `t` is predicted from the `history` frames before it, `t - history .. t`: the response
/// comes just after the newest frame. That window lies within one block, after the frames skipped
/// at its start.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    blocks: Blocks,
    roles: Vec<Role>,
    predicted: Vec<Range<usize>>,
    scattered: bool,
}

impl Timeline {
    /// Assigns roles. `seed` matters for [`SplitRule::RandomWindows`] only.
    ///
    /// # Errors
    /// [`Error::UnequalBlocks`], [`Error::TooFewFrames`], or [`Error::BadSplit`] where the
    /// fraction is not in `0..1` or leaves nothing to train on.
    pub fn new(blocks: Blocks, split: &Split, seed: u64) -> Result<Self, Error> {
        Self::with_gaps(blocks, &[], split, seed)
    }

    /// As [`new`](Self::new), for a recording whose clock jumped before the bins `gaps`, in
    /// order: no window of frames spans one of them either.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`Error::OnlyGaps`].
    pub fn with_gaps(
        blocks: Blocks,
        gaps: &[usize],
        split: &Split,
        seed: u64,
    ) -> Result<Self, Error> {
        let predicted = blocks.between(gaps)?;
        let mut roles = vec![Role::Unused; blocks.frames];
        predicted
            .iter()
            .for_each(|range| roles[range.clone()].fill(Role::Train));
        let pieces = split::Pieces {
            predicted: &predicted,
            history: blocks.history,
            may_be_short: !gaps.is_empty(),
        };
        split.assign(pieces, seed, &mut roles)?;
        let scattered = split.split == SplitRule::RandomWindows && split.fraction > 0.0;
        Ok(Self {
            blocks,
            roles,
            predicted,
            scattered,
        })
    }

    /// Every bin with a full history in role [`Role::Train`]: for evaluation of a whole
    /// partition.
    ///
    /// # Errors
    /// [`Error::UnequalBlocks`], [`Error::TooFewFrames`].
    pub fn whole(blocks: Blocks) -> Result<Self, Error> {
        Self::new(
            blocks,
            &Split {
                fraction: 0.0,
                ..Split::default()
            },
            0,
        )
    }

    /// The blocks it was made from.
    pub fn blocks(&self) -> Blocks {
        self.blocks
    }

    /// The role of each bin.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Number of bins with a role.
    pub fn count(&self, role: Role) -> usize {
        self.roles.iter().filter(|&&of_bin| of_bin == role).count()
    }

    /// Bins with a full history, whatever their role: one range a block, or a stretch of it between
    /// gaps.
    pub fn predicted(&self) -> &[Range<usize>] {
        &self.predicted
    }

    /// Contiguous bins of a role, in order; a range never crosses a join of blocks.
    pub fn ranges(&self, role: Role) -> Vec<Range<usize>> {
        let within = match role {
            Role::Unused => std::iter::once(0..self.roles.len()).collect(),
            _ => self.predicted.clone(),
        };
        within
            .into_iter()
            .flat_map(|range| self.runs(range, role))
            .collect()
    }

    fn runs(&self, within: Range<usize>, role: Role) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for bin in within.filter(|&bin| self.roles[bin] == role) {
            match runs.last_mut() {
                Some(run) if run.end == bin => run.end += 1,
                _ => runs.push(bin..bin + 1),
            }
        }
        runs
    }

    /// Contiguous pieces of at most `max_bins` bins that together hold every bin of a role once.
    ///
    /// Pieces have exactly `max_bins` bins but for the last of each range. With
    /// [`SplitRule::RandomWindows`] the roles are scattered, so pieces hold bins of both roles:
    /// take those of [`mask`](Self::mask). With the other rules the mask is all true.
    ///
    /// # Panics
    /// Where `max_bins` is 0.
    pub fn segments(&self, role: Role, max_bins: usize) -> Vec<Segment> {
        assert!(max_bins > 0, "a segment needs at least one bin");
        let ranges = match self.scattered {
            true => self.predicted.clone(),
            false => self.ranges(role),
        };
        let segments = ranges
            .into_iter()
            .flat_map(|range| Segment::cut(range, max_bins));
        segments.filter(|segment| self.has(segment, role)).collect()
    }

    fn has(&self, segment: &Segment, role: Role) -> bool {
        self.roles[segment.bins()].contains(&role)
    }

    /// For each bin of a segment, whether it has the role.
    ///
    /// # Panics
    /// Where the segment is outside the recording.
    pub fn mask(&self, segment: Segment, role: Role) -> Vec<bool> {
        self.roles[segment.bins()]
            .iter()
            .map(|&of_bin| of_bin == role)
            .collect()
    }

    /// Whether segments of one role also hold bins of the other, so that masks are needed.
    pub fn is_scattered(&self) -> bool {
        self.scattered
    }
}
