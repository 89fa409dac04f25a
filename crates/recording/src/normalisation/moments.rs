//! Mean and variance in one pass, in double precision.

/// Count, mean and sum of squared deviations of a stream of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moments {
    pub(super) count: f64,
    pub(super) mean: f64,
    pub(super) squares: f64,
}

impl Moments {
    /// Exact for integers: `sum` and `sum_of_squares` of `count` of them.
    pub(super) fn from_sums(count: u64, sum: u64, sum_of_squares: u64) -> Self {
        let (n, s, q) = (
            u128::from(count),
            u128::from(sum),
            u128::from(sum_of_squares),
        );
        // n q - s^2 >= 0 by the Cauchy-Schwarz inequality.
        let squares = (n * q - s * s) as f64 / count as f64;
        Self {
            count: count as f64,
            mean: sum as f64 / count as f64,
            squares,
        }
    }

    /// Two-pass moments of numbers in memory.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (count, sum) = values
            .clone()
            .fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
        let mean = sum / count;
        let squares = values.map(|value| (value - mean).powi(2)).sum();
        Self {
            count,
            mean,
            squares,
        }
    }

    /// Moments of both streams together.
    ///
    /// Source: Chan, Golub and LeVeque, *Updating formulae and a pairwise algorithm for computing
    /// sample variances*, 1979.
    pub(super) fn and(self, other: Self) -> Self {
        if self.count == 0.0 {
            return other;
        }
        let count = self.count + other.count;
        let delta = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + delta * other.count / count,
            squares: self.squares
                + other.squares
                + delta * delta * self.count * other.count / count,
        }
    }

    /// Whether the numbers are all the same, up to the rounding of the sums: the spread of
    /// single-precision numbers that differ at all is no less than 1e-8 of their size.
    pub(super) fn are_constant(self) -> bool {
        self.count == 0.0 || self.sd() <= 1e-9 * self.mean.abs()
    }

    /// Standard deviation of the population.
    pub(super) fn sd(self) -> f64 {
        (self.squares / self.count).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_add_up() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let of = |values: &[f64]| Moments::of(values.iter().copied());
        let whole = of(&values);
        let joined = of(&values[..3]).and(of(&values[3..]));
        assert!((whole.sd() - joined.sd()).abs() < 1e-14);
        assert_eq!(whole.mean, 31.0 / 8.0);
        assert_eq!(Moments::from_sums(8, 31, 173).sd(), whole.sd());
    }
}
