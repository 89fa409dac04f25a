//! What is fitted: pathways of one kernel each, and an output.

use ganglion_numerics::{dot_by_fours, logistic, softplus};

use super::data::Data;
use crate::circuit::Rectifier;

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

impl CascadePathway {
    /// Signed drive beyond the threshold, of the units of all regions.
    pub(super) fn released(&self, data: &Data, sample: usize) -> f64 {
        let rectifier = self.rectifier();
        let of = |region| {
            let drive = dot_by_fours(data.features_of(sample, region), &self.coefficients);
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
            let Some(release) = self
                .rectifier()
                .release(dot_by_fours(features, &self.coefficients))
            else {
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
}
