//! The dataset `time` of a partition.

use serde::Serialize;

use crate::clock::{Clock, ClockGap};
use crate::container::Container;
use crate::{Error, Partition};

/// Stamps that step by more than this are no seconds: retinas are not shown a frame in two seconds
/// for as long as a network's history.
const SLOWEST_S: f64 = 2.0;

/// A place where no time passes from one bin to the next as the movie says: frames are missing
/// there, or the clock began anew.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimeGap {
    /// The first bin after it.
    pub bin: usize,
    /// Time that is missing, seconds; negative where the clock went back.
    pub missing_s: f64,
}

/// What `time` says, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Timing {
    /// Time from one bin to the next.
    pub(crate) period_s: f64,
    /// Where the clock jumped.
    pub(crate) gaps: Vec<TimeGap>,
    /// The unit, where it was guessed and is not seconds.
    pub(crate) guessed: Option<TimeUnit>,
}

/// A unit of stamps that are not in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    Milliseconds,
    Microseconds,
}

impl TimeUnit {
    pub(crate) fn seconds(self) -> f64 {
        match self {
            Self::Milliseconds => 1e-3,
            Self::Microseconds => 1e-6,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
        }
    }
}

/// Reads `time`; none where the stamps do not advance. `stated_s` is the period that the file's
/// attribute states: it tells the unit of the stamps, as an attribute `units` of `time` does.
pub(crate) fn read(
    container: &Container,
    partition: Partition,
    stated_s: Option<f64>,
) -> Result<Option<Timing>, Error> {
    let name = partition.path("time");
    let stored = container.dataset(&name)?;
    let stamps = stored.rows_f64(0..stored.shape()[0])?;
    let Some(clock) = Clock::read(&stamps) else {
        return Ok(None);
    };
    let written = written_unit(container, &name);
    let unit = written.unwrap_or_else(|| unit_by_size(clock.period, stated_s));
    let scale = unit.map_or(1.0, TimeUnit::seconds);
    let period_s = clock.period * scale;
    let gap = |gap: &ClockGap| TimeGap {
        bin: gap.frame,
        missing_s: gap.missing * period_s,
    };
    Ok(Some(Timing {
        period_s,
        gaps: clock.gaps.iter().map(gap).collect(),
        guessed: unit.filter(|_| written.is_none()),
    }))
}

/// The unit that an attribute of the dataset names; the inner `None` is seconds.
fn written_unit(container: &Container, dataset: &str) -> Option<Option<TimeUnit>> {
    let attributes = container.dataset_attributes(dataset);
    let unit = ["units", "unit"]
        .iter()
        .find_map(|name| attributes.get(*name)?.as_str());
    unit_named(unit?)
}

fn unit_named(text: &str) -> Option<Option<TimeUnit>> {
    match text.trim().to_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(None),
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => {
            Some(Some(TimeUnit::Milliseconds))
        }
        "us" | "µs" | "usec" | "microsecond" | "microseconds" => {
            Some(Some(TimeUnit::Microseconds))
        }
        _ => None,
    }
}

/// The unit in which a period is what the file states, or at least what movies have.
fn unit_by_size(period: f64, stated_s: Option<f64>) -> Option<TimeUnit> {
    let units = [
        None,
        Some(TimeUnit::Milliseconds),
        Some(TimeUnit::Microseconds),
    ];
    let scaled = |unit: &Option<TimeUnit>| period * unit.map_or(1.0, TimeUnit::seconds);
    let is_stated = |unit: &&Option<TimeUnit>| {
        stated_s.is_some_and(|stated| (scaled(unit) / stated).ln().abs() < 0.2)
    };
    let is_usual = |unit: &&Option<TimeUnit>| scaled(unit) < SLOWEST_S;
    let found = units.iter().find(is_stated).or(units.iter().find(is_usual));
    found.copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_one_in_which_the_period_makes_sense() {
        let t = |period, stated| unit_by_size(period, stated);
        assert_eq!(t(0.01, None), None);
        assert_eq!(t(16.667, None), Some(TimeUnit::Milliseconds));
        assert_eq!(t(16_667.0, None), Some(TimeUnit::Microseconds));
        assert_eq!(t(1.0, Some(0.001)), Some(TimeUnit::Milliseconds));
        assert_eq!(t(5.0, Some(5.0)), None);
    }
}
