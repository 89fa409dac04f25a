//! Splitting bins between training and validation.

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Role;
use crate::Error;

/// How the bins of a recording are split, as a configuration file writes it:
/// `validation = { fraction = 0.05, split = "blocked", segments = 5 }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Split {
    /// Fraction of the predicted bins used for validation, in `0..1`; 0 for none.
    pub fraction: f64,
    /// Which bins those are.
    pub split: SplitRule,
    /// For [`SplitRule::Blocked`], the number of validation runs in each block of the recording.
    /// Fewer are used where the recording is too short for their guards.
    pub segments: usize,
}

/// Which bins are used for validation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SplitRule {
    /// Contiguous runs spread evenly through each block, with `history` unused bins on both sides
    /// of each, so that no movie frame is seen both in training and in validation.
    #[default]
    Blocked,
    /// Bins drawn at random, as the published PyTorch code does. **Leaks**: neighbouring bins
    /// share all but one frame of their history, so the validation score is too good. For
    /// replication only.
    RandomWindows,
    /// The last bins of the recording, as the published Keras code does, after `history` unused
    /// bins (which that code lacks).
    Last,
}

impl Default for Split {
    fn default() -> Self {
        Self {
            fraction: 0.05,
            split: SplitRule::Blocked,
            segments: 5,
        }
    }
}

/// Stretches of bins that share no frame with each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces<'a> {
    /// The bins with a full history.
    pub(super) predicted: &'a [Range<usize>],
    /// Frames that each is predicted from.
    pub(super) history: usize,
    /// Whether gaps cut them, so that some may be too short for a run with its guards.
    pub(super) may_be_short: bool,
}

impl Split {
    /// Turns some of the `predicted` bins, all [`Role::Train`] so far, to the other roles.
    pub(super) fn assign(
        &self,
        pieces: Pieces<'_>,
        seed: u64,
        roles: &mut [Role],
    ) -> Result<(), Error> {
        let Pieces {
            predicted, history, ..
        } = pieces;
        if !(0.0..1.0).contains(&self.fraction) {
            return Err(self.bad("the fraction must be at least 0 and less than 1"));
        }
        if self.fraction == 0.0 {
            return Ok(());
        }
        match self.split {
            SplitRule::Blocked => self.blocked(pieces, roles)?,
            SplitRule::RandomWindows => self.random_windows(predicted, seed, roles),
            SplitRule::Last => self.last(predicted, history, roles),
        }
        self.require_both(roles)
    }

    fn require_both(&self, roles: &[Role]) -> Result<(), Error> {
        if !roles.contains(&Role::Validation) {
            return Err(self.bad("too few frames for even one validation bin; raise the fraction"));
        }
        if !roles.contains(&Role::Train) {
            return Err(self.bad("no bin is left to train on; lower the fraction"));
        }
        Ok(())
    }

    fn bad(&self, problem: &str) -> Error {
        Error::BadSplit {
            fraction: self.fraction,
            problem: problem.into(),
        }
    }

    /// Runs centred in equal parts of each block; of those that gaps leave too short for that,
    /// some as a whole, spread evenly.
    fn blocked(&self, pieces: Pieces<'_>, roles: &mut [Role]) -> Result<(), Error> {
        let Pieces {
            predicted, history, ..
        } = pieces;
        let mut owed = 0.0;
        for block in predicted {
            let bins = share(block.len(), self.fraction);
            let Some(runs) = self.runs_that_fit(block.len(), bins, history) else {
                if pieces.may_be_short {
                    owed += block.len() as f64 * self.fraction;
                    if owed >= 0.5 * block.len() as f64 {
                        owed -= block.len() as f64;
                        roles[block.clone()].fill(Role::Validation);
                    }
                    continue;
                }
                return Err(self.bad(
                    "a block is too short for a validation run with a history of unused bins on \
                     both sides; use fewer `blocks`, another fraction, or split = \"last\"",
                ));
            };
            for run in 0..runs {
                let length = part(bins, runs, run).len();
                let place = part(block.len(), runs, run);
                let start = block.start + place.start + (place.len() - length) / 2;
                validate(start..start + length, block, history, roles);
            }
        }
        Ok(())
    }

    /// The most runs, up to `segments`, whose part of the block also holds the guards and at
    /// least as many training bins as guards.
    fn runs_that_fit(&self, block: usize, bins: usize, history: usize) -> Option<usize> {
        let most = self.segments.max(1).min(bins);
        let fits = |&runs: &usize| block / runs >= bins.div_ceil(runs) + 4 * history;
        // A single run needs room for its guards and one training bin only.
        let alone = (bins > 0 && block > bins + 2 * history).then_some(1);
        (2..=most).rev().find(fits).or(alone)
    }

    fn random_windows(&self, predicted: &[Range<usize>], seed: u64, roles: &mut [Role]) {
        let bins: Vec<usize> = predicted.iter().cloned().flatten().collect();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        for place in index::sample(&mut random, bins.len(), share(bins.len(), self.fraction)) {
            roles[bins[place]] = Role::Validation;
        }
    }

    fn last(&self, predicted: &[Range<usize>], history: usize, roles: &mut [Role]) {
        let total = predicted.iter().map(ExactSizeIterator::len).sum();
        let mut wanted = share(total, self.fraction);
        for block in predicted.iter().rev() {
            let taken = wanted.min(block.len());
            if taken > 0 {
                validate(block.end - taken..block.end, block, history, roles);
            }
            wanted -= taken;
        }
    }
}

/// Marks a validation run and the guards beside it, within its block.
fn validate(run: Range<usize>, block: &Range<usize>, history: usize, roles: &mut [Role]) {
    let before = run.start.saturating_sub(history).max(block.start)..run.start;
    let after = run.end..(run.end + history).min(block.end);
    roles[before].fill(Role::Unused);
    roles[after].fill(Role::Unused);
    roles[run].fill(Role::Validation);
}

/// The nearest whole number of bins to a fraction of them.
fn share(bins: usize, fraction: f64) -> usize {
    (bins as f64 * fraction).round() as usize
}

/// The `index`-th of `parts` nearly equal parts of `0..total`.
fn part(total: usize, parts: usize, index: usize) -> Range<usize> {
    total * index / parts..total * (index + 1) / parts
}
