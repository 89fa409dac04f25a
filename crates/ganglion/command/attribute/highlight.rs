//! What figures show: for each cell the window with its largest response.

use ganglion_attribution::{Attribution, Path, Summary};

use super::shown::{Segment, Shown};
use crate::figures::attribution::Stretch;

/// How uniform a drive has to be along y for sums over y to tell everything: rounding.
const UNIFORM: f64 = 1e-4;

/// The stretch of time that figures of a cell show.
pub struct Highlight {
    /// What is drawn.
    pub stretch: Stretch,
    /// Largest change of the rate, Hz.
    score: f64,
}

/// A window as it is attributed, for all cells.
pub struct Window {
    cells: Vec<Highlight>,
    uniform_along_y: bool,
    uniform: bool,
}

impl Window {
    /// A window whose responses are still to be added.
    pub fn new(shown: &Shown, whole: &Segment, outputs: &[usize]) -> Self {
        let empty = || Stretch {
            label: shown.conditions[whole.condition].label.clone(),
            times: shown.times(whole),
            contrasts: shown.contrasts(whole),
            response: Vec::new(),
            resting: Vec::new(),
            by_channel: Summary::empty(1, 0),
            by_column: Vec::new(),
            peak: 0,
            map: Vec::new(),
            is_bar: false,
        };
        Self {
            cells: outputs
                .iter()
                .map(|_| Highlight {
                    stretch: empty(),
                    score: -1.0,
                })
                .collect(),
            uniform_along_y: true,
            uniform: true,
        }
    }

    /// Adds the next responses.
    pub fn add(&mut self, path: &Path, attribution: &Attribution) {
        self.uniform_along_y &= path.change_by_channel_and_column(UNIFORM).is_ok();
        self.uniform &= path.change_by_channel(UNIFORM).is_ok();
        let (channels, columns) = (
            attribution.by_channel(),
            attribution.by_channel_and_column(),
        );
        let count = self.cells.len();
        for (place, highlight) in self.cells.iter_mut().enumerate() {
            let cell = &mut highlight.stretch;
            cell.by_channel.groups = channels.groups;
            for sample in 0..attribution.samples {
                let row = sample * count + place;
                let of = |sums: &Summary| sums.values[row * sums.groups..][..sums.groups].to_vec();
                cell.by_channel.append(&Summary {
                    samples: 1,
                    cells: 1,
                    groups: channels.groups,
                    values: of(&channels),
                });
                cell.by_column.extend(of(&columns));
                let (response, resting) =
                    (attribution.response[row], attribution.resting_response[row]);
                if (response - resting).abs() > highlight.score {
                    highlight.score = (response - resting).abs();
                    cell.peak = cell.response.len();
                    cell.map = attribution.map(sample, place).to_vec();
                }
                cell.response.push(response);
                cell.resting.push(resting);
            }
        }
    }

    /// Takes the place of windows with smaller responses.
    pub fn compete(self, highlights: &mut Vec<Highlight>) {
        let is_bar = self.uniform_along_y && !self.uniform;
        for (place, mut cell) in self.cells.into_iter().enumerate() {
            cell.stretch.is_bar = is_bar;
            match highlights.get_mut(place) {
                None => highlights.push(cell),
                Some(best) if best.score < cell.score => *best = cell,
                Some(_) => {}
            }
        }
    }
}
