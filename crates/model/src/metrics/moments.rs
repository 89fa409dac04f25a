//! Sums from which scores are computed.

/// Means and second moments of some series over the same bins, as sums that can be added: the moments of
/// several stretches of time are the sum of those of each.
///
/// Sums are of deviations from an origin, which is near the mean, in double precision.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    origins: Vec<f64>,
    count: f64,
    /// `[series]`
    sums: Vec<f64>,
    /// `[series, series]`
    products: Vec<f64>,
}

impl Moments {
    /// Those of series `[series][bin]`.
    pub(crate) fn of(series: &[&[f32]]) -> Self {
        let bins = series.first().map_or(0, |series| series.len());
        let mut moments = Self::empty(series.iter().map(|series| mean(series)).collect());
        (0..bins).for_each(|bin| moments.push(series.iter().map(|series| series[bin])));
        moments
    }

    /// Those of nothing, about an origin for each series.
    pub(crate) fn empty(origins: Vec<f64>) -> Self {
        let series = origins.len();
        Self {
            origins,
            count: 0.0,
            sums: vec![0.0; series],
            products: vec![0.0; series * series],
        }
    }

    /// Those of nothing, about the same origins.
    pub(crate) fn of_nothing(&self) -> Self {
        Self::empty(self.origins.clone())
    }

    /// Adds a bin, with one value a series.
    pub(crate) fn push(&mut self, values: impl Iterator<Item = f32>) {
        let deviations: Vec<f64> = (values.zip(&self.origins))
            .map(|(value, origin)| f64::from(value) - origin)
            .collect();
        self.count += 1.0;
        let rows = self.products.chunks_exact_mut(deviations.len());
        for ((row, sum), &a) in rows.zip(&mut self.sums).zip(&deviations) {
            *sum += a;
            row.iter_mut()
                .zip(&deviations)
                .for_each(|(p, b)| *p += a * b);
        }
    }

    /// Adds the moments of other bins about the same origins, each bin so many times.
    pub(crate) fn add(&mut self, other: &Self, times: f64) {
        self.count += times * other.count;
        let sums = self.sums.iter_mut().zip(&other.sums);
        let products = self.products.iter_mut().zip(&other.products);
        sums.chain(products)
            .for_each(|(own, other)| *own += times * other);
    }

    /// Those of sums of the series: each row has the weights `[series]` of one of them.
    pub(crate) fn mapped(&self, rows: &[Vec<f64>]) -> Self {
        let size = self.series();
        let dot = |row: &[f64], values: &[f64]| ganglion_numerics::dot(row, values);
        let half: Vec<Vec<f64>> = (rows.iter())
            .map(|row| (0..size).map(|column| dot(row, &self.products[column * size..][..size])))
            .map(Iterator::collect)
            .collect();
        let products = half
            .iter()
            .flat_map(|half| rows.iter().map(|row| dot(row, half)));
        Self {
            origins: rows.iter().map(|row| dot(row, &self.origins)).collect(),
            count: self.count,
            sums: rows.iter().map(|row| dot(row, &self.sums)).collect(),
            products: products.collect(),
        }
    }

    /// The same of the series in another order, or of some of them.
    pub(crate) fn of_series(&self, chosen: &[usize]) -> Self {
        let size = self.series();
        let products = chosen
            .iter()
            .flat_map(|a| chosen.iter().map(move |b| self.products[a * size + b]));
        Self {
            origins: chosen.iter().map(|&one| self.origins[one]).collect(),
            count: self.count,
            sums: chosen.iter().map(|&one| self.sums[one]).collect(),
            products: products.collect(),
        }
    }

    /// Number of series.
    pub(crate) fn series(&self) -> usize {
        self.origins.len()
    }

    /// Number of bins.
    pub(crate) fn count(&self) -> f64 {
        self.count
    }

    /// Mean of a series; NaN of no bin.
    pub(crate) fn mean(&self, series: usize) -> f64 {
        self.origins[series] + self.sums[series] / self.count
    }

    /// Covariance of two series (over n).
    pub(crate) fn covariance(&self, a: usize, b: usize) -> f64 {
        let product = self.products[a * self.series() + b] / self.count;
        product - self.sums[a] / self.count * (self.sums[b] / self.count)
    }

    /// Variance of a series (over n), not below 0.
    pub(crate) fn variance(&self, series: usize) -> f64 {
        let variance = self.covariance(series, series);
        // What rounding leaves of a constant.
        let square = self.products[series * self.series() + series] / self.count;
        match variance > 1e-13 * square {
            true => variance,
            false => 0.0,
        }
    }

    /// Pearson's correlation of two series; none if either is constant.
    pub(crate) fn correlation(&self, a: usize, b: usize) -> Option<f64> {
        let norm = (self.variance(a) * self.variance(b)).sqrt();
        (norm > 0.0).then(|| self.covariance(a, b) / norm)
    }

    /// Mean of `(x - factor y)^2` of two series.
    pub(crate) fn mean_squared_difference(&self, x: usize, (y, factor): (usize, f64)) -> f64 {
        let spread = self.covariance(x, x) - 2.0 * factor * self.covariance(x, y)
            + factor * factor * self.covariance(y, y);
        (spread + (self.mean(x) - factor * self.mean(y)).powi(2)).max(0.0)
    }
}

fn mean(values: &[f32]) -> f64 {
    let values = values.iter().map(|&value| f64::from(value));
    values.clone().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f32; 6] = [1.0, 4.0, -2.0, 0.5, 3.0, 2.0];
    const B: [f32; 6] = [0.0, 1.0, 1.5, -1.0, 4.0, -3.0];

    #[test]
    fn stretches_of_time_add_up_to_the_whole() {
        let whole = Moments::of(&[&A, &B]);
        let mut sum = Moments::empty(vec![1.0, -0.5]);
        for range in [0..2, 2..6] {
            let mut part = Moments::empty(vec![1.0, -0.5]);
            range.for_each(|bin| part.push([A[bin], B[bin]].into_iter()));
            sum.add(&part, 1.0);
        }
        let direct = ganglion_numerics::correlation(&A, &B).unwrap();
        for moments in [&whole, &sum] {
            assert!((moments.correlation(0, 1).unwrap() - direct).abs() < 1e-12);
            assert!((moments.mean(1) - 2.5 / 6.0).abs() < 1e-12);
            let squares = A.iter().zip(B).map(|(a, b)| f64::from(a - 2.0 * b).powi(2));
            let difference = moments.mean_squared_difference(0, (1, 2.0));
            assert!((difference - squares.sum::<f64>() / 6.0).abs() < 1e-12);
        }
    }

    #[test]
    fn sums_of_series_have_their_own_moments() {
        let sums: Vec<f32> = A.iter().zip(B).map(|(a, b)| 0.5 * a - b).collect();
        let expected = Moments::of(&[&sums, &A]);
        let found = Moments::of(&[&A, &B]).mapped(&[vec![0.5, -1.0], vec![1.0, 0.0]]);
        assert!(
            (found.correlation(0, 1).unwrap() - expected.correlation(0, 1).unwrap()).abs() < 1e-6
        );
        assert!((found.mean(0) - expected.mean(0)).abs() < 1e-6);
        let swapped = found.of_series(&[1, 0]);
        assert_eq!(swapped.mean(1), found.mean(0));
        assert_eq!(swapped.covariance(0, 1), found.covariance(1, 0));
    }
}
