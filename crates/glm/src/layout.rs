//! Where the features of a design stand.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::basis::{Basis, Functions};
use crate::design::{Design, Lags, Terms, Window};
use crate::recording::Recording;

/// A feature of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Feature {
    /// A constant.
    Bias,
    /// A pixel through a function of lag.
    Stimulus {
        /// Pixel of the frame.
        pixel: usize,
        /// Function.
        function: usize,
    },
    /// The cell's spikes through a function of lag.
    History {
        /// Function.
        function: usize,
    },
    /// Another cell's spikes through a function of lag.
    Coupling {
        /// The other cell.
        cell: usize,
        /// Function.
        function: usize,
    },
}

/// The functions of a design and where its features stand.
///
/// Features are rows: a one, the stimulus `[pixel][function]`, the spikes of every cell through the coupling
/// functions `[cell][function]`, all of which are shared by the models of all cells; then a cell's own spikes
/// through the history functions, which are its own.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Pixels that any cell sees, as indices into a frame.
    pub(crate) pixels: Vec<usize>,
    pub(crate) stimulus: Option<Functions>,
    /// Bins of a lag of the stimulus filter.
    pub(crate) stimulus_unit: usize,
    pub(crate) history: Option<Functions>,
    pub(crate) coupling: Option<Functions>,
    pub(crate) cells: usize,
    pub(crate) bins_per_frame: usize,
    /// Whether a cell sees a pixel `[cell][pixel of those]`.
    sees: Option<Vec<Vec<bool>>>,
}

fn count(functions: &Option<Functions>) -> usize {
    functions.as_ref().map_or(0, Functions::count)
}

impl Layout {
    pub(crate) fn new(design: &Design, recording: &Recording<'_>) -> Result<Self, Error> {
        let cells = recording.spikes.cells;
        let functions = |basis: &Option<Basis>| basis.as_ref().map(Basis::functions).transpose();
        let (mut pixels, mut sees) = (Vec::new(), None);
        if let Some(stimulus) = &design.stimulus {
            let movie = recording.movie.as_ref().ok_or(Error::NoMovie)?;
            pixels = (0..movie.pixels()).collect();
            if let Some(windows) = &stimulus.windows {
                let seen = seen(windows, cells, [movie.height, movie.width])?;
                pixels.retain(|&pixel| seen.iter().any(|cell| cell[pixel]));
                let of = |cell: &Vec<bool>| pixels.iter().map(|&pixel| cell[pixel]).collect();
                sees = Some(seen.iter().map(of).collect());
            }
        }
        let unit = match design.stimulus.as_ref().map(|stimulus| stimulus.lags) {
            Some(Lags::Frames) => recording.spikes.bins_per_frame,
            _ => 1,
        };
        Ok(Self {
            pixels,
            stimulus: functions(&design.stimulus.as_ref().map(|s| s.basis.clone()))?,
            stimulus_unit: unit,
            history: functions(&design.history)?,
            coupling: functions(&design.coupling)?,
            cells,
            bins_per_frame: recording.spikes.bins_per_frame,
            sees,
        })
    }

    pub(crate) fn stimulus_functions(&self) -> usize {
        count(&self.stimulus)
    }

    pub(crate) fn history_functions(&self) -> usize {
        count(&self.history)
    }

    pub(crate) fn coupling_functions(&self) -> usize {
        count(&self.coupling)
    }

    /// Rows of the one and the stimulus.
    pub(crate) fn without_spikes(&self) -> usize {
        1 + self.pixels.len() * self.stimulus_functions()
    }

    /// Rows that all cells share.
    pub(crate) fn shared(&self) -> usize {
        self.without_spikes() + self.cells * self.coupling_functions()
    }

    /// Rows of a cell.
    pub(crate) fn rows(&self) -> usize {
        self.shared() + self.history_functions()
    }

    pub(crate) fn pixel_rows(&self, pixel: usize) -> Range<usize> {
        let functions = self.stimulus_functions();
        1 + pixel * functions..1 + (pixel + 1) * functions
    }

    pub(crate) fn coupling_rows(&self, other: usize) -> Range<usize> {
        let functions = self.coupling_functions();
        let start = self.without_spikes() + other * functions;
        start..start + functions
    }

    pub(crate) fn history_rows(&self) -> Range<usize> {
        self.shared()..self.rows()
    }

    pub(crate) fn sees(&self, cell: usize, pixel: usize) -> bool {
        self.sees.as_ref().is_none_or(|sees| sees[cell][pixel])
    }

    /// Rows that the model of a cell has a coefficient of, in order.
    pub(crate) fn used(&self, cell: usize, terms: Terms) -> Vec<usize> {
        let mut rows = vec![0];
        if terms.stimulus {
            for pixel in (0..self.pixels.len()).filter(|&pixel| self.sees(cell, pixel)) {
                rows.extend(self.pixel_rows(pixel));
            }
        }
        if terms.coupling {
            let others = (0..self.cells).filter(|&other| other != cell);
            rows.extend(others.flat_map(|other| self.coupling_rows(other)));
        }
        if terms.history {
            rows.extend(self.history_rows());
        }
        rows
    }

    /// What a row is of.
    pub(crate) fn feature(&self, row: usize) -> Feature {
        if row == 0 {
            return Feature::Bias;
        }
        if row < self.without_spikes() {
            let functions = self.stimulus_functions();
            return Feature::Stimulus {
                pixel: self.pixels[(row - 1) / functions],
                function: (row - 1) % functions,
            };
        }
        match row.checked_sub(self.shared()) {
            Some(function) => Feature::History { function },
            None => {
                let place = row - self.without_spikes();
                Feature::Coupling {
                    cell: place / self.coupling_functions(),
                    function: place % self.coupling_functions(),
                }
            }
        }
    }

    /// Bins before a bin that filters reach back to: the first of a segment, which are left out.
    pub(crate) fn reach(&self) -> usize {
        let length =
            |functions: &Option<Functions>| functions.as_ref().map_or(0, Functions::length);
        let stimulus = (length(&self.stimulus) * self.stimulus_unit).saturating_sub(1);
        stimulus
            .max(length(&self.history))
            .max(length(&self.coupling))
    }
}

/// Whether each cell sees each pixel of a frame.
fn seen(
    windows: &[Window],
    cells: usize,
    [height, width]: [usize; 2],
) -> Result<Vec<Vec<bool>>, Error> {
    if windows.len() != cells {
        return Err(Error::Cells {
            what: "windows",
            found: windows.len(),
            cells,
        });
    }
    let of = |(cell, window): (usize, &Window)| {
        let empty = window.rows.is_empty() || window.columns.is_empty();
        if empty || window.rows.end > height || window.columns.end > width {
            return Err(Error::Window {
                cell,
                height,
                width,
            });
        }
        let sees = |pixel: usize| {
            window.rows.contains(&(pixel / width)) && window.columns.contains(&(pixel % width))
        };
        Ok((0..height * width).map(sees).collect())
    };
    windows.iter().enumerate().map(of).collect()
}
