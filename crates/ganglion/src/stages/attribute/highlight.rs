//! What figures show: for each cell the window with its largest response.

use std::ops::Range;

use ganglion_attribution::{Responses, Summary};

use super::Analysis;
use super::asked::Study;
use super::gather::Gathered;
use crate::figures::attribution::ResponseStretch;

/// The highlight of each cell, from what was gathered of distinct responses.
///
/// # Errors
/// Where the disk cannot be read.
pub fn highlights(
    subject: &Analysis,
    study: &Study<'_>,
    gathered: &mut Gathered,
) -> crate::Result<Vec<ResponseStretch>> {
    (0..subject.request.outputs.len())
        .map(|place| {
            let cell = HighlightedCell {
                subject,
                study,
                place,
            };
            cell.stretch(gathered)
        })
        .collect()
}

/// A cell whose highlight is looked for.
struct HighlightedCell<'a> {
    subject: &'a Analysis<'a>,
    study: &'a Study<'a>,
    /// Its place in the cells asked for.
    place: usize,
}

impl HighlightedCell<'_> {
    fn stretch(&self, gathered: &mut Gathered) -> crate::Result<ResponseStretch> {
        let (peak, condition) = gathered.peaks.largest(self.place);
        let (window, rows) = self.window(peak);
        let shown = self.study.stimuli().shown;
        let of = |values: &[f64]| rows.clone().map(|row| values[self.at(row)]).collect();
        let is_bar = gathered.weights_by_column.is_some();
        Ok(ResponseStretch {
            label: shown.conditions[condition].label.clone(),
            times: shown.times(&window),
            // The mean over the screen says nothing of a bar.
            contrasts: if is_bar {
                Vec::new()
            } else {
                shown.contrasts(&window)
            },
            response: of(&gathered.response),
            resting: of(&gathered.resting),
            by_channel: self.by_channel(&rows, gathered),
            by_column: self.by_column(&rows, gathered)?,
            peak: peak - rows.start,
            map: gathered.peaks.map(condition, self.place)?,
            is_bar,
        })
    }

    /// The window with a response, and its rows among all.
    fn window(&self, row: usize) -> (Responses, Range<usize>) {
        let mut start = 0;
        for window in self.study.stimuli().shown.windows() {
            let rows = start..start + window.bins.len();
            if rows.contains(&row) {
                return (window, rows);
            }
            start = rows.end;
        }
        unreachable!("windows have all responses")
    }

    /// Where the results of a response stand.
    fn at(&self, row: usize) -> usize {
        self.study.index()[row] * self.subject.request.outputs.len() + self.place
    }

    fn by_channel(&self, rows: &Range<usize>, gathered: &Gathered) -> Summary {
        let sums = &gathered.by_channel;
        let groups = sums.groups;
        let of = |row| sums.values[self.at(row) * groups..][..groups].iter();
        Summary {
            samples: rows.len(),
            cells: 1,
            groups,
            values: rows.clone().flat_map(of).copied().collect(),
        }
    }

    fn by_column(&self, rows: &Range<usize>, gathered: &mut Gathered) -> crate::Result<Vec<f64>> {
        let [channels, _, width] = self.subject.request.planes;
        let size = channels * width;
        let mut values = Vec::with_capacity(rows.len() * size);
        for row in rows.clone() {
            let sums = gathered.by_column.read(self.at(row) * size, size)?;
            values.extend(sums.into_iter().map(f64::from));
        }
        Ok(values)
    }
}
