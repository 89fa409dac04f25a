//! What circuits are fitted to.

use std::ops::Range;

use ganglion_numerics::{NormalEquations, dot_by_fours};

use super::basis::{projected, raised_cosines};

/// A stimulus of few regions as pathways see it, and the rates to be explained.
#[derive(Clone, Debug)]
pub struct Data {
    /// Functions that kernels are made of, `[function][frame]`, the oldest frame first.
    basis: Vec<Vec<f64>>,
    /// Regions of the stimulus.
    regions: usize,
    /// What the units of each region see through each function: their own region, then the mean of
    /// the others; `[sample, region, feature]`.
    features: Vec<f64>,
    /// Mean products of features over samples and regions, `[feature, feature]`.
    products: Vec<f64>,
    /// Hz, `[sample]`.
    pub(super) rates: Vec<f64>,
    /// How much each residual counts, `[sample]`.
    pub(super) weights: Vec<f64>,
    /// Frames from one sample to the next.
    step: usize,
    /// Where each stretch of light ends, in samples: nothing is carried from one to the next.
    ends: Vec<usize>,
}

/// Least answer to a full field, as a share of that to a unit's own region.
const LEAST_GAIN: f64 = 0.05;

impl Data {
    /// The courses of all regions of a movie `[region][frame]`, and the rates of its bins
    /// `history ..= frames`.
    ///
    /// # Panics
    /// If there are not as many rates as bins.
    pub fn new(
        courses: &[Vec<f64>],
        rates: Vec<f64>,
        (functions, history): (usize, usize),
    ) -> Self {
        let basis = raised_cosines(functions, history);
        let seen: Vec<Vec<f64>> = courses
            .iter()
            .map(|course| through(course, &basis))
            .collect();
        let regions = courses.len();
        let features = (0..rates.len())
            .flat_map(|sample| (0..regions).map(move |region| (sample, region)))
            .flat_map(|(sample, region)| features(&seen, region, sample * functions, functions));
        let features: Vec<f64> = features.collect();
        let width = if regions > 1 {
            2 * functions
        } else {
            functions
        };
        assert_eq!(
            features.len(),
            rates.len() * regions * width,
            "one rate a bin"
        );
        Self {
            products: products(&features, width),
            basis,
            regions,
            features,
            weights: vec![1.0; rates.len()],
            ends: vec![rates.len()],
            rates,
            step: 1,
        }
    }

    /// Several stretches of light, one after the other.
    ///
    /// # Panics
    /// If they have other functions or regions.
    #[must_use]
    pub(super) fn followed_by(mut self, next: Self) -> Self {
        assert_eq!(
            (&self.basis, self.regions),
            (&next.basis, next.regions),
            "one stimulus"
        );
        let before = self.samples();
        self.ends.extend(next.ends.iter().map(|end| before + end));
        self.features.extend(next.features);
        self.rates.extend(next.rates);
        self.weights.extend(next.weights);
        self.products = products(&self.features, self.width());
        self
    }

    /// The same light with other rates `[sample]`.
    #[must_use]
    pub(super) fn with_rates(mut self, rates: Vec<f64>) -> Self {
        assert_eq!(rates.len(), self.rates.len(), "one rate a sample");
        self.rates = rates;
        self
    }

    /// Residuals count by `weights` `[sample]`.
    #[must_use]
    pub fn weighted(mut self, weights: Vec<f64>) -> Self {
        assert_eq!(weights.len(), self.rates.len(), "one weight a rate");
        self.weights = weights;
        self
    }

    /// Every `step`th sample: descents that are only compared need no more.
    pub(super) fn thinned(&self, step: usize) -> Self {
        let kept: Vec<usize> = (0..self.samples()).step_by(step).collect();
        Self {
            step: step * self.step,
            ends: self.ends.iter().map(|end| end.div_ceil(step)).collect(),
            ..self.of_samples(&kept)
        }
    }

    /// The first samples of each stretch, of which `lengths` says how many.
    pub(super) fn beginnings(&self, lengths: &[usize]) -> Self {
        let ends = lengths.iter().scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        let kept = self.stretches().zip(lengths);
        let kept: Vec<usize> = kept
            .flat_map(|(stretch, length)| stretch.start..stretch.start + length)
            .collect();
        Self {
            ends: ends.collect(),
            ..self.of_samples(&kept)
        }
    }

    /// Some samples, in their order; where stretches end is left to the caller.
    fn of_samples(&self, kept: &[usize]) -> Self {
        let features: Vec<f64> = (kept.iter())
            .flat_map(|&one| self.all_features_of(one))
            .copied()
            .collect();
        Self {
            basis: self.basis.clone(),
            regions: self.regions,
            products: products(&features, self.width()),
            features,
            rates: kept.iter().map(|&one| self.rates[one]).collect(),
            weights: kept.iter().map(|&one| self.weights[one]).collect(),
            step: self.step,
            ends: self.ends.clone(),
        }
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.rates.len()
    }

    /// Frames from one sample to the next.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// Samples of each stretch of light.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// A stretch in every region.
    pub(super) fn in_regions(
        &self,
        stretch: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, usize)> + use<> {
        (0..self.regions).map(move |region| (stretch.clone(), region))
    }

    /// Rates to be explained `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Functions that a kernel is made of.
    pub fn functions(&self) -> usize {
        self.basis.len()
    }

    /// Regions of the stimulus.
    pub(super) fn regions(&self) -> usize {
        self.regions
    }

    /// Features of a kernel.
    pub(super) fn width(&self) -> usize {
        match self.regions {
            1 => self.basis.len(),
            _ => 2 * self.basis.len(),
        }
    }

    fn all_features_of(&self, sample: usize) -> &[f64] {
        let width = self.regions * self.width();
        &self.features[sample * width..][..width]
    }

    /// What the units of a region see of a sample.
    pub(super) fn features_of(&self, sample: usize, region: usize) -> &[f64] {
        &self.features[(sample * self.regions + region) * self.width()..][..self.width()]
    }

    /// The kernel `[frame]` with which units see their own region, the oldest frame first.
    pub fn kernel(&self, coefficients: &[f64]) -> Vec<f64> {
        let history = self.basis[0].len();
        let at = |frame: usize| {
            let terms = coefficients.iter().zip(&self.basis);
            terms.map(|(c, function)| c * function[frame]).sum()
        };
        (0..history).map(at).collect()
    }

    /// How much of its answer to its own region a unit keeps when all regions show the same: less than
    /// one if it has a surround.
    pub fn full_field_gain(&self, coefficients: &[f64]) -> f64 {
        let functions = self.basis.len();
        let own = self.kernel(&coefficients[..functions]);
        let whole: Vec<f64> = match coefficients.get(functions..) {
            Some(others) if !others.is_empty() => {
                let pairs = own.iter().zip(self.kernel(others));
                pairs.map(|(own, other)| own + other).collect()
            }
            _ => own.clone(),
        };
        let gain = dot_by_fours(&own, &whole) / dot_by_fours(&own, &own).max(f64::MIN_POSITIVE);
        // A surround that takes all of it would leave a kernel without a course.
        gain.max(LEAST_GAIN)
    }

    /// The coefficients nearest to a kernel that sees its own region only.
    pub(super) fn coefficients(&self, kernel: &[f64]) -> Vec<f64> {
        let mut coefficients = projected(&self.basis, kernel);
        coefficients.resize(self.width(), 0.0);
        coefficients
    }

    /// Drive `[sample, region]` of a kernel.
    pub(super) fn drive(&self, coefficients: &[f64]) -> Vec<f64> {
        let drives = self.features.chunks_exact(self.width());
        drives
            .map(|seen| dot_by_fours(seen, coefficients))
            .collect()
    }

    /// Root mean square of the drive of a kernel, over samples and regions.
    pub(super) fn size(&self, coefficients: &[f64]) -> f64 {
        let rows = self.products.chunks_exact(self.width());
        let terms = rows
            .zip(coefficients)
            .map(|(row, c)| c * dot_by_fours(row, coefficients));
        terms.sum::<f64>().max(0.0).sqrt()
    }

    /// Weighted sum of squares of the rates about their mean.
    pub fn variance(&self) -> f64 {
        let pairs = || self.rates.iter().zip(&self.weights);
        let total: f64 = self.weights.iter().sum();
        let sum: f64 = pairs().map(|(rate, weight)| weight * rate).sum();
        let mean = sum / total.max(f64::MIN_POSITIVE);
        pairs()
            .map(|(rate, weight)| (weight * (rate - mean)).powi(2))
            .sum::<f64>()
            .max(f64::MIN_POSITIVE)
    }
}

/// A course `[frame]` through each function, `[sample, function]`.
fn through(course: &[f64], basis: &[Vec<f64>]) -> Vec<f64> {
    let windows = course.windows(basis[0].len());
    let seen = |window: &[f64]| {
        basis
            .iter()
            .map(|f| dot_by_fours(window, f))
            .collect::<Vec<_>>()
    };
    windows.flat_map(seen).collect()
}

/// Mean products of features `[sample and region, feature]`.
fn products(features: &[f64], width: usize) -> Vec<f64> {
    let rows = features.chunks_exact(width);
    let count = rows.len().max(1) as f64;
    let mut equations = NormalEquations::new(width);
    rows.for_each(|row| equations.add(0.0, row));
    let (sums, _) = equations.finish();
    sums.into_iter().map(|sum| sum / count).collect()
}

/// What the units of a region see of the sample whose values begin at `start`.
fn features(seen: &[Vec<f64>], region: usize, start: usize, functions: usize) -> Vec<f64> {
    let mut features = seen[region][start..][..functions].to_vec();
    let others = seen.len() - 1;
    if others > 0 {
        let other = |index: usize| {
            let values = (seen.iter().enumerate()).filter(|(other, _)| *other != region);
            values.map(|(_, seen)| seen[start + index]).sum::<f64>() / others as f64
        };
        features.extend((0..functions).map(other));
    }
    features
}

#[cfg(test)]
mod tests {
    use super::super::fixture::data_of;

    #[test]
    fn the_size_of_a_drive_is_its_root_mean_square() {
        let (data, _) = data_of(&[], 0.0, 2);
        let coefficients = [0.3, -1.0, 0.2, 0.1, 0.0, 0.5, -0.2, 0.7];
        let drive = data.drive(&coefficients);
        let mean = drive.iter().map(|d| d * d).sum::<f64>() / drive.len() as f64;
        assert!((data.size(&coefficients) - mean.sqrt()).abs() < 1e-9);
    }

    /// A unit whose surround takes away half of what its centre sees.
    #[test]
    fn a_full_field_is_answered_less_with_a_surround() {
        let (data, _) = data_of(&[], 0.0, 2);
        let own = [0.3, -1.0, 0.2, 0.1];
        let others = own.map(|c| -0.5 * c);
        let gain = data.full_field_gain(&[own, others].concat());
        assert!((gain - 0.5).abs() < 1e-12, "{gain}");
        let (data, _) = data_of(&[], 0.0, 1);
        assert_eq!(data.full_field_gain(&own), 1.0);
    }
}
