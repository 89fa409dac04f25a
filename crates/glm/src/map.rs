//! Models whose coefficients are few numbers through a linear map.

use std::collections::BTreeMap;

use crate::quadratic::Quadratic;

/// Coefficients of rows as sums of fewer numbers: `w = R z`.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// Numbers.
    pub(crate) size: usize,
    /// Of each coefficient, the numbers that it depends on, with factors.
    entries: Vec<Vec<(usize, f64)>>,
}

impl Map {
    pub(crate) fn new(size: usize, entries: Vec<Vec<(usize, f64)>>) -> Self {
        debug_assert!(entries.iter().flatten().all(|&(index, _)| index < size));
        Self { size, entries }
    }

    pub(crate) fn of(&self, coefficient: usize) -> &[(usize, f64)] {
        &self.entries[coefficient]
    }

    /// `R z`
    pub(crate) fn coefficients(&self, z: &[f64]) -> Vec<f64> {
        let of =
            |row: &Vec<(usize, f64)>| row.iter().map(|&(index, factor)| factor * z[index]).sum();
        self.entries.iter().map(of).collect()
    }

    /// `R' g`
    pub(crate) fn gradient(&self, gradient: &[f64]) -> Vec<f64> {
        let mut found = vec![0.0; self.size];
        for (row, value) in self.entries.iter().zip(gradient) {
            row.iter()
                .for_each(|&(index, factor)| found[index] += factor * value);
        }
        found
    }

    /// `R' Q R`
    pub(crate) fn quadratic(&self, quadratic: &Quadratic) -> Quadratic {
        let mut entries = BTreeMap::new();
        for (row, own) in self.entries.iter().enumerate() {
            for (column, value) in quadratic.row(row) {
                for &(a, first) in own {
                    for &(b, second) in &self.entries[column] {
                        *entries.entry((a, b)).or_default() += value * first * second;
                    }
                }
            }
        }
        Quadratic::of(&entries, self.size)
    }
}
