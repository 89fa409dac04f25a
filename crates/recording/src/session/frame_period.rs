//! Time from one movie frame to the next.

use serde::Serialize;

use super::partition_info::PartitionInfo;
use super::time::Timing;
use crate::container::Container;
use crate::{Error, Milliseconds};

/// The published recordings' frame period, assumed where a file says nothing.
const PUBLISHED: Milliseconds = Milliseconds(10.0);
/// The attribute that states it, in seconds.
const ATTRIBUTE: &str = "frame_period_s";
/// Relative difference from which stamps and attribute disagree.
const SAME: f64 = 2e-3;
/// A frame that long, in seconds, is more likely one of so many milliseconds.
const LONG_S: f64 = 1.0;

/// Time from one movie frame (and response bin) to the next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FramePeriod {
    /// The period.
    pub period: Milliseconds,
    /// How it is known.
    pub source: FramePeriodSource,
}

/// How a [`FramePeriod`] is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FramePeriodSource {
    /// Attribute `frame_period_s` of the file.
    Attribute,
    /// The steps of the dataset `time`, gaps left out.
    Time,
    /// Neither is there: 10 ms, as in the published recordings.
    Assumed,
}

impl FramePeriod {
    /// The period that the attribute states, seconds, whatever type holds the number.
    pub(super) fn stated(container: &Container) -> Result<Option<f64>, Error> {
        let stated = container.number("", ATTRIBUTE)?;
        match stated {
            Some(seconds) if !(seconds.is_finite() && seconds > 0.0) => Err(Error::NoNumber {
                path: container.path().to_owned(),
                attribute: ATTRIBUTE.into(),
                found: format!("{seconds}, and no time above 0"),
            }),
            _ => Ok(stated),
        }
    }

    /// The attribute, else the stamps of the first partition that has them; `notes` gets what
    /// does not agree.
    pub(super) fn find(
        container: &Container,
        stated: Option<f64>,
        partitions: &[PartitionInfo],
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let timed: Vec<_> = partitions
            .iter()
            .filter_map(|info| Some((info, info.timing.as_ref()?)))
            .collect();
        let found = match (stated, timed.first()) {
            (Some(seconds), _) => Self::from_seconds(seconds, FramePeriodSource::Attribute),
            (None, Some((_, timing))) => {
                Self::from_seconds(timing.period_s, FramePeriodSource::Time)
            }
            (None, None) => Self::without_stamps(container, partitions)?,
        };
        if found.source == FramePeriodSource::Attribute && found.period.seconds() >= LONG_S {
            notes.push(format!(
                "attribute {ATTRIBUTE} says {} s a frame: it must be in seconds, such as 0.01",
                found.period.seconds()
            ));
        }
        let silent = |info: &&PartitionInfo| info.has_time && info.timing.is_none();
        for info in partitions
            .iter()
            .filter(silent)
            .filter(|info| info.frames > 1)
        {
            notes.push(format!(
                "`{}/time` is not finite or does not advance: it is not used, and gaps are not \
                 known",
                info.partition
            ));
        }
        for (info, timing) in timed {
            notes.extend(found.disagreement(info, timing));
            notes.extend(unit_note(info, timing));
        }
        Ok(found)
    }

    /// Stamps that say nothing must not become 10 ms.
    fn without_stamps(container: &Container, partitions: &[PartitionInfo]) -> Result<Self, Error> {
        let has_time = |info: &&PartitionInfo| container.has(&info.partition.path("time"));
        let stopped = partitions
            .iter()
            .filter(has_time)
            .find(|info| info.frames > 1);
        match stopped {
            Some(info) => Err(Error::NoClock {
                path: container.path().to_owned(),
                dataset: info.partition.path("time"),
            }),
            None => Ok(Self {
                period: PUBLISHED,
                source: FramePeriodSource::Assumed,
            }),
        }
    }

    fn disagreement(self, info: &PartitionInfo, timing: &Timing) -> Option<String> {
        let (used, stamped) = (self.period.0, timing.period_s * 1e3);
        let source = match self.source {
            FramePeriodSource::Attribute => format!("attribute {ATTRIBUTE}"),
            _ => "`time` of the other partition".into(),
        };
        ((stamped / used - 1.0).abs() > SAME).then(|| {
            format!(
                "frame period: `{}/time` steps by {stamped:.4} ms, but {source} says {used:.4} ms, \
                 which is used; correct the one that is wrong",
                info.partition
            )
        })
    }

    fn from_seconds(seconds: f64, source: FramePeriodSource) -> Self {
        Self {
            period: Milliseconds::from_seconds(seconds),
            source,
        }
    }
}

fn unit_note(info: &PartitionInfo, timing: &Timing) -> Option<String> {
    let unit = timing.guessed?;
    Some(format!(
        "`{}/time` is taken to be in {}: in seconds a frame would last {:.3} s",
        info.partition,
        unit.name(),
        timing.period_s / unit.seconds()
    ))
}
