//! Bipolar and amacrine types: one linear filter, then one threshold.

use ganglion_experiment::Screen;
use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, not_negative, positive};
use super::{Kinetics, Polarity};
use crate::mechanism::{InterneuronMechanisms, Synapse, SynapticDrive};

/// How far the taps of a circuit file may lie from those of its kinetics, relative to their peak.
///
/// Well above the rounding of another machine's `exp` and well below any change of a parameter.
const KERNEL_TOLERANCE: f64 = 1e-6;

/// A type of interneuron: a mosaic with one cell on every pixel of the movie.
///
/// Its membrane potential, in units of the response to a full-contrast step that fills the centre
/// and spares the surround, is
///
/// ```text
/// m[t, y, x] = polarity * sum_l kernel[l] * (D * C)[t - 1 - l, y, x]
/// ```
///
/// with `C` the Weber contrast of the movie (0 outside the frame) and `D` the [`ReceptiveField`].
/// What a ganglion cell receives is `max(m - threshold, 0)`, the threshold belonging to the
/// [`Pathway`](super::Pathway) (the transmitter release that the cell pools).
///
/// That is a type which answers light. One with a [`drive`](Self::drive) answers other types instead,
/// and has neither kinetics nor a receptive field of its own. [`mechanisms`](Self::mechanisms) change
/// what a type makes of its input and what it gives.
///
/// # Deviations from anatomy
/// An amacrine type that answers light has this form too, with a slower kernel and a wider centre: the
/// low-pass that bipolar input and amacrine membrane add stands *before* the only rectifier. Without
/// drives and mechanisms every pathway of a ganglion cell is therefore one filter followed by one
/// threshold, bipolar terminals are not inhibited, and there is no adaptation: the true circuit lies in
/// the class of circuits that the reduction of a network looks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interneuron {
    /// Its name, unique in a retina.
    pub name: String,
    /// Bipolar or amacrine.
    pub kind: InterneuronKind,
    /// ON or OFF.
    pub polarity: Polarity,
    /// Its response in time, if it answers light.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinetics: Option<Kinetics>,
    /// Its response in space, if it answers light.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receptive_field: Option<ReceptiveField>,
    /// The types that it answers, if it answers no light itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drive: Option<SynapticDrive>,
    /// Mechanisms beyond a filter and a threshold.
    #[serde(default, skip_serializing_if = "InterneuronMechanisms::is_empty")]
    pub mechanisms: InterneuronMechanisms,
    /// Taps of the temporal kernel, the newest frame first: made from [`kinetics`](Self::kinetics),
    /// and what the retina computes with. For a type with a [`drive`](Self::drive), taps of what it
    /// would answer if nothing before it were rectified, made from the kernels of the types that excite
    /// it.
    pub kernel: Vec<f64>,
}

/// The two kinds of interneuron between photoreceptors and ganglion cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InterneuronKind {
    /// Glutamatergic: excites ganglion cells.
    Bipolar,
    /// GABAergic or glycinergic: inhibits ganglion cells.
    Amacrine,
}

/// Difference of Gaussians `G(centre_sd) - surround_strength * G(surround_sd)`, each Gaussian of
/// sum 1 over an endless grid of pixels.
///
/// A full-field stimulus drives `1 - surround_strength` as much as one that fills the centre and
/// spares the surround. Rodieck 1965; Enroth-Cugell & Robson 1966 (both recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceptiveField {
    /// Standard deviation of the centre; 0 is the pixel alone.
    pub centre_sd: Microns,
    /// Standard deviation of the surround.
    pub surround_sd: Microns,
    /// Strength of the surround relative to the centre, from 0 to below 1.
    pub surround_strength: f64,
}

impl Interneuron {
    /// A type with the kernel of its kinetics on a screen.
    ///
    /// # Errors
    /// If a parameter makes no sense; the message names it.
    pub fn new(
        name: impl Into<String>,
        (kind, polarity): (InterneuronKind, Polarity),
        kinetics: Kinetics,
        receptive_field: ReceptiveField,
        screen: &Screen,
    ) -> Result<Self, Problem> {
        let name = name.into();
        let table = format!("interneurons.{name}");
        let kernel = kinetics
            .kernel(screen.frame_period, screen.history)
            .map_err(|problem| problem.within(&table))?;
        let interneuron = Self {
            name,
            kind,
            polarity,
            kinetics: Some(kinetics),
            receptive_field: Some(receptive_field),
            drive: None,
            mechanisms: InterneuronMechanisms::default(),
            kernel,
        };
        interneuron.check(screen, &[])?;
        Ok(interneuron)
    }

    /// A type that answers others, which are `earlier` in the circuit.
    ///
    /// # Errors
    /// If a parameter makes no sense; the message names it.
    pub fn driven(
        name: impl Into<String>,
        (kind, polarity): (InterneuronKind, Polarity),
        drive: SynapticDrive,
        earlier: &[Self],
        screen: &Screen,
    ) -> Result<Self, Problem> {
        let interneuron = Self {
            name: name.into(),
            kind,
            polarity,
            kinetics: None,
            receptive_field: None,
            kernel: drive.kernel(polarity, earlier, screen.frame_period),
            drive: Some(drive),
            mechanisms: InterneuronMechanisms::default(),
        };
        interneuron.check(screen, earlier)?;
        Ok(interneuron)
    }

    /// Names of the types that it receives from, at its membrane or at its terminals.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let driving = self.drive.iter().flat_map(|drive| &drive.synapses);
        let mechanisms = &self.mechanisms;
        let late = driving.chain(&mechanisms.feedback);
        let synapses = late.chain(&mechanisms.terminal_inhibition);
        synapses.map(|synapse: &Synapse| synapse.interneuron.as_str())
    }

    /// Whether its kernel is the whole of what it remembers.
    pub(crate) fn has_finite_memory(&self) -> bool {
        self.drive.is_none() && !self.mechanisms.have_long_memory()
    }

    /// Refuses parameters without sense, and taps that are not those of the kinetics or the drive, given
    /// the types that come earlier in the circuit.
    pub(crate) fn check(&self, screen: &Screen, earlier: &[Self]) -> Result<(), Problem> {
        let within = |problem: Problem| problem.within(&format!("interneurons.{}", self.name));
        self.mechanisms
            .check()
            .map_err(|problem| within(problem.within("mechanisms")))?;
        let expected = match (&self.kinetics, &self.receptive_field, &self.drive) {
            (Some(kinetics), Some(field), None) => {
                let in_field = |problem: Problem| within(problem.within("receptive_field"));
                field.check().map_err(in_field)?;
                let kernel = kinetics.kernel(screen.frame_period, screen.history);
                kernel.map_err(within)?
            }
            (None, None, Some(drive)) => {
                let in_drive = |problem: Problem| within(problem.within("drive"));
                self.check_drive(drive, earlier).map_err(in_drive)?;
                drive.kernel(self.polarity, earlier, screen.frame_period)
            }
            _ => return Err(within(neither_light_nor_synapses())),
        };
        self.check_kernel(&expected).map_err(within)
    }

    fn check_drive(&self, drive: &SynapticDrive, earlier: &[Self]) -> Result<(), Problem> {
        drive.check()?;
        if self.mechanisms.surround_delay.is_some() {
            let remedy = "leave it out where there is a drive";
            return Err(Problem::new(
                "surround_delay",
                "given",
                "has no surround",
                remedy,
            ));
        }
        for (index, synapse) in drive.synapses.iter().enumerate() {
            if !earlier
                .iter()
                .any(|known| known.name == synapse.interneuron)
            {
                let key = format!("synapses[{index}].interneuron");
                let problem = "is no type that comes earlier in the circuit";
                let remedy = "name a type that is listed before this one";
                return Err(Problem::new(key, &synapse.interneuron, problem, remedy));
            }
        }
        Ok(())
    }

    fn check_kernel(&self, expected: &[f64]) -> Result<(), Problem> {
        let peak = expected
            .iter()
            .fold(0.0, |peak: f64, tap| peak.max(tap.abs()));
        let agree =
            |(tap, expected): (&f64, &f64)| (tap - expected).abs() <= KERNEL_TOLERANCE * peak;
        if self.kernel.len() == expected.len() && self.kernel.iter().zip(expected).all(agree) {
            return Ok(());
        }
        Err(Problem::new(
            "kernel",
            format!("[{} taps]", self.kernel.len()),
            "is not the kernel of `kinetics` on this screen",
            "change `kinetics` in the family and draw the retina again",
        ))
    }
}

fn neither_light_nor_synapses() -> Problem {
    Problem::new(
        "kinetics",
        "none or beside a drive",
        "leaves open what the type answers",
        "give `kinetics` and `receptive_field` to a type that answers light, `drive` alone to one that \
         answers other types",
    )
}

impl ReceptiveField {
    fn check(&self) -> Result<(), Problem> {
        not_negative("centre_sd", self.centre_sd.0)?;
        positive("surround_sd", self.surround_sd.0)?;
        if (0.0..1.0).contains(&self.surround_strength) {
            return Ok(());
        }
        Err(Problem::new(
            "surround_strength",
            self.surround_strength,
            "is outside [0, 1)",
            "give 0 for no surround and less than 1 for a response to full-field stimuli",
        ))
    }
}
