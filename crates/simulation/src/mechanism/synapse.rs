//! Synapses between interneurons.

use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use crate::circuit::{Interneuron, Polarity, Problem, Sign, finite, not_negative, positive};

/// What an interneuron at `(y, x)` receives from another type:
///
/// ```text
/// sign * weight * sum_yx g[y, x] * (release[t, y, x] - release for grey)
/// ```
///
/// with `release = max(m - threshold, 0)` of the other type's potentials, or what its own mechanisms
/// make of it, and `g` a Gaussian of standard deviation `pool_sd` around the interneuron, of sum 1 over
/// an endless grid. Outside the frame all is grey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synapse {
    /// Name of the type that gives.
    pub interneuron: String,
    /// Whether it excites or inhibits.
    pub sign: Sign,
    /// How strongly, above 0.
    pub weight: f64,
    /// What the giving potential must exceed.
    pub threshold: f64,
    /// Standard deviation of the region that is received from; 0 is the same place alone.
    pub pool_sd: Microns,
}

/// The potential of a type that sees no light itself: its [`Synapse`]s added up, then a low-pass,
///
/// ```text
/// m[t] = k m[t - 1] + (1 - k) * sum of synapses[t],    k = exp(-dt / low_pass)
/// ```
///
/// 0 for grey. A ganglion cell receives `max(m - threshold, 0)` of it, so that between light and
/// ganglion cell there are two filters, each with its own threshold: an LN-LN stage. A synapse from an
/// amacrine type that inhibits makes the pathway through it disinhibition. Baccus, Olveczky, Manu &
/// Meister, J Neurosci 2008; serial inhibition: Roska et al., J Neurosci 1998 (both recalled).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynapticDrive {
    /// Time constant of the membrane.
    pub low_pass: Milliseconds,
    /// From types that come earlier in the circuit.
    pub synapses: Vec<Synapse>,
}

impl Synapse {
    /// Signed weight.
    pub fn signed_weight(&self) -> f64 {
        self.sign.factor() * self.weight
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("weight", self.weight)?;
        finite("threshold", self.threshold)?;
        not_negative("pool_sd", self.pool_sd.0)
    }
}

impl SynapticDrive {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("low_pass", self.low_pass.0)?;
        if !self.excitatory().any(|_| true) {
            let remedy = "give at least one excitatory synapse";
            return Err(Problem::new("synapses", "none", "excites", remedy));
        }
        let checks = self.synapses.iter().enumerate();
        checks
            .map(|(index, synapse)| (index, synapse.check()))
            .try_for_each(|(index, check)| {
                check.map_err(|problem| problem.within(&format!("synapses[{index}]")))
            })
    }

    /// Taps of the response to light of the whole field if nothing were rectified: the kernels of the
    /// types that excite, weighted and added up, then low-passed; the newest frame first.
    pub(crate) fn kernel(
        &self,
        polarity: Polarity,
        earlier: &[Interneuron],
        bin: Milliseconds,
    ) -> Vec<f64> {
        let sources = self.excitatory().filter_map(|synapse| {
            let known = earlier
                .iter()
                .find(|known| known.name == synapse.interneuron)?;
            Some((
                synapse.weight * known.polarity.factor() * polarity.factor(),
                known,
            ))
        });
        let mut sum: Vec<f64> = Vec::new();
        for (weight, source) in sources {
            sum.resize(source.kernel.len(), 0.0);
            let taps = sum.iter_mut().zip(&source.kernel);
            taps.for_each(|(sum, tap)| *sum += weight * tap);
        }
        let kept = (-bin.0 / self.low_pass.0).exp();
        let mut state = 0.0;
        let filtered = sum.into_iter().map(|tap| {
            state = kept * state + (1.0 - kept) * tap;
            state
        });
        filtered.collect()
    }

    fn excitatory(&self) -> impl Iterator<Item = &Synapse> {
        let synapses = self.synapses.iter();
        synapses.filter(|synapse| synapse.sign == Sign::Excitatory)
    }
}
