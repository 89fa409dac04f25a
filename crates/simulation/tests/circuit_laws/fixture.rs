//! A small retina with every feature, and movies for it.

use ganglion_experiment::{Screen, StimulusMovie};
use ganglion_recording::{Microns, Milliseconds};
use ganglion_simulation::{PlantedFamily, Retina};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

pub const FAMILY: &str = r#"
name = "test"

[photoreceptor]
order = 4
time_constant = [10.0, 14.0]

[interneurons.on-slow]
kind = "bipolar"
polarity = "on"
low_pass = [30.0, 50.0]
high_pass = { time_constant = 90.0, strength = 0.7 }
receptive_field = { centre_sd = 40.0, surround_sd = 120.0, surround_strength = [0.4, 0.7] }

[interneurons.off-fast]
kind = "bipolar"
polarity = "off"
low_pass = 0.0
high_pass = { time_constant = 60.0, strength = 0.9 }
receptive_field = { centre_sd = 0.0, surround_sd = 100.0, surround_strength = 0.6 }

[interneurons.amacrine-off]
kind = "amacrine"
polarity = "off"
photoreceptor = { order = 3, time_constant = 20.0 }
low_pass = 25.0
high_pass = { time_constant = 150.0, strength = 0.5 }
receptive_field = { centre_sd = 110.0, surround_sd = 300.0, surround_strength = 0.0 }

[interneurons.unused]
kind = "bipolar"
polarity = "on"
low_pass = 1.0
high_pass = { time_constant = 60.0, strength = 0.9 }
receptive_field = { centre_sd = 50.0, surround_sd = 100.0, surround_strength = 0.6 }

[classes.push-pull]
planted = [{ phenomenon = "latency", because = "a fast OFF and a slower ON pathway" }]
mosaic = { spacing = 220.0, position_jitter = 15.0, margin = 20.0 }
output = { gain_hz = [60.0, 90.0], threshold = 0.05, softness = 0.03 }
jitter = 0.1

[classes.push-pull.pathways.drive]
interneuron = "off-fast"
sign = "excitatory"
weight = [0.8, 1.2]
threshold = 0.05
pool_sd = 70.0

[classes.push-pull.pathways.late]
interneuron = "on-slow"
sign = "excitatory"
weight = 0.7
threshold = 0.1
pool_sd = 55.0

[classes.push-pull.pathways.veto]
interneuron = "amacrine-off"
sign = "inhibitory"
weight = 0.4
threshold = -0.05
pool_sd = 90.0

[classes.control]
mosaic = { spacing = 200.0, count = 2, margin = 100.0 }
output = { gain_hz = 50.0, threshold = 0.1, softness = 0.05 }

[classes.control.pathways.drive]
interneuron = "on-slow"
sign = "excitatory"
weight = 1.0
threshold = 0.0
pool_sd = 0.0
"#;

/// Frames wider than high, with sizes that are no multiples of a vector.
pub const SCREEN: Screen = Screen {
    height: 11,
    width: 14,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

pub const CONTRAST_UNIT: f64 = 0.35;

pub fn family() -> PlantedFamily {
    PlantedFamily::from_toml(FAMILY).unwrap()
}

pub fn retina(seed: u64) -> Retina {
    family().draw(seed, SCREEN, CONTRAST_UNIT).unwrap()
}

/// White noise of standard deviation 1.
pub fn noise(frames: usize, seed: u64) -> StimulusMovie {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let values = (0..frames * SCREEN.pixels())
        .map(|_| StandardNormal.sample(&mut generator))
        .collect();
    StimulusMovie::new(SCREEN.height, SCREEN.width, values)
}
