//! What figures show: for each cell the window with its largest response.

use std::ops::Range;

use ganglion_attribution::{AttributionConfig, Summary};

use super::Subject;
use super::gather::{Gathered, attribute, path};
use super::plan::Plan;
use super::shown::{Segment, Shown};
use crate::figures::attribution::Stretch;

/// How uniform a drive has to be along y for sums over y to tell everything: rounding.
const UNIFORM: f64 = 1e-4;

/// The stretch of time that figures of a cell show.
pub struct Highlight {
    /// What is drawn.
    pub stretch: Stretch,
}

/// Responses of a window, and their places among all.
struct Window {
    segment: Segment,
    rows: Range<usize>,
}

/// The highlight of each cell, from what was gathered of distinct responses.
///
/// # Errors
/// Where the baseline does not fit, or the disk cannot be read.
pub fn highlights(
    subject: &Subject,
    shown: &Shown,
    settings: &AttributionConfig,
    plan: &Plan,
    gathered: &mut Gathered,
) -> anyhow::Result<Vec<Highlight>> {
    let mut end = 0;
    let windows = shown.windows().into_iter().map(|segment| {
        end += segment.bins.len();
        Window {
            rows: end - segment.bins.len()..end,
            segment,
        }
    });
    let windows: Vec<Window> = windows.collect();
    (0..subject.request.outputs.len())
        .map(|place| {
            let cell = Cell {
                subject,
                shown,
                settings,
                plan,
                place,
            };
            cell.highlight(&windows, gathered)
        })
        .collect()
}

/// A cell whose highlight is looked for.
struct Cell<'a> {
    subject: &'a Subject<'a>,
    shown: &'a Shown,
    settings: &'a AttributionConfig,
    plan: &'a Plan,
    /// Its place in the cells asked for.
    place: usize,
}

impl Cell<'_> {
    fn highlight(&self, windows: &[Window], gathered: &mut Gathered) -> anyhow::Result<Highlight> {
        let (mut shown, mut peak) = (&windows[0], windows[0].rows.start);
        for window in windows {
            for row in window.rows.clone() {
                if self.change(gathered, row) > self.change(gathered, peak) {
                    (shown, peak) = (window, row);
                }
            }
        }
        let stretch = self.stretch(shown, peak - shown.rows.start, gathered)?;
        Ok(Highlight { stretch })
    }

    /// Magnitude of the change of the rate, Hz.
    fn change(&self, gathered: &Gathered, row: usize) -> f64 {
        let at = self.at(row);
        (gathered.response[at] - gathered.resting[at]).abs()
    }

    /// Where the results of a response stand.
    fn at(&self, row: usize) -> usize {
        self.plan.index[row] * self.subject.request.outputs.len() + self.place
    }

    fn stretch(
        &self,
        window: &Window,
        peak: usize,
        gathered: &mut Gathered,
    ) -> anyhow::Result<Stretch> {
        let segment = &window.segment;
        let of = |values: &[f64]| {
            window
                .rows
                .clone()
                .map(|row| values[self.at(row)])
                .collect()
        };
        Ok(Stretch {
            label: self.shown.conditions[segment.condition].label.clone(),
            times: self.shown.times(segment),
            contrasts: self.shown.contrasts(segment),
            response: of(&gathered.response),
            resting: of(&gathered.resting),
            by_channel: self.by_channel(window, gathered),
            by_column: self.by_column(window, gathered)?,
            peak,
            map: self.map(segment, peak)?,
            is_bar: self.is_bar(segment)?,
        })
    }

    fn by_channel(&self, window: &Window, gathered: &Gathered) -> Summary {
        let sums = &gathered.by_channel;
        let groups = sums.groups;
        let of = |row| sums.values[self.at(row) * groups..][..groups].iter();
        Summary {
            samples: window.rows.len(),
            cells: 1,
            groups,
            values: window.rows.clone().flat_map(of).copied().collect(),
        }
    }

    fn by_column(&self, window: &Window, gathered: &mut Gathered) -> anyhow::Result<Vec<f64>> {
        let [channels, _, width] = self.subject.request.planes;
        let size = channels * width;
        let mut values = Vec::with_capacity(window.rows.len() * size);
        for row in window.rows.clone() {
            let sums = gathered.by_column.read(self.at(row) * size, size)?;
            values.extend(sums.into_iter().map(f64::from));
        }
        Ok(values)
    }

    /// Attributions of all units at one response of a segment.
    fn map(&self, segment: &Segment, peak: usize) -> anyhow::Result<Vec<f32>> {
        let bin = segment.bins.start + peak;
        let only = Segment {
            bins: bin..bin + 1,
            ..segment.clone()
        };
        let path = path(self.subject, self.shown, &only)?;
        let settings = AttributionConfig {
            cells: Some(vec![self.subject.request.outputs[self.place]]),
            ..self.settings.clone()
        };
        Ok(attribute(self.subject, &path, &settings)?.attribution)
    }

    fn is_bar(&self, segment: &Segment) -> anyhow::Result<bool> {
        let path = path(self.subject, self.shown, segment)?;
        Ok(path.change_by_channel_and_column(UNIFORM).is_ok()
            && path.change_by_channel(UNIFORM).is_err())
    }
}
