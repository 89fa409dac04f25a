//! What is fitted: pathways of one kernel each, and an output.

use ganglion_numerics::{dot_by_fours, logistic, softplus};

use super::data::Data;
use super::depression::{DEPRESSION_NUMBERS, FittedDepression, Vesicles};
use crate::circuit::{RectifiedRelease, Rectifier};

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
    /// Whether and how its synapses depress.
    pub depression: Option<FittedDepression>,
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

impl CascadePathway {
    /// Adds the signed drive beyond the threshold, of the units of all regions, `[sample]`.
    pub(super) fn add_released(&self, data: &Data, sums: &mut [f64]) {
        let rectifier = self.rectifier();
        let rest = rectifier.released(0.0);
        let steady = self.depression.map(|one| one.steady(data, rest));
        for (stretch, region) in data.stretches().flat_map(|one| data.in_regions(one)) {
            let weight = self.sign * self.weight(region);
            let mut ready = steady.unwrap_or(1.0);
            for sample in stretch {
                let drive = dot_by_fours(data.features_of(sample, region), &self.coefficients);
                let release = rectifier.released(drive);
                sums[sample] += weight * ready * release;
                if let Some(depression) = self.depression {
                    ready = depression.next(data, ready, release);
                }
            }
        }
    }

    /// Signed drive beyond the threshold, of the units of all regions, `[sample]`.
    pub(super) fn released(&self, data: &Data) -> Vec<f64> {
        let mut sums = vec![0.0; data.samples()];
        self.add_released(data, &mut sums);
        sums
    }

    /// The vesicles of each region's synapses at first; none where they do not depress.
    fn vesicles(&self, data: &Data) -> Vec<Vesicles> {
        let Some(depression) = self.depression else {
            return Vec::new();
        };
        let rest = self.rectifier().release(0.0);
        let rest = rest.unwrap_or(RectifiedRelease::NONE);
        let one = || depression.vesicles(data, rest, self.coefficients.len());
        (0..data.regions()).map(|_| one()).collect()
    }

    /// Whether all its numbers are.
    pub(super) fn is_finite(&self) -> bool {
        self.numbers().iter().all(|value| value.is_finite())
    }

    /// Numbers that a fit may change: coefficients, threshold, softness, balance, and those of the
    /// depression.
    fn numbers(&self) -> Vec<f64> {
        let mut numbers = self.coefficients.clone();
        numbers.extend([self.threshold, self.softness, self.balance]);
        if let Some(depression) = self.depression {
            numbers.extend([depression.log_recovery, depression.log_depletion]);
        }
        numbers
    }

    /// Calls the region that its units see best their own.
    ///
    /// Of two regions each is the other of the other: kernels for one's own region and for the other
    /// can change places without a difference for what the pathway does.
    pub(super) fn settle(&mut self, data: &Data) {
        if data.regions() != 2 {
            return;
        }
        let functions = data.functions();
        let norm = |coefficients: &[f64]| {
            let kernel = data.kernel(coefficients);
            dot_by_fours(&kernel, &kernel)
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
        if let Some(depression) = &mut self.depression {
            depression.log_depletion -= self.balance.ln();
        }
        self.balance = 1.0 / self.balance;
    }

    /// Sum of the weights of all regions.
    pub fn pooled(&self, data: &Data) -> f64 {
        (0..data.regions()).map(|region| self.weight(region)).sum()
    }

    /// Signed drive beyond the threshold without a stimulus.
    pub(super) fn at_rest(&self, data: &Data) -> f64 {
        let release = self.rectifier().released(0.0);
        let ready = self.depression.map(|one| one.steady(data, release));
        self.sign * self.pooled(data) * ready.unwrap_or(1.0) * release
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

    /// Signed drive beyond the threshold; appends its derivatives by its [`numbers`](Self::numbers) to
    /// `row`.
    fn differentiate(
        &self,
        data: &Data,
        sample: usize,
        vesicles: &mut [Vesicles],
        row: &mut Vec<f64>,
    ) -> f64 {
        let start = row.len();
        let width = self.coefficients.len();
        row.resize(start + self.count(), 0.0);
        let row = &mut row[start..];
        let mut total = 0.0;
        for region in 0..data.regions() {
            let features = data.features_of(sample, region);
            let drive = dot_by_fours(features, &self.coefficients);
            let release = self.rectifier().release(drive);
            let weight = self.sign * self.weight(region);
            let Some(vesicles) = vesicles.get_mut(region) else {
                let Some(release) = release else { continue };
                for (sum, feature) in row.iter_mut().zip(features) {
                    *sum += weight * release.by_drive * feature;
                }
                row[width] -= weight * release.by_drive;
                row[width + 1] += weight * release.by_spread;
                if region > 0 {
                    row[width + 2] += self.sign * release.value;
                }
                total += weight * release.value;
                continue;
            };
            let Some(depression) = self.depression else {
                continue;
            };
            let release = release.unwrap_or(RectifiedRelease::NONE);
            let mut by: Vec<f64> = features.iter().map(|f| release.by_drive * f).collect();
            by.extend([-release.by_drive, release.by_spread, 0.0, 0.0]);
            let value = depression.release(data, vesicles, release.value, &mut by);
            // The balance stands between softness and depression.
            for (sum, slope) in row.iter_mut().zip(&by[..width + 2]) {
                *sum += weight * slope;
            }
            row[width + 3] += weight * by[width + 2];
            row[width + 4] += weight * by[width + 3];
            if region > 0 {
                row[width + 2] += self.sign * value;
            }
            total += weight * value;
        }
        total
    }

    /// How many [`numbers`](Self::numbers) it has.
    fn count(&self) -> usize {
        let depression = self.depression.map_or(0, |_| DEPRESSION_NUMBERS);
        self.coefficients.len() + 3 + depression
    }

    /// The same pathway with other numbers.
    fn with(&self, numbers: &[f64]) -> Self {
        let (coefficients, rest) = numbers.split_at(self.coefficients.len());
        Self {
            coefficients: coefficients.to_vec(),
            threshold: rest[0],
            softness: rest[1],
            balance: rest[2],
            depression: self.depression.map(|_| FittedDepression {
                log_recovery: rest[3],
                log_depletion: rest[4],
            }),
            ..*self
        }
    }
}

impl Cascade {
    /// Rates `[sample]`, Hz.
    pub fn rates(&self, data: &Data) -> Vec<f64> {
        let gain = self.log_gain.exp();
        let totals = self.totals(data).into_iter();
        totals.map(|total| gain * softplus(total)).collect()
    }

    /// Departure of each pathway's signed drive from rest, `[pathway][sample]`.
    pub fn departures(&self, data: &Data) -> Vec<Vec<f64>> {
        let of = |pathway: &CascadePathway| {
            let resting = pathway.at_rest(data);
            let released = pathway.released(data).into_iter();
            released.map(|value| value - resting).collect()
        };
        self.pathways.iter().map(of).collect()
    }

    /// Weighted sum of squared residuals.
    pub(super) fn error(&self, data: &Data) -> f64 {
        let gain = self.log_gain.exp();
        let square = |(sample, total): (usize, f64)| {
            let rate = gain * softplus(total);
            (data.weights[sample] * (rate - data.rates[sample])).powi(2)
        };
        let totals = self.totals(data).into_iter().enumerate();
        totals.map(square).sum()
    }

    /// Drive `[sample]`.
    fn totals(&self, data: &Data) -> Vec<f64> {
        let mut totals = vec![self.bias; data.samples()];
        for pathway in &self.pathways {
            pathway.add_released(data, &mut totals);
        }
        totals
    }

    /// Whether synapses of it depress.
    pub fn depresses(&self) -> bool {
        self.pathways.iter().any(|one| one.depression.is_some())
    }

    /// The vesicles of all pathways at first, as [`differentiate`](Self::differentiate) needs them.
    pub(super) fn vesicles(&self, data: &Data) -> Vec<Vec<Vesicles>> {
        let pathways = self.pathways.iter();
        pathways.map(|one| one.vesicles(data)).collect()
    }

    /// Numbers that a fit may change: those of each pathway, then bias and log gain.
    pub(super) fn flat(&self) -> Vec<f64> {
        let pathways = self.pathways.iter();
        let mut flat: Vec<f64> = pathways.flat_map(CascadePathway::numbers).collect();
        flat.extend([self.bias, self.log_gain]);
        flat
    }

    /// The same circuit with other numbers.
    pub(super) fn with(&self, flat: &[f64]) -> Self {
        let mut rest = flat;
        let pathways = self.pathways.iter().map(|one| {
            let (own, others) = rest.split_at(one.count());
            rest = others;
            one.with(own)
        });
        Self {
            pathways: pathways.collect(),
            bias: rest[0],
            log_gain: rest[1].clamp(-12.0, 12.0),
        }
    }

    /// Residual of a sample, and in `row` its derivatives by [`flat`](Self::flat). Samples come in their
    /// order, because `vesicles` are used up from one to the next.
    pub(super) fn differentiate(
        &self,
        data: &Data,
        sample: usize,
        vesicles: &mut [Vec<Vesicles>],
        row: &mut Vec<f64>,
    ) -> f64 {
        row.clear();
        let mut total = self.bias;
        for (pathway, vesicles) in self.pathways.iter().zip(vesicles) {
            total += pathway.differentiate(data, sample, vesicles, row);
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

#[cfg(test)]
mod tests {
    use super::super::fixture::example;
    use super::*;

    /// Central differences of step 1e-5 are right to about 1e-8 of the curvature, which is below 1e3
    /// here; the corner is rounded, so that there is one everywhere.
    #[test]
    fn derivatives_are_those_of_differences() {
        for (regions, runs_down) in [(1, false), (2, false), (1, true), (2, true)] {
            let (data, mut cascade) = example(regions);
            if runs_down {
                cascade.pathways[1].depression = Some(FittedDepression {
                    log_recovery: 3.0,
                    log_depletion: -2.0,
                });
            }
            let rows = |cascade: &Cascade| {
                let mut vesicles = cascade.vesicles(&data);
                let row = |sample| {
                    let mut row = Vec::new();
                    let residual = cascade.differentiate(&data, sample, &mut vesicles, &mut row);
                    (residual, row)
                };
                (0..data.samples()).map(row).collect::<Vec<_>>()
            };
            let flat = cascade.flat();
            let slopes = rows(&cascade);
            for index in 0..flat.len() {
                let at = |step: f64| {
                    let mut moved = flat.clone();
                    moved[index] += step;
                    rows(&cascade.with(&moved))
                };
                let (ahead, behind) = (at(1e-5), at(-1e-5));
                for sample in (0..data.samples()).step_by(97) {
                    let difference = (ahead[sample].0 - behind[sample].0) / 2e-5;
                    assert_eq!(slopes[sample].1.len(), flat.len());
                    let deviation = (difference - slopes[sample].1[index]).abs();
                    assert!(deviation < 1e-4, "{regions} {sample} {index}: {deviation}");
                }
            }
        }
    }

    #[test]
    fn residuals_are_rates_less_the_data_and_rest_is_without_a_stimulus() {
        let (data, cascade) = example(2);
        let rates = cascade.rates(&data);
        let (mut row, mut vesicles) = (Vec::new(), cascade.vesicles(&data));
        let residual = cascade.differentiate(&data, 0, &mut vesicles, &mut row);
        assert!((residual - (rates[0] - data.rates()[0])).abs() < 1e-12);
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
        cascade.pathways[1].depression = Some(FittedDepression {
            log_recovery: 2.5,
            log_depletion: -1.0,
        });
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
}
