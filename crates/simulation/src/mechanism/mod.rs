//! Mechanisms that real retinas have and the cascade of a filter and a threshold has not.
//!
//! Each is one part with its own equation, absent unless a circuit has it, and all can be combined.
//! A circuit without any computes what it would compute if this module were not there.

mod conductances;
mod contamination;
mod coupling;
mod depression;
mod gain_control;
mod gain_drift;
mod light_adaptation;
mod low_pass;
mod noise;
mod power;
mod spike_history;
mod subunits;
mod synapse;
mod threshold_spread;

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, positive};

pub use conductances::Conductances;
pub use contamination::Contamination;
pub use coupling::Coupling;
pub use depression::Depression;
pub use gain_control::GainControl;
pub use gain_drift::GainDrift;
pub use light_adaptation::LightAdaptation;
pub use noise::Noise;
pub use spike_history::SpikeHistory;
pub use subunits::Subunits;
pub use synapse::{Synapse, SynapticDrive};
pub use threshold_spread::ThresholdSpread;

pub(crate) use depression::DepressionStep;
pub(crate) use gain_control::GainControlStep;
pub(crate) use light_adaptation::LightAdaptationStep;
pub(crate) use low_pass::{kept, low_pass};
pub(crate) use noise::{BipolarNoise, add_white};
pub(crate) use spike_history::SpikeProcess;

/// Mechanisms of a type of interneuron, in the order in which they act; in a type with a drive, feedback comes
/// before gain control.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InterneuronMechanisms {
    /// Delay of the surround: its light goes through a low-pass of this time constant before it is
    /// subtracted, as it does where horizontal cells bring it, so that the field is not a kernel times a
    /// profile. The surround's kernel is the centre's convolved with `exp(-t / delay) / delay`. Baccus
    /// & Meister, Neuron 2002; Enroth-Cugell et al., J Physiol 1983 (both recalled).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surround_delay: Option<Milliseconds>,
    /// Division of the potential by its own recent size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain_control: Option<GainControl>,
    /// Inhibition that comes one bin after the release that causes it, from any type, so that types can
    /// inhibit those that drive them and each other:
    ///
    /// ```text
    /// m[t] + sum of feedback synapses[t - 1]
    /// ```
    ///
    /// takes the place of `m[t]` in all that a type which answers light gives, at its terminals; in a type with
    /// a drive it is added to the drive's synapses, before the low-pass. No loop may have a gain of 1 or more.
    /// Reciprocal synapses of amacrine cells: Tachibana & Kaneko, Vis Neurosci 1988; of each other: Zhang, Jung
    /// & Slaughter, J Neurosci 1997 (both recalled).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feedback: Vec<Synapse>,
    /// Inhibition of what the type gives to ganglion cells: their potential less these synapses, so that
    /// a ganglion cell receives `max(m - sum of synapses - threshold, 0)`, for which no sum of pathways
    /// stands in. Presynaptic inhibition of bipolar terminals: Asari & Meister, Nat Neurosci 2012;
    /// Franke et al., Nature 2017 (both recalled).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terminal_inhibition: Vec<Synapse>,
    /// Thresholds that differ among the interneurons of the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_spread: Option<ThresholdSpread>,
    /// What is released for a potential above the threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subunits: Option<Subunits>,
    /// Depression of all synapses of the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depression: Option<Depression>,
}

/// Mechanisms of a retina as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetinaMechanisms {
    /// Adaptation to light in photoreceptors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light_adaptation: Option<LightAdaptation>,
    /// Conductances of ganglion cells in the place of a sum of drives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conductances: Option<Conductances>,
    /// Electrical coupling of ganglion cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupling: Option<Coupling>,
    /// Noise inside the retina.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// Spikes that depend on the spikes before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spike_history: Option<SpikeHistory>,
    /// Slow changes of each cell's gain while it is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain_drift: Option<GainDrift>,
    /// Spikes of neighbours in the trains of cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contamination: Option<Contamination>,
}

impl InterneuronMechanisms {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what a type gives depends on more than the history of the screen.
    pub(crate) fn have_long_memory(&self) -> bool {
        self.surround_delay.is_some()
            || self.gain_control.is_some()
            || self.depression.is_some()
            || !self.feedback.is_empty()
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(delay) = self.surround_delay {
            positive("surround_delay", delay.0)?;
        }
        checked("gain_control", self.gain_control, |part| part.check())?;
        checked("threshold_spread", self.threshold_spread, |part| {
            part.check()
        })?;
        checked("subunits", self.subunits, |part| part.check())?;
        checked("depression", self.depression, |part| part.check())?;
        check_inhibition("feedback", &self.feedback)?;
        check_inhibition("terminal_inhibition", &self.terminal_inhibition)
    }
}

/// Refuses a synapse that excites.
fn check_inhibition(list: &str, synapses: &[Synapse]) -> Result<(), Problem> {
    let mut synapses = synapses.iter().enumerate();
    synapses.try_for_each(|(index, synapse)| check_inhibitory(&format!("{list}[{index}]"), synapse))
}

fn check_inhibitory(key: &str, synapse: &Synapse) -> Result<(), Problem> {
    let within = |problem: Problem| problem.within(key);
    synapse.check().map_err(within)?;
    if synapse.sign == crate::circuit::Sign::Inhibitory {
        return Ok(());
    }
    let remedy = "give sign = \"inhibitory\"";
    Err(within(Problem::new(
        "sign",
        "excitatory",
        "does not inhibit",
        remedy,
    )))
}

impl RetinaMechanisms {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        checked("light_adaptation", self.light_adaptation, |part| {
            part.check()
        })?;
        checked("conductances", self.conductances, |part| part.check())?;
        checked("coupling", self.coupling, |part| part.check())?;
        checked("noise", self.noise, |part| part.check())?;
        checked("spike_history", self.spike_history, |part| part.check())?;
        checked("gain_drift", self.gain_drift, |part| part.check())?;
        checked("contamination", self.contamination, |part| part.check())
    }
}

/// Checks a part if it is there, and says in whose table a problem is.
fn checked<T>(
    table: &str,
    part: Option<T>,
    check: impl Fn(&T) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let Some(part) = part else { return Ok(()) };
    check(&part).map_err(|problem| problem.within(table))
}
