//! Reducing, experiment by experiment.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use ganglion_experiment::{ExperimentConfig, PreparedExperiment, Responder};
use ganglion_model::responder::ModelResponder;
use ganglion_recording::CellIndex;
use ganglion_reduction::known::KnownCircuits;
use ganglion_reduction::{Reducer, Reduction, ReductionProgress, Subject};
use ganglion_simulation::Retina;

use super::{Reduce, files, known};
use crate::agreement::{self, ABOUT_STIMULI};
use crate::error::{Context as _, Result, ensure};
use crate::location::Location;
use crate::outputs::{Outputs, ResultFolder};
use crate::predictions::Predictions;
use crate::progress::{Meter, Work};
use crate::runner::Runner;
use crate::stages::asked;
use crate::stages::each_once::refuse_twice;
use crate::truth::{self, Plantings};

/// An experiment that was reduced to circuits.
pub struct Reduced {
    /// What was shown.
    pub prepared: PreparedExperiment,
    /// The circuits, or why there are none.
    pub reduction: Reduction,
    /// Where they were written.
    pub folder: PathBuf,
}

impl Reduce {
    /// Looks for the circuits of every cell, and writes them.
    ///
    /// # Errors
    /// Where the model or the stimuli cannot be used, or a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Vec<Reduced>> {
        let mut all = Vec::with_capacity(self.tables.experiments.len());
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
        mut each: impl FnMut(Reduced) -> Result<()>,
    ) -> Result<()> {
        let folders = self.folders(runner)?;
        let mut folders = folders.iter();
        self.find_each(runner, |prepared, reduction| {
            let results = folders.next().expect("a folder for each experiment");
            results.write(|folder| files::write(&reduction, &prepared, self, folder))?;
            each(Reduced {
                prepared,
                reduction,
                folder: results.path().to_owned(),
            })
        })
    }

    /// The same, with nothing written.
    ///
    /// # Errors
    /// Where the model or the stimuli cannot be used, and those of `each`.
    pub fn find_each(
        &self,
        runner: &Runner<'_>,
        mut each: impl FnMut(PreparedExperiment, Reduction) -> Result<()>,
    ) -> Result<()> {
        let (experiments, config) = (&self.tables.experiments, &self.tables.reduction);
        for notice in config.without_effect() {
            runner.progress.say(&notice);
        }
        let responder = runner.network(&self.model)?;
        let subject = Subject::new(&responder)
            .with_context(|| format!("{}: cannot be reduced", self.model.display()))?;
        let (known, identified) = match &self.circuits {
            Some(folder) => known::read(folder, &self.model, &responder.screen())?,
            None => (KnownCircuits::default(), Predictions::default()),
        };
        let mut reducer = Reducer {
            subject: &subject,
            source: self.model.display().to_string(),
            config,
            attribution: &self.tables.attribution,
            known,
        };
        let others = self.others(&responder, runner)?;
        let predictions = self
            .predictions(&responder, &others)?
            .joined(identified, Ordering::Less);
        let mut known_of_others = vec![KnownCircuits::default(); others.len()];
        let cells = asked(self.cells.as_deref(), responder.cells())?;
        let truth = truth::retina(self.truth.as_deref(), &self.model)?;
        for experiment in experiments {
            let prepared = experiment.prepare(responder.screen())?;
            warn_beyond(&prepared, &responder, experiment.name());
            let experiment = experiment.name();
            let meter = runner.progress.begin(Work::Reducing { experiment });
            let tell = &mut |step| {
                show(&*meter, experiment, step);
                runner.flow()
            };
            let reduction = reducer.run(&prepared, &cells, tell);
            meter.finish();
            let mut reduction = reduction.with_context(|| experiment.to_owned())?;
            reduction.predicted(|cell| predictions.of_cell(cell));
            if !others.is_empty() {
                let shown = (&prepared, &reduction);
                let alike =
                    self.reduced_alike(&reducer, &others, &mut known_of_others, shown, runner)?;
                reduction.agree_with(&alike);
            }
            // What was identified for one phenomenon is known for the next.
            reducer.known.clone_from(&reduction.known);
            if let Some(truth) = &truth {
                compare(&mut reduction, &prepared, truth, config.metric_tolerance)?;
            }
            each(prepared, reduction)?;
        }
        Ok(())
    }

    /// How well the networks predict the cells, where that is known.
    fn predictions(
        &self,
        first: &ModelResponder,
        others: &[ModelResponder],
    ) -> Result<Predictions> {
        let paths = std::iter::once(&self.model).chain(&self.with);
        let models = std::iter::once(first).chain(others);
        let networks = paths.zip(models);
        Predictions::of_networks(
            networks.map(|(path, network)| (path.as_path(), network.model())),
            &[],
        )
    }

    /// The other networks, which must be of the same recording.
    fn others(&self, first: &ModelResponder, runner: &Runner<'_>) -> Result<Vec<ModelResponder>> {
        refuse_twice(&self.model, &self.with)?;
        let network = |model: &PathBuf| {
            let other = runner.network(model)?;
            let belongs = other.cells() == first.cells() && other.screen() == first.screen();
            ensure!(
                belongs,
                "{}: has other cells or another screen than {}; only networks of one recording are compared",
                model.display(),
                self.model.display()
            );
            Ok(other)
        };
        self.with.iter().map(network).collect()
    }

    /// The reductions of the other networks, of the cells that the first was reduced for. What is known of the cells is
    /// what each network says alone: evidence that they share would be counted as their agreement.
    fn reduced_alike(
        &self,
        reducer: &Reducer<'_>,
        others: &[ModelResponder],
        known: &mut [KnownCircuits],
        (prepared, first): (&PreparedExperiment, &Reduction),
        runner: &Runner<'_>,
    ) -> Result<Vec<Reduction>> {
        let reduced = first.cells.iter().filter(|cell| cell.result.is_ok());
        let cells: Vec<CellIndex> = reduced.map(|cell| cell.cell).collect();
        let alike = |((other, model), known): ((&ModelResponder, &PathBuf), &mut KnownCircuits)| {
            let subject = Subject::new(other)
                .with_context(|| format!("{}: cannot be reduced", model.display()))?;
            let reducer = Reducer {
                subject: &subject,
                source: model.display().to_string(),
                known: known.clone(),
                ..*reducer
            };
            let reduction = reducer.run(prepared, &cells, &mut |_| runner.flow())?;
            known.clone_from(&reduction.known);
            Ok(reduction)
        };
        others
            .iter()
            .zip(&self.with)
            .zip(known)
            .map(alike)
            .collect()
    }

    /// Where the results go, once it is known that nothing of others is replaced.
    fn folders(&self, runner: &Runner<'_>) -> Result<Vec<ResultFolder>> {
        let outputs = Outputs::of("reduce", runner.overwrite)
            .reading_model(&self.model)
            .reading_all(&self.with)
            .reading_all(&self.config)
            .reading_all(&self.circuits)
            .reading_all(&self.truth);
        let folder = |one| outputs.folder(&self.folder(one), files::NAMES);
        self.tables.experiments.iter().map(folder).collect()
    }

    /// Where the results of an experiment go.
    fn folder(&self, experiment: &ExperimentConfig) -> PathBuf {
        let inside = |folder: &Path| folder.join(experiment.name());
        match &self.out {
            Some(folder) if self.tables.experiments.len() == 1 => folder.clone(),
            Some(folder) => inside(folder),
            None => inside(&Location::of(&self.model).results().join("reduction")),
        }
    }
}

/// Warns where the stimuli are lighter or darker than the network knows.
fn warn_beyond(prepared: &PreparedExperiment, responder: &ModelResponder, experiment: &str) {
    if let Some(text) = agreement::beyond(prepared, &responder.model().description) {
        tracing::warn!(target: ABOUT_STIMULI, "{experiment}: {text}");
    }
}

fn show(meter: &dyn Meter, experiment: &str, step: ReductionProgress) {
    let (done, of, doing) = match step {
        ReductionProgress::Attributed(done, of) => (done, of, "attributing movies"),
        ReductionProgress::Identified(done, of) => (done, of, "identifying circuits of cells"),
        ReductionProgress::Explained(done, of) => (done, of, "fitting circuits of cells"),
    };
    meter.set_total(of);
    meter.set(done);
    meter.tell(experiment, doing);
}

/// Puts the circuits beside those of the simulated retina.
fn compare(
    reduction: &mut Reduction,
    experiment: &PreparedExperiment,
    (file, retina): &(PathBuf, Retina),
    tolerance: f64,
) -> Result<()> {
    let plantings = Plantings::of_experiment(retina, experiment, tolerance).with_context(|| {
        let file = file.display();
        format!("{file}: this simulated retina cannot be compared with the model")
    })?;
    Ok(reduction.compare(|cell| plantings.of(cell), &experiment.movies())?)
}
