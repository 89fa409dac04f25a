//! Presentations of a movie: one series may hold many, and only the same movie repeats.

use std::ops::Range;

use super::config::RepeatRule;
use super::intervals;
use super::problem;
use super::series::MovieSeries;
use crate::Error;
use crate::container::Container;

/// Part of a series' frames that pieces must hold to be its repeats.
const MOST_OF_IT: f64 = 0.5;

/// One showing of a movie.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Presentation {
    /// Which of the test series.
    pub(super) series: usize,
    /// Its frames, between pauses.
    pub(super) stretches: Vec<Range<usize>>,
}

impl Presentation {
    fn frames(&self) -> Vec<usize> {
        self.stretches.iter().cloned().flatten().collect()
    }
}

/// The presentations that series hold, in order.
///
/// # Errors
/// Where they do not show the same movie, or a rule gives no pieces.
pub(super) fn of_series(
    container: &Container,
    all: &[MovieSeries],
    rule: RepeatRule,
) -> Result<Vec<Presentation>, Error> {
    let mut found = Vec::new();
    for index in 0..all.len() {
        found.extend(of_one(container, all, index, rule)?);
    }
    if let Some((other, frame)) = first_other_movie(all, &found)? {
        let (first, second) = (&all[found[0].series].path, &all[found[other].series].path);
        let text = format!(
            "presentation {} (of `{second}`) shows another movie than the first (of `{first}`), \
             from its frame {frame} on: repeats must be of one movie; name only those that are \
             with nwb.test",
            other + 1
        );
        return Err(problem(container, text));
    }
    Ok(found)
}

fn of_one(
    container: &Container,
    all: &[MovieSeries],
    index: usize,
    rule: RepeatRule,
) -> Result<Vec<Presentation>, Error> {
    let series = &all[index];
    let whole = Presentation {
        series: index,
        stretches: series.times.stretches().to_vec(),
    };
    let by = |rule| pieces(container, series, index, rule);
    if rule == RepeatRule::None {
        return Ok(vec![whole]);
    }
    if rule != RepeatRule::Auto {
        let found = by(rule)?;
        return match found.is_empty() {
            false => Ok(found),
            true => Err(problem(
                container,
                format!(
                    "nwb.repeats: `{}` has no {} to be cut by",
                    series.path,
                    named(rule)
                ),
            )),
        };
    }
    for rule in [RepeatRule::Trials, RepeatRule::Epochs, RepeatRule::Gaps] {
        let found = by(rule)?;
        let shown: usize = found.iter().map(|one| one.frames().len()).sum();
        let is_most = shown as f64 >= MOST_OF_IT * series.times.frames() as f64;
        if found.len() > 1 && is_most && first_other_movie(all, &found)?.is_none() {
            return Ok(found);
        }
    }
    Ok(vec![whole])
}

fn named(rule: RepeatRule) -> &'static str {
    match rule {
        RepeatRule::Trials => "rows of the table `intervals/trials`",
        RepeatRule::Epochs => "rows of the table `intervals/epochs`",
        _ => "pauses",
    }
}

/// The pieces of a series that a rule gives.
fn pieces(
    container: &Container,
    series: &MovieSeries,
    index: usize,
    rule: RepeatRule,
) -> Result<Vec<Presentation>, Error> {
    let times = &series.times;
    let presentation = |frames: Range<usize>| Presentation {
        series: index,
        stretches: times.stretches_in(&frames),
    };
    let name = match rule {
        RepeatRule::Trials => "trials",
        RepeatRule::Epochs => "epochs",
        _ => {
            let stretches = times.stretches().iter().cloned();
            return Ok(stretches.map(presentation).collect());
        }
    };
    let rows = intervals::table(container, name)?;
    let inside = |scale: f64| {
        let rows = rows
            .iter()
            .map(move |(start, stop)| (start / scale, stop / scale));
        let frames = rows.map(|(start, stop)| times.frames_between(start, stop));
        frames.filter(|frames| !frames.is_empty()).map(presentation)
    };
    // Intervals are in seconds, or in what the stamps are in.
    let scale = [1.0, times.units_a_second()];
    let best = scale.into_iter().find(|scale| inside(*scale).count() > 0);
    Ok(best.map_or(Vec::new(), |scale| inside(scale).collect()))
}

/// The first presentation that differs from the first one, and its first frame that does.
fn first_other_movie(
    all: &[MovieSeries],
    presentations: &[Presentation],
) -> Result<Option<(usize, usize)>, Error> {
    let Some(first) = presentations.first() else {
        return Ok(None);
    };
    let frames = first.frames();
    for (index, other) in presentations.iter().enumerate().skip(1) {
        let (ours, theirs) = (&all[first.series].pictures, &all[other.series].pictures);
        let differs = ours.first_difference(&frames, theirs, &other.frames())?;
        if let Some(frame) = differs {
            return Ok(Some((index, frame)));
        }
    }
    Ok(None)
}
