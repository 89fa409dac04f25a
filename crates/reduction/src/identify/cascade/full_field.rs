//! A circuit under light that is the same everywhere.
//!
//! All units of a pathway then see the same, so that regions make no difference:
//!
//! ```text
//! D(t) = rectify(w (k + l) * s(t) - w theta),    w = sum over regions of w_g
//! ```

use super::depression::{DEPRESSION_NUMBERS, FittedDepression};
use super::model::{Cascade, CascadePathway};

impl Cascade {
    /// The circuit as all its units see the same: one region of `functions`.
    pub(super) fn in_full_field(&self, functions: usize) -> Self {
        let pathways = self.pathways.iter();
        Self {
            pathways: pathways.map(|one| one.in_full_field(functions)).collect(),
            ..*self
        }
    }

    /// How the numbers of [`in_full_field`](Self::in_full_field) change with those of the circuit.
    pub(super) fn full_field_slopes(&self, functions: usize) -> Slopes {
        let mut slopes = Slopes::default();
        for pathway in &self.pathways {
            pathway.add_slopes(functions, &mut slopes);
        }
        for output in 0..2 {
            slopes.set(output, output, 1.0);
        }
        slopes.advance(2, 2);
        slopes
    }
}

impl CascadePathway {
    /// Sum of the weights of all regions.
    fn full_field_weight(&self, functions: usize) -> f64 {
        match self.coefficients.len() > functions {
            true => 1.0 + self.balance,
            false => 1.0,
        }
    }

    fn summed(&self, functions: usize) -> Vec<f64> {
        let (own, others) = self.coefficients.split_at(functions);
        let other = |index: usize| others.get(index).copied().unwrap_or(0.0);
        (own.iter().enumerate())
            .map(|(index, own)| own + other(index))
            .collect()
    }

    pub(super) fn in_full_field(&self, functions: usize) -> Self {
        let weight = self.full_field_weight(functions);
        Self {
            coefficients: self.summed(functions).iter().map(|c| weight * c).collect(),
            balance: 1.0,
            threshold: weight * self.threshold,
            softness: weight * self.softness,
            depression: self.depression.map(|one| FittedDepression {
                log_depletion: one.log_depletion - weight.ln(),
                ..one
            }),
            ..*self
        }
    }

    fn add_slopes(&self, functions: usize, slopes: &mut Slopes) {
        let weight = self.full_field_weight(functions);
        let width = self.coefficients.len();
        let [threshold, softness, balance] = [width, width + 1, width + 2];
        let regions = width / functions;
        for (index, sum) in self.summed(functions).into_iter().enumerate() {
            for region in 0..regions {
                slopes.set(index, region * functions + index, weight);
            }
            if regions > 1 {
                slopes.set(index, balance, sum);
            }
        }
        slopes.set(functions, threshold, weight);
        slopes.set(functions + 1, softness, weight);
        if regions > 1 {
            slopes.set(functions, balance, self.threshold);
            slopes.set(functions + 1, balance, self.softness);
        }
        let depression = match self.depression {
            Some(_) => DEPRESSION_NUMBERS,
            None => 0,
        };
        for number in 0..depression {
            slopes.set(functions + 3 + number, width + 3 + number, 1.0);
        }
        if depression > 0 && regions > 1 {
            slopes.set(functions + 4, balance, -1.0 / weight);
        }
        slopes.advance(functions + 3 + depression, width + 3 + depression);
    }
}

/// A sparse matrix of derivatives: of few numbers by many.
#[derive(Default)]
pub(super) struct Slopes {
    entries: Vec<(usize, usize, f64)>,
    rows: usize,
    columns: usize,
}

impl Slopes {
    /// An entry, counted from where the last block ended.
    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.entries
            .push((self.rows + row, self.columns + column, value));
    }

    fn advance(&mut self, rows: usize, columns: usize) {
        self.rows += rows;
        self.columns += columns;
    }

    /// Normal equations of the few numbers as those of the many.
    pub(super) fn pulled_back(&self, matrix: &[f64], right: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut pulled = vec![0.0; self.columns * self.columns];
        let mut pulled_right = vec![0.0; self.columns];
        for &(row, column, value) in &self.entries {
            pulled_right[column] += value * right[row];
            for &(other_row, other_column, other) in &self.entries {
                pulled[column * self.columns + other_column] +=
                    value * other * matrix[row * self.rows + other_row];
            }
        }
        (pulled, pulled_right)
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::Data;
    use super::super::fixture::{course, depressing_if};

    /// What a pathway does with two regions that show the same.
    #[test]
    fn regions_that_show_the_same_are_one() {
        for runs_down in [false, true] {
            let (_, cascade) = depressing_if(runs_down);
            let light = course(300);
            let one = Data::new(std::slice::from_ref(&light), vec![0.0; 289], (4, 12));
            let two = Data::new(&[light.clone(), light], vec![0.0; 289], (4, 12));
            let pairs = cascade
                .in_full_field(4)
                .rates(&one)
                .into_iter()
                .zip(cascade.rates(&two));
            assert!(
                pairs
                    .into_iter()
                    .all(|(a, b)| (a - b).abs() < 1e-9 * b.max(1.0))
            );
        }
    }

    /// How the numbers of the one change with those of the other, by central differences: normal equations are pulled back
    /// by the same matrix on both sides.
    #[test]
    fn normal_equations_are_pulled_back() {
        for runs_down in [false, true] {
            let (_, cascade) = depressing_if(runs_down);
            let flat = cascade.flat();
            let seen = |flat: &[f64]| cascade.with(flat).in_full_field(4).flat();
            let rows = seen(&flat).len();
            let slope = |column: usize| {
                let at = |step: f64| {
                    let mut moved = flat.clone();
                    moved[column] += step;
                    seen(&moved)
                };
                let pairs = at(1e-5).into_iter().zip(at(-1e-5));
                pairs
                    .map(|(ahead, behind)| (ahead - behind) / 2e-5)
                    .collect::<Vec<_>>()
            };
            let slopes: Vec<Vec<f64>> = (0..flat.len()).map(slope).collect();
            let weight = |a: usize, b: usize| 1.0 / (1.0 + a.abs_diff(b) as f64);
            let matrix: Vec<f64> = (0..rows * rows)
                .map(|place| weight(place / rows, place % rows))
                .collect();
            let right: Vec<f64> = (0..rows).map(|row| row as f64 - 3.0).collect();
            let (pulled, pulled_right) = cascade.full_field_slopes(4).pulled_back(&matrix, &right);
            for (a, one) in slopes.iter().enumerate() {
                let sum: f64 = one.iter().zip(&right).map(|(a, b)| a * b).sum();
                // The step's square times the curvature.
                assert!((sum - pulled_right[a]).abs() < 1e-6 * sum.abs().max(1.0));
                for (b, other) in slopes.iter().enumerate() {
                    let mut sum = 0.0;
                    for (row, value) in one.iter().enumerate() {
                        for (column, other) in other.iter().enumerate() {
                            sum += value * matrix[row * rows + column] * other;
                        }
                    }
                    let found = pulled[a * flat.len() + b];
                    assert!((sum - found).abs() < 1e-6 * sum.abs().max(1.0), "{a} {b}");
                }
            }
        }
    }
}
