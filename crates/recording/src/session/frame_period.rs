//! Time from one movie frame to the next.

use serde::Serialize;

use super::partition_info::PartitionInfo;
use crate::attributes::Attributes;
use crate::container::Container;
use crate::{Error, Milliseconds};

/// The published recordings' frame period, assumed where a file says nothing.
const PUBLISHED: Milliseconds = Milliseconds(10.0);

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
    /// Mean step of the dataset `time`.
    Time,
    /// Neither is there: 10 ms, as in the published recordings.
    Assumed,
}

impl FramePeriod {
    pub(super) fn find(
        container: &Container,
        attributes: &Attributes,
        partitions: &[PartitionInfo],
    ) -> Result<Self, Error> {
        if let Some(seconds) = positive(attributes.get("frame_period_s").and_then(|a| a.as_f64())) {
            return Ok(Self::from_seconds(seconds, FramePeriodSource::Attribute));
        }
        for info in partitions.iter().filter(|info| info.has_time) {
            if let Some(seconds) = mean_step(container, info)? {
                return Ok(Self::from_seconds(seconds, FramePeriodSource::Time));
            }
        }
        Ok(Self {
            period: PUBLISHED,
            source: FramePeriodSource::Assumed,
        })
    }

    fn from_seconds(seconds: f64, source: FramePeriodSource) -> Self {
        Self {
            period: Milliseconds::from_seconds(seconds),
            source,
        }
    }
}

/// (last - first) / (frames - 1) of `time`, in seconds.
fn mean_step(container: &Container, info: &PartitionInfo) -> Result<Option<f64>, Error> {
    let time = container.dataset(&info.partition.path("time"))?;
    let last = info.frames - 1;
    if last == 0 {
        return Ok(None);
    }
    let first = time.rows_f64(0..1)?[0];
    let step = (time.rows_f64(last..last + 1)?[0] - first) / last as f64;
    Ok(positive(Some(step)))
}

fn positive(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value > 0.0)
}
