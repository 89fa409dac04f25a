//! Identifying, cell by cell.

use std::path::{Path, PathBuf};

use ganglion_experiment::{Ensemble, FiniteMemory};
use ganglion_model::responder::ModelResponder;
use ganglion_recording::CellIndex;
use ganglion_reduction::identify::{
    ALL_SYNAPSES, Followed, Identified, Identifier, IdentifyConfig, RecordedAnswers,
};
use ganglion_reduction::network_agreement::NetworkAgreement;
use ganglion_reduction::next_experiment::{NextExperiment, next_experiment};
use ganglion_reduction::truth::planting::{Planting, Truth};
use ganglion_reduction::{CircuitResponder, Subject};

use super::{Identify, files, of_training, recorded};
use crate::agreement::{self, ABOUT_STIMULI};
use crate::error::{Context as _, Error, Result, ensure};
use crate::location::Location;
use crate::outputs::Outputs;
use crate::predictions::Predictions;
use crate::progress::Work;
use crate::results::IdentificationSummary;
use crate::runner::Runner;
use crate::stages::asked;
use crate::stages::each_once::refuse_twice;
use crate::truth::{self, Plantings};

/// Circuits that were identified.
pub struct Identification {
    /// One entry a cell.
    pub found: Vec<Found>,
    /// The same for programs.
    pub summary: IdentificationSummary,
    /// Where everything was written.
    pub folder: PathBuf,
}

/// What was found for one cell.
pub struct Found {
    /// The circuit, and how much circuits of each size explain.
    pub identified: Identified,
    /// It beside what was planted, if that is known.
    pub planting: Option<Planting>,
    /// How many networks have each pathway; none where there is one network.
    pub agreement: Option<NetworkAgreement>,
    /// What to show next; none where it is not asked for, or one circuit alone is probable.
    pub next: Option<NextExperiment>,
}

impl Identify {
    /// Shows the probe, identifies the circuits, and writes them.
    ///
    /// # Errors
    /// Where the model, the settings or the cells cannot be used, or a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Identification> {
        let outputs = Outputs::of("identify", runner.overwrite)
            .reading_model(&self.model)
            .reading_all(&self.with)
            .reading_all(&self.recordings)
            .reading_all(&self.config)
            .reading_all(&self.truth);
        let results = outputs.folder(&self.folder(), files::NAMES)?;
        let (found, summary) = self.find(runner)?;
        results.write(|folder| files::write(&found, &summary, self, folder))?;
        Ok(Identification {
            found,
            summary,
            folder: results.path().to_owned(),
        })
    }

    /// The same, with nothing written.
    ///
    /// # Errors
    /// Where the model, the settings or the cells cannot be used.
    pub fn find(&self, runner: &Runner<'_>) -> Result<(Vec<Found>, IdentificationSummary)> {
        let responder = runner.network(&self.model)?;
        let subject = Subject::new(&responder)
            .with_context(|| format!("{}: cannot be reduced", self.model.display()))?;
        let cells = asked(self.cells.as_deref(), subject.cells())?;
        if self.identify.tonic_gain != IdentifyConfig::default().tonic_gain {
            tracing::warn!(
                "reduction.identify.tonic_gain = {} has no effect any more: circuits are chosen by their \
                 probability",
                self.identify.tonic_gain
            );
        }
        let probe = self.identify.probe.of(&subject.screen())?.1;
        if let Some(text) = agreement::movie_beyond(&probe, &responder.model().description) {
            tracing::warn!(target: ABOUT_STIMULI, "the probe: {text}");
        }
        refuse_twice(&self.model, &self.with)?;
        let recorded = self.recorded(&responder, &subject, &cells)?;
        let identifier = Identifier {
            subject: &subject,
            source: self.source(),
            config: &self.identify,
            synapses: ALL_SYNAPSES,
            followed: match &recorded {
                None => Followed::Network,
                Some(recorded) if self.without_network => Followed::Recording(recorded),
                Some(recorded) => Followed::Both(recorded),
            },
        };
        let work = Work::Identifying { cells: cells.len() };
        let meter = runner.progress.begin(work);
        let done = &|| {
            meter.advance(1);
            runner.flow()
        };
        let others = self.with.iter().map(|model| runner.network(model));
        let others: Vec<ModelResponder> = others.collect::<Result<_>>()?;
        let identified = match others.is_empty() {
            true => identifier.network(&cells, done)?,
            false => {
                let ensemble = self.ensemble(&responder, &others)?;
                identifier.of(&ensemble, &cells, done)?
            }
        };
        meter.finish();
        let agreements = self.agreements(
            &identified,
            (&responder, &others),
            &identifier,
            &cells,
            runner,
        )?;
        let predictions = self.predictions(&responder, &others)?;
        let mut found = self.compared(&subject, identified)?;
        for (found, agreement) in found.iter_mut().zip(agreements) {
            found.agreement = agreement;
            found.next = self.next_experiment(&found.identified)?;
            found.identified.prediction = predictions.of_cell(found.identified.circuit.cell);
        }
        let summary = IdentificationSummary::of(&found);
        Ok((found, summary))
    }

    /// What the cells themselves answered, where circuits have to follow it.
    fn recorded(
        &self,
        responder: &ModelResponder,
        subject: &Subject<'_>,
        cells: &[CellIndex],
    ) -> Result<Option<RecordedAnswers>> {
        let recordings = match self.training_recordings {
            true => of_training::usable(&self.model, responder.model())?,
            false => self.recordings.clone(),
        };
        if !recordings.is_empty() {
            let mut networks = std::iter::once(&self.model).chain(&self.with);
            networks.try_for_each(|model| refuse_shifted(model))?;
        }
        let stripe = self.identify.probe.stripe_pixels(&subject.screen());
        let recorded = recorded::read(
            (&recordings, !self.training_recordings),
            responder.model(),
            cells,
            stripe,
        )?;
        ensure!(
            recorded.is_some() || !self.without_network,
            "without the network there is nothing to follow: no recording shows a full field or the probe's stripes"
        );
        Ok(recorded)
    }

    /// How well the networks predict the cells, where that is known; nothing where circuits do not follow them.
    fn predictions(
        &self,
        first: &ModelResponder,
        others: &[ModelResponder],
    ) -> Result<Predictions> {
        if self.without_network {
            return Ok(Predictions::default());
        }
        let paths = std::iter::once(&self.model).chain(&self.with);
        let models = std::iter::once(first).chain(others);
        let networks = paths.zip(models);
        Predictions::of_networks(
            networks.map(|(path, network)| (path.as_path(), network.model())),
            &self.recordings,
        )
    }

    /// What to show next to a cell, if that is asked for and more than one circuit is probable.
    fn next_experiment(&self, identified: &Identified) -> Result<Option<NextExperiment>> {
        let rivals = &identified.rivals;
        if !self.next_experiment || rivals.len() < 2 {
            return Ok(None);
        }
        let screen = &identified.circuit.screen;
        Ok(Some(next_experiment(rivals, &self.identify.probe, screen)?))
    }

    /// The networks as one.
    fn ensemble<'a>(
        &self,
        first: &'a ModelResponder,
        others: &'a [ModelResponder],
    ) -> Result<Ensemble<'a>> {
        let members = std::iter::once(first).chain(others);
        let members = members.map(|member| member as &dyn FiniteMemory);
        Ensemble::new(members.collect()).map_err(|place| {
            Error::request(format!(
                "{}: has other cells or another screen than {}; only networks of one recording answer \
                 together",
                self.with[place - 1].display(),
                self.model.display()
            ))
        })
    }

    /// How many of the networks alone have the pathways of each circuit; nothing of one network.
    fn agreements(
        &self,
        identified: &[Identified],
        (first, others): (&ModelResponder, &[ModelResponder]),
        identifier: &Identifier<'_>,
        cells: &[CellIndex],
        runner: &Runner<'_>,
    ) -> Result<Vec<Option<NetworkAgreement>>> {
        if others.is_empty() {
            return Ok(vec![None; identified.len()]);
        }
        let mut alone = Vec::new();
        for network in std::iter::once(first).chain(others) {
            let name = || format!("{}: cannot be reduced", self.source());
            let subject = Subject::new(network).with_context(name)?;
            let one = Identifier {
                subject: &subject,
                source: String::new(),
                followed: Followed::Network,
                ..*identifier
            };
            alone.push(one.network(cells, &|| runner.flow())?);
        }
        let of_cell = |(place, one): (usize, &Identified)| {
            let pathways = one.circuit.pathways.iter();
            let has = |pathway| {
                let circuits = alone.iter().map(|all| &all[place].circuit);
                circuits.filter(|circuit| circuit.has_like(pathway)).count()
            };
            Some(NetworkAgreement {
                networks: alone.len(),
                have: pathways.map(has).collect(),
            })
        };
        Ok(identified.iter().enumerate().map(of_cell).collect())
    }

    /// The circuits beside those of the simulated retina, if that is at hand.
    fn compared(&self, subject: &Subject<'_>, identified: Vec<Identified>) -> Result<Vec<Found>> {
        let truth = truth::retina(self.truth.as_deref(), &self.model)?;
        let movie = self.identify.probe.of(&subject.screen())?.1;
        let movies = [movie];
        let plantings = match &truth {
            Some((file, retina)) => Some(Plantings::new(retina, &movies).with_context(|| {
                let file = file.display();
                format!("{file}: this simulated retina cannot be compared with the model")
            })?),
            None => None,
        };
        let found = |identified: Identified| {
            let circuit = &identified.circuit;
            let truth = plantings.as_ref().and_then(|all| all.of(circuit.cell));
            let planting = |truth: Truth| -> Result<Planting> {
                let linear = CircuitResponder::new(circuit.clone())?.never_rectified(&movies)?;
                Ok(Planting::new(&truth, circuit, &linear))
            };
            Ok(Found {
                planting: truth.map(planting).transpose()?,
                identified,
                agreement: None,
                next: None,
            })
        };
        identified.into_iter().map(found).collect()
    }

    /// The networks, as circuit files name them.
    fn source(&self) -> String {
        let all = std::iter::once(&self.model).chain(&self.with);
        let all: Vec<String> = all.map(|model| model.display().to_string()).collect();
        all.join(" + ")
    }

    /// Where the results go.
    fn folder(&self) -> PathBuf {
        let beside = || Location::of(&self.model).results().join("identification");
        self.out.clone().unwrap_or_else(beside)
    }
}

/// Refuses a network that was trained on shifted responses: its cells' spikes belong to other light than it learned.
fn refuse_shifted(model: &Path) -> Result<()> {
    let Some(config) = of_training::config(model)? else {
        return Ok(());
    };
    let shift = config.recording.shift_responses;
    ensure!(
        shift == 0,
        "{}: was trained on shifted responses (recording.shift_responses = {shift}), so that the cells' own spikes belong to \
         other light than it has learned; leave --recording out",
        model.display()
    );
    Ok(())
}
