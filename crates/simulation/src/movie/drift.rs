//! How the eye moves while it looks at one thing.

use ganglion_experiment::Screen;
use ganglion_recording::Microns;
use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};

/// Fixational drift: a random walk with a normal step of standard deviation `step` along either axis
/// every frame, reflected at a distance of `reach` from where it began.
///
/// Stands for the jitter of the published natural movies, which followed the statistics of fixational
/// eye movements (Maheswaranathan et al. 2023; Engbert & Kliegl 2004; both recalled).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Standard deviation of a step along either axis.
    pub step: Microns,
    /// Largest distance from the beginning along either axis.
    pub reach: Microns,
}

impl Drift {
    /// Largest distance in whole pixels.
    pub fn reach_in_pixels(&self, screen: &Screen) -> usize {
        (self.reach.0 / screen.microns_per_pixel.0).ceil() as usize
    }

    /// Displacements `(y, x)` in pixels of successive frames, the first being none.
    pub fn walk(&self, frames: usize, screen: &Screen, random: &mut impl Rng) -> Vec<(f64, f64)> {
        let step = self.step.0 / screen.microns_per_pixel.0;
        let reach = self.reach.0 / screen.microns_per_pixel.0;
        let mut place = (0.0, 0.0);
        let mut walk = Vec::with_capacity(frames);
        for _ in 0..frames {
            walk.push(place);
            let mut moved = |from: f64| {
                let deviation: f64 = StandardNormal.sample(random);
                reflected(from + step * deviation, reach)
            };
            place = (moved(place.0), moved(place.1));
        }
        walk
    }
}

/// A place thrown back where it is beyond `reach`; a step of more than twice the reach ends there.
fn reflected(place: f64, reach: f64) -> f64 {
    let back = if place.abs() > reach {
        place.signum() * 2.0 * reach - place
    } else {
        place
    };
    back.clamp(-reach, reach)
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Milliseconds;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_walk_keeps_its_step_and_its_reach() {
        let screen = Screen {
            height: 4,
            width: 4,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 4,
        };
        let drift = Drift {
            step: Microns(10.0),
            reach: Microns(60.0),
        };
        let walk = drift.walk(20_000, &screen, &mut ChaCha8Rng::seed_from_u64(1));
        assert!(walk.iter().all(|(y, x)| y.abs() <= 1.2 && x.abs() <= 1.2));
        let steps = walk.windows(2).map(|pair| (pair[1].1 - pair[0].1).powi(2));
        let deviation = (steps.sum::<f64>() / 19_999.0).sqrt();
        // Reflection shortens the few steps that meet it; the sampling error is 0.5 %.
        assert!((0.17..0.202).contains(&deviation), "{deviation}");
    }
}
