//! What every experiment is made of.

#[cfg(doc)]
use crate::PreparedExperiment;
use crate::answers::Answers;
use crate::condition::Draft;
use crate::figure::{self, Bars, NamedFigure};
use crate::moment::MomentTimes;
use crate::{Error, Metric, Outcome, Screen, Warning};

/// Stimuli and how to read the answers. The config of each experiment is its protocol.
///
/// An experiment of another crate implements it too, and is shown by [`PreparedExperiment`] as those
/// of this one are:
///
/// ```
/// use ganglion_experiment::stimulus::{Flash, Layer, Region, Stimulus};
/// use ganglion_experiment::{
///     Answers, CellOutcome, Contrast, Draft, Error, Metric, Metrics, Outcome, Parameter,
///     PreparedExperiment, Protocol, Role, Screen,
/// };
/// use ganglion_recording::{Microns, Milliseconds};
///
/// /// The highest rate after a flash of the whole screen.
/// struct Peak;
///
/// impl Peak {
///     const RATE: Metric = Metric::new("peak_hz", "Hz").primary();
/// }
///
/// impl Protocol for Peak {
///     fn name(&self) -> &'static str {
///         "peak"
///     }
///
///     fn conditions(&self, _screen: &Screen) -> Result<Vec<Draft>, Error> {
///         let flash = Flash {
///             onset: Milliseconds(0.0),
///             duration: Some(Milliseconds(100.0)),
///             contrast: Contrast(1.0),
///             region: Region::Everywhere,
///         };
///         Ok(vec![Draft {
///             role: Role::Test,
///             parameters: vec![Parameter::new("contrast", 1.0, "sd")],
///             stimulus: Stimulus::new("flash", Milliseconds(300.0), [Layer::Flash(flash)]),
///         }])
///     }
///
///     fn measure(&self, answers: &Answers<'_>) -> Outcome {
///         let cell = |row: usize| {
///             let peak = answers.course(0, row).highest(0.0..=300.0);
///             let metrics = Metrics::new([(Self::RATE, peak)]);
///             let reason = format!("fires at {peak:.1} Hz");
///             CellOutcome::found(answers.cells()[row], metrics, peak > 1.0, reason)
///         };
///         Outcome {
///             cells: answers.rows().map(cell).collect(),
///             ..Outcome::default()
///         }
///     }
///
///     fn metrics(&self) -> &'static [Metric] {
///         &[Self::RATE]
///     }
/// }
///
/// let screen = Screen {
///     height: 8,
///     width: 8,
///     frame_period: Milliseconds(10.0),
///     microns_per_pixel: Microns(50.0),
///     history: 40,
/// };
/// let prepared = PreparedExperiment::new(Peak, screen)?;
/// assert_eq!(prepared.conditions()[0].label, "flash");
/// # Ok::<(), Error>(())
/// ```
pub trait Protocol {
    /// Name of the experiment.
    fn name(&self) -> &'static str;

    /// The experiment as a screen shows it, such as with its times as whole numbers of frames, and
    /// what changed.
    fn on(self, _screen: &Screen) -> (Self, Vec<Warning>)
    where
        Self: Sized,
    {
        (self, Vec::new())
    }

    /// What to show.
    ///
    /// # Errors
    /// If a value makes no sense; the message says what would work.
    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error>;

    /// What the answers say about the cells, row by row; `answers` has the conditions of
    /// [`conditions`](Self::conditions) in their order. The name of the outcome is left open.
    fn measure(&self, answers: &Answers<'_>) -> Outcome;

    /// The metrics of every cell, in the order in which they are told.
    fn metrics(&self) -> &'static [Metric];

    /// The metric that stands for the whole experiment, such as the slope of the omitted-stimulus
    /// response: what a reduced circuit has to reproduce.
    ///
    /// # Panics
    /// If none of the metrics is primary.
    fn primary(&self) -> Metric {
        let mut metrics = self.metrics().iter();
        let primary = metrics.find(|metric| metric.primary);
        *primary.expect("one of the metrics is primary")
    }

    /// Figures of what was measured: here the responses, where the outcome has a family of them, and
    /// all curves. Their names begin with that of the experiment.
    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        figure::responses(outcome, &Bars::default())
    }

    /// When the response of the phenomenon is looked for; nothing where the whole of every condition
    /// counts.
    fn moments(&self, _screen: &Screen) -> Vec<MomentTimes> {
        Vec::new()
    }
}

/// A protocol with published parameters by name.
pub trait Presets: Protocol + Sized + serde::Serialize + serde::de::DeserializeOwned {
    /// Name of the experiment.
    const EXPERIMENT: &'static str;

    /// Names and values; the first is the default.
    fn presets() -> Vec<(&'static str, Self)>;

    /// The values of a name.
    ///
    /// # Errors
    /// Naming those that there are.
    fn preset(name: &str) -> Result<Self, Error> {
        let presets = Self::presets();
        let known = presets
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let found = presets.into_iter().find(|(known, _)| *known == name);
        found
            .map(|(_, values)| values)
            .ok_or_else(|| Error::UnknownPreset {
                experiment: Self::EXPERIMENT,
                preset: name.to_owned(),
                known,
            })
    }
}
