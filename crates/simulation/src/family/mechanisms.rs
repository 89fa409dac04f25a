//! Which mechanisms the retinas of a family have, and the ranges of their numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Number;
use super::switch::Switch;

/// Mechanisms of a family, each `true`, `false` or a table of ranges: `[mechanisms]` of a family's file,
/// or `[simulation.mechanisms]` of a config, which goes before it.
///
/// ```toml
/// [simulation.mechanisms]
/// depression = true                                        # with the ranges below
/// spike_history = { absolute = 1.5, burst = [2, 4] }       # others as below
/// ```
///
/// What each is, see [`mechanism`](crate::mechanism). Numbers of bipolar and amacrine types are drawn
/// type by type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mechanisms {
    /// Amacrine types are driven by bipolar types, and inhibit each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amacrine_stage: Option<Switch<AmacrineStage>>,
    /// Amacrine types inhibit the terminals that drive them, and each other, one bin late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Switch<FeedbackRanges>>,
    /// Amacrine types inhibit bipolar terminals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_inhibition: Option<Switch<TerminalInhibition>>,
    /// Synapses of bipolar types depress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depression: Option<Switch<DepressionRanges>>,
    /// Synapses of amacrine types depress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inhibitory_depression: Option<Switch<DepressionRanges>>,
    /// Bipolar types control their gain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain_control: Option<Switch<GainControlRanges>>,
    /// Photoreceptors adapt to light.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light_adaptation: Option<Switch<LightAdaptationRanges>>,
    /// Thresholds differ among the interneurons of a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_spread: Option<Switch<ThresholdSpreadRange>>,
    /// Release is a power of the potential, and saturates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subunits: Option<Switch<SubunitRanges>>,
    /// Surrounds come late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surround_delay: Option<Switch<SurroundDelay>>,
    /// Excitation and inhibition are conductances of ganglion cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conductances: Option<Switch<ConductanceRanges>>,
    /// Ganglion cells are coupled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupling: Option<Switch<CouplingRanges>>,
    /// Spikes depend on the spikes before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spike_history: Option<Switch<SpikeHistoryRanges>>,
    /// The retina is noisy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<Switch<NoiseRanges>>,
    /// Gains of cells drift while they are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain_drift: Option<Switch<GainDriftRanges>>,
    /// Spikes of neighbours are in the trains of cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contamination: Option<Switch<ContaminationRanges>>,
}

/// Ranges of [`SynapticDrive`](crate::mechanism::SynapticDrive).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AmacrineStage {
    /// Most bipolar types, of the amacrine type's polarity, that drive it.
    pub most_inputs: usize,
    /// Threshold of what drives it.
    pub threshold: Number,
    /// Time constant of the membrane, where the type has no low-pass in the family.
    #[schemars(extend("unit" = "ms"))]
    pub low_pass: Number,
    /// Probability that an amacrine type is inhibited by one listed before it.
    pub serial: f64,
    /// Weight of that inhibition.
    pub serial_weight: Number,
}

impl Default for AmacrineStage {
    fn default() -> Self {
        Self {
            most_inputs: 2,
            threshold: Number::Range([-0.05, 0.05]),
            low_pass: Number::Range([20.0, 80.0]),
            serial: 0.4,
            serial_weight: Number::Range([0.3, 1.0]),
        }
    }
}

/// Ranges of [`feedback`](crate::mechanism::InterneuronMechanisms::feedback).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FeedbackRanges {
    /// Probability that an amacrine type inhibits the terminals of a bipolar type that drives it.
    pub probability: f64,
    /// Probability that two amacrine types inhibit each other.
    pub reciprocal: f64,
    /// Weight.
    pub weight: Number,
    /// Threshold.
    pub threshold: Number,
    /// Standard deviation of the region that the amacrine cells lie in, in micrometres.
    #[schemars(extend("unit" = "um"))]
    pub pool_sd: Number,
    /// Largest gain of a loop, the geometric mean over its synapses, below 1; weights of feedback are lowered
    /// alike in a retina with a larger one.
    pub most_gain: f64,
}

impl Default for FeedbackRanges {
    fn default() -> Self {
        Self {
            probability: 0.6,
            reciprocal: 0.3,
            weight: Number::Range([0.3, 1.0]),
            threshold: Number::Range([-0.05, 0.05]),
            pool_sd: Number::Range([40.0, 120.0]),
            most_gain: 0.8,
        }
    }
}

/// Ranges of [`terminal_inhibition`](crate::mechanism::InterneuronMechanisms::terminal_inhibition).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TerminalInhibition {
    /// Probability that an amacrine type inhibits the terminals of a bipolar type.
    pub probability: f64,
    /// Weight.
    pub weight: Number,
    /// Threshold.
    pub threshold: Number,
    /// Standard deviation of the region that the amacrine cells lie in, in micrometres.
    #[schemars(extend("unit" = "um"))]
    pub pool_sd: Number,
}

impl Default for TerminalInhibition {
    fn default() -> Self {
        Self {
            probability: 0.4,
            weight: Number::Range([0.3, 1.0]),
            threshold: Number::Range([-0.05, 0.05]),
            pool_sd: Number::Range([40.0, 120.0]),
        }
    }
}

/// Ranges of [`Depression`](crate::mechanism::Depression).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DepressionRanges {
    /// Time constant of recovery in milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub recovery: Number,
    /// Share that is lost of a release that stays at `at`.
    pub lost: Number,
    /// The release at which that share is lost.
    pub at: Number,
}

impl Default for DepressionRanges {
    fn default() -> Self {
        Self {
            recovery: Number::Range([100.0, 1000.0]),
            lost: Number::Range([0.3, 0.7]),
            at: Number::Value(0.1),
        }
    }
}

/// Ranges of [`GainControl`](crate::mechanism::GainControl).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GainControlRanges {
    /// By how much a unit of recent potential lowers the gain.
    pub strength: Number,
    /// Time over which the size of the potential is averaged, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub time_constant: Number,
}

impl Default for GainControlRanges {
    fn default() -> Self {
        Self {
            strength: Number::Range([3.0, 10.0]),
            time_constant: Number::Range([100.0, 500.0]),
        }
    }
}

/// Ranges of [`LightAdaptation`](crate::mechanism::LightAdaptation).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LightAdaptationRanges {
    /// How strongly the memory divides.
    pub strength: Number,
    /// Time constant of the memory, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub time_constant: Number,
}

impl Default for LightAdaptationRanges {
    fn default() -> Self {
        Self {
            strength: Number::Range([0.5, 3.0]),
            time_constant: Number::Range([200.0, 1000.0]),
        }
    }
}

/// Range of [`ThresholdSpread`](crate::mechanism::ThresholdSpread).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ThresholdSpreadRange {
    /// Standard deviation of thresholds, in units of the contrast of the training movie.
    pub deviation: Number,
}

impl Default for ThresholdSpreadRange {
    fn default() -> Self {
        Self {
            deviation: Number::Value(0.3),
        }
    }
}

/// Ranges of [`Subunits`](crate::mechanism::Subunits).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SubunitRanges {
    /// Exponent.
    pub power: Number,
    /// Potential above the threshold at which the power changes nothing.
    pub reference: Number,
    /// Largest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturation: Option<Number>,
}

impl Default for SubunitRanges {
    fn default() -> Self {
        Self {
            power: Number::Range([1.0, 2.5]),
            reference: Number::Value(0.2),
            saturation: Some(Number::Range([0.3, 1.5])),
        }
    }
}

/// Range of [`surround_delay`](crate::mechanism::InterneuronMechanisms::surround_delay).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SurroundDelay {
    /// Time constant of the low-pass that delays the surround, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub time_constant: Number,
}

impl Default for SurroundDelay {
    fn default() -> Self {
        Self {
            time_constant: Number::Range([20.0, 60.0]),
        }
    }
}

/// Ranges of [`Conductances`](crate::mechanism::Conductances), in units of drive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConductanceRanges {
    /// Reversal potential of excitation.
    pub excitatory_reversal: Number,
    /// Reversal potential of inhibition.
    pub inhibitory_reversal: Number,
}

impl Default for ConductanceRanges {
    fn default() -> Self {
        Self {
            excitatory_reversal: Number::Range([1.0, 4.0]),
            inhibitory_reversal: Number::Range([-1.0, 0.0]),
        }
    }
}

/// Ranges of [`Coupling`](crate::mechanism::Coupling).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CouplingRanges {
    /// Relative to a cell's membrane.
    pub conductance: Number,
    /// Distance of neighbours in micrometres.
    #[schemars(extend("unit" = "um"))]
    pub reach: Number,
}

impl Default for CouplingRanges {
    fn default() -> Self {
        Self {
            conductance: Number::Range([0.1, 0.5]),
            reach: Number::Value(250.0),
        }
    }
}

/// Ranges of [`SpikeHistory`](crate::mechanism::SpikeHistory), in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SpikeHistoryRanges {
    /// Absolute refractory period.
    #[schemars(extend("unit" = "ms"))]
    pub absolute: Number,
    /// Time constant of recovery after it.
    #[schemars(extend("unit" = "ms"))]
    pub relative: Number,
    /// Hazard right after the refractory period, relative to that at rest.
    pub burst: Number,
    /// Time constant with which bursts end.
    #[schemars(extend("unit" = "ms"))]
    pub burst_time: Number,
}

impl Default for SpikeHistoryRanges {
    fn default() -> Self {
        Self {
            absolute: Number::Range([1.5, 3.0]),
            relative: Number::Range([2.0, 12.0]),
            burst: Number::Range([0.0, 3.0]),
            burst_time: Number::Range([4.0, 10.0]),
        }
    }
}

/// Ranges of [`Noise`](crate::mechanism::Noise).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NoiseRanges {
    /// Standard deviation of the light's Weber contrast, every pixel and frame.
    pub photoreceptor: Number,
    /// Standard deviation of a bipolar cell's potential.
    pub bipolar: Number,
    /// Correlation time of that noise, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub bipolar_time_constant: Number,
    /// Variance of the gain of a trial.
    pub gain_variance: Number,
    /// Time for which a gain stays, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub gain_time: Number,
}

impl Default for NoiseRanges {
    fn default() -> Self {
        Self {
            photoreceptor: Number::Range([0.1, 0.3]),
            bipolar: Number::Range([0.03, 0.1]),
            bipolar_time_constant: Number::Value(30.0),
            gain_variance: Number::Range([0.02, 0.1]),
            gain_time: Number::Value(2000.0),
        }
    }
}

/// Ranges of [`GainDrift`](crate::mechanism::GainDrift).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GainDriftRanges {
    /// Standard deviation of the gain's logarithm.
    pub deviation: Number,
    /// Time constant with which a gain is forgotten, milliseconds.
    #[schemars(extend("unit" = "ms"))]
    pub time_constant: Number,
}

impl Default for GainDriftRanges {
    fn default() -> Self {
        Self {
            deviation: Number::Range([0.1, 0.3]),
            time_constant: Number::Range([300e3, 1800e3]),
        }
    }
}

/// Ranges of [`Contamination`](crate::mechanism::Contamination).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContaminationRanges {
    /// Share of the neighbour's spikes.
    pub share: Number,
    /// Distance in micrometres up to which the nearest cell is near enough.
    #[schemars(extend("unit" = "um"))]
    pub reach: Number,
}

impl Default for ContaminationRanges {
    fn default() -> Self {
        Self {
            share: Number::Range([0.02, 0.1]),
            reach: Number::Value(200.0),
        }
    }
}

impl Mechanisms {
    /// Whether nothing is said of any.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These, with what `others` says in the place of what is said here.
    pub(super) fn or(self, others: &Self) -> Self {
        Self {
            amacrine_stage: others.amacrine_stage.clone().or(self.amacrine_stage),
            feedback: others.feedback.clone().or(self.feedback),
            terminal_inhibition: others
                .terminal_inhibition
                .clone()
                .or(self.terminal_inhibition),
            depression: others.depression.clone().or(self.depression),
            inhibitory_depression: others
                .inhibitory_depression
                .clone()
                .or(self.inhibitory_depression),
            gain_control: others.gain_control.clone().or(self.gain_control),
            light_adaptation: others.light_adaptation.clone().or(self.light_adaptation),
            threshold_spread: others.threshold_spread.clone().or(self.threshold_spread),
            subunits: others.subunits.clone().or(self.subunits),
            surround_delay: others.surround_delay.clone().or(self.surround_delay),
            conductances: others.conductances.clone().or(self.conductances),
            coupling: others.coupling.clone().or(self.coupling),
            spike_history: others.spike_history.clone().or(self.spike_history),
            noise: others.noise.clone().or(self.noise),
            gain_drift: others.gain_drift.clone().or(self.gain_drift),
            contamination: others.contamination.clone().or(self.contamination),
        }
    }
}
