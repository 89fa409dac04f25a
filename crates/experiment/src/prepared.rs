//! An experiment on a screen.

use ganglion_recording::CellIndex;

use crate::answers::Answers;
use crate::condition::Condition;
use crate::{
    Error, ExperimentConfig, Moment, Outcome, Protocol, Rates, Responder, Screen, StimulusMovie,
    Warning, warning,
};

/// Frames that are shown at once, so that movies of long sweeps are not all in memory: 50 MB of the
/// published frame size.
const FRAMES_AT_ONCE: usize = 5_000;

/// An experiment whose stimuli are ready for a [`Screen`].
///
/// Showing and measuring are apart: [`measure`](Self::measure) takes any rates, such as those of a
/// reduced circuit or of a real retina, and [`run`](Self::run) does both.
///
/// The experiment is one of those that the crate knows, or any other [`Protocol`].
pub struct PreparedExperiment<P = ExperimentConfig> {
    config: P,
    screen: Screen,
    conditions: Vec<Condition>,
    /// What the screen changed of the config.
    changes: Vec<Warning>,
}

impl<P: Protocol> PreparedExperiment<P> {
    /// Makes an experiment ready for a screen.
    ///
    /// # Errors
    /// If a value makes no sense or does not fit the screen; the message says what would work.
    pub fn new(experiment: P, screen: Screen) -> Result<Self, Error> {
        let (config, changes) = experiment.on(&screen);
        let drafts = config.conditions(&screen)?;
        let conditions = drafts.into_iter().map(|draft| draft.prepare(screen));
        Ok(Self {
            conditions: conditions.collect::<Result<_, _>>()?,
            changes,
            config,
            screen,
        })
    }

    /// What was prepared, with every value resolved, as the screen shows it.
    pub fn config(&self) -> &P {
        &self.config
    }

    /// The screen it was prepared for.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// What is shown.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Values that are not shown exactly as asked.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.changes.clone();
        for condition in &self.conditions {
            warning::merge(&mut warnings, condition.stimulus.warnings());
        }
        warnings
    }

    /// The movies of all conditions, in their order.
    pub fn movies(&self) -> Vec<StimulusMovie> {
        let conditions = self.conditions.iter();
        conditions
            .map(|condition| condition.stimulus.movie())
            .collect()
    }

    /// Whether the experiment says when the response of its phenomenon is looked for.
    pub fn has_moments(&self) -> bool {
        !self.config.moments(&self.screen).is_empty()
    }

    /// When the response of the phenomenon is looked for, condition by condition; the whole of every
    /// condition where the experiment says no more.
    pub fn moments(&self) -> Vec<Moment> {
        let times = self.config.moments(&self.screen);
        if times.is_empty() {
            let conditions = self.conditions.iter().enumerate();
            return conditions
                .map(|(condition, one)| Moment {
                    condition,
                    bins: 0..one.stimulus.frames() + 1,
                })
                .collect();
        }
        let bins = |moment: &crate::moment::MomentTimes| {
            let stimulus = &self.conditions[moment.condition].stimulus;
            let period = self.screen.frame_period.0;
            moment.bins(stimulus.zero(), stimulus.frames(), period)
        };
        times.iter().map(bins).collect()
    }

    /// Frames of all conditions together.
    pub fn frames(&self) -> usize {
        let conditions = self.conditions.iter();
        conditions
            .map(|condition| condition.stimulus.frames())
            .sum()
    }

    /// Answers of a responder to all conditions, in their order.
    ///
    /// `progress` is told the number of frames answered after each batch.
    ///
    /// # Errors
    /// If the responder sees another screen, or fails.
    pub fn responses(
        &self,
        responder: &dyn Responder,
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<Rates>, Error> {
        self.check_screen(responder)?;
        let mut rates = Vec::with_capacity(self.conditions.len());
        for batch in self.batches() {
            let movies: Vec<_> = batch.iter().map(|one| one.stimulus.movie()).collect();
            let answers = responder
                .respond(&movies)
                .map_err(|source| self.failed(batch, source))?;
            rates.extend(answers);
            progress(movies.iter().map(StimulusMovie::frames).sum());
        }
        Ok(rates)
    }

    /// What rates, one answer a condition, say about the cells whose rates they are.
    ///
    /// # Errors
    /// If they are not rates of these cells over the whole of each condition.
    pub fn measure(&self, responses: &[Rates], cells: &[CellIndex]) -> Result<Outcome, Error> {
        let answers = Answers::new(self.screen, &self.conditions, responses, cells)?;
        let (primary, found) = (self.config.primary(), self.config.measure(&answers));
        let cells = found.cells.into_iter();
        Ok(Outcome {
            phenomenon: self.config.name().to_owned(),
            cells: cells.map(|cell| cell.headed_by(primary)).collect(),
            ..found
        })
    }

    /// Shows everything to a responder and measures its answers.
    ///
    /// # Errors
    /// As [`responses`](Self::responses) and [`measure`](Self::measure).
    pub fn run(&self, responder: &dyn Responder) -> Result<Outcome, Error> {
        let rates = self.responses(responder, |_| ())?;
        self.measure(&rates, responder.cells())
    }

    /// Conditions that are shown at once.
    fn batches(&self) -> Vec<&[Condition]> {
        let mut batches = Vec::new();
        let (mut first, mut frames) = (0, 0);
        for (index, condition) in self.conditions.iter().enumerate() {
            let more = condition.stimulus.frames();
            if frames + more > FRAMES_AT_ONCE && index > first {
                batches.push(&self.conditions[first..index]);
                (first, frames) = (index, 0);
            }
            frames += more;
        }
        batches.push(&self.conditions[first..]);
        batches
    }

    fn check_screen(&self, responder: &dyn Responder) -> Result<(), Error> {
        if responder.screen() == self.screen {
            return Ok(());
        }
        Err(self.failed(
            &self.conditions,
            format!(
                "it sees {:?}, but the experiment was prepared for {:?}",
                responder.screen(),
                self.screen
            )
            .into(),
        ))
    }

    fn failed(&self, batch: &[Condition], source: crate::ResponderError) -> Error {
        let name = self.config.name();
        let stage = match batch {
            [first, .., last] => format!("{name}: {} to {}", first.label, last.label),
            [only] => format!("{name}: {}", only.label),
            [] => name.to_owned(),
        };
        Error::Responder { stage, source }
    }
}
