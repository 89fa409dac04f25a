//! A circuit under light that is the same everywhere, as the cell itself answered it.
//!
//! All units of a pathway then see the same, so that regions make no difference:
//!
//! ```text
//! D(t) = rectify(w (k + l) * s(t) - w theta),    w = sum over regions of w_g
//! ```
//!
//! Spikes are Poisson distributed around the rate, so that a circuit is as good as its deviance is small:
//! `2 sum over bins of n log(n / mu) - (n - mu)`, with `n` spikes where `mu` are expected.

use ganglion_numerics::{LeastSquares, NormalEquations, levenberg_marquardt};

use super::data::Data;
use super::depression::{DEPRESSION_NUMBERS, FittedDepression};
use super::model::{Cascade, CascadePathway};

/// Spikes that are expected in a bin whatever a circuit says: no rate is exactly nothing.
const BACKGROUND: f64 = 1e-4;

/// Smallest relative improvement for which another step is made: deviances are large numbers whose
/// differences count.
const IMPROVEMENT: f64 = 1e-5;

/// Spikes in answer to light that was the same everywhere.
#[derive(Clone, Debug)]
pub struct FullFieldSpikes {
    /// The light, in one region.
    light: Data,
    /// Spikes in each bin, over all its trials, `[sample]`.
    counts: Vec<f64>,
    /// Seconds that each bin lasted, over all its trials, `[sample]`.
    exposures: Vec<f64>,
}

impl FullFieldSpikes {
    /// Courses of light `[stretch][frame]`; spikes and seconds of the bins `history .. frames` of each.
    ///
    /// # Panics
    /// If there is no stretch, or not as many numbers as bins.
    pub fn new(
        courses: &[Vec<f64>],
        (counts, exposures): (Vec<f64>, Vec<f64>),
        (functions, history): (usize, usize),
    ) -> Self {
        let stretch = |course: &Vec<f64>| {
            let seen = &course[..course.len() - 1];
            let bins = seen.len() + 1 - history;
            Data::new(&[seen.to_vec()], vec![0.0; bins], (functions, history))
        };
        let light = courses.iter().map(stretch).reduce(Data::followed_by);
        let light = light.expect("a stretch");
        assert_eq!(light.samples(), counts.len(), "a count a bin");
        assert_eq!(light.samples(), exposures.len(), "an exposure a bin");
        Self {
            light,
            counts,
            exposures,
        }
    }

    /// The light with the rates of the spikes, as something to search in: every `step`th bin.
    pub fn thinned(&self, step: usize) -> Data {
        let bins = self.counts.iter().zip(&self.exposures);
        let rate = |(count, exposure): (&f64, &f64)| match *exposure > 0.0 {
            true => count / exposure,
            false => 0.0,
        };
        let rates = bins.map(rate).collect();
        let weights = self
            .exposures
            .iter()
            .map(|exposure| f64::from(u8::from(*exposure > 0.0)));
        let weights = weights.collect();
        self.light
            .clone()
            .with_rates(rates)
            .weighted(weights)
            .thinned(step)
    }

    /// Spikes.
    pub fn spikes(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// Twice what the logarithm of the likelihood falls short of that of the spikes themselves.
    pub fn deviance(&self, cascade: &Cascade) -> f64 {
        let rates = cascade
            .in_full_field(self.light.functions())
            .rates(&self.light);
        let bins = rates.iter().zip(&self.counts).zip(&self.exposures);
        let term = |((rate, &count), exposure): ((&f64, &f64), &f64)| {
            let expected = exposure * rate + BACKGROUND;
            let surprise = if count > 0.0 {
                count * (count / expected).ln()
            } else {
                0.0
            };
            2.0 * (surprise - count + expected)
        };
        bins.map(term).sum()
    }

    /// As [`LeastSquares::normal_equations`] of the deviance, by Fisher's scoring.
    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let seen = cascade.in_full_field(self.light.functions());
        let size = seen.flat().len();
        let mut equations = NormalEquations::new(size);
        let mut row = Vec::with_capacity(size);
        for stretch in self.light.stretches() {
            let mut vesicles = seen.vesicles(&self.light);
            for sample in stretch {
                // The light has no rates of its own: the residual is the rate.
                let rate = seen.differentiate(&self.light, sample, &mut vesicles, &mut row);
                let expected = self.exposures[sample] * rate + BACKGROUND;
                let scale = self.exposures[sample] / expected.sqrt();
                row.iter_mut().for_each(|value| *value *= scale);
                equations.add((expected - self.counts[sample]) / expected.sqrt(), &row);
            }
        }
        let (matrix, right) = equations.finish();
        cascade
            .full_field_slopes(self.light.functions())
            .pulled_back(&matrix, &right)
    }
}

/// What a circuit is fitted to: a network's answers to a probe, and the cell's own to a full field.
pub struct Joint<'a> {
    /// The network's answers.
    pub probe: &'a Data,
    /// The cell's.
    pub spikes: &'a FullFieldSpikes,
    /// Deviance that one squared Hz of the network's residuals is worth.
    pub weight: f64,
}

impl Joint<'_> {
    /// The circuit at the end of a descent, and the sum of both.
    pub fn descend(&self, start: Cascade, steps: usize) -> (Cascade, f64) {
        let (mut best, error) = levenberg_marquardt(self, start, steps, IMPROVEMENT);
        for pathway in &mut best.pathways {
            pathway.settle(self.probe);
        }
        (best, error)
    }
}

impl LeastSquares for Joint<'_> {
    type Point = Cascade;

    fn error(&self, cascade: &Cascade) -> f64 {
        self.spikes.deviance(cascade) + self.weight * cascade.error(self.probe)
    }

    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let (mut matrix, mut right) = self.spikes.normal_equations(cascade);
        let (probe, probe_right) = self.probe.normal_equations(cascade);
        let add = |sums: &mut [f64], others: &[f64]| {
            let pairs = sums.iter_mut().zip(others);
            pairs.for_each(|(sum, other)| *sum += self.weight * other);
        };
        add(&mut matrix, &probe);
        add(&mut right, &probe_right);
        (matrix, right)
    }

    fn moved(&self, cascade: &Cascade, step: &[f64]) -> Option<Cascade> {
        self.probe.moved(cascade, step)
    }
}

impl Cascade {
    /// The circuit as all its units see the same: one region of `functions`.
    fn in_full_field(&self, functions: usize) -> Self {
        let pathways = self.pathways.iter();
        Self {
            pathways: pathways.map(|one| one.in_full_field(functions)).collect(),
            ..*self
        }
    }

    /// How the numbers of [`in_full_field`](Self::in_full_field) change with those of the circuit.
    fn full_field_slopes(&self, functions: usize) -> Slopes {
        let mut slopes = Slopes::default();
        for pathway in &self.pathways {
            pathway.add_slopes(functions, &mut slopes);
        }
        for output in 0..2 {
            slopes.set(output, output, 1.0);
        }
        slopes.advance(2, 2);
        slopes
    }
}

impl CascadePathway {
    /// Sum of the weights of all regions.
    fn full_field_weight(&self, functions: usize) -> f64 {
        match self.coefficients.len() > functions {
            true => 1.0 + self.balance,
            false => 1.0,
        }
    }

    fn summed(&self, functions: usize) -> Vec<f64> {
        let (own, others) = self.coefficients.split_at(functions);
        let other = |index: usize| others.get(index).copied().unwrap_or(0.0);
        (own.iter().enumerate())
            .map(|(index, own)| own + other(index))
            .collect()
    }

    fn in_full_field(&self, functions: usize) -> Self {
        let weight = self.full_field_weight(functions);
        Self {
            coefficients: self.summed(functions).iter().map(|c| weight * c).collect(),
            balance: 1.0,
            threshold: weight * self.threshold,
            softness: weight * self.softness,
            depression: self.depression.map(|one| FittedDepression {
                log_depletion: one.log_depletion - weight.ln(),
                ..one
            }),
            ..*self
        }
    }

    fn add_slopes(&self, functions: usize, slopes: &mut Slopes) {
        let weight = self.full_field_weight(functions);
        let width = self.coefficients.len();
        let [threshold, softness, balance] = [width, width + 1, width + 2];
        let regions = width / functions;
        for (index, sum) in self.summed(functions).into_iter().enumerate() {
            for region in 0..regions {
                slopes.set(index, region * functions + index, weight);
            }
            if regions > 1 {
                slopes.set(index, balance, sum);
            }
        }
        slopes.set(functions, threshold, weight);
        slopes.set(functions + 1, softness, weight);
        if regions > 1 {
            slopes.set(functions, balance, self.threshold);
            slopes.set(functions + 1, balance, self.softness);
        }
        let depression = match self.depression {
            Some(_) => DEPRESSION_NUMBERS,
            None => 0,
        };
        for number in 0..depression {
            slopes.set(functions + 3 + number, width + 3 + number, 1.0);
        }
        if depression > 0 && regions > 1 {
            slopes.set(functions + 4, balance, -1.0 / weight);
        }
        slopes.advance(functions + 3 + depression, width + 3 + depression);
    }
}

/// A sparse matrix of derivatives: of few numbers by many.
#[derive(Default)]
struct Slopes {
    entries: Vec<(usize, usize, f64)>,
    rows: usize,
    columns: usize,
}

impl Slopes {
    /// An entry, counted from where the last block ended.
    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.entries
            .push((self.rows + row, self.columns + column, value));
    }

    fn advance(&mut self, rows: usize, columns: usize) {
        self.rows += rows;
        self.columns += columns;
    }

    /// Normal equations of the few numbers as those of the many.
    fn pulled_back(&self, matrix: &[f64], right: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut pulled = vec![0.0; self.columns * self.columns];
        let mut pulled_right = vec![0.0; self.columns];
        for &(row, column, value) in &self.entries {
            pulled_right[column] += value * right[row];
            for &(other_row, other_column, other) in &self.entries {
                pulled[column * self.columns + other_column] +=
                    value * other * matrix[row * self.rows + other_row];
            }
        }
        (pulled, pulled_right)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Poisson};

    use super::super::fixture::{data_of, example};
    use super::*;

    /// Values of a made-up course of light.
    fn course(frames: usize) -> Vec<f64> {
        let value = |frame: usize| ((frame * 7919 % 1009) as f64 / 504.5 - 1.0) * 1.5;
        (0..frames).map(value).collect()
    }

    /// A circuit of two pathways, the second of which depresses if asked for, and its probe.
    fn depressing_if(runs_down: bool) -> (Data, Cascade) {
        let (data, mut cascade) = example(2);
        if runs_down {
            cascade.pathways[1].depression = Some(FittedDepression {
                log_recovery: 3.0,
                log_depletion: -2.0,
            });
        }
        (data, cascade)
    }

    /// Spikes that the circuit would give, two stretches of light with another number of trials each.
    fn spikes_of(cascade: &Cascade) -> FullFieldSpikes {
        let courses = [course(400), course(250)];
        let bins = [400 - 12, 250 - 12];
        let exposures: Vec<f64> = std::iter::repeat_n(0.01, bins[0])
            .chain(std::iter::repeat_n(0.03, bins[1]))
            .collect();
        let none = vec![0.0; exposures.len()];
        let mut spikes = FullFieldSpikes::new(&courses, (none, exposures), (4, 12));
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let rates = cascade.in_full_field(4).rates(&spikes.light);
        let bins = rates.iter().zip(&spikes.exposures);
        let count = |(rate, exposure): (&f64, &f64)| {
            Poisson::new(400.0 * rate * exposure + 1e-9)
                .expect("a rate")
                .sample(&mut random)
        };
        spikes.counts = bins.map(count).collect();
        spikes
            .exposures
            .iter_mut()
            .for_each(|exposure| *exposure *= 400.0);
        spikes
    }

    /// What a pathway does with two regions that show the same.
    #[test]
    fn regions_that_show_the_same_are_one() {
        for runs_down in [false, true] {
            let (_, cascade) = depressing_if(runs_down);
            let light = course(300);
            let one = Data::new(std::slice::from_ref(&light), vec![0.0; 289], (4, 12));
            let two = Data::new(&[light.clone(), light], vec![0.0; 289], (4, 12));
            let pairs = cascade
                .in_full_field(4)
                .rates(&one)
                .into_iter()
                .zip(cascade.rates(&two));
            assert!(
                pairs
                    .into_iter()
                    .all(|(a, b)| (a - b).abs() < 1e-9 * b.max(1.0))
            );
        }
    }

    /// A flash of one frame is answered in the bin after it by a kernel that weighs the newest frame, and by nothing else.
    #[test]
    fn bins_follow_their_frames() {
        let (_, mut cascade) = data_of(&[(1.0, [1.0, 0.0, 0.0, 0.0], 0.0)], -2.0, 2);
        let mut light = vec![0.0; 40];
        light[25] = 1.0;
        let bins = 40 - 12;
        let exposures = vec![0.01; bins];
        let spikes = FullFieldSpikes::new(&[light], (vec![0.0; bins], exposures), (4, 12));
        let newest = spikes
            .light
            .coefficients(&[&[0.0; 11][..], &[1.0]].concat());
        cascade.pathways[0].coefficients[..4].copy_from_slice(&newest);
        let rates = cascade.in_full_field(4).rates(&spikes.light);
        let largest = (0..bins)
            .max_by(|&a, &b| rates[a].total_cmp(&rates[b]))
            .unwrap();
        // The first bin is that of frame 12, which sees the frames before it.
        assert_eq!(12 + largest, 26);
    }

    /// How the numbers of the one change with those of the other, by central differences: normal equations are pulled back
    /// by the same matrix on both sides.
    #[test]
    fn normal_equations_are_pulled_back() {
        for runs_down in [false, true] {
            let (_, cascade) = depressing_if(runs_down);
            let flat = cascade.flat();
            let seen = |flat: &[f64]| cascade.with(flat).in_full_field(4).flat();
            let rows = seen(&flat).len();
            let slope = |column: usize| {
                let at = |step: f64| {
                    let mut moved = flat.clone();
                    moved[column] += step;
                    seen(&moved)
                };
                let pairs = at(1e-5).into_iter().zip(at(-1e-5));
                pairs
                    .map(|(ahead, behind)| (ahead - behind) / 2e-5)
                    .collect::<Vec<_>>()
            };
            let slopes: Vec<Vec<f64>> = (0..flat.len()).map(slope).collect();
            let weight = |a: usize, b: usize| 1.0 / (1.0 + a.abs_diff(b) as f64);
            let matrix: Vec<f64> = (0..rows * rows)
                .map(|place| weight(place / rows, place % rows))
                .collect();
            let right: Vec<f64> = (0..rows).map(|row| row as f64 - 3.0).collect();
            let (pulled, pulled_right) = cascade.full_field_slopes(4).pulled_back(&matrix, &right);
            for (a, one) in slopes.iter().enumerate() {
                let sum: f64 = one.iter().zip(&right).map(|(a, b)| a * b).sum();
                // The step's square times the curvature.
                assert!((sum - pulled_right[a]).abs() < 1e-6 * sum.abs().max(1.0));
                for (b, other) in slopes.iter().enumerate() {
                    let mut sum = 0.0;
                    for (row, value) in one.iter().enumerate() {
                        for (column, other) in other.iter().enumerate() {
                            sum += value * matrix[row * rows + column] * other;
                        }
                    }
                    let found = pulled[a * flat.len() + b];
                    assert!((sum - found).abs() < 1e-6 * sum.abs().max(1.0), "{a} {b}");
                }
            }
        }
    }

    /// Of several stretches every one keeps its own bins and ends.
    #[test]
    fn stretches_are_thinned_each_by_itself() {
        let (_, cascade) = depressing_if(true);
        let spikes = spikes_of(&cascade);
        let thinned = spikes.thinned(3);
        let lengths: Vec<usize> = thinned.stretches().map(|one| one.len()).collect();
        assert_eq!(lengths.iter().sum::<usize>(), thinned.samples());
        assert_eq!(lengths, [130, 79]);
    }

    /// `-J'r` is half the negative slope of the sum of squares. Central differences of step 1e-6 of sums of some thousand are
    /// right to about 1e-6 of the largest; where a stretch of bins has a kink less.
    #[test]
    fn slopes_are_those_of_differences() {
        for runs_down in [false, true] {
            let (probe, cascade) = depressing_if(runs_down);
            let spikes = spikes_of(&cascade);
            let joint = Joint {
                probe: &probe,
                spikes: &spikes,
                weight: 0.7,
            };
            let flat: Vec<f64> = cascade.flat().iter().map(|value| 0.95 * value).collect();
            let (_, right) = joint.normal_equations(&cascade.with(&flat));
            let largest = right
                .iter()
                .fold(0.0f64, |largest, value| largest.max(value.abs()));
            for (index, slope) in right.iter().enumerate() {
                let at = |step: f64| {
                    let mut moved = flat.clone();
                    moved[index] += step;
                    joint.error(&cascade.with(&moved))
                };
                let difference = -(at(1e-6) - at(-1e-6)) / 4e-6;
                assert!(
                    (difference - slope).abs() < 1e-3 * largest,
                    "{runs_down} {index}: {difference} {slope}"
                );
            }
        }
    }

    /// The planted circuit is as good as spikes allow, a deviance of about one a bin that is not nearly empty; one that
    /// lacks a pathway is the worse by far, and a fit finds most of the way back from other numbers.
    #[test]
    fn spikes_tell_a_circuit_from_others() {
        let (probe, cascade) = depressing_if(true);
        let spikes = spikes_of(&cascade);
        let planted = spikes.deviance(&cascade);
        assert!(planted < 1.2 * spikes.counts.len() as f64, "{planted}");
        let mut fewer = cascade.clone();
        fewer.pathways.remove(0);
        let lacking = spikes.deviance(&fewer) - planted;
        assert!(lacking > 50.0, "{lacking}");
        let flat: Vec<f64> = cascade.flat().iter().map(|value| 0.8 * value).collect();
        let start = cascade.with(&flat);
        let away = spikes.deviance(&start) - planted;
        let joint = Joint {
            probe: &probe,
            spikes: &spikes,
            weight: 1e-6,
        };
        let (found, _) = joint.descend(start, 60);
        let left = spikes.deviance(&found) - planted;
        assert!(away > 50.0 && left < 0.1 * away, "{away} {left}");
    }
}
