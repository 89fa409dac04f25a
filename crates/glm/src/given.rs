//! Models whose coefficients are known already.

use crate::design::{Design, Lags};
use crate::fit::{CellFit, Optimum, Weights};
use crate::{Basis, Error, Penalty};

impl CellFit {
    /// The model of weights that were fitted before, to spikes of this mean count a bin.
    pub fn of_weights(weights: Weights, mean_count: f64) -> Self {
        Self {
            weights,
            errors: None,
            optimum: Optimum {
                loss: f64::NAN,
                objective: f64::NAN,
                gradient: f64::NAN,
                gap: f64::NAN,
                steps: 0,
                bins: 1.0,
                spikes: mean_count,
            },
            penalty: Penalty::default(),
            selected: None,
            warnings: Vec::new(),
        }
    }
}

impl Design {
    /// Bins before a bin that filters reach back to, with so many bins a frame.
    ///
    /// # Errors
    /// If a basis makes no sense.
    pub fn reach(&self, bins_per_frame: usize) -> Result<usize, Error> {
        let length = |basis: &Option<Basis>| match basis {
            None => Ok(0),
            Some(basis) => basis.functions().map(|functions| functions.length()),
        };
        let stimulus = match &self.stimulus {
            None => 0,
            Some(stimulus) => {
                let unit = match stimulus.lags {
                    Lags::Bins => 1,
                    Lags::Frames => bins_per_frame,
                };
                let lags = stimulus.basis.functions()?.length() * unit;
                lags.saturating_sub(1)
            }
        };
        Ok(stimulus
            .max(length(&self.history)?)
            .max(length(&self.coupling)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StimulusDesign;

    #[test]
    fn the_longest_filter_sets_the_reach() {
        let mut design = Design {
            stimulus: Some(StimulusDesign {
                basis: Basis::Raw { length: 3 },
                lags: Lags::Frames,
                rank: None,
                windows: None,
            }),
            history: Some(Basis::Raw { length: 25 }),
            ..Design::default()
        };
        assert_eq!(design.reach(10), Ok(29));
        assert_eq!(design.reach(1), Ok(25));
        design.stimulus = None;
        design.history = None;
        assert_eq!(design.reach(1), Ok(0));
    }
}
