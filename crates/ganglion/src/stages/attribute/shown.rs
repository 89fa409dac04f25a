//! What the network is shown, and the responses that are attributed.

use std::ops::Range;
use std::rc::Rc;

use ganglion_attribution::{Attributor, Path, Responses};
use ganglion_experiment::{PreparedExperiment, Role, Screen, StimulusMovie};
use ganglion_model::model::Model;
use ganglion_recording::{Microns, Milliseconds};

use super::Attribute;
use super::baseline::{Baseline, normalisation};
use super::request::Request;
use crate::agreement::{self, ABOUT_STIMULI};
use crate::error::Context as _;
use crate::stimulus::Stimulus;

/// Responses in one window: figures show one, and memory does not grow with more.
const WINDOW: usize = 400;

/// An experiment or a stimulus.
pub struct StimulusSet {
    /// Name of the experiment, or `stimulus`.
    pub name: String,
    /// What rows of the results are: `frame` or `clip`.
    pub rows: &'static str,
    /// What is shown, one after the other.
    pub conditions: Vec<ShownCondition>,
    /// Which responses are attributed, in words.
    pub which: String,
    history: usize,
    frame_period_ms: f64,
}

/// A movie or clips.
pub struct ShownCondition {
    /// What it is.
    pub label: String,
    /// `test`, `control` or empty.
    pub role: &'static str,
    source: ConditionSource,
    /// Responses attributed: bins of a movie, or clips.
    pub bins: Range<usize>,
    /// Bin in which time is 0.
    zero: usize,
}

enum ConditionSource {
    Experiment(Rc<PreparedExperiment>, usize),
    Movie(StimulusMovie),
    Clips([usize; 4], Vec<f32>),
}

impl StimulusSet {
    /// Everything asked for.
    ///
    /// # Errors
    /// Where a stimulus cannot be read, or an experiment does not fit the model.
    pub fn all(
        arguments: &Attribute,
        request: &Request,
        model: &Model,
    ) -> crate::Result<Vec<Self>> {
        if let Some(spec) = &arguments.stimulus {
            let stimulus = Stimulus::read(spec, &model.description.movie)?;
            if !arguments.raw {
                stimulus.warn_if_raw(spec)?;
            }
            stimulus.tell_disagreements(spec, &model.description, arguments.raw);
            let content = stimulus.into_frames(&normalisation(arguments, model));
            return Ok(vec![Self::stimulus(spec.to_string(), content, model)]);
        }
        let screen = screen(model)
            .with_context(|| format!("{}: cannot be shown stimuli", arguments.model.display()))?;
        let experiments = request.experiments.iter();
        experiments
            .map(|config| {
                let prepared = config.prepare(screen)?;
                for warning in prepared.warnings() {
                    tracing::warn!(target: ABOUT_STIMULI, "{}: {warning}", config.name());
                }
                if let Some(text) = agreement::beyond(&prepared, &model.description) {
                    tracing::warn!(target: ABOUT_STIMULI, "{}: {text}", config.name());
                }
                Ok(Self::experiment(prepared, arguments.controls))
            })
            .collect()
    }

    fn stimulus(
        label: String,
        content: Result<StimulusMovie, ([usize; 4], Vec<f32>)>,
        model: &Model,
    ) -> Self {
        let history = model.description.movie.history;
        let (rows, which, bins, source) = match content {
            Ok(movie) => (
                "frame",
                format!("every frame from {history} on, the first with a full history"),
                history..movie.frames(),
                ConditionSource::Movie(movie),
            ),
            Err((shape, values)) => (
                "clip",
                "every clip".to_owned(),
                0..shape[0],
                ConditionSource::Clips(shape, values),
            ),
        };
        Self {
            name: "stimulus".to_owned(),
            rows,
            conditions: vec![ShownCondition {
                label,
                role: "",
                source,
                bins,
                zero: 0,
            }],
            which,
            history,
            frame_period_ms: model.description.frame_period_ms,
        }
    }

    fn experiment(prepared: PreparedExperiment, controls: bool) -> Self {
        let prepared = Rc::new(prepared);
        let screen = prepared.screen();
        let condition = |index: usize| {
            let condition = &prepared.conditions()[index];
            let stimulus = &condition.stimulus;
            ShownCondition {
                label: condition.label.clone(),
                role: match condition.role {
                    Role::Test => "test",
                    Role::Control => "control",
                },
                bins: stimulus.zero()..stimulus.frames(),
                zero: stimulus.zero(),
                source: ConditionSource::Experiment(Rc::clone(&prepared), index),
            }
        };
        let conditions: Vec<ShownCondition> = (0..prepared.conditions().len())
            .filter(|&index| controls || prepared.conditions()[index].role == Role::Test)
            .map(condition)
            .collect();
        let left_out = prepared.conditions().len() - conditions.len();
        let left_out = match left_out {
            0 => String::new(),
            count => format!("; {count} control conditions left out (--controls shows them)"),
        };
        Self {
            name: prepared.config().name().to_owned(),
            rows: "frame",
            which: format!(
                "every frame of {} conditions from the stimulus' zero on, without the lead-in\
                 {left_out}",
                conditions.len()
            ),
            conditions,
            history: screen.history,
            frame_period_ms: screen.frame_period.0,
        }
    }

    /// Number of responses attributed.
    pub fn samples(&self) -> usize {
        self.conditions
            .iter()
            .map(|condition| condition.bins.len())
            .sum()
    }

    /// All responses, in their order, in windows of a few seconds.
    pub fn windows(&self) -> Vec<Responses> {
        let conditions = self.conditions.iter().enumerate();
        conditions
            .flat_map(|(condition, ShownCondition { bins, .. })| {
                let starts = bins.clone().step_by(WINDOW);
                starts.map(move |start| Responses {
                    stimulus: condition,
                    bins: start..bins.end.min(start + WINDOW),
                })
            })
            .collect()
    }

    /// Condition and time of each response, in their order.
    pub fn rows_of_results(&self) -> Vec<(usize, f64)> {
        let conditions = self.conditions.iter().enumerate();
        let of_each = |(stimulus, condition): (usize, &ShownCondition)| {
            let bins = condition.bins.clone();
            let times = self.times(&Responses { stimulus, bins });
            times.into_iter().map(move |time| (stimulus, time))
        };
        conditions.flat_map(of_each).collect()
    }

    /// Paths to some responses.
    ///
    /// # Errors
    /// Where the baseline does not fit.
    pub fn path(
        &self,
        attributor: &Attributor,
        responses: &Responses,
        baseline: Option<&Baseline>,
    ) -> crate::Result<Path> {
        let condition = &self.conditions[responses.stimulus];
        if let ConditionSource::Clips(shape, values) = &condition.source {
            let clips = responses.bins.clone();
            let size = values.len() / shape[0];
            let part = &values[clips.start * size..clips.end * size];
            let start = baseline
                .map(|b| b.clips(clips.clone(), shape[0]))
                .transpose()?;
            let shape = [clips.len(), shape[1], shape[2], shape[3]];
            return Ok(attributor.clips(shape, part, start)?);
        }
        let frames = responses.frames(self.history);
        let all = condition.frames();
        let start = baseline
            .map(|b| b.frames(frames.clone(), all))
            .transpose()?;
        Ok(attributor.movie(&condition.movie(frames), start.as_ref())?)
    }

    /// The movie that some responses depend on; nothing for clips.
    pub fn movie(&self, responses: &Responses) -> Option<StimulusMovie> {
        let condition = &self.conditions[responses.stimulus];
        match condition.source {
            ConditionSource::Clips(..) => None,
            _ => Some(condition.movie(responses.frames(self.history))),
        }
    }

    /// Frames that a response depends on.
    pub fn history(&self) -> usize {
        self.history
    }

    /// A clip `[frame, y, x]`: the history of one response.
    pub fn clip(&self, condition: usize, bin: usize) -> Vec<f32> {
        let condition = &self.conditions[condition];
        match &condition.source {
            ConditionSource::Clips(shape, values) => {
                let size = values.len() / shape[0];
                values[bin * size..(bin + 1) * size].to_vec()
            }
            _ => condition.movie(bin - self.history..bin).values().to_vec(),
        }
    }

    /// When responses are, in ms after the stimulus' zero; the number of a clip.
    pub fn times(&self, responses: &Responses) -> Vec<f64> {
        let condition = &self.conditions[responses.stimulus];
        let time = |bin: usize| match condition.source {
            ConditionSource::Clips(..) => bin as f64,
            _ => (bin as f64 - condition.zero as f64) * self.frame_period_ms,
        };
        responses.bins.clone().map(time).collect()
    }

    /// Mean contrast of the frame at each response; nothing for clips.
    pub fn contrasts(&self, responses: &Responses) -> Vec<f64> {
        let condition = &self.conditions[responses.stimulus];
        if let ConditionSource::Clips(..) = condition.source {
            return Vec::new();
        }
        let movie = condition.movie(responses.bins.clone());
        let mean = |frame: usize| {
            let frame = movie.frame(frame);
            frame.iter().map(|&v| f64::from(v)).sum::<f64>() / frame.len() as f64
        };
        (0..movie.frames()).map(mean).collect()
    }
}

impl ShownCondition {
    fn frames(&self) -> usize {
        match &self.source {
            ConditionSource::Experiment(prepared, index) => {
                prepared.conditions()[*index].stimulus.frames()
            }
            ConditionSource::Movie(movie) => movie.frames(),
            ConditionSource::Clips(shape, _) => shape[0],
        }
    }

    fn movie(&self, frames: Range<usize>) -> StimulusMovie {
        match &self.source {
            ConditionSource::Experiment(prepared, index) => {
                prepared.conditions()[*index].stimulus.movie_of(frames)
            }
            ConditionSource::Movie(movie) => movie.part(frames),
            ConditionSource::Clips(..) => unreachable!("clips are no movie"),
        }
    }
}

fn screen(model: &Model) -> crate::Result<Screen> {
    let description = &model.description;
    let microns = description.microns_per_pixel;
    Ok(Screen {
        height: description.movie.height,
        width: description.movie.width,
        frame_period: Milliseconds(description.frame_period_ms),
        microns_per_pixel: Microns(microns.ok_or(ganglion_model::Error::NoPixelSize)?),
        history: description.movie.history,
    })
}
