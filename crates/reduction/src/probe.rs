//! Full-field movies that tell circuits apart.

use ganglion_experiment::{Screen, StimulusMovie};
use ganglion_recording::Milliseconds;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The probe of circuits: flicker of the whole field whose every value stays for a time of its own.
///
/// Short holds tell the kinetics of fast pathways; long ones drive slow pathways so far that they
/// fall silent, without which a tonic pathway of one polarity and sign is the same as one of the
/// other polarity and sign. It is shown to a network, which answers without noise, so that as much
/// of it as needed costs nothing. Ours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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
            seed: 1,
        }
    }
}

impl Probe {
    /// Contrasts `[frame]`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if it is shorter than the history or a number makes no sense.
    pub fn contrasts(&self, screen: &Screen) -> Result<Vec<f64>, Error> {
        self.check(screen)?;
        let frames = (self.duration.0 / screen.frame_period.0).round() as usize;
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let [shortest, longest] = self.hold.map(|time| time.0.ln());
        let mut contrasts = Vec::with_capacity(frames);
        while contrasts.len() < frames {
            let value: f64 = StandardNormal.sample(&mut random);
            let value = (self.contrast * value).clamp(-self.largest, self.largest);
            let hold = (shortest + (longest - shortest) * random.random::<f64>()).exp();
            let hold = (hold / screen.frame_period.0).round().max(1.0) as usize;
            let hold = hold.min(frames - contrasts.len());
            contrasts.extend(std::iter::repeat_n(value, hold));
        }
        Ok(contrasts)
    }

    fn check(&self, screen: &Screen) -> Result<(), Error> {
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
                "probe.duration",
                self.duration.0,
                "twice the history or more",
            );
        }
        if !is_positive(self.contrast) {
            return refuse("probe.contrast", self.contrast, "a number above 0");
        }
        if !is_positive(self.largest) {
            return refuse("probe.largest", self.largest, "a number above 0");
        }
        let [shortest, longest] = self.hold.map(|time| time.0);
        if !is_positive(shortest) || !longest.is_finite() || longest < shortest {
            return refuse("probe.hold", shortest, "a range of times above 0");
        }
        Ok(())
    }
}

/// A movie of one contrast a frame.
pub fn full_field(contrasts: &[f64], screen: &Screen) -> StimulusMovie {
    let pixels = screen.pixels();
    let frames = contrasts.iter();
    let values = frames.flat_map(|&contrast| std::iter::repeat_n(contrast as f32, pixels));
    StimulusMovie::new(screen.height, screen.width, values.collect())
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Microns;

    use super::*;

    fn screen() -> Screen {
        Screen {
            height: 3,
            width: 2,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        }
    }

    #[test]
    fn values_stay_between_the_shortest_and_the_longest_hold() {
        let contrasts = Probe::default().contrasts(&screen()).unwrap();
        assert_eq!(contrasts.len(), 6000);
        let holds: Vec<usize> = contrasts
            .chunk_by(|a, b| a == b)
            .map(<[f64]>::len)
            .collect();
        let inner = &holds[..holds.len() - 1];
        assert!(inner.iter().all(|hold| *hold >= 2));
        // Two equal values in a row happen only where both are clipped.
        assert!(inner.iter().filter(|hold| **hold > 50).count() < inner.len() / 20);
        assert!(contrasts.iter().all(|value| value.abs() <= 2.0));
        assert_eq!(full_field(&contrasts[..5], &screen()).frames(), 5);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let probe = Probe {
            hold: [Milliseconds(0.0), Milliseconds(500.0)],
            ..Probe::default()
        };
        let error = probe.contrasts(&screen()).unwrap_err().to_string();
        assert!(error.contains("reduction.probe.hold"), "{error}");
    }
}
