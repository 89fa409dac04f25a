//! What is fitted, to what.

use super::basis::{projected, raised_cosines};
use crate::circuit::Rectifier;
use crate::fit::{logistic, softplus};

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
    /// Hz, `[sample]`.
    pub(super) rates: Vec<f64>,
    /// How much each residual counts, `[sample]`.
    pub(super) weights: Vec<f64>,
}

/// Least answer to a full field, as a share of that to a unit's own region.
const LEAST_GAIN: f64 = 0.05;

/// One pathway of a [`Cascade`].
#[derive(Clone, Debug, PartialEq)]
pub struct CascadePathway {
    /// +1 for excitation, -1 for inhibition.
    pub sign: f64,
    /// Coefficients of the kernel, `[feature]`: of its units' own region, then of the others.
    pub coefficients: Vec<f64>,
    /// Weight of its units in the second region, of that in the first.
    pub balance: f64,
    /// What the kernel's drive must exceed.
    pub threshold: f64,
    /// How far to either side of the threshold its corner is rounded.
    pub softness: f64,
    /// Whether the threshold may be negative: the pathway is then active at rest.
    pub tonic: bool,
}

/// A circuit of pathways and an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Cascade {
    /// What the cell receives.
    pub pathways: Vec<CascadePathway>,
    /// Drive without any.
    pub bias: f64,
    /// Logarithm of the gain in Hz.
    pub log_gain: f64,
}

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
            basis,
            regions,
            features,
            weights: vec![1.0; rates.len()],
            rates,
        }
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
        let kept = || (0..self.samples()).step_by(step);
        Self {
            basis: self.basis.clone(),
            regions: self.regions,
            features: kept()
                .flat_map(|one| self.all_features_of(one))
                .copied()
                .collect(),
            rates: kept().map(|one| self.rates[one]).collect(),
            weights: kept().map(|one| self.weights[one]).collect(),
        }
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.rates.len()
    }

    /// Rates to be explained `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.rates
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
    fn features_of(&self, sample: usize, region: usize) -> &[f64] {
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
        let gain = dot(&own, &whole) / dot(&own, &own).max(f64::MIN_POSITIVE);
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
        drives.map(|seen| dot(seen, coefficients)).collect()
    }

    /// Weighted sum of squares of the rates about their mean.
    pub(super) fn variance(&self) -> f64 {
        let mean = self.rates.iter().sum::<f64>() / self.samples().max(1) as f64;
        let pairs = self.rates.iter().zip(&self.weights);
        pairs
            .map(|(rate, weight)| (weight * (rate - mean)).powi(2))
            .sum::<f64>()
            .max(f64::MIN_POSITIVE)
    }
}

/// A course `[frame]` through each function, `[sample, function]`.
fn through(course: &[f64], basis: &[Vec<f64>]) -> Vec<f64> {
    let windows = course.windows(basis[0].len());
    let seen = |window: &[f64]| basis.iter().map(|f| dot(window, f)).collect::<Vec<_>>();
    windows.flat_map(seen).collect()
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

impl CascadePathway {
    /// Signed drive beyond the threshold, of the units of all regions.
    pub(super) fn released(&self, data: &Data, sample: usize) -> f64 {
        let rectifier = self.rectifier();
        let of = |region| {
            let drive = dot(data.features_of(sample, region), &self.coefficients);
            self.weight(region) * rectifier.released(drive)
        };
        self.sign * (0..data.regions()).map(of).sum::<f64>()
    }

    /// Whether all its numbers are.
    pub(super) fn is_finite(&self) -> bool {
        let corner = [self.threshold, self.softness, self.balance];
        self.coefficients
            .iter()
            .chain(&corner)
            .all(|value| value.is_finite())
    }

    /// Calls the region that its units see best their own.
    ///
    /// Of two regions each is the other of the other: kernels for one's own region and for the other
    /// can change places without a difference for what the pathway does.
    pub(super) fn settle(&mut self, data: &Data) {
        if data.regions() != 2 {
            return;
        }
        let functions = data.basis.len();
        let norm = |coefficients: &[f64]| {
            let kernel = data.kernel(coefficients);
            dot(&kernel, &kernel)
        };
        let (own, others) = self.coefficients.split_at(functions);
        if norm(own) >= norm(others) {
            return;
        }
        self.coefficients.rotate_left(functions);
        self.coefficients
            .iter_mut()
            .for_each(|c| *c *= self.balance);
        self.threshold *= self.balance;
        self.softness *= self.balance;
        self.balance = 1.0 / self.balance;
    }

    /// Sum of the weights of all regions.
    pub fn pooled(&self, data: &Data) -> f64 {
        (0..data.regions()).map(|region| self.weight(region)).sum()
    }

    /// Signed drive beyond the threshold without a stimulus.
    pub(super) fn at_rest(&self, data: &Data) -> f64 {
        self.sign * self.pooled(data) * self.rectifier().released(0.0)
    }

    /// From drive to release. Networks round the corners of what they have learned; without a rounded
    /// corner of its own, a pathway needs a second one to follow them.
    fn rectifier(&self) -> Rectifier {
        Rectifier {
            threshold: self.threshold,
            spread: self.softness,
        }
    }

    /// Weight of the units of a region.
    fn weight(&self, region: usize) -> f64 {
        if region == 0 { 1.0 } else { self.balance }
    }

    /// Signed drive beyond the threshold; appends its derivatives by coefficients, threshold, softness
    /// and balance to `row`.
    fn differentiate(&self, data: &Data, sample: usize, row: &mut Vec<f64>) -> f64 {
        let start = row.len();
        let width = self.coefficients.len();
        row.resize(start + width + 3, 0.0);
        let row = &mut row[start..];
        let mut total = 0.0;
        for region in 0..data.regions() {
            let features = data.features_of(sample, region);
            let Some(release) = self.rectifier().release(dot(features, &self.coefficients)) else {
                continue;
            };
            let weight = self.sign * self.weight(region);
            for (sum, feature) in row.iter_mut().zip(features) {
                *sum += weight * release.by_drive * feature;
            }
            row[width] -= weight * release.by_drive;
            row[width + 1] += weight * release.by_spread;
            if region > 0 {
                row[width + 2] += self.sign * release.value;
            }
            total += weight * release.value;
        }
        total
    }
}

impl Cascade {
    /// Rates `[sample]`, Hz.
    pub fn rates(&self, data: &Data) -> Vec<f64> {
        let gain = self.log_gain.exp();
        (0..data.samples())
            .map(|sample| gain * softplus(self.total(data, sample)))
            .collect()
    }

    /// Departure of each pathway's signed drive from rest, `[pathway][sample]`.
    pub fn departures(&self, data: &Data) -> Vec<Vec<f64>> {
        let of = |pathway: &CascadePathway| {
            let resting = pathway.at_rest(data);
            let at = |sample| pathway.released(data, sample) - resting;
            (0..data.samples()).map(at).collect()
        };
        self.pathways.iter().map(of).collect()
    }

    /// Weighted sum of squared residuals.
    pub(super) fn error(&self, data: &Data) -> f64 {
        let gain = self.log_gain.exp();
        let square = |sample| {
            let rate = gain * softplus(self.total(data, sample));
            (data.weights[sample] * (rate - data.rates[sample])).powi(2)
        };
        (0..data.samples()).map(square).sum()
    }

    fn total(&self, data: &Data, sample: usize) -> f64 {
        let released = self.pathways.iter().map(|one| one.released(data, sample));
        self.bias + released.sum::<f64>()
    }

    /// Numbers that a fit may change: of each pathway the coefficients, threshold, softness and balance,
    /// then bias and log gain.
    pub(super) fn flat(&self) -> Vec<f64> {
        let of = |one: &CascadePathway| {
            [
                &one.coefficients[..],
                &[one.threshold, one.softness, one.balance],
            ]
            .concat()
        };
        let mut flat: Vec<f64> = self.pathways.iter().flat_map(of).collect();
        flat.extend([self.bias, self.log_gain]);
        flat
    }

    /// The same circuit with other numbers.
    pub(super) fn with(&self, flat: &[f64]) -> Self {
        let mut rest = flat;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            taken.to_vec()
        };
        let pathways = self.pathways.iter().map(|one| {
            let coefficients = take(one.coefficients.len());
            let corner = take(3);
            CascadePathway {
                sign: one.sign,
                coefficients,
                threshold: corner[0],
                softness: corner[1],
                balance: corner[2],
                tonic: one.tonic,
            }
        });
        let pathways = pathways.collect();
        let output = take(2);
        Self {
            pathways,
            bias: output[0],
            log_gain: output[1].clamp(-12.0, 12.0),
        }
    }

    /// Residual of a sample, and in `row` its derivatives by [`flat`](Self::flat).
    pub(super) fn differentiate(&self, data: &Data, sample: usize, row: &mut Vec<f64>) -> f64 {
        row.clear();
        let mut total = self.bias;
        for pathway in &self.pathways {
            total += pathway.differentiate(data, sample, row);
        }
        let gain = self.log_gain.exp();
        let weight = data.weights[sample];
        let slope = weight * gain * logistic(total);
        row.iter_mut().for_each(|value| *value *= slope);
        let rate = gain * softplus(total);
        row.extend([slope, weight * rate]);
        weight * (rate - data.rates[sample])
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::data_of;
    use super::*;

    fn example(regions: usize) -> (Data, Cascade) {
        let pathways = [
            (1.0, [0.2, -1.0, 0.3, 0.0], 0.1),
            (-1.0, [0.0, 0.4, 0.5, -0.2], -0.3),
        ];
        let (data, mut cascade) = data_of(&pathways, -0.4, regions);
        for pathway in &mut cascade.pathways {
            (pathway.softness, pathway.balance) = (0.25, 0.7);
            let others = pathway.coefficients.iter_mut().skip(4);
            others
                .enumerate()
                .for_each(|(i, c)| *c = 0.1 * i as f64 - 0.1);
        }
        (data, cascade)
    }

    /// Central differences of step 1e-5 are right to about 1e-8 of the curvature, which is below 1e3
    /// here; the corner is rounded, so that there is one everywhere.
    #[test]
    fn derivatives_are_those_of_differences() {
        for regions in [1, 2] {
            let (data, cascade) = example(regions);
            let flat = cascade.flat();
            let mut row = Vec::new();
            for sample in (0..data.samples()).step_by(97) {
                cascade.differentiate(&data, sample, &mut row);
                assert_eq!(row.len(), flat.len());
                for index in 0..flat.len() {
                    let at = |step: f64| {
                        let mut moved = flat.clone();
                        moved[index] += step;
                        let mut unused = Vec::new();
                        cascade
                            .with(&moved)
                            .differentiate(&data, sample, &mut unused)
                    };
                    let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                    let deviation = (difference - row[index]).abs();
                    assert!(deviation < 1e-4, "{regions} {sample} {index}: {deviation}");
                }
            }
        }
    }

    #[test]
    fn residuals_are_rates_less_the_data_and_rest_is_without_a_stimulus() {
        let (data, cascade) = example(2);
        let rates = cascade.rates(&data);
        let mut row = Vec::new();
        let residual = cascade.differentiate(&data, 5, &mut row);
        assert!((residual - (rates[5] - data.rates()[5])).abs() < 1e-12);
        let silent = Data::new(&[vec![0.0; 12], vec![0.0; 12]], vec![0.0], (4, 12));
        let departures = cascade.departures(&silent);
        assert!(
            departures
                .iter()
                .flatten()
                .all(|departure| departure.abs() < 1e-12)
        );
    }

    #[test]
    fn regions_change_places_without_a_difference() {
        let (data, mut cascade) = example(2);
        let before = cascade.rates(&data);
        for pathway in &mut cascade.pathways {
            let (own, others) = pathway.coefficients.split_at_mut(4);
            own.swap_with_slice(others);
        }
        let swapped = cascade.rates(&data);
        let settled = {
            cascade
                .pathways
                .iter_mut()
                .for_each(|one| one.settle(&data));
            cascade.rates(&data)
        };
        let largest = |a: &[f64], b: &[f64]| {
            let pairs = a.iter().zip(b);
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        assert!(largest(&settled, &swapped) < 1e-12);
        // The regions do not weigh the same, so that a swap alone makes a difference.
        assert!(largest(&before, &swapped) > 1e-3);
        assert!((cascade.pathways[0].balance - 1.0 / 0.7).abs() < 1e-12);
    }

    /// A unit whose surround takes away half of what its centre sees.
    #[test]
    fn a_full_field_is_answered_less_with_a_surround() {
        let (data, _) = example(2);
        let own = [0.3, -1.0, 0.2, 0.1];
        let others = own.map(|c| -0.5 * c);
        let gain = data.full_field_gain(&[own, others].concat());
        assert!((gain - 0.5).abs() < 1e-12, "{gain}");
        let (data, _) = example(1);
        assert_eq!(data.full_field_gain(&own), 1.0);
    }
}
