//! What the cell itself answered, as spikes.
//!
//! Spikes are Poisson distributed around the rate, so that a circuit is as good as its deviance is small:
//! `2 sum over bins of n log(n / mu) - (n - mu)`, with `n` spikes where `mu` are expected. Light is that of the two
//! regions of the probe, or the same everywhere, where a circuit is simpler ([`full_field`](super::full_field)).

use std::borrow::Cow;
use std::ops::Range;

use ganglion_numerics::{LeastSquares, NormalEquations, levenberg_marquardt};

use super::data::Data;
use super::model::Cascade;

/// Spikes that are expected in a bin whatever a circuit says: no rate is exactly nothing.
const BACKGROUND: f64 = 1e-4;

/// Smallest relative improvement for which another step is made: deviances are large numbers whose
/// differences count.
const IMPROVEMENT: f64 = 5e-5;

/// A stretch of light and the spikes in answer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnsweredStretch {
    /// Course of the light in each region, one where it is the same everywhere, `[region][frame]`.
    pub courses: Vec<Vec<f64>>,
    /// Spikes in each of the bins `history .. frames`, over all its trials.
    pub counts: Vec<f64>,
    /// Seconds that each of these bins lasted, over all its trials.
    pub exposures: Vec<f64>,
}

/// The spikes of a cell in answer to light of one region and of two.
#[derive(Clone, Debug)]
pub struct OwnSpikes {
    /// One for each number of regions that occurs.
    answers: Vec<AnsweredLight>,
}

/// Spikes in answer to light of so many regions.
#[derive(Clone, Debug)]
struct AnsweredLight {
    light: Data,
    /// Spikes in each bin, over all its trials, `[sample]`.
    counts: Vec<f64>,
    /// Seconds that each bin lasted, over all its trials, `[sample]`.
    exposures: Vec<f64>,
}

impl OwnSpikes {
    /// The stretches of a cell.
    ///
    /// # Panics
    /// If there is no stretch, or one has not as many numbers as bins.
    pub fn new(stretches: &[AnsweredStretch], shape: (usize, usize)) -> Self {
        let of_regions = |regions: usize| {
            let with = stretches.iter().filter(|one| one.courses.len() == regions);
            AnsweredLight::new(with, shape)
        };
        let answers: Vec<AnsweredLight> = [1, 2].into_iter().filter_map(of_regions).collect();
        assert!(!answers.is_empty(), "a stretch");
        Self { answers }
    }

    /// The light with the rates of the spikes, as something to search in: every `step`th bin of the light that was
    /// recorded longest, where a bin of two regions counts for two.
    pub fn thinned(&self, step: usize) -> Data {
        let told = |answers: &&AnsweredLight| answers.exposure() * answers.light.regions() as f64;
        let all = self.answers.iter();
        let longest = all.max_by(|a, b| told(a).total_cmp(&told(b)));
        longest.expect("a stretch").thinned(step)
    }

    /// Seconds over all trials.
    pub fn exposure(&self) -> f64 {
        self.answers.iter().map(AnsweredLight::exposure).sum()
    }

    /// Highest rate of a circuit in any bin, Hz.
    pub fn highest_rate(&self, cascade: &Cascade) -> f64 {
        let rates = |answers: &AnsweredLight| answers.seen(cascade).rates(&answers.light);
        let all = self.answers.iter().flat_map(rates);
        all.fold(0.0, f64::max)
    }

    /// The first of each stretch, up to one in `part` of its bins that were recorded.
    pub fn beginnings(&self, part: usize) -> Self {
        let of = |answers: &AnsweredLight| answers.beginnings(part);
        Self {
            answers: self.answers.iter().map(of).collect(),
        }
    }

    /// Spikes.
    pub fn spikes(&self) -> f64 {
        let of = |answers: &AnsweredLight| answers.counts.iter().sum::<f64>();
        self.answers.iter().map(of).sum()
    }

    /// Twice what the logarithm of the likelihood falls short of that of the spikes themselves.
    pub fn deviance(&self, cascade: &Cascade) -> f64 {
        self.answers.iter().map(|one| one.deviance(cascade)).sum()
    }

    /// As [`LeastSquares::normal_equations`] of the deviance, by Fisher's scoring.
    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let all = self.answers.iter().map(|one| one.normal_equations(cascade));
        all.reduce(|sum, next| added(sum, &next, 1.0))
            .expect("a stretch")
    }
}

/// Normal equations and `weight` times others.
fn added(
    (mut matrix, mut right): (Vec<f64>, Vec<f64>),
    (other, other_right): &(Vec<f64>, Vec<f64>),
    weight: f64,
) -> (Vec<f64>, Vec<f64>) {
    let add = |sums: &mut [f64], others: &[f64]| {
        let pairs = sums.iter_mut().zip(others);
        pairs.for_each(|(sum, other)| *sum += weight * other);
    };
    add(&mut matrix, other);
    add(&mut right, other_right);
    (matrix, right)
}

impl AnsweredLight {
    /// None of no stretch.
    fn new<'a>(
        stretches: impl Iterator<Item = &'a AnsweredStretch>,
        shape: (usize, usize),
    ) -> Option<Self> {
        let one = |stretch: &AnsweredStretch| {
            let (bins, exposed) = (stretch.counts.len(), stretch.exposures.len());
            assert_eq!(bins, exposed, "an exposure a bin");
            let seen = |course: &Vec<f64>| course[..course.len() - 1].to_vec();
            let seen: Vec<Vec<f64>> = stretch.courses.iter().map(seen).collect();
            Self {
                light: Data::new(&seen, vec![0.0; bins], shape),
                counts: stretch.counts.clone(),
                exposures: stretch.exposures.clone(),
            }
        };
        stretches.map(one).reduce(|before, next| Self {
            light: before.light.followed_by(next.light),
            counts: [before.counts, next.counts].concat(),
            exposures: [before.exposures, next.exposures].concat(),
        })
    }

    fn thinned(&self, step: usize) -> Data {
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

    fn exposure(&self) -> f64 {
        self.exposures.iter().sum()
    }

    fn beginnings(&self, part: usize) -> Self {
        let stretches: Vec<Range<usize>> = self.light.stretches().collect();
        let length = |stretch: &Range<usize>| {
            let recorded = stretch.clone().filter(|&bin| self.exposures[bin] > 0.0);
            let recorded: Vec<usize> = recorded.collect();
            let wanted = recorded.len().div_ceil(part);
            let last = wanted.checked_sub(1).and_then(|last| recorded.get(last));
            last.map_or(0, |last| last + 1 - stretch.start)
        };
        let lengths: Vec<usize> = stretches.iter().map(length).collect();
        let kept = |values: &[f64]| -> Vec<f64> {
            let of_each = stretches.iter().zip(&lengths);
            of_each
                .flat_map(|(stretch, &length)| values[stretch.clone()][..length].iter().copied())
                .collect()
        };
        Self {
            light: self.light.beginnings(&lengths),
            counts: kept(&self.counts),
            exposures: kept(&self.exposures),
        }
    }

    /// Whether the light is the same everywhere.
    fn is_full_field(&self) -> bool {
        self.light.regions() == 1
    }

    /// The circuit as it sees this light.
    fn seen<'a>(&self, cascade: &'a Cascade) -> Cow<'a, Cascade> {
        match self.is_full_field() {
            true => Cow::Owned(cascade.in_full_field(self.light.functions())),
            false => Cow::Borrowed(cascade),
        }
    }

    fn deviance(&self, cascade: &Cascade) -> f64 {
        let rates = self.seen(cascade).rates(&self.light);
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

    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let seen = self.seen(cascade);
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
        match self.is_full_field() {
            true => cascade
                .full_field_slopes(self.light.functions())
                .pulled_back(&matrix, &right),
            false => (matrix, right),
        }
    }
}

/// What a circuit is fitted to: a network's answers to a probe, and the cell's own.
pub struct Joint<'a> {
    /// The network's answers.
    pub probe: &'a Data,
    /// The cell's.
    pub spikes: &'a OwnSpikes,
    /// How often the deviance of these spikes counts: more than once where they are a part of all.
    pub times: f64,
    /// Deviance that one squared Hz of the network's residuals is worth: for circuits whose synapses do not depress, and for
    /// those whose synapses do.
    pub weights: [f64; 2],
}

impl Joint<'_> {
    fn weight(&self, cascade: &Cascade) -> f64 {
        self.weights[usize::from(cascade.depresses())]
    }

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
        let network = self.weight(cascade) * cascade.error(self.probe);
        self.times * self.spikes.deviance(cascade) + network
    }

    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let (matrix, right) = self.probe.normal_equations(cascade);
        let weight = self.weight(cascade);
        let scaled = |sums: Vec<f64>| sums.into_iter().map(|sum| weight * sum).collect();
        let spikes = self.spikes.normal_equations(cascade);
        added((scaled(matrix), scaled(right)), &spikes, self.times)
    }

    fn moved(&self, cascade: &Cascade, step: &[f64]) -> Option<Cascade> {
        self.probe.moved(cascade, step)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Poisson};

    use super::super::fixture::{course, data_of, depressing_if};
    use super::*;

    const SHAPE: (usize, usize) = (4, 12);

    fn stretch(courses: &[&[f64]], exposure: f64) -> AnsweredStretch {
        let bins = courses[0].len() - SHAPE.1;
        AnsweredStretch {
            courses: courses.iter().map(|course| course.to_vec()).collect(),
            counts: vec![0.0; bins],
            exposures: vec![exposure; bins],
        }
    }

    /// Spikes that the circuit would give: two stretches of a full field with another number of trials each, and one of
    /// two regions.
    fn spikes_of(cascade: &Cascade) -> OwnSpikes {
        let light = course(650);
        let stretches = [
            stretch(&[&light[..400]], 4.0),
            stretch(&[&light[400..]], 12.0),
            stretch(&[&light[..300], &light[350..]], 4.0),
        ];
        let mut spikes = OwnSpikes::new(&stretches, SHAPE);
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for answers in &mut spikes.answers {
            let rates = answers.seen(cascade).rates(&answers.light);
            let bins = rates.iter().zip(&answers.exposures);
            let count = |(rate, exposure): (&f64, &f64)| {
                Poisson::new(rate * exposure + 1e-9)
                    .expect("a rate")
                    .sample(&mut random)
            };
            answers.counts = bins.map(count).collect();
        }
        spikes
    }

    fn bins(spikes: &OwnSpikes) -> usize {
        spikes.answers.iter().map(|one| one.counts.len()).sum()
    }

    /// A flash of one frame is answered in the bin after it by a kernel that weighs the newest frame, and by nothing else.
    #[test]
    fn bins_follow_their_frames() {
        let (_, mut cascade) = data_of(&[(1.0, [1.0, 0.0, 0.0, 0.0], 0.0)], -2.0, 2);
        let mut light = vec![0.0; 40];
        light[25] = 1.0;
        let bins = 40 - 12;
        let spikes = OwnSpikes::new(&[stretch(&[&light], 0.01)], SHAPE);
        let light = &spikes.answers[0].light;
        let newest = light.coefficients(&[&[0.0; 11][..], &[1.0]].concat());
        cascade.pathways[0].coefficients[..4].copy_from_slice(&newest);
        let rates = cascade.in_full_field(4).rates(light);
        let largest = (0..bins)
            .max_by(|&a, &b| rates[a].total_cmp(&rates[b]))
            .unwrap();
        // The first bin is that of frame 12, which sees the frames before it.
        assert_eq!(12 + largest, 26);
    }

    /// Of several stretches every one keeps its own bins and ends.
    #[test]
    fn stretches_are_thinned_each_by_itself() {
        let (_, cascade) = depressing_if(true);
        let spikes = spikes_of(&cascade);
        let thinned = spikes.answers[0].thinned(3);
        let lengths: Vec<usize> = thinned.stretches().map(|one| one.len()).collect();
        assert_eq!(lengths.iter().sum::<usize>(), thinned.samples());
        assert_eq!(lengths, [130, 79]);
    }

    /// Where the first bins of a stretch do not count, its beginning goes on until enough do; what nobody recorded has no
    /// beginning.
    #[test]
    fn beginnings_hold_their_part_of_what_was_recorded() {
        let light = course(60);
        let mut short = stretch(&[&light[..36]], 2.0);
        short.exposures[..12].fill(0.0);
        let mut silent = stretch(&[&light[20..56]], 2.0);
        silent.exposures.fill(0.0);
        let spikes = OwnSpikes::new(&[short, silent], SHAPE);
        let third = spikes.beginnings(3);
        assert_eq!((spikes.exposure(), third.exposure()), (24.0, 8.0));
        let lengths = third.answers[0].light.stretches().map(|one| one.len());
        assert_eq!(lengths.collect::<Vec<_>>(), [16, 0]);
    }

    /// What was recorded longest is searched, twice as long in one region as in two or longer.
    #[test]
    fn the_light_that_tells_most_is_searched() {
        let light = course(200);
        let regions = |full: usize, striped: usize| {
            let stretches = [
                stretch(&[&light[..12 + full]], 1.0),
                stretch(&[&light[..12 + striped], &light[40..52 + striped]], 1.0),
            ];
            OwnSpikes::new(&stretches, SHAPE).thinned(2).regions()
        };
        assert_eq!([regions(100, 60), regions(100, 40)], [2, 1]);
    }

    /// The beginnings of all stretches, with their own light, spikes and ends.
    #[test]
    fn beginnings_are_those_of_each_stretch() {
        let (_, cascade) = depressing_if(true);
        let spikes = spikes_of(&cascade);
        assert_eq!(bins(&spikes.beginnings(1)), bins(&spikes));
        let third = spikes.beginnings(3);
        let [full, striped] = &third.answers[..] else {
            panic!("{third:?}");
        };
        let lengths: Vec<usize> = full.light.stretches().map(|one| one.len()).collect();
        assert_eq!(lengths, [130, 80]);
        assert_eq!(striped.counts.len(), 96);
        assert_eq!(full.counts[..130], spikes.answers[0].counts[..130]);
        assert_eq!(full.counts[130..], spikes.answers[0].counts[388..468]);
        let rates = |answers: &AnsweredLight| answers.seen(&cascade).rates(&answers.light);
        assert_eq!(rates(full)[130..], rates(&spikes.answers[0])[388..468]);
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
                times: 1.5,
                weights: [0.7, 0.4],
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
        assert!(planted < 1.2 * bins(&spikes) as f64, "{planted}");
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
            times: 1.0,
            weights: [1e-6; 2],
        };
        let (found, _) = joint.descend(start, 60);
        let left = spikes.deviance(&found) - planted;
        assert!(away > 50.0 && left < 0.1 * away, "{away} {left}");
    }
}
