//! Making the experiments.

use ganglion_experiment::{
    Outcome, PreparedExperiment, Rates, Responder, ResponderError, Screen, Selected, StimulusMovie,
};
use ganglion_model::model::ModelDescription;
use ganglion_recording::CellIndex;

use super::{Experiment, files};
use crate::agreement::{self, ABOUT_STIMULI};
use crate::error::{Context as _, Result};
use crate::outputs::{Outputs, ResultFolder};
use crate::progress::Work;
use crate::results::ExperimentSummary;
use crate::runner::Runner;
use crate::subject::Subject;

/// An experiment that was made.
pub struct Experimented {
    /// What was shown.
    pub prepared: PreparedExperiment,
    /// The answers to each condition.
    pub rates: Vec<Rates>,
    /// What was measured on them, with curves, families and maps.
    pub outcome: Outcome,
    /// Everything but arrays.
    pub summary: ExperimentSummary,
}

/// What is known of an experiment before its summary.
struct MadeExperiment {
    /// What there is to say of light that the model has not seen.
    beyond: Option<String>,
    prepared: PreparedExperiment,
    rates: Vec<Rates>,
    outcome: Outcome,
}

impl Experiment {
    /// Shows the stimuli, measures the answers, and writes what was found.
    ///
    /// # Errors
    /// Where the model cannot be used, a stimulus cannot be shown, or a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Vec<Experimented>> {
        let mut all = Vec::with_capacity(self.experiments.len());
        self.run_each(runner, |one| {
            all.push(one);
            Ok(())
        })?;
        Ok(all)
    }

    /// The same, one experiment after the other.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of `each`.
    pub fn run_each(
        &self,
        runner: &Runner<'_>,
        mut each: impl FnMut(Experimented) -> Result<()>,
    ) -> Result<()> {
        let subject = Subject::open(&self.model, runner)?.without(&self.without, &self.model)?;
        let selected = match &self.cells {
            Some(list) => Some(Selected::new(subject.responder(), list)?),
            None => None,
        };
        let responder: &dyn Responder = match &selected {
            Some(selected) => selected,
            None => subject.responder(),
        };
        let screen = responder.screen();
        let prepared = (self.experiments.iter())
            .map(|experiment| Ok(experiment.prepare(screen)?))
            .collect::<Result<Vec<_>>>()?;
        let folders = self.folders(&prepared, runner)?;
        for (prepared, folder) in prepared.into_iter().zip(folders) {
            let made = make(prepared, responder, subject.description(), runner)?;
            let mut made = made.summarised(&self.model.display().to_string(), &subject);
            made.summary.without.clone_from(&self.without);
            if let Some(folder) = folder {
                folder.write(|folder| files::write(&made, folder, self))?;
            }
            each(made)?;
        }
        Ok(())
    }

    /// Where each experiment goes, if anywhere.
    fn folders(
        &self,
        prepared: &[PreparedExperiment],
        runner: &Runner<'_>,
    ) -> Result<Vec<Option<ResultFolder>>> {
        let Some(out) = &self.out else {
            return Ok(prepared.iter().map(|_| None).collect());
        };
        let outputs = Outputs::of("experiment", runner.overwrite)
            .and_those_of("plot")
            .reading_model(&self.model)
            .reading_all(&self.config);
        let folder = |(number, one): (usize, &PreparedExperiment)| {
            let name = one.config().name();
            let folder = match prepared.len() {
                1 => out.clone(),
                _ => out.join(format!("{}-{name}", number + 1)),
            };
            let names = files::names(name, self);
            outputs.folder(&folder, names).map(Some)
        };
        prepared.iter().enumerate().map(folder).collect()
    }
}

/// A responder that answers until the work is to end early.
struct Stoppable<'a> {
    responder: &'a dyn Responder,
    runner: &'a Runner<'a>,
}

impl Responder for Stoppable<'_> {
    fn screen(&self) -> Screen {
        self.responder.screen()
    }

    fn cells(&self) -> &[CellIndex] {
        self.responder.cells()
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        self.runner.go_on()?;
        self.responder.respond(movies)
    }
}

fn make(
    prepared: PreparedExperiment,
    responder: &dyn Responder,
    description: Option<&ModelDescription>,
    runner: &Runner<'_>,
) -> Result<MadeExperiment> {
    for warning in prepared.warnings() {
        tracing::warn!(target: ABOUT_STIMULI, "{}: {warning}", prepared.config().name());
    }
    let beyond = description.and_then(|model| agreement::beyond(&prepared, model));
    if let Some(text) = &beyond {
        tracing::warn!(target: ABOUT_STIMULI, "{}: {text}", prepared.config().name());
    }
    let meter = runner.progress.begin(Work::Showing {
        experiment: prepared.config().name(),
        frames: prepared.frames(),
    });
    let responder = Stoppable { responder, runner };
    let rates = prepared.responses(&responder, |frames| meter.advance(frames));
    meter.finish();
    runner.go_on()?;
    let rates = rates?;
    let outcome = prepared
        .measure(&rates, responder.cells())
        .with_context(|| prepared.config().name().to_owned())?;
    Ok(MadeExperiment {
        beyond,
        prepared,
        rates,
        outcome,
    })
}

impl MadeExperiment {
    fn summarised(self, model: &str, subject: &Subject) -> Experimented {
        let summary = ExperimentSummary::new(
            model.to_owned(),
            subject.kind(),
            &self.prepared,
            &self.outcome,
            self.beyond,
        );
        Experimented {
            prepared: self.prepared,
            rates: self.rates,
            outcome: self.outcome,
            summary,
        }
    }
}
