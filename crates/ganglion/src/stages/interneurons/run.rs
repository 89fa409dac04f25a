//! The comparison.

use std::path::PathBuf;

use ganglion_model::model::Model;
use ganglion_numerics::{RESAMPLES, cluster_bootstrap, mean};
use ganglion_reduction::interneurons::LnModel;

use super::nulls::{UNTRAINED, averaged, check, training, untrained_seeds};
use super::potentials::Potentials;
use super::{Interneurons, files};
use crate::error::{Context as _, Result, ensure};
use crate::outputs::Outputs;
use crate::results::{ComparedInterneuron, InterneuronSummary, MeanCorrelation};
use crate::runner::Runner;

/// A network that was compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Correlations of every interneuron, and their means.
    pub summary: InterneuronSummary,
    /// Where they were written.
    pub folder: Option<PathBuf>,
}

impl Interneurons {
    /// Looks for the unit that is most like each interneuron, in the network and in the nulls.
    ///
    /// # Errors
    /// Where the model has no hidden units, the recording no potentials, they do not fit each other, or a
    /// file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Compared> {
        let outputs = Outputs::of("interneurons", runner.overwrite)
            .reading_model(&self.model)
            .reading(&self.recording);
        let outputs = self
            .nulls
            .iter()
            .fold(outputs, |outputs, null| outputs.reading_model(null));
        let folder = |out: &PathBuf| outputs.folder(out, files::NAMES);
        let results = self.out.as_ref().map(folder).transpose()?;
        let trained = training(&self.model)?;
        for null in &self.nulls {
            check(null, (&self.model, trained.as_ref()))?;
        }
        let model = runner.model(&self.model)?;
        ensure!(
            model.hidden_layers() > 0,
            "{}: has no hidden units (its kind is {:?}); give a convolutional network",
            self.model.display(),
            model.description.architecture.kind()
        );
        let history = model.description.movie.history;
        let potentials = Potentials::read(&self.recording, self.partition, history)?;
        let beside = || {
            format!(
                "{} beside {}",
                self.model.display(),
                self.recording.display()
            )
        };
        let seeds = untrained_seeds(trained.map(|config| config.seed));
        let compared = self
            .compared((&model, &seeds), &potentials, runner)
            .with_context(beside)?;
        let summary = InterneuronSummary {
            model: self.model.clone(),
            recording: self.recording.clone(),
            partition: potentials.partition,
            chosen_bins: potentials.half(),
            judged_bins: potentials.bins() - potentials.half(),
            nulls: self.nulls.clone(),
            untrained_networks: UNTRAINED,
            means: means(&compared),
            interneurons: compared,
        };
        if let Some(results) = &results {
            results.write(|folder| files::write(&summary, folder, self.format))?;
        }
        Ok(Compared {
            summary,
            folder: self.out.clone(),
        })
    }

    fn compared(
        &self,
        (model, untrained_seeds): (&Model, &[u64]),
        potentials: &Potentials,
        runner: &Runner<'_>,
    ) -> Result<Vec<ComparedInterneuron>> {
        runner.progress.log("correlating the network's units");
        let best = potentials.best(model)?;
        let seeds = untrained_seeds.iter();
        let untrained = seeds
            .map(|&seed| model.untrained(seed))
            .collect::<Result<Vec<_>, _>>()?;
        runner
            .progress
            .log("correlating units of untrained networks");
        let untrained = averaged(potentials, &untrained)?;
        let nulls = self.nulls.iter().map(|null| runner.model(null));
        let shifted = averaged(potentials, &nulls.collect::<Result<Vec<_>>>()?)?;
        runner.progress.log("fitting models of the interneurons");
        let own = own_models(potentials, model)?;
        let units = potentials.units.iter().enumerate();
        Ok(units
            .map(|(unit, interneuron)| ComparedInterneuron {
                untrained: untrained[unit],
                shifted: shifted[unit],
                ln_model: own[unit],
                ..ComparedInterneuron::new(unit, interneuron, best[unit])
            })
            .collect())
    }
}

/// Correlations of linear-nonlinear models of the interneurons themselves.
fn own_models(potentials: &Potentials, model: &Model) -> Result<Vec<Option<f64>>> {
    let history = model.description.movie.history;
    let (movie, bins) = potentials.regression(&potentials.normalisation(model)?)?;
    let units = potentials.units.iter().zip(&potentials.values);
    Ok(units
        .map(|(unit, values)| {
            let place = unit.place.map(|place| [place.row, place.column]);
            let fit = LnModel::fit(&movie, (&bins, history), values, potentials.half(), place);
            fit.map(|fit| fit.correlation)
        })
        .collect())
}

/// A value of an interneuron.
type Value = fn(&ComparedInterneuron) -> Option<f64>;

/// What means are taken of.
const MEANS: [(&str, Value); 6] = [
    ("network", ComparedInterneuron::correlation),
    ("untrained", |one| one.untrained),
    ("shifted", |one| one.shifted),
    ("ln_model", |one| one.ln_model),
    ("network - untrained", |one| {
        Some(one.correlation()? - one.untrained?)
    }),
    ("network - shifted", |one| {
        Some(one.correlation()? - one.shifted?)
    }),
];

fn means(compared: &[ComparedInterneuron]) -> Vec<MeanCorrelation> {
    let means = MEANS.iter();
    means
        .filter_map(|(what, of)| mean_of(what, *of, compared))
        .collect()
}

/// The mean over interneurons, with an interval over types: interneurons of one type are alike.
fn mean_of(what: &str, of: Value, compared: &[ComparedInterneuron]) -> Option<MeanCorrelation> {
    let mut types: Vec<(&str, Vec<f64>)> = Vec::new();
    for one in compared {
        let Some(value) = of(one) else { continue };
        match types.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, values)) => values.push(value),
            None => types.push((&one.kind, vec![value])),
        }
    }
    let values: Vec<Vec<f64>> = types.into_iter().map(|(_, values)| values).collect();
    let over = |drawn: &[&Vec<f64>]| {
        let all: Vec<f64> = drawn.iter().flat_map(|one| one.iter().copied()).collect();
        (!all.is_empty()).then(|| mean(&all))
    };
    Some(MeanCorrelation {
        what: what.to_owned(),
        mean: over(&values.iter().collect::<Vec<_>>())?,
        interval: cluster_bootstrap(&values, over, RESAMPLES),
        types: values.len(),
        interneurons: values.iter().map(Vec::len).sum(),
    })
}
