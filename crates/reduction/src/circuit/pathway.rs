//! From a type of interneuron to a ganglion cell.

use ganglion_attribution::{Polarity, Sign};
use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use super::kernel::Kernel;
use super::rectifier::Rectifier;

/// A type of interneuron and what it does to the ganglion cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// Channels of the network that were merged into it, counted from zero; of a pathway whose kernel was
    /// identified from a probe, those most like it.
    pub channels: Vec<usize>,
    /// Whether brightening or darkening drives it.
    pub polarity: Polarity,
    /// Whether it raises or lowers the rate.
    pub sign: Sign,
    /// Whether what the stimuli do to it raises or lowers the rate; absent where that is not known. An
    /// inhibition that they take away raises it: disinhibition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Sign>,
    /// How strongly: Hz a unit of drive, at or above 0.
    pub weight: f64,
    /// What its drive must exceed to reach the ganglion cell; negative for a pathway that is active
    /// at rest.
    pub threshold: f64,
    /// Half-width of the range over which thresholds of its members are spread, see
    /// [`Rectifier`]; 0 where all have one threshold.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub threshold_spread: f64,
    /// Whether and how its synapses depress; absent where they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depression: Option<SynapticDepression>,
    /// Its part in the circuit's response to the phenomenon's stimuli: the mean size of its weighted
    /// drive's departure from rest over that of all pathways.
    pub share: f64,
    /// From the onset of the frame with the largest weight of the time course to the response.
    pub peak: Milliseconds,
    /// Largest weight of the time course's other sign over its largest: 0 monophasic, towards 1
    /// biphasic.
    pub biphasic_index: f64,
    /// Standard deviation of its receptive field's centre.
    pub receptive_field_sd: Microns,
    /// Where the ganglion cell pools it.
    pub pool: Pool,
    /// Its space-time kernel.
    pub kernel: Kernel,
}

/// Short-term depression of a synapse: of what its drive would release, `x`, the share `n` of ready vesicles is,
///
/// ```text
/// dn/dt = (1 - n) / recovery - depletion n x
/// ```
///
/// by implicit Euler, one frame a step; before a movie `n` is what it is after a long time at grey. Source:
/// Tsodyks & Markram 1997, Proc. Natl. Acad. Sci. 94:719 (recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynapticDepression {
    /// Time constant of recovery.
    pub recovery: Milliseconds,
    /// Share of the ready vesicles that one unit of drive beyond the threshold uses up in a second, 1/s.
    pub depletion: f64,
}

impl SynapticDepression {
    /// What a synapse gives in place of `releases` `[frame]`, with `rest` that for grey, and what it gives then.
    pub(super) fn deplete(self, releases: &mut [f64], rest: f64, period: Milliseconds) -> f64 {
        let a = period / self.recovery;
        let b = self.depletion * period.seconds();
        let steady = a / (a + b * rest);
        let mut ready = steady;
        for release in releases {
            let next = (ready + a) / (1.0 + a + b * *release);
            *release *= ready;
            ready = next;
        }
        steady * rest
    }
}

/// A Gaussian over the positions of the kernel in the frame, of sum 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Its centre, from the upper left corner of the frame.
    pub centre: Place,
    /// Its standard deviation.
    pub sd: Microns,
}

/// A place on the retina, from the upper left corner of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// To the right.
    pub x: Microns,
    /// Downwards.
    pub y: Microns,
}

impl Pathway {
    /// Weight with the sign of the pathway.
    pub fn signed_weight(&self) -> f64 {
        match self.sign {
            Sign::Excitatory => self.weight,
            Sign::Inhibitory => -self.weight,
            Sign::None => 0.0,
        }
    }

    /// Whether it is an inhibition that the stimuli take away.
    pub fn is_disinhibition(&self) -> bool {
        self.sign == Sign::Inhibitory && self.effect == Some(Sign::Excitatory)
    }

    /// From its drive to what reaches the ganglion cell.
    pub fn rectifier(&self) -> Rectifier {
        Rectifier {
            threshold: self.threshold,
            spread: self.threshold_spread,
        }
    }

    /// What reaches the ganglion cell for grey.
    pub fn released_at_grey(&self, period: Milliseconds) -> f64 {
        let rest = self.rectifier().released(0.0);
        let depression = self.depression;
        depression.map_or(rest, |depression| depression.deplete(&mut [], rest, period))
    }

    /// `"fast OFF"` and the like are told from kinetics among the pathways of a circuit; this is
    /// only the polarity, in capitals.
    pub fn polarity_name(&self) -> &'static str {
        self.polarity.name()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Milliseconds = Milliseconds(10.0);

    /// The closed form: after a long time a share 1 / (1 + depletion recovery x) is ready, and the second of two
    /// pulses finds what the first left and the pause brought back.
    #[test]
    fn synapses_run_down_and_recover() {
        let depression = SynapticDepression {
            recovery: Milliseconds(200.0),
            depletion: 15.0,
        };
        let mut steady = vec![0.5; 4000];
        let rest = depression.deplete(&mut steady, 0.0, PERIOD);
        assert_eq!(rest, 0.0);
        assert!((steady[0] - 0.5).abs() < 1e-12);
        let expected = 0.5 / (1.0 + 15.0 * 0.2 * 0.5);
        assert!((steady[3999] - expected).abs() < 1e-9);
        let mut pulses = vec![0.0; 12];
        (pulses[0], pulses[11]) = (1.0, 1.0);
        depression.deplete(&mut pulses, 0.0, PERIOD);
        let (a, b) = (0.05_f64, 0.15);
        let left = (1.0 + a) / (1.0 + a + b);
        let recovered = 1.0 - (1.0 - left) / (1.0 + a).powi(10);
        assert!((pulses[0] - 1.0).abs() < 1e-12 && (pulses[11] - recovered).abs() < 1e-12);
        let grey = depression.deplete(&mut [], 0.5, PERIOD);
        assert!((grey - expected).abs() < 1e-12);
    }
}
