//! Rates of one sweep on a common time.

use std::ops::Range;

use crate::answers::Answers;
use crate::condition::Condition;
use crate::outcome::Quantity;
use crate::statistics;

/// Rates of the conditions of one sweep, aligned on an event.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseFamily {
    /// Its name in files.
    pub name: &'static str,
    /// What was varied.
    pub parameter: Quantity,
    /// Its values `[condition]`.
    pub at: Vec<f64>,
    /// What time 0 is, such as `last flash`.
    pub aligned_on: &'static str,
    /// Time of every frame in ms `[frame]`.
    pub times_ms: Vec<f64>,
    /// What was shown, in [`shown_as`](Self::shown_as) `[condition][frame]`; NaN after its end.
    pub shown: Vec<Vec<f64>>,
    /// What [`shown`](Self::shown) is: the contrast, or the position of a bar.
    pub shown_as: Quantity,
    /// Rate in Hz `[cell][condition][frame]`; NaN where there is none.
    pub rates: Vec<Vec<Vec<f64>>>,
}

/// What the conditions of a family have in common.
pub struct FamilyOutline {
    /// The name of the family in files.
    pub name: &'static str,
    /// What was varied.
    pub parameter: Quantity,
    /// What time 0 is.
    pub aligned_on: &'static str,
    /// What `shown` is.
    pub shown_as: Quantity,
    /// What a condition shows in each of its frames, lead-in included.
    pub shown: fn(&Condition) -> Vec<f64>,
    /// Frames, counted from the event.
    pub frames: Range<isize>,
}

/// One condition of a family.
pub struct FamilyMember {
    /// Value of the parameter.
    pub at: f64,
    /// Place among the conditions of the experiment.
    pub condition: usize,
    /// Frame of the event, counted from the stimulus' zero.
    pub event: isize,
}

impl ResponseFamily {
    /// The rates of some conditions, aligned on their events.
    pub fn collect(
        answers: &Answers<'_>,
        outline: FamilyOutline,
        members: &[FamilyMember],
    ) -> Self {
        let frames = || outline.frames.clone();
        let period_ms = answers.screen().frame_period.0;
        let shown = |member: &FamilyMember| -> Vec<f64> {
            let condition = &answers.conditions()[member.condition];
            let values = (outline.shown)(condition);
            let zero = condition.stimulus.zero() as isize + member.event;
            let at = |frame: isize| usize::try_from(zero + frame).ok().map(|i| values.get(i));
            frames()
                .map(|frame| at(frame).flatten().copied().unwrap_or(f64::NAN))
                .collect()
        };
        let rates = |row: usize, member: &FamilyMember| -> Vec<f64> {
            let course = answers.course(member.condition, row);
            let at = |frame: isize| course.at(member.event + frame).unwrap_or(f64::NAN);
            frames().map(at).collect()
        };
        Self {
            name: outline.name,
            parameter: outline.parameter,
            at: members.iter().map(|member| member.at).collect(),
            aligned_on: outline.aligned_on,
            times_ms: frames().map(|frame| frame as f64 * period_ms).collect(),
            shown: members.iter().map(shown).collect(),
            shown_as: outline.shown_as,
            rates: (answers.rows())
                .map(|row| members.iter().map(|member| rates(row, member)).collect())
                .collect(),
        }
    }

    /// Mean rate over some cells, by their row `[condition][frame]`; NaN where a cell has none.
    pub fn mean_over(&self, rows: &[usize]) -> Vec<Vec<f64>> {
        let mean = |condition: usize, frame: usize| {
            statistics::mean(rows.iter().map(|&row| self.rates[row][condition][frame]))
        };
        let course = |condition: usize| {
            let frames = 0..self.times_ms.len();
            frames.map(|frame| mean(condition, frame)).collect()
        };
        (0..self.at.len()).map(course).collect()
    }
}

/// Contrast of the corner of the screen in every frame: that of a full-field stimulus.
pub fn full_field(condition: &Condition) -> Vec<f64> {
    let movie = condition.stimulus.movie();
    (0..movie.frames())
        .map(|frame| f64::from(movie.frame(frame)[0]))
        .collect()
}
