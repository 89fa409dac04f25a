//! The largest response in each condition, and where what makes it stands.

use std::collections::HashMap;
use std::path::Path as FilePath;

use ganglion_attribution::Attribution;
use ganglion_recording::Spool;

use super::Analysis;
use super::asked::Study;

/// For each condition and cell the response with the largest change of the rate, and its attributions
/// of all units.
pub struct Peaks {
    cells: usize,
    units: usize,
    /// Rows of the results, `[condition, cell]`.
    rows: Vec<usize>,
    /// Magnitudes of the changes, Hz, `[condition, cell]`.
    changes: Vec<f64>,
    /// Distinct response of each peak.
    distinct: Vec<usize>,
    /// Where the map of a distinct response and cell is kept.
    kept: HashMap<(usize, usize), Option<usize>>,
    maps: Spool,
}

impl Peaks {
    /// Finds the peaks; `rates` are those at both ends of the path of every distinct response and
    /// output.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn find(
        subject: &Analysis,
        study: &Study<'_>,
        rates: &[Vec<[f64; 2]>],
        folder: &FilePath,
    ) -> crate::Result<Self> {
        let (outputs, index) = (&subject.request.outputs, study.index());
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        let mut end = 0;
        for condition in &study.stimuli().shown.conditions {
            let own = end..end + condition.bins.len();
            end = own.end;
            for &output in outputs {
                let change = |row: usize| {
                    let [rest, response] = rates[index[row]][output];
                    (response - rest).abs()
                };
                let larger = |best: usize, row: usize| {
                    if change(row) > change(best) {
                        row
                    } else {
                        best
                    }
                };
                let peak = own.clone().fold(own.start, larger);
                rows.push(peak);
                changes.push(change(peak));
            }
        }
        let distinct: Vec<usize> = rows.iter().map(|&row| index[row]).collect();
        let places = distinct.iter().enumerate();
        Ok(Self {
            cells: outputs.len(),
            units: subject.request.planes.iter().product(),
            kept: places
                .map(|(peak, &distinct)| ((distinct, peak % outputs.len()), None))
                .collect(),
            rows,
            changes,
            distinct,
            maps: Spool::beside(folder.join("attribution.h5"))?,
        })
    }

    /// Keeps maps of distinct responses, the first of which has a number.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn keep(&mut self, first: usize, attribution: &Attribution) -> crate::Result<()> {
        for sample in 0..attribution.samples {
            for place in 0..self.cells {
                if let Some(kept) = self.kept.get_mut(&(first + sample, place)) {
                    *kept = Some(self.maps.len() / self.units);
                    self.maps.append(attribution.map(sample, place))?;
                }
            }
        }
        Ok(())
    }

    /// Row of the largest response of a cell over all conditions, and its condition.
    pub fn largest(&self, place: usize) -> (usize, usize) {
        let conditions = 0..self.rows.len() / self.cells;
        let peak = |condition: usize| condition * self.cells + place;
        let larger = |best: usize, next: usize| {
            if self.changes[peak(next)] > self.changes[peak(best)] {
                next
            } else {
                best
            }
        };
        let condition = conditions.fold(0, larger);
        (self.rows[peak(condition)], condition)
    }

    /// Attributions of all units at the peak of a condition and cell.
    ///
    /// # Errors
    /// If the disk cannot be read.
    pub fn map(&mut self, condition: usize, place: usize) -> crate::Result<Vec<f32>> {
        let kept = self.kept_at(condition * self.cells + place);
        Ok(self.maps.read(kept * self.units, self.units)?)
    }

    fn kept_at(&self, peak: usize) -> usize {
        let kept = self.kept[&(self.distinct[peak], peak % self.cells)];
        kept.expect("every distinct response is attributed")
    }

    /// Rows and maps of the peaks, `[condition, cell]` and `[condition, cell, channel, y, x]`.
    pub fn into_arrays(self) -> (Vec<f64>, Spool) {
        let order = (0..self.rows.len()).map(|peak| self.kept_at(peak));
        let order = order.collect();
        let rows = self.rows.iter().map(|&row| row as f64).collect();
        (rows, self.maps.in_order(self.units, order))
    }
}
