//! Filters of generalised linear models against lag.

use ganglion_glm::{Error, Fit, FilterErrors, Lags, Observation};
use ganglion_numerics::Z95;
use ganglion_plot::{Axis, LinePanel, PanelGrid, Series, palette};

/// Coupling filters of a cell that are drawn in colour; the others are thin and grey.
const COLORED: usize = 6;

/// A row a cell: the stimulus filter at the pixel of its largest value, and what a spike of the cell itself and of
/// the others does to its rate in the bins after it, `exp` of the filters; with 95 % bands where the fit has errors.
///
/// # Errors
/// If the functions of the fit are none.
pub fn spike_filters(
    fit: &Fit,
    cells: &[usize],
    frame_period_ms: f64,
) -> Result<PanelGrid, Error> {
    let drawing = Drawing {
        fit,
        cells,
        bin_ms: frame_period_ms / fit.bins_per_frame as f64,
        stimulus_ms: stimulus_step(fit, frame_period_ms),
    };
    let columns = drawing.columns();
    let grid = PanelGrid::new(columns).width(COLUMN * columns as f64).panel_height(112.0);
    (0..cells.len()).try_fold(grid, |grid, row| drawing.row(grid, row))
}

/// Width of a column, points.
const COLUMN: f64 = 178.0;

/// Time from one lag of the stimulus filter to the next, ms.
fn stimulus_step(fit: &Fit, frame_period_ms: f64) -> f64 {
    match fit.design.stimulus.as_ref().map(|stimulus| stimulus.lags) {
        Some(Lags::Frames) => frame_period_ms,
        _ => frame_period_ms / fit.bins_per_frame as f64,
    }
}

struct Drawing<'a> {
    fit: &'a Fit,
    cells: &'a [usize],
    bin_ms: f64,
    stimulus_ms: f64,
}

impl Drawing<'_> {
    fn columns(&self) -> usize {
        let design = &self.fit.design;
        let has = [
            design.stimulus.is_some(),
            design.history.is_some(),
            self.is_coupled(),
        ];
        has.into_iter().filter(|&has| has).count().max(1)
    }

    fn is_coupled(&self) -> bool {
        self.fit.design.coupling.is_some() && self.cells.len() > 1
    }

    fn row(&self, grid: PanelGrid, row: usize) -> Result<PanelGrid, Error> {
        let cell = self.cells[row];
        let mut grid = grid;
        if self.fit.design.stimulus.is_some() {
            grid = grid.with_named(format!("cell {cell} stimulus"), self.stimulus(row)?);
        }
        if self.fit.design.history.is_some() {
            grid = grid.with_named(format!("cell {cell} history"), self.history(row)?);
        }
        if self.is_coupled() {
            grid = grid.with_named(format!("cell {cell} coupling"), self.coupling(row)?);
        }
        Ok(grid)
    }

    fn errors(&self, row: usize) -> Option<&FilterErrors> {
        self.fit.cells[row].errors.as_ref().map(|errors| &errors.filters)
    }

    /// The time course of the pixel with the largest value.
    fn stimulus(&self, row: usize) -> Result<LinePanel, Error> {
        let filter = self.fit.stimulus_filter(row)?;
        let functions = self.fit.design.stimulus.as_ref().map(|stimulus| stimulus.basis.functions());
        let length = functions.transpose()?.map_or(1, |functions| functions.length());
        let pixel = pixel_of_largest(&filter, length);
        let course = filter[pixel * length..][..length].to_vec();
        let known = self.errors(row).filter(|errors| errors.stimulus_pixel == Some(pixel));
        let errors = known.map(|errors| &errors.stimulus[..]);
        let title = format!("Cell {} · stimulus, {}", self.cells[row], self.place(pixel));
        let line = filtered(String::new(), &course, errors, self.stimulus_ms, |value| value);
        let panel = LinePanel::new(title, time(), Axis::new("Weight"));
        Ok(panel.level(0.0).with(line.color(palette::INK)))
    }

    /// Where a pixel lies: its row and column, of bars its column.
    fn place(&self, pixel: usize) -> String {
        match self.fit.frame {
            Some([1, _]) | None => format!("pixel {pixel}"),
            Some([_, width]) => format!("pixel {}, {}", pixel / width, pixel % width),
        }
    }

    fn history(&self, row: usize) -> Result<LinePanel, Error> {
        let filter = self.fit.history_filter(row)?;
        let errors = self.errors(row).map(|errors| &errors.history[..]);
        let line = filtered(String::new(), &filter, errors, self.bin_ms, f64::exp);
        let title = format!("Cell {} · own spikes", self.cells[row]);
        let panel = LinePanel::new(title, time(), self.gain());
        Ok(panel.level(1.0).with(line.color(palette::INK)))
    }

    /// Of the other cells, the strongest of those that are significant in colour.
    fn coupling(&self, row: usize) -> Result<LinePanel, Error> {
        let colored = self.colored(row)?;
        let others = (0..self.cells.len()).filter(|&other| other != row);
        let title = format!("Cell {} · spikes of others", self.cells[row]);
        let panel = LinePanel::new(title, time(), self.gain()).level(1.0);
        // Those in colour lie above the others.
        let (above, below): (Vec<usize>, Vec<usize>) =
            others.partition(|other| colored.contains(other));
        below.into_iter().chain(above).try_fold(panel, |panel, other| {
            let filter = self.fit.coupling_filter(row, other)?;
            let length = filter.len();
            let errors = self.errors(row).map(|errors| &errors.coupling[other * length..][..length]);
            let name = format!("Cell {}", self.cells[other]);
            Ok(panel.with(match colored.iter().position(|&one| one == other) {
                Some(place) => filtered(name, &filter, errors, self.bin_ms, f64::exp)
                    .color(palette::series(place)),
                None => filtered(name, &filter, None, self.bin_ms, f64::exp)
                    .listed_as("")
                    .color(palette::RECORDED)
                    .width(0.7),
            }))
        })
    }

    /// Other cells whose couplings are drawn in colour, in the order of the cells.
    fn colored(&self, row: usize) -> Result<Vec<usize>, Error> {
        let mut strengths = Vec::new();
        for other in (0..self.cells.len()).filter(|&other| other != row) {
            let filter = self.fit.coupling_filter(row, other)?;
            let strength: f64 = filter.iter().map(|value| value.abs()).sum();
            if super::couplings::is_shown(self.fit, row, other) {
                strengths.push((other, strength));
            }
        }
        strengths.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut colored: Vec<usize> =
            strengths.into_iter().take(COLORED).map(|(other, _)| other).collect();
        colored.sort_unstable();
        Ok(colored)
    }

    /// What `exp` of a filter multiplies.
    fn gain(&self) -> Axis {
        let gain = match self.fit.design.observation {
            Observation::Poisson | Observation::SpikeOrNone => "Gain of the rate",
            Observation::Logistic => "Gain of the odds",
        };
        Axis::new(gain).reaching(0.0)
    }
}

fn time() -> Axis {
    Axis::new("Lag (ms)").reaching(0.0)
}

/// The pixel at which a filter `[pixel][lag]` has its largest value, of either sign.
fn pixel_of_largest(filter: &[f64], length: usize) -> usize {
    let peaks = filter.iter().enumerate();
    let largest = peaks.max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()));
    largest.map_or(0, |(place, _)| place / length)
}

/// A filter against the end of its lags, with its band: of what `shown` makes of it.
fn filtered(
    name: String,
    filter: &[f64],
    errors: Option<&[f64]>,
    step_ms: f64,
    shown: fn(f64) -> f64,
) -> Series {
    let lags = (1..=filter.len()).map(|lag| lag as f64 * step_ms).collect();
    let series = Series::new(name, lags, filter.iter().map(|&value| shown(value)).collect());
    let Some(errors) = errors.filter(|errors| errors.len() == filter.len()) else {
        return series;
    };
    let end = |sign: f64| -> Vec<f64> {
        let pairs = filter.iter().zip(errors);
        pairs.map(|(value, error)| shown(value + sign * Z95 * error)).collect()
    };
    series.band(end(-1.0), end(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pixel_of_the_largest_value_is_found_whatever_its_sign() {
        assert_eq!(pixel_of_largest(&[0.0, 1.0, 2.0, -3.0, 0.5, 0.0], 2), 1);
        assert_eq!(pixel_of_largest(&[], 2), 0);
    }

    /// A gain of 1 with an error of 1: from exp(-1.96) to exp(1.96).
    #[test]
    fn bands_are_made_before_the_exponential() {
        let series = filtered(String::new(), &[0.0, 0.0], Some(&[1.0, 0.0]), 2.0, f64::exp);
        let expected = Series::new("", vec![2.0, 4.0], vec![1.0, 1.0])
            .band(vec![(-Z95).exp(), 1.0], vec![Z95.exp(), 1.0]);
        assert_eq!(series, expected);
    }
}
