//! The comparison.

use std::path::{Path, PathBuf};

use ganglion_model::model::Model;
use ganglion_reduction::interneurons::{BestUnit, Correlations, LnModel};

use super::nulls::{self, UNTRAINED, untrained_seeds};
use super::potentials::Potentials;
use super::trained::{self, Trained};
use super::{Interneurons, files};
use crate::error::{Context as _, Result, bail, ensure};
use crate::outputs::{Outputs, ResultFolder};
use crate::results::{ComparedInterneuron, InterneuronSummary, MeanCorrelation, read_summary};
use crate::runner::Runner;

/// Networks that were compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Correlations of every interneuron, and their means.
    pub summary: InterneuronSummary,
    /// Where they were written.
    pub folder: Option<PathBuf>,
    /// The command that trains a network of shifted responses, where none was compared.
    pub advice: Option<String>,
}

/// Best units and correlations, `[network][interneuron]`.
struct Found {
    networks: Vec<Vec<Option<BestUnit>>>,
    untrained: Vec<Vec<Option<f64>>>,
    shifted: Vec<Vec<Option<f64>>>,
    ln_model: Vec<Option<f64>>,
    covered: Vec<Option<bool>>,
}

/// Results of another recording: of all interneurons, and of those that are covered.
struct Other {
    all: Correlations,
    covered: Correlations,
}

impl Interneurons {
    /// Looks for the unit that is most like each interneuron, in the networks and in the nulls.
    ///
    /// # Errors
    /// Where a model has no hidden units, the recording no potentials, they do not fit each other, a null is
    /// none, or a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Compared> {
        let results = self.results(runner)?;
        let others = self.others()?;
        let open = |path: &PathBuf| Trained::open(path, runner);
        let networks = self.models.iter().map(open).collect::<Result<Vec<_>>>()?;
        let nulls = self.nulls.iter().map(open).collect::<Result<Vec<_>>>()?;
        trained::check(&networks)?;
        for null in &nulls {
            nulls::check(null, &networks)?;
        }
        let Some(first) = networks.first() else {
            bail!("no network is given; name at least one");
        };
        let history = first.model.description.movie.history;
        let potentials = Potentials::read(&self.recording, self.partition, history)?;
        let found = found((&networks, &nulls), &potentials, runner).with_context(|| {
            let (first, recording) = (first.path.display(), self.recording.display());
            format!("{first} beside {recording}")
        })?;
        let mut summary = self.summary(&potentials, &found);
        summary.mean(&others);
        if let Some(results) = &results {
            results.write(|folder| files::write(&summary, folder, self.format))?;
        }
        Ok(Compared {
            summary,
            folder: self.out.clone(),
            advice: (nulls.is_empty()).then(|| nulls::advice(first)).flatten(),
        })
    }

    /// The folder of the results, and what must be left alone.
    fn results(&self, runner: &Runner<'_>) -> Result<Option<ResultFolder>> {
        let outputs = Outputs::of("interneurons", runner.overwrite).reading(&self.recording);
        let models = self.models.iter().chain(&self.nulls);
        let outputs = models.fold(outputs, |outputs, model| outputs.reading_model(model));
        let summaries = self.with.iter().map(|folder| folder.join("summary.json"));
        let outputs = outputs.reading_all(summaries);
        let folder = |out: &PathBuf| outputs.folder(out, files::NAMES);
        self.out.as_ref().map(folder).transpose()
    }

    /// Results of other recordings.
    fn others(&self) -> Result<Vec<Other>> {
        let mut read: Vec<PathBuf> = vec![real(&self.recording)];
        let mut others = Vec::with_capacity(self.with.len());
        for folder in &self.with {
            let name = folder.display();
            let summary: Option<InterneuronSummary> = read_summary(folder)?;
            let Some(summary) = summary else {
                bail!("{name}: holds no results of `ganglion interneurons --out {name}`");
            };
            let recording = real(&summary.recording);
            ensure!(
                !read.contains(&recording),
                "{name}: is of {}, as other results are; means are over different recordings, networks of one are \
                 given together",
                summary.recording.display()
            );
            read.push(recording);
            others.push(Other {
                covered: summary.covered(),
                all: summary.correlations(),
            });
        }
        Ok(others)
    }

    fn summary(&self, potentials: &Potentials, found: &Found) -> InterneuronSummary {
        let units = potentials.units.iter().enumerate();
        let of = |networks: &[Vec<Option<f64>>], unit: usize| {
            networks.iter().map(|one| one[unit]).collect()
        };
        let interneurons = units.map(|(unit, interneuron)| ComparedInterneuron {
            networks: found.networks.iter().map(|best| best[unit]).collect(),
            untrained: of(&found.untrained, unit),
            shifted: of(&found.shifted, unit),
            ln_model: found.ln_model[unit],
            covered: found.covered[unit],
            ..ComparedInterneuron::new(unit, interneuron)
        });
        InterneuronSummary {
            models: self.models.clone(),
            recording: self.recording.clone(),
            partition: potentials.partition,
            chosen_bins: potentials.half(),
            judged_bins: potentials.bins() - potentials.half(),
            nulls: self.nulls.clone(),
            untrained_networks: UNTRAINED,
            interneurons: interneurons.collect(),
            means: Vec::new(),
            means_of_covered: Vec::new(),
            with: self.with.clone(),
            means_over_recordings: Vec::new(),
            means_of_covered_over_recordings: Vec::new(),
        }
    }
}

impl InterneuronSummary {
    /// Fills in the means, over this recording and over others as well.
    fn mean(&mut self, others: &[Other]) {
        let (own, covered) = (self.correlations(), self.covered());
        let over = |own: &Correlations, of: fn(&Other) -> &Correlations| {
            let all: Vec<&Correlations> =
                std::iter::once(own).chain(others.iter().map(of)).collect();
            match others {
                [] => Vec::new(),
                _ => MeanCorrelation::over(&all),
            }
        };
        self.means = MeanCorrelation::over(&[&own]);
        self.means_over_recordings = over(&own, |other| &other.all);
        if !covered.types.is_empty() && covered.types.len() < own.types.len() {
            self.means_of_covered = MeanCorrelation::over(&[&covered]);
            self.means_of_covered_over_recordings = over(&covered, |other| &other.covered);
        }
    }
}

/// Correlates units of the networks and of their nulls.
fn found(
    (networks, nulls): (&[Trained], &[Trained]),
    potentials: &Potentials,
    runner: &Runner<'_>,
) -> Result<Found> {
    let best = |networks: &[Trained]| -> Result<Vec<Vec<Option<BestUnit>>>> {
        let each = networks.iter();
        each.map(|one| potentials.best(&one.model)).collect()
    };
    let first = &networks[0].model;
    let seeds: Vec<u64> = networks.iter().filter_map(Trained::seed).collect();
    runner.progress.log("correlating units of the networks");
    let networks = best(networks)?;
    runner
        .progress
        .log("correlating units of untrained networks");
    let untrained = untrained_seeds(&seeds).into_iter();
    let untrained = untrained.map(|seed| potentials.best(&first.untrained(seed)?));
    let untrained = untrained.collect::<Result<Vec<_>>>()?;
    let shifted = best(nulls)?;
    runner.progress.log("fitting models of the interneurons");
    Ok(Found {
        networks,
        untrained: correlations(&untrained),
        shifted: correlations(&shifted),
        ln_model: own_models(potentials, first)?,
        covered: potentials.covered(first)?,
    })
}

fn correlations(best: &[Vec<Option<BestUnit>>]) -> Vec<Vec<Option<f64>>> {
    let of = |units: &Vec<Option<BestUnit>>| {
        let units = units.iter();
        units.map(|best| Some((*best)?.correlation)).collect()
    };
    best.iter().map(of).collect()
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

/// Where a path leads, so that one recording is known under two names.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
