//! Movies that tell circuits apart.

use std::f64::consts::FRAC_1_SQRT_2;

use ganglion_experiment::{Screen, StimulusMovie};
use ganglion_recording::{Microns, Milliseconds};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The probe of circuits: two sets of stripes that flicker together and against each other, every
/// value for a time of its own.
///
/// A whole field is not enough. `max(b, 0) = b + max(-b, 0)`, so that `max(a, 0) - max(b, 0)` and
/// `max(a - b, 0) - max(-b, 0)` are the same wherever the output rectifies what is left: fast OFF
/// excitation with slow OFF inhibition is as good as another OFF excitation with slow ON inhibition.
/// Units that see different light at one time, and are rectified before they are pooled, are not.
///
/// Short holds tell the kinetics of fast pathways; long ones drive slow pathways so far that they
/// fall silent, without which a tonic pathway of one polarity and sign is the same as one of the
/// other polarity and sign. It is shown to a network, which answers without noise, so that as much
/// of it as needed costs nothing. Ours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Probe {
    /// How long it is.
    pub duration: Milliseconds,
    /// Standard deviation of its contrasts, in those of the training stimulus.
    pub contrast: f64,
    /// Contrasts beyond this size are clipped.
    pub largest: f64,
    /// Shortest and longest time for which a value stays; uniform in their logarithm.
    pub hold: [Milliseconds; 2],
    /// Width of a stripe: narrower than the pool of a ganglion cell, wider than the centre of a unit.
    pub stripe: Microns,
    /// Seed of contrasts and times.
    pub seed: u64,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            duration: Milliseconds(60_000.0),
            contrast: 1.0,
            largest: 2.0,
            hold: [Milliseconds(20.0), Milliseconds(500.0)],
            stripe: Microns(100.0),
            seed: 1,
        }
    }
}

impl Probe {
    /// Contrasts of the two sets of stripes, `[region][frame]`, and the movie of them.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if it is shorter than the history or a number makes no sense.
    pub fn of(&self, screen: &Screen) -> Result<([Vec<f64>; 2], StimulusMovie), Error> {
        self.check(screen)?;
        let courses = self.courses(screen);
        let movie = self.movie(&courses, screen);
        Ok((courses, movie))
    }

    fn courses(&self, screen: &Screen) -> [Vec<f64>; 2] {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let common = self.course(screen, &mut random);
        let difference = self.course(screen, &mut random);
        let sum = |sign: f64| {
            let pairs = common.iter().zip(&difference);
            let value = |(common, difference): (&f64, &f64)| {
                let value = FRAC_1_SQRT_2 * (common + sign * difference);
                value.clamp(-self.largest, self.largest)
            };
            pairs.map(value).collect()
        };
        [sum(1.0), sum(-1.0)]
    }

    /// Values that each stay for a time of their own, `[frame]`.
    fn course(&self, screen: &Screen, random: &mut impl Rng) -> Vec<f64> {
        let frames = (self.duration / screen.frame_period).round() as usize;
        let [shortest, longest] = self.hold.map(|time| time.0.ln());
        let mut course = Vec::with_capacity(frames);
        while course.len() < frames {
            let value: f64 = StandardNormal.sample(random);
            let value = self.contrast * value;
            let hold = (shortest + (longest - shortest) * random.random::<f64>()).exp();
            let hold = (hold / screen.frame_period.0).round().max(1.0) as usize;
            let hold = hold.min(frames - course.len());
            course.extend(std::iter::repeat_n(value, hold));
        }
        course
    }

    /// Pixels that a stripe is wide.
    pub fn stripe_pixels(&self, screen: &Screen) -> usize {
        (self.stripe / screen.microns_per_pixel).round().max(1.0) as usize
    }

    /// Vertical stripes of the two sets in turn.
    fn movie(&self, courses: &[Vec<f64>; 2], screen: &Screen) -> StimulusMovie {
        let stripe = self.stripe_pixels(screen);
        let row =
            |frame: usize| (0..screen.width).map(move |x| courses[x / stripe % 2][frame] as f32);
        let frame = |frame: usize| (0..screen.height).flat_map(move |_| row(frame));
        let values = (0..courses[0].len()).flat_map(frame);
        StimulusMovie::new(screen.height, screen.width, values.collect())
    }

    pub(crate) fn check(&self, screen: &Screen) -> Result<(), Error> {
        let refuse = |key, value, allowed| {
            Err(Error::OutOfRange {
                key,
                value,
                allowed,
            })
        };
        let least = 2.0 * screen.history as f64 * screen.frame_period.0;
        let is_positive = |value: f64| value > 0.0 && value.is_finite();
        if self.duration.0.is_nan() || self.duration.0 < least {
            return refuse(
                "identify.probe.duration",
                self.duration.0,
                "twice the history or more",
            );
        }
        if !is_positive(self.contrast) {
            return refuse("identify.probe.contrast", self.contrast, "a number above 0");
        }
        if !is_positive(self.largest) {
            return refuse("identify.probe.largest", self.largest, "a number above 0");
        }
        if !is_positive(self.stripe.0) {
            return refuse("identify.probe.stripe", self.stripe.0, "a width above 0");
        }
        let [shortest, longest] = self.hold.map(|time| time.0);
        if !is_positive(shortest) || !longest.is_finite() || longest < shortest {
            return refuse("identify.probe.hold", shortest, "a range of times above 0");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Microns;

    use super::*;

    fn screen() -> Screen {
        Screen {
            height: 3,
            width: 5,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        }
    }

    #[test]
    fn values_stay_between_the_shortest_and_the_longest_hold() {
        let course = Probe::default().course(&screen(), &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(course.len(), 6000);
        let holds: Vec<usize> = course.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
        let inner = &holds[..holds.len() - 1];
        assert!(inner.iter().all(|hold| (2..=50).contains(hold)));
    }

    #[test]
    fn stripes_alternate_and_are_clipped() {
        let probe = Probe {
            contrast: 3.0,
            ..Probe::default()
        };
        let courses = probe.courses(&screen());
        assert!(courses.iter().flatten().all(|value| value.abs() <= 2.0));
        let agreed = courses[0].iter().zip(&courses[1]);
        let product: f64 = agreed.map(|(a, b)| a * b).sum();
        let square: f64 = courses[0].iter().map(|a| a * a).sum();
        // Together and against each other alike: no correlation but that of 300 draws, 0.06.
        assert!(product.abs() < 0.25 * square, "{}", product / square);
        let movie = probe.movie(&courses, &screen());
        assert_eq!(movie.frames(), 6000);
        let [one, other] = [0, 1].map(|region| courses[region][7] as f32);
        assert_eq!(&movie.frame(7)[..5], &[one, one, other, other, one]);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let probe = Probe {
            hold: [Milliseconds(0.0), Milliseconds(500.0)],
            ..Probe::default()
        };
        let error = probe.of(&screen()).unwrap_err().to_string();
        assert!(error.contains("reduction.identify.probe.hold"), "{error}");
    }
}
