//! The kinds of kinetics that the types of a random retina have.

use ganglion_recording::Milliseconds;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};
use serde::{Deserialize, Serialize};

use super::Number;
use super::number::Draws;
use crate::circuit::{HighPass, Kinetics, Photoreceptor, Problem, not_negative, positive};

/// A list of kinetics from which each type of a retina takes one, and how far it departs from it.
///
/// A type's times are those of its profile times the retina's pace times a factor of its own, log-normal
/// with `spread`; the strength of its high-pass has such a factor too, and is at most 1. Where any two
/// profiles give kernels that are alike but not the same, so do the types of any two retinas: independent
/// draws from ranges, however wide, leave many pairs that are nearly equal and many that have little in
/// common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KineticProfiles {
    /// Factor on all times of a retina.
    pace: Number,
    /// Standard deviation of the logarithm of each number of a type.
    spread: f64,
    profiles: Vec<Kinetics>,
}

/// The profiles at the pace of one retina.
pub(super) struct PacedProfiles<'a> {
    profiles: &'a [Kinetics],
    pace: f64,
    spread: f64,
}

impl KineticProfiles {
    /// The profiles of a seed's retina.
    pub(super) fn of_retina(&self, draws: &Draws) -> Result<PacedProfiles<'_>, Problem> {
        const TABLE: &str = "types.kinetics";
        let within = |problem: Problem| problem.within(TABLE);
        let mut random = draws.generator(&format!("{TABLE}.pace"));
        let pace = self.pace.log_draw("pace", &mut random).map_err(within)?;
        positive("pace", pace).map_err(within)?;
        not_negative("spread", self.spread).map_err(within)?;
        if self.profiles.is_empty() {
            let remedy = "give at least as many as a retina has types of one polarity";
            return Err(within(Problem::new("profiles", "[]", "is empty", remedy)));
        }
        Ok(PacedProfiles {
            profiles: &self.profiles,
            pace,
            spread: self.spread,
        })
    }
}

impl PacedProfiles<'_> {
    /// The kinetics of a type.
    pub(super) fn draw(&self, random: &mut ChaCha8Rng) -> Kinetics {
        let profile = &self.profiles[random.random_range(0..self.profiles.len())];
        let mut factor = || {
            let deviation: f64 = StandardNormal.sample(random);
            (self.spread * deviation).exp()
        };
        let mut time = |time: Milliseconds| Milliseconds(self.pace * time.0 * factor());
        let (photoreceptor, high_pass) = (profile.photoreceptor, profile.high_pass);
        Kinetics {
            delay: time(profile.delay),
            photoreceptor: Photoreceptor {
                time_constant: time(photoreceptor.time_constant),
                ..photoreceptor
            },
            low_pass: time(profile.low_pass),
            high_pass: HighPass {
                time_constant: time(high_pass.time_constant),
                strength: (high_pass.strength * factor()).min(1.0),
            },
        }
    }
}
