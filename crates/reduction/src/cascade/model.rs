//! What is fitted, to what.

use super::basis::{projected, raised_cosines};
use crate::fit::{logistic, softplus};

/// A full-field stimulus as pathways see it, and the rates to be explained.
#[derive(Clone, Debug)]
pub struct Data {
    /// Functions that kernels are made of, `[function][frame]`, the oldest frame first.
    basis: Vec<Vec<f64>>,
    /// The stimulus seen through each function, `[sample, function]`.
    features: Vec<f64>,
    /// Hz, `[sample]`.
    pub(super) rates: Vec<f64>,
    /// How much each residual counts, `[sample]`.
    pub(super) weights: Vec<f64>,
}

/// One pathway of a [`Cascade`].
#[derive(Clone, Debug, PartialEq)]
pub struct CascadePathway {
    /// +1 for excitation, -1 for inhibition.
    pub sign: f64,
    /// Coefficients of the kernel, `[function]`.
    pub coefficients: Vec<f64>,
    /// What the kernel's drive must exceed.
    pub threshold: f64,
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
    /// Movies of one value a frame, and the rates of the bins `history ..= frames` of each.
    ///
    /// # Panics
    /// If a movie has not as many rates as it has bins.
    pub fn new(movies: &[Vec<f64>], rates: Vec<f64>, (functions, history): (usize, usize)) -> Self {
        let basis = raised_cosines(functions, history);
        let windows = movies.iter().flat_map(|movie| movie.windows(history));
        let seen = |window: &[f64], function: &Vec<f64>| -> f64 {
            window.iter().zip(function).map(|(s, b)| s * b).sum()
        };
        let features: Vec<f64> = windows
            .flat_map(|window| basis.iter().map(move |function| seen(window, function)))
            .collect();
        assert_eq!(features.len(), rates.len() * functions, "one rate a bin");
        Self {
            basis,
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

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.rates.len()
    }

    /// Rates to be explained `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Functions of a kernel.
    pub(super) fn functions(&self) -> usize {
        self.basis.len()
    }

    /// The stimulus of a sample through each function.
    pub(super) fn features_of(&self, sample: usize) -> &[f64] {
        &self.features[sample * self.functions()..][..self.functions()]
    }

    /// The kernel of some coefficients, `[frame]`, the oldest first.
    pub fn kernel(&self, coefficients: &[f64]) -> Vec<f64> {
        let history = self.basis[0].len();
        let at = |frame: usize| {
            let terms = coefficients.iter().zip(&self.basis);
            terms.map(|(c, function)| c * function[frame]).sum()
        };
        (0..history).map(at).collect()
    }

    /// The coefficients nearest to a kernel.
    pub(super) fn coefficients(&self, kernel: &[f64]) -> Vec<f64> {
        projected(&self.basis, kernel)
    }

    /// Drive `[sample]` of a kernel.
    pub(super) fn drive(&self, coefficients: &[f64]) -> Vec<f64> {
        let of = |sample| dot(self.features_of(sample), coefficients);
        (0..self.samples()).map(of).collect()
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

impl CascadePathway {
    /// Signed drive beyond the threshold of a sample's features.
    pub(super) fn released(&self, features: &[f64]) -> f64 {
        self.sign * (dot(features, &self.coefficients) - self.threshold).max(0.0)
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
            let resting = pathway.sign * (-pathway.threshold).max(0.0);
            let at = |sample| pathway.released(data.features_of(sample)) - resting;
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
        let features = data.features_of(sample);
        let released = self.pathways.iter().map(|one| one.released(features));
        self.bias + released.sum::<f64>()
    }

    /// Numbers that a fit may change: of each pathway the coefficients and the threshold, then bias
    /// and log gain.
    pub(super) fn flat(&self) -> Vec<f64> {
        let of = |one: &CascadePathway| [&one.coefficients[..], &[one.threshold]].concat();
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
        let pathways = self.pathways.iter().map(|one| CascadePathway {
            sign: one.sign,
            coefficients: take(one.coefficients.len()),
            threshold: take(1)[0],
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
        let features = data.features_of(sample);
        row.clear();
        let mut total = self.bias;
        for pathway in &self.pathways {
            let released = dot(features, &pathway.coefficients) - pathway.threshold;
            let active = if released > 0.0 { pathway.sign } else { 0.0 };
            total += active * released;
            row.extend(features.iter().map(|feature| active * feature));
            row.push(-active);
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
