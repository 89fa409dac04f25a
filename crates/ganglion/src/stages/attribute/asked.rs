//! What is shown, with where its paths start, as a study of attributions sees it.

use std::ops::Range;

use ganglion_attribution::{Attributor, Path, Responses, Stimuli};
use ganglion_experiment::StimulusMovie;

use super::baseline::Baseline;
use super::shown::StimulusSet;

/// What is shown, and the baseline of its paths.
pub struct ShownStimulus<'a> {
    pub shown: &'a StimulusSet,
    /// Grey if there is none.
    pub baseline: Option<&'a Baseline>,
}

/// The responses to what is shown, each distinct history once.
pub type Study<'a> = ganglion_attribution::Study<'a, ShownStimulus<'a>>;

impl Stimuli for ShownStimulus<'_> {
    type Error = crate::Error;

    fn history(&self) -> usize {
        self.shown.history()
    }

    fn bins(&self) -> Vec<Range<usize>> {
        let conditions = self.shown.conditions.iter();
        conditions.map(|condition| condition.bins.clone()).collect()
    }

    fn movie(&self, responses: &Responses) -> Option<StimulusMovie> {
        let baseline = self.baseline.is_none_or(|b| b.shared().is_some());
        baseline.then(|| self.shown.movie(responses)).flatten()
    }

    fn path(&self, attributor: &Attributor, piece: &[Responses]) -> crate::Result<Path> {
        if let [only] = piece {
            return self.shown.path(attributor, only, self.baseline);
        }
        let movies: Vec<_> = piece.iter().filter_map(|one| self.movie(one)).collect();
        let baseline = self.baseline.and_then(Baseline::shared);
        Ok(attributor.one_after_the_other(&movies, baseline.as_ref())?)
    }
}
