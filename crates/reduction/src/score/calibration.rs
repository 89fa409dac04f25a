//! Whether what is given a probability happens as often as it says.

use serde::{Deserialize, Serialize};

/// A prediction with a probability, and whether it was true.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// From 0 to 1.
    pub probability: f64,
    /// Whether it was true.
    pub is_true: bool,
}

/// Bins of the reliability table.
pub const BINS: usize = 10;

/// The Brier score of forecasts and what it is made of:
///
/// ```text
/// brier = mean of (p - y)^2
///       = reliability - resolution + uncertainty + within
/// reliability = sum over bins of n_k (mean p_k - mean y_k)^2 / n      0 is best
/// resolution  = sum over bins of n_k (mean y_k - mean y)^2 / n        large is best
/// uncertainty = mean y (1 - mean y)                                   not of the forecasts
/// within      = mean of (p - mean p_k)^2 - 2 mean of (p - mean p_k)(y - mean y_k)
/// ```
///
/// with `p` a probability, `y` 1 for what was true and 0 else, and ten bins of equal width. `within` is
/// what differs inside a bin; it is 0 where forecasts of a bin are equal.
///
/// Source: Brier 1950; Murphy 1973; Stephenson, Coelho & Jolliffe 2008 for what is within bins (all
/// recalled).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Number of forecasts.
    pub forecasts: usize,
    /// Mean squared error.
    pub brier: f64,
    /// Miscalibration.
    pub reliability: f64,
    /// How far bins differ in what happens.
    pub resolution: f64,
    /// Variance of what happens.
    pub uncertainty: f64,
    /// What differs inside bins.
    pub within: f64,
    /// Bins that hold a forecast.
    pub table: Vec<ReliabilityBin>,
}

/// Forecasts of similar probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Least and greatest probability.
    pub range: [f64; 2],
    /// Number of forecasts.
    pub forecasts: usize,
    /// Their mean probability.
    pub probability: f64,
    /// Share that was true.
    pub is_true: f64,
}

impl Calibration {
    /// Of some forecasts; none where there are none.
    pub fn of(forecasts: &[Forecast]) -> Option<Self> {
        let all = Sums::of(forecasts.iter());
        if all.count == 0.0 {
            return None;
        }
        let members = |bin: usize| forecasts.iter().filter(move |one| bin_of(one) == bin);
        let bins: Vec<(usize, Sums)> = (0..BINS)
            .map(|bin| (bin, Sums::of(members(bin))))
            .filter(|(_, sums)| sums.count > 0.0)
            .collect();
        let mean = |of: &dyn Fn(&Sums) -> f64| {
            bins.iter()
                .map(|(_, sums)| sums.count * of(sums))
                .sum::<f64>()
                / all.count
        };
        let share = all.outcome();
        Some(Self {
            forecasts: forecasts.len(),
            brier: all.squares / all.count,
            reliability: mean(&|sums| (sums.probability() - sums.outcome()).powi(2)),
            resolution: mean(&|sums| (sums.outcome() - share).powi(2)),
            uncertainty: share * (1.0 - share),
            within: bins
                .iter()
                .map(|(bin, sums)| within(members(*bin), sums))
                .sum::<f64>()
                / all.count,
            table: bins.iter().map(|(bin, sums)| sums.row(*bin)).collect(),
        })
    }
}

fn bin_of(forecast: &Forecast) -> usize {
    ((forecast.probability * BINS as f64) as usize).min(BINS - 1)
}

/// Sum over a bin of what differs inside it.
fn within<'a>(members: impl Iterator<Item = &'a Forecast>, sums: &Sums) -> f64 {
    let one = |forecast: &Forecast| {
        let by = forecast.probability - sums.probability();
        by * by - 2.0 * by * (outcome(forecast) - sums.outcome())
    };
    members.map(one).sum()
}

fn outcome(forecast: &Forecast) -> f64 {
    f64::from(u8::from(forecast.is_true))
}

/// Sums over forecasts.
#[derive(Default)]
struct Sums {
    count: f64,
    probabilities: f64,
    outcomes: f64,
    squares: f64,
}

impl Sums {
    fn of<'a>(forecasts: impl Iterator<Item = &'a Forecast>) -> Self {
        forecasts.fold(Self::default(), |sums, one| Self {
            count: sums.count + 1.0,
            probabilities: sums.probabilities + one.probability,
            outcomes: sums.outcomes + outcome(one),
            squares: sums.squares + (one.probability - outcome(one)).powi(2),
        })
    }

    fn probability(&self) -> f64 {
        self.probabilities / self.count
    }

    fn outcome(&self) -> f64 {
        self.outcomes / self.count
    }

    fn row(&self, bin: usize) -> ReliabilityBin {
        let edge = |bin: usize| bin as f64 / BINS as f64;
        ReliabilityBin {
            range: [edge(bin), edge(bin + 1)],
            forecasts: self.count as usize,
            probability: self.probability(),
            is_true: self.outcome(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecasts(of: impl Fn(usize) -> (f64, bool)) -> Vec<Forecast> {
        (0..500)
            .map(|index| {
                let (probability, is_true) = of(index);
                Forecast {
                    probability,
                    is_true,
                }
            })
            .collect()
    }

    /// Numbers that look random.
    fn number(index: usize) -> f64 {
        ((index * 7919 + 13) % 1009) as f64 / 1009.0
    }

    #[test]
    fn the_parts_add_up() {
        let made_up = forecasts(|index| (number(index), number(index * 31 + 7) < 0.4));
        let found = Calibration::of(&made_up).unwrap();
        let sum = found.reliability - found.resolution + found.uncertainty + found.within;
        // Rounding of 500 sums.
        assert!((found.brier - sum).abs() < 1e-12, "{found:?}");
        let counted: usize = found.table.iter().map(|bin| bin.forecasts).sum();
        assert_eq!(counted, 500);
    }

    #[test]
    fn certain_truths_score_0_and_certain_errors_1() {
        let right = forecasts(|index| (f64::from(index as u32 % 2), index % 2 == 1));
        assert_eq!(Calibration::of(&right).unwrap().brier, 0.0);
        let wrong = forecasts(|index| (f64::from(index as u32 % 2), index % 2 == 0));
        assert_eq!(Calibration::of(&wrong).unwrap().brier, 1.0);
        let chance = Calibration::of(&forecasts(|index| (0.5, index % 2 == 0))).unwrap();
        assert_eq!(
            (chance.brier, chance.reliability, chance.resolution),
            (0.25, 0.0, 0.0)
        );
        assert_eq!(Calibration::of(&[]), None);
    }
}
