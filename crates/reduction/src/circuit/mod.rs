//! Reduced circuits as values: what they are made of, as a file, in words, and answering movies.

mod check;
mod describe;
mod kernel;
pub(crate) mod kinetics;
mod output;
mod pathway;
mod rectifier;
mod responder;
mod toml;

use ganglion_experiment::Screen;
use ganglion_numerics::correlation;
use ganglion_recording::{CellIndex, Microns, Milliseconds};
use serde::{Deserialize, Serialize};

pub use kernel::Kernel;
pub use output::Output;
pub use pathway::{Pathway, Place, Pool, SynapticDepression};
pub(crate) use rectifier::RectifiedRelease;
pub use rectifier::{NO_THRESHOLD, RECTIFIED, Rectifier};
pub use responder::CircuitResponder;

/// The circuit of one ganglion cell for one phenomenon:
///
/// ```text
/// rate[t] = output(sum over pathways of sign * weight * D[t])
/// D[t]    = sum_yx p[y, x] * release(m[t, y, x])
/// m[t]    = kernel * movie (valid convolution; the frames t - history .. t)
/// ```
///
/// with `release` the pathway's [`Rectifier`], times the share of ready vesicles where its synapses depress
/// ([`SynapticDepression`]), `p` its [`Pool`] and the softplus [`Output`]. Weights
/// are in Hz a unit of drive above the knee; `m` and thresholds are in units of the response to a
/// full-contrast step that fills the kernel's centre and spares its surround, as those of a simulated
/// retina are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circuit {
    /// The phenomenon that it was fitted to.
    pub phenomenon: String,
    /// The ganglion cell.
    pub cell: CellIndex,
    /// Where it comes from, such as the model it was reduced from.
    #[serde(default)]
    pub source: String,
    /// Correlation with the full response over the stimuli that it was fitted to.
    pub correlation: f64,
    /// The frames that it sees.
    #[serde(with = "ScreenTable")]
    pub screen: Screen,
    /// From drive to rate.
    pub output: Output,
    /// What the cell receives.
    pub pathways: Vec<Pathway>,
}

/// What the circuits of [`identify`](crate::identify) are fitted to, in the place of a phenomenon.
pub(crate) const PROBE: &str = "probe";

/// The same where they are fitted to the cell's own spikes alone.
pub(crate) const RECORDED: &str = "recorded";

impl Circuit {
    /// Whether the stimuli that it was fitted to say anything of its pools: the stripes of the probe and full fields do not.
    pub fn has_pools(&self) -> bool {
        self.phenomenon != PROBE && !self.follows_own_spikes_alone()
    }

    /// Whether it was fitted to the cell's own spikes alone; early files say `full-field`.
    pub(crate) fn follows_own_spikes_alone(&self) -> bool {
        [RECORDED, "full-field"].contains(&self.phenomenon.as_str())
    }

    /// Whether it has a pathway of the same polarity and sign with a time course that is alike.
    pub fn has_like(&self, pathway: &Pathway) -> bool {
        let course = pathway.kernel.time_course();
        self.pathways.iter().any(|one| {
            let is_of_kind = one.polarity == pathway.polarity && one.sign == pathway.sign;
            let alike = correlation(&one.kernel.time_course(), &course);
            is_of_kind && alike.is_some_and(|r| r > THE_SAME)
        })
    }
}

/// Correlation of time courses from which two pathways of one polarity and sign, of circuits of one cell, are the
/// same pathway.
pub(crate) const THE_SAME: f64 = 0.7;

/// [`Screen`] as a table.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Screen", deny_unknown_fields)]
struct ScreenTable {
    height: usize,
    width: usize,
    frame_period: Milliseconds,
    microns_per_pixel: Microns,
    history: usize,
}

#[cfg(test)]
pub(crate) mod fixture {
    //! A made-up circuit.

    use ganglion_attribution::{Polarity, Sign};

    use super::*;

    /// Two pathways on a screen of 12 x 10 pixels of 50 um, 4 frames of 10 ms.
    pub(crate) fn circuit() -> Circuit {
        Circuit {
            phenomenon: "omitted-stimulus".to_owned(),
            cell: CellIndex(3),
            source: "made up".to_owned(),
            correlation: 0.987,
            screen: Screen {
                height: 12,
                width: 10,
                frame_period: Milliseconds(10.0),
                microns_per_pixel: Microns(50.0),
                history: 4,
            },
            output: Output {
                threshold_hz: 5.0,
                softness_hz: 10.0,
                highest_hz: None,
            },
            pathways: vec![
                pathway([0.0, 0.5, -1.0, 0.0], Polarity::Off, Sign::Excitatory),
                pathway([0.3, 0.6, 0.2, 0.0], Polarity::On, Sign::Inhibitory),
            ],
        }
    }

    fn pathway(course: [f32; 4], polarity: Polarity, sign: Sign) -> Pathway {
        let space: Vec<f32> = (0..9).map(|p| if p == 4 { 0.6 } else { 0.05 }).collect();
        let values: Vec<f32> = course
            .iter()
            .flat_map(|c| space.iter().map(move |s| c * s))
            .collect();
        let peak = if polarity == Polarity::Off {
            20.0
        } else {
            30.0
        };
        Pathway {
            channels: vec![1, 4],
            polarity,
            sign,
            effect: None,
            weight: 15.0,
            threshold: 0.1,
            threshold_spread: if polarity == Polarity::Off { 0.05 } else { 0.0 },
            depression: None,
            share: 0.5,
            peak: Milliseconds(peak),
            biphasic_index: 0.5,
            receptive_field_sd: Microns(40.0),
            pool: Pool {
                centre: Place {
                    x: Microns(240.0),
                    y: Microns(310.0),
                },
                sd: Microns(70.0),
            },
            kernel: Kernel::new([4, 3, 3], &values),
        }
    }
}

#[cfg(test)]
mod tests {
    use ganglion_experiment::{Responder, StimulusMovie};

    use super::fixture::circuit;
    use super::*;

    #[test]
    fn a_circuit_survives_its_file() {
        let text = circuit().to_toml().unwrap();
        assert_eq!(Circuit::from_toml(&text).unwrap(), circuit());
        let broken = text.replace("height = 3", "height = 2");
        let refused = Circuit::from_toml(&broken).unwrap_err().to_string();
        assert!(refused.contains("pathways[0].kernel.frames"), "{refused}");
    }

    /// The equation of [`Circuit`], term by term.
    fn direct(circuit: &Circuit, movie: &StimulusMovie) -> Vec<f32> {
        let history = circuit.screen.history;
        let size = [circuit.screen.height - 2, circuit.screen.width - 2];
        let bins = history..=movie.frames();
        let rate = |bin: usize| {
            let mut drive = 0.0;
            for pathway in &circuit.pathways {
                let pool = pathway.pool.weights(size, [3, 3], &circuit.screen);
                for (position, weight) in pool.iter().enumerate() {
                    let (y, x) = (position / size[1], position % size[1]);
                    let mut m = 0.0;
                    for (lag, frame) in pathway.kernel.frames.iter().enumerate() {
                        for (pixel, k) in frame.iter().enumerate() {
                            let (dy, dx) = (pixel / 3, pixel % 3);
                            let seen = movie.frame(bin - history + lag);
                            m += f64::from(k * seen[(y + dy) * movie.width() + x + dx]);
                        }
                    }
                    let released = pathway.rectifier().released(m);
                    drive += pathway.signed_weight() * weight * released;
                }
            }
            circuit.output.rate(drive) as f32
        };
        bins.map(rate).collect()
    }

    #[test]
    fn rates_are_those_of_the_equation() {
        let value = |index: usize| ((index * 7919 % 1009) as f32 / 504.5 - 1.0) * 2.0;
        let movie = StimulusMovie::new(12, 10, (0..9 * 120).map(value).collect());
        let responder = CircuitResponder::new(circuit()).unwrap();
        let rates = &responder.respond(std::slice::from_ref(&movie)).unwrap()[0];
        assert_eq!(rates.bins(), 4..10);
        for (found, expected) in rates.cell(0).iter().zip(direct(&circuit(), &movie)) {
            // Single precision in the Fourier domain.
            assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0));
        }
        let small = StimulusMovie::new(3, 3, vec![0.0; 90]);
        let refused = responder.respond(&[small]).unwrap_err().to_string();
        assert!(refused.contains("10 frames of 3x3"), "{refused}");
    }

    /// A pathway that is held gives what it gives without a stimulus: holding all of them leaves the
    /// resting rate, holding none changes nothing.
    #[test]
    fn held_pathways_give_what_they_give_for_grey() {
        let value = |index: usize| ((index * 7919 % 1009) as f32 / 504.5 - 1.0) * 2.0;
        let movie = [StimulusMovie::new(
            12,
            10,
            (0..9 * 120).map(value).collect(),
        )];
        let grey = [StimulusMovie::new(12, 10, vec![0.0; 9 * 120])];
        let intact = CircuitResponder::new(circuit()).unwrap();
        let rates = |circuit: &CircuitResponder, movie| circuit.respond(movie).unwrap().remove(0);
        let none = intact.holding(|_, _| false);
        assert_eq!(rates(&none, &movie).cell(0), rates(&intact, &movie).cell(0));
        let all = intact.holding(|_, _| true);
        let (held, rest) = (rates(&all, &movie), rates(&intact, &grey));
        for (held, rest) in held.cell(0).iter().zip(rest.cell(0)) {
            // Single precision in the Fourier domain.
            assert!((held - rest).abs() < 1e-4 * rest.abs().max(1.0));
        }
        let one = intact.holding(|place, _| place == 0);
        assert_ne!(rates(&one, &movie).cell(0), rates(&intact, &movie).cell(0));
    }
}
