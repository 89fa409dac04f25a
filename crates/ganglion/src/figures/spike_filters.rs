//! Filters of generalised linear models against lag.

use ganglion_glm::{Error, FilterErrors, Fit, Lags, Observation};
use ganglion_numerics::Z95;
use ganglion_plot::{Axis, LinePanel, PanelGrid, Series, palette};

/// Coupling filters of a cell that are drawn in colour; the others are thin and grey.
const COLORED: usize = 6;

/// A row a cell: the stimulus filter at the pixel of its largest value, and what a spike of the cell itself and of
/// the others does to its rate in the bins after it, `exp` of the filters; with 95 % bands where the fit has errors.
///
/// # Errors
/// If the functions of the fit are none.
pub fn spike_filters(fit: &Fit, cells: &[usize], frame_period_ms: f64) -> Result<PanelGrid, Error> {
    let drawing = Drawing {
        fit,
        cells,
        bins: Lag::of_bins(fit, frame_period_ms),
        stimulus: Lag::of_stimulus(fit, frame_period_ms),
    };
    let columns = drawing.columns();
    let grid = PanelGrid::new(columns)
        .width(COLUMN * columns as f64)
        .panel_height(112.0);
    (0..cells.len()).try_fold(grid, |grid, row| drawing.row(grid, row))
}

/// Width of a column, points.
const COLUMN: f64 = 178.0;

/// Times of lags before the bin whose rate they act on, ms.
#[derive(Clone, Copy)]
struct Lag {
    first_ms: f64,
    step_ms: f64,
}

impl Lag {
    /// Of spikes: the first is the bin before.
    fn of_bins(fit: &Fit, frame_period_ms: f64) -> Self {
        let step_ms = frame_period_ms / fit.bins_per_frame as f64;
        Self {
            first_ms: step_ms,
            step_ms,
        }
    }

    /// Of the stimulus: the first is a frame before, whatever its lags are counted in.
    fn of_stimulus(fit: &Fit, frame_period_ms: f64) -> Self {
        let step_ms = match fit.design.stimulus.as_ref().map(|stimulus| stimulus.lags) {
            Some(Lags::Frames) => frame_period_ms,
            _ => frame_period_ms / fit.bins_per_frame as f64,
        };
        Self {
            first_ms: frame_period_ms,
            step_ms,
        }
    }

    fn ms(self, lag: usize) -> f64 {
        self.first_ms + lag as f64 * self.step_ms
    }
}

struct Drawing<'a> {
    fit: &'a Fit,
    cells: &'a [usize],
    bins: Lag,
    stimulus: Lag,
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
        self.fit.cells[row]
            .errors
            .as_ref()
            .map(|errors| &errors.filters)
    }

    /// The time course of the pixel with the largest value.
    fn stimulus(&self, row: usize) -> Result<LinePanel, Error> {
        let filter = self.fit.stimulus_filter(row)?;
        let functions = self
            .fit
            .design
            .stimulus
            .as_ref()
            .map(|stimulus| stimulus.basis.functions());
        let length = functions
            .transpose()?
            .map_or(1, |functions| functions.length());
        let pixel = pixel_of_largest(&filter, length);
        let course = filter[pixel * length..][..length].to_vec();
        let known = self
            .errors(row)
            .filter(|errors| errors.stimulus_pixel == Some(pixel));
        let errors = known.map(|errors| &errors.stimulus[..]);
        let title = format!("Cell {} · stimulus, {}", self.cells[row], self.place(pixel));
        let line = filtered(String::new(), &course, errors, self.stimulus, |value| value);
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
        let line = filtered(String::new(), &filter, errors, self.bins, f64::exp);
        let title = format!("Cell {} · own spikes", self.cells[row]);
        let panel = LinePanel::new(title, time(), self.gain());
        Ok(panel.level(1.0).with(line.color(palette::INK)))
    }

    /// Of the other cells, the strongest of those that are significant in colour; where nothing says which are, the
    /// strongest.
    fn coupling(&self, row: usize) -> Result<LinePanel, Error> {
        let colored = self.colored(row)?;
        let others = (0..self.cells.len()).filter(|&other| other != row);
        let title = format!("Cell {} · spikes of others", self.cells[row]);
        let panel = LinePanel::new(title, time(), self.gain()).level(1.0);
        // Those in colour lie above the others.
        let (above, below): (Vec<usize>, Vec<usize>) =
            others.partition(|other| colored.contains(other));
        let first = below.first().copied();
        let grey = match super::couplings::are_judged(self.fit) {
            true => "Not significant",
            false => "Weaker",
        };
        below
            .into_iter()
            .chain(above)
            .try_fold(panel, |panel, other| {
                let filter = self.fit.coupling_filter(row, other)?;
                // Fits in two steps have errors of the first alone.
                let place = other * filter.len()..(other + 1) * filter.len();
                let errors = self
                    .errors(row)
                    .and_then(|errors| errors.coupling.get(place));
                let name = format!("Cell {}", self.cells[other]);
                Ok(
                    panel.with(match colored.iter().position(|&one| one == other) {
                        Some(place) => filtered(name, &filter, errors, self.bins, f64::exp)
                            .color(palette::series(place)),
                        None => filtered(name, &filter, None, self.bins, f64::exp)
                            .listed_as(if first == Some(other) { grey } else { "" })
                            .color(palette::RECORDED)
                            .width(0.7),
                    }),
                )
            })
    }

    /// Other cells whose couplings are drawn in colour, in the order of the cells.
    fn colored(&self, row: usize) -> Result<Vec<usize>, Error> {
        let judged = super::couplings::are_judged(self.fit);
        let mut strengths = Vec::new();
        for other in (0..self.cells.len()).filter(|&other| other != row) {
            let filter = self.fit.coupling_filter(row, other)?;
            let strength: f64 = filter.iter().map(|value| value.abs()).sum();
            if !judged || super::couplings::is_shown(self.fit, row, other) {
                strengths.push((other, strength));
            }
        }
        strengths.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut colored: Vec<usize> = strengths
            .into_iter()
            .take(COLORED)
            .map(|(other, _)| other)
            .collect();
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

/// What `shown` makes of a filter against lag, with its band.
fn filtered(
    name: String,
    filter: &[f64],
    errors: Option<&[f64]>,
    lag: Lag,
    shown: fn(f64) -> f64,
) -> Series {
    let lags = (0..filter.len()).map(|place| lag.ms(place)).collect();
    let series = Series::new(
        name,
        lags,
        filter.iter().map(|&value| shown(value)).collect(),
    );
    let Some(errors) = errors.filter(|errors| errors.len() == filter.len()) else {
        return series;
    };
    let end = |sign: f64| -> Vec<f64> {
        let pairs = filter.iter().zip(errors);
        pairs
            .map(|(value, error)| shown(value + sign * Z95 * error))
            .collect()
    };
    series.band(end(-1.0), end(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::couplings::tests::fit;
    use ganglion_glm::Errors;
    use ganglion_plot::Figure as _;

    fn rows(fit: &Fit) -> Vec<String> {
        let table = spike_filters(fit, &[3, 7], 10.0).unwrap().table();
        table.rows().iter().map(|row| row.join(",")).collect()
    }

    #[test]
    fn couplings_have_bands_where_their_errors_are_known() {
        let mut fit = fit([0.0, 0.0], [0.0, 0.0]);
        let without = [
            "cell 3 coupling,line,Cell 7,10,1,,,",
            "cell 3 coupling,line,Cell 7,20,1,,,",
        ];
        assert_eq!(rows(&fit)[..2], without);
        let weights = fit.cells[0].weights.clone();
        // As fits in two steps, whose errors are of the stimulus alone.
        fit.cells[0].errors = Some(Errors {
            fisher: weights.clone(),
            sandwich: weights,
            filters: FilterErrors::default(),
        });
        assert_eq!(rows(&fit)[..2], without);
        let errors = fit.cells[0].errors.as_mut().unwrap();
        errors.filters.coupling = vec![0.0, 0.0, 1.0, 0.0];
        let (low, high) = ((-Z95).exp(), Z95.exp());
        let first = format!("cell 3 coupling,line,Cell 7,10,1,{low},{high},");
        assert_eq!(
            rows(&fit)[..2],
            [&first, "cell 3 coupling,line,Cell 7,20,1,1,1,"]
        );
    }

    #[test]
    fn the_pixel_of_the_largest_value_is_found_whatever_its_sign() {
        assert_eq!(pixel_of_largest(&[0.0, 1.0, 2.0, -3.0, 0.5, 0.0], 2), 1);
        assert_eq!(pixel_of_largest(&[], 2), 0);
    }

    /// A gain of 1 with an error of 1: from exp(-1.96) to exp(1.96).
    #[test]
    fn bands_are_made_before_the_exponential() {
        let lag = Lag {
            first_ms: 3.0,
            step_ms: 2.0,
        };
        let series = filtered(String::new(), &[0.0, 0.0], Some(&[1.0, 0.0]), lag, f64::exp);
        let expected = Series::new("", vec![3.0, 5.0], vec![1.0, 1.0])
            .band(vec![(-Z95).exp(), 1.0], vec![Z95.exp(), 1.0]);
        assert_eq!(series, expected);
    }
}
