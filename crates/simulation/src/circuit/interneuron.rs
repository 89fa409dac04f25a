//! Bipolar and amacrine types: one linear filter, then one threshold.

use ganglion_experiment::Screen;
use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, not_negative, positive};
use super::{Kinetics, Polarity};

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
/// # Deviations from anatomy
/// An amacrine type has this form too, with a slower kernel and a wider centre: the low-pass that
/// bipolar input and amacrine membrane add stands *before* the only rectifier. Every pathway of a
/// ganglion cell is therefore one filter followed by one threshold, so that the true circuit lies in
/// the class of circuits that the reduction of a network looks for. Bipolar terminals are not
/// inhibited, and there is no adaptation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interneuron {
    /// Its name, unique in a retina.
    pub name: String,
    /// Bipolar or amacrine.
    pub kind: InterneuronKind,
    /// ON or OFF.
    pub polarity: Polarity,
    /// Its response in time.
    pub kinetics: Kinetics,
    /// Its response in space.
    pub receptive_field: ReceptiveField,
    /// Taps of the temporal kernel, the newest frame first: made from [`kinetics`](Self::kinetics),
    /// and what the retina computes with.
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
            kinetics,
            receptive_field,
            kernel,
        };
        interneuron.check(screen)?;
        Ok(interneuron)
    }

    /// Refuses parameters without sense, and taps that are not those of the kinetics.
    pub(crate) fn check(&self, screen: &Screen) -> Result<(), Problem> {
        let table = format!("interneurons.{}", self.name);
        self.receptive_field
            .check()
            .map_err(|problem| problem.within(&format!("{table}.receptive_field")))?;
        self.check_kernel(screen)
            .map_err(|problem| problem.within(&table))
    }

    fn check_kernel(&self, screen: &Screen) -> Result<(), Problem> {
        let expected = self.kinetics.kernel(screen.frame_period, screen.history)?;
        let peak = expected
            .iter()
            .fold(0.0, |peak: f64, tap| peak.max(tap.abs()));
        let agree =
            |(tap, expected): (&f64, &f64)| (tap - expected).abs() <= KERNEL_TOLERANCE * peak;
        if self.kernel.len() == expected.len() && self.kernel.iter().zip(&expected).all(agree) {
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
