//! Light that changes while one looks.

use ganglion_experiment::Screen;
use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};

/// Correlation times of the processes that illumination is the sum of, in milliseconds. Spaced by a
/// factor, and of one variance, their sum has a power close to 1 / frequency from 0.06 to 16 Hz.
const CORRELATION_TIMES: [f64; 5] = [10.0, 40.0, 160.0, 640.0, 2560.0];

/// Factors on the luminance of a whole scene, one a frame: shade of leaves, clouds, light on water.
///
/// The logarithm is a stationary Gaussian process of standard deviation `deviation`, with a power
/// close to 1 / frequency, as the intensities of natural time series have (van Hateren, Vision Res
/// 1997; recalled); the mean factor is 1.
pub(super) fn illumination(
    deviation: f64,
    frames: usize,
    screen: &Screen,
    random: &mut impl Rng,
) -> Vec<f64> {
    let share = deviation / (CORRELATION_TIMES.len() as f64).sqrt();
    let mut normal = || -> f64 { StandardNormal.sample(random) };
    let mut states = CORRELATION_TIMES.map(|_| normal());
    let kept = CORRELATION_TIMES.map(|time| (-screen.frame_period.0 / time).exp());
    let mut factors = Vec::with_capacity(frames);
    for _ in 0..frames {
        let logarithm = share * states.iter().sum::<f64>();
        // The mean of a log-normal factor is exp(variance / 2) without the correction.
        factors.push((logarithm - deviation * deviation / 2.0).exp());
        for (state, kept) in states.iter_mut().zip(kept) {
            *state = kept * *state + (1.0 - kept * kept).sqrt() * normal();
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use ganglion_recording::{Microns, Milliseconds};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn factors(deviation: f64, frames: usize) -> Vec<f64> {
        let screen = Screen {
            height: 1,
            width: 1,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 1,
        };
        illumination(
            deviation,
            frames,
            &screen,
            &mut ChaCha8Rng::seed_from_u64(1),
        )
    }

    /// 1e6 frames are about 2000 of the slowest correlation times: the variance is known to a few
    /// percent, the mean to less.
    #[test]
    fn has_the_mean_and_deviation_asked_for() {
        let factors = factors(0.3, 1_000_000);
        let count = factors.len() as f64;
        let mean = factors.iter().sum::<f64>() / count;
        let middle = factors.iter().map(|factor| factor.ln()).sum::<f64>() / count;
        let squares = factors.iter().map(|factor| (factor.ln() - middle).powi(2));
        let deviation = (squares.sum::<f64>() / count).sqrt();
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!((deviation - 0.3).abs() < 0.015, "{deviation}");
    }

    #[test]
    fn steady_light_changes_nothing() {
        assert!(factors(0.0, 100).iter().all(|&factor| factor == 1.0));
    }
}
