//! Intervals of time: tables of trials and epochs, and when data are to be believed.

use super::problem;
use crate::Error;
use crate::container::Container;

/// A start and a stop, seconds.
pub(super) type Interval = (f64, f64);

/// Rows of the table `intervals/<name>`; none where the file has no such table. Rows without two
/// times are left out.
pub(super) fn table(container: &Container, name: &str) -> Result<Vec<Interval>, Error> {
    let (starts, stops) = (
        format!("intervals/{name}/start_time"),
        format!("intervals/{name}/stop_time"),
    );
    if !container.has(&starts) || !container.has(&stops) {
        return Ok(Vec::new());
    }
    let (starts, stops) = (container.dataset(&starts)?, container.dataset(&stops)?);
    if starts.shape() == [0] || stops.shape() == [0] {
        return Ok(Vec::new());
    }
    starts.require(&[1], "one dimension [row]")?;
    stops.require(&[1], "one dimension [row]")?;
    let rows = starts.shape()[0];
    if stops.shape()[0] != rows {
        let text = format!(
            "`intervals/{name}` has {rows} starts and {} stops",
            stops.shape()[0]
        );
        return Err(problem(container, text));
    }
    let pairs = starts
        .rows_f64(0..rows)?
        .into_iter()
        .zip(stops.rows_f64(0..rows)?);
    let mut intervals: Vec<Interval> = pairs.filter(|(start, stop)| start < stop).collect();
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(intervals)
}

/// Times at which a unit was observed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Observed {
    /// The intervals of the unit in order; none where the file does not say, and always is meant.
    pub(super) during: Option<Vec<Interval>>,
    /// Intervals of no valid data.
    pub(super) except: Vec<Interval>,
}

impl Observed {
    /// Whether all of a span was observed; rounding at its ends does not count.
    pub(super) fn covers(&self, (start, end): Interval) -> bool {
        let slack = 1e-6 * (end - start) + 1e-9 * start.abs().max(end.abs());
        let (start, end) = (start + slack, end - slack);
        let is_spoilt = self
            .except
            .iter()
            .any(|(from, to)| *from < end && start < *to);
        !is_spoilt
            && self
                .during
                .as_ref()
                .is_none_or(|during| is_within(during, start, end))
    }

    /// Whether the file says anything at all.
    pub(super) fn is_limited(&self) -> bool {
        self.during.is_some() || !self.except.is_empty()
    }
}

/// Whether intervals in order, joined where they touch, hold a span.
fn is_within(intervals: &[Interval], start: f64, end: f64) -> bool {
    let mut reached = start;
    for (from, to) in intervals {
        if *from > reached + 1e-9 * reached.abs() {
            break;
        }
        reached = reached.max(*to);
    }
    // An interval that ends before the span begins must not count as reaching it.
    reached >= end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_observed_where_intervals_hold_all_of_it() {
        let observed = Observed {
            during: Some(vec![(0.0, 1.0), (1.0, 2.0), (5.0, 10.0)]),
            except: vec![(7.0, 8.0)],
        };
        for (span, expected) in [
            ((0.5, 1.5), true),
            ((1.5, 2.5), false),
            ((2.5, 3.0), false),
            ((5.0, 6.0), true),
            ((6.5, 7.5), false),
            ((7.2, 7.4), false),
            ((8.0, 9.0), true),
            ((9.5, 10.5), false),
        ] {
            assert_eq!(observed.covers(span), expected, "{span:?}");
        }
    }
}
