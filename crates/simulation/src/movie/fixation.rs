//! How long the eye looks at one picture.

use ganglion_experiment::Screen;
use ganglion_recording::Milliseconds;
use rand::{Rng, RngExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Least number of frames that are best asked for together, so that short fixations still keep all
/// threads busy.
const LEAST_STRIDE: usize = 100;

/// Time for which pictures, or contrasts, stay: always the same, or drawn anew for each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a number, or a range [low, high]")]
pub enum FixationTime {
    /// Always this time.
    Same(Milliseconds),
    /// From low to high, with equal chances of equal ratios (the logarithm is uniform). Times of
    /// fixation are skewed: many short ones, few long ones.
    Between([Milliseconds; 2]),
}

impl FixationTime {
    /// The shortest time.
    pub fn shortest(self) -> Milliseconds {
        match self {
            Self::Same(time) | Self::Between([time, _]) => time,
        }
    }

    /// The longest time.
    pub fn longest(self) -> Milliseconds {
        match self {
            Self::Same(time) | Self::Between([_, time]) => time,
        }
    }

    /// A time, in frames.
    pub(super) fn frames(self, screen: &Screen, random: &mut impl Rng) -> usize {
        let time = match self {
            Self::Same(time) => time.0,
            Self::Between([low, high]) => low.0 * (high.0 / low.0).powf(random.random()),
        };
        ((time / screen.frame_period.0).round() as usize).max(1)
    }
}

/// The fixations of a movie, one after the other.
pub(super) struct Fixations {
    /// First frames of all fixations.
    starts: Vec<usize>,
    stride: usize,
}

impl Fixations {
    /// Fixations that fill a number of frames.
    pub(super) fn draw(
        time: FixationTime,
        frames: usize,
        screen: &Screen,
        random: &mut impl Rng,
    ) -> Self {
        let mut starts = vec![0];
        let mut next = time.frames(screen, random);
        while next < frames {
            starts.push(next);
            next += time.frames(screen, random);
        }
        Self {
            starts,
            stride: stride(time, screen),
        }
    }

    /// Frames that are best made together.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// The fixation that a frame belongs to.
    pub(super) fn at(&self, frame: usize) -> usize {
        self.starts.partition_point(|&start| start <= frame) - 1
    }

    /// First frame of a fixation.
    pub(super) fn start(&self, fixation: usize) -> usize {
        self.starts[fixation]
    }

    /// First frame after a fixation, if another follows.
    pub(super) fn end(&self, fixation: usize) -> Option<usize> {
        self.starts.get(fixation + 1).copied()
    }
}

/// Whole fixations where they are alike; where they are not, few pictures lie across its ends.
fn stride(time: FixationTime, screen: &Screen) -> usize {
    let longest = (time.longest().0 / screen.frame_period.0).round().max(1.0) as usize;
    longest * LEAST_STRIDE.div_ceil(longest)
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Microns;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const SCREEN: Screen = Screen {
        height: 4,
        width: 4,
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Microns(50.0),
        history: 4,
    };

    fn fixations(time: FixationTime, frames: usize) -> Fixations {
        Fixations::draw(time, frames, &SCREEN, &mut ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn equal_fixations_follow_each_other() {
        let fixations = fixations(FixationTime::Same(Milliseconds(300.0)), 100);
        assert_eq!(fixations.starts, [0, 30, 60, 90]);
        assert_eq!(
            [0, 29, 30, 99].map(|frame| fixations.at(frame)),
            [0, 0, 1, 3]
        );
        assert_eq!((fixations.end(2), fixations.end(3)), (Some(90), None));
        assert_eq!(fixations.stride(), 120);
    }

    #[test]
    fn times_are_drawn_between_their_ends_with_a_uniform_logarithm() {
        let range = [Milliseconds(100.0), Milliseconds(1600.0)];
        let fixations = fixations(FixationTime::Between(range), 400_000);
        let times: Vec<usize> = (fixations.starts.windows(2))
            .map(|pair| pair[1] - pair[0])
            .collect();
        assert!(times.iter().all(|time| (10..=160).contains(time)));
        // Half of them are below the geometric mean, 400 ms; of some 7400 times, within 3 standard
        // errors of 0.6 %. Rounding to frames moves less than 1 % more.
        let short = times.iter().filter(|&&time| time < 40).count();
        let share = short as f64 / times.len() as f64;
        assert!((share - 0.5).abs() < 0.028, "{share}");
    }
}
