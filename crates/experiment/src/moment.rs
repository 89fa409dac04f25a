//! When the response of a phenomenon is looked for.

use std::ops::{Range, RangeInclusive};

/// A stretch of a condition in which the phenomenon's response is looked for, such as the time after
/// a flash that does not come.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The condition, by its place.
    pub condition: usize,
    /// Bins of the condition's movie.
    pub bins: Range<usize>,
}

/// The same in the time of the stimulus.
#[derive(Clone, Debug, PartialEq)]
pub struct MomentTimes {
    /// The condition, by its place.
    pub condition: usize,
    /// ms from the stimulus' zero.
    pub times_ms: RangeInclusive<f64>,
}

impl MomentTimes {
    /// The bins of a movie whose stimulus begins in frame `zero`; a bin at either end belongs to it.
    pub(crate) fn bins(&self, zero: usize, frames: usize, frame_period_ms: f64) -> Moment {
        let frame = |time: f64| zero as f64 + time / frame_period_ms;
        let tolerance = 1e-6;
        let first = (frame(*self.times_ms.start()) - tolerance).ceil().max(0.0) as usize;
        let last = (frame(*self.times_ms.end()) + tolerance).floor().max(0.0) as usize;
        Moment {
            condition: self.condition,
            bins: first.min(frames)..(last + 1).clamp(first.min(frames), frames + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_at_both_ends_belong_to_a_moment_and_none_lie_beyond_the_movie() {
        let moment = |times_ms| MomentTimes {
            condition: 3,
            times_ms,
        };
        assert_eq!(moment(20.0..=50.0).bins(40, 100, 10.0).bins, 42..46);
        assert_eq!(moment(20.0..=5000.0).bins(40, 100, 10.0).bins, 42..101);
        assert_eq!(moment(-900.0..=0.0).bins(40, 100, 10.0).bins, 0..41);
    }
}
