//! A training run from its config to its best model.

use std::collections::BTreeSet;

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};
use ganglion_recording::Role;

use super::batch::TrainingBatch;
use super::checkpoint::{self, Skipped, TrainingState};
use super::claim::{check_directory, claim};
use super::config::RunConfig;
use super::data::TrainingData;
use super::directory::RunDirectory;
use super::generalised_linear::fit_run;
use super::history::{HistoryRow, write_history};
use super::lock::{Promise, RunLock};
use super::penalty::Penalties;
use super::progress::{TrainingPlan, TrainingProgress, TrainingWarning};
use super::provenance::describe;
use super::sampler::{BatchSegment, Sampler};
use super::schedule::{Judgement, Schedule};
use super::start::{cell_weights, initial_network, poisson_loss};
use super::validation::validate;
use super::{optimiser, origin};
use crate::error::Error;
use crate::layer::{Mode, Statistics};
use crate::loss::PoissonLoss;
use crate::model::{Model, ModelDescription, Provenance};
use crate::network::Network;
use crate::weights::{WeightArray, Weights};

/// How a run is started.
#[derive(Clone, Debug, Default)]
pub struct TrainOptions {
    /// Go on with the run that the directory holds.
    pub resume: bool,
    /// Go on although a recording has changed since the run was begun.
    pub accept_changed_recordings: bool,
    /// Revision of the program's source, to be recorded.
    pub revision: Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingOutcome {
    /// Epochs done.
    pub epochs: usize,
    /// The epoch whose model was kept.
    pub best_epoch: usize,
    /// Whether validation ended the run before its last epoch.
    pub stopped_early: bool,
}

/// Trains a network and keeps everything in a run directory.
///
/// # Errors
/// If a recording, the config or the directory is not usable, another process trains in it, the
/// loss stops being finite, or `progress` [stops](TrainingProgress::stops) the run.
pub fn train(
    config: &RunConfig,
    directory: &RunDirectory,
    options: &TrainOptions,
    progress: &mut dyn TrainingProgress,
) -> Result<TrainingOutcome, Error> {
    config.check()?;
    let config = &RunConfig {
        recording: config.recording.in_frames()?,
        ..config.clone()
    };
    if options.resume && !directory.root().exists() {
        return Err(Error::NothingToResume {
            path: directory.root().into(),
        });
    }
    let mut lock = RunLock::take(directory.root())?;
    check_directory(config, directory, options.resume)?;
    if options.resume {
        lock.keep();
    }
    if lock.promise() != &Promise::All {
        progress.warn(&TrainingWarning::Lock(lock.promise().clone()));
    }
    if config.model.generalised_linear().is_some() {
        return fit_run(config, directory, options, &mut lock, progress);
    }
    let mut run = TrainingRun::new(config, directory, options, progress)?;
    claim(config, directory)?;
    lock.keep();
    origin::keep(directory, &run.description)?;
    run.go(progress)
}

struct TrainingRun<'a> {
    config: &'a RunConfig,
    directory: &'a RunDirectory,
    device: Device,
    data: TrainingData,
    sampler: Sampler,
    loss: PoissonLoss,
    cell_weights: Vec<f32>,
    penalties: Penalties,
    description: ModelDescription,
    network: Network,
    optimiser: ModuleOptimizer,
    state: TrainingState,
    /// Newer checkpoints than the one that the run goes on from.
    skipped: Vec<Skipped>,
}

impl<'a> TrainingRun<'a> {
    fn new(
        config: &'a RunConfig,
        directory: &'a RunDirectory,
        options: &TrainOptions,
        progress: &mut dyn TrainingProgress,
    ) -> Result<Self, Error> {
        let training = &config.training;
        let device = config.device.backend.device()?.autodiff();
        let data = TrainingData::load(&config.recording, config.seed)?;
        let cell_weights = cell_weights(&data, training.equalise_cells);
        let fresh = initial_network(config, &data, &device)?;
        let sampler = Sampler::new(
            &data,
            training.batch_frames,
            training.segment_frames,
            config.seed,
        );
        let mut run = Self {
            loss: poisson_loss(training.loss_epsilon, &cell_weights, &device),
            penalties: Penalties::new(training, &fresh),
            description: describe(config, &data, options.revision.clone())?,
            network: fresh,
            optimiser: optimiser::build(&training.optimiser),
            state: TrainingState {
                epoch: 0,
                step: 0,
                schedule: Schedule::new(training),
                history: Vec::new(),
            },
            skipped: Vec::new(),
            config,
            directory,
            device,
            data,
            sampler,
            cell_weights,
        };
        if options.resume {
            let changed = run.compare_recordings(options.accept_changed_recordings)?;
            run.restore()?;
            run.note_changes(&changed, progress);
        }
        Ok(run)
    }

    /// Places of the recordings that have changed since the run was begun, if that is accepted.
    fn compare_recordings(&mut self, accept: bool) -> Result<Vec<usize>, Error> {
        let provenance = &mut self.description.provenance;
        compare_recordings(self.config, self.directory, provenance, accept)
    }

    /// Tells which recordings have changed, and after which epoch.
    fn note_changes(&mut self, changed: &[usize], progress: &mut dyn TrainingProgress) {
        let changes = &mut self.description.provenance.recordings_changed;
        let newest = changes.len() - changed.len();
        for change in &mut changes[newest..] {
            change.after_epoch = self.state.epoch;
        }
        let places: BTreeSet<usize> = changed.iter().copied().collect();
        for place in places {
            let path = self.config.recording.files[place].to_path_buf();
            progress.warn(&TrainingWarning::RecordingChanged(path));
        }
    }

    fn restore(&mut self) -> Result<(), Error> {
        let restored = checkpoint::load(self.directory, &self.network, &self.optimiser)?;
        if let Some(restored) = restored {
            (self.state, self.skipped) = (restored.state, restored.skipped);
            (self.network, self.optimiser) = (restored.network, restored.optimiser);
            // The run may have been killed between its checkpoint and its history.
            write_history(&self.directory.history(), &self.state.history)?;
        }
        Ok(())
    }

    fn go(&mut self, progress: &mut dyn TrainingProgress) -> Result<TrainingOutcome, Error> {
        progress.restored(self.state.epoch, &self.skipped);
        progress.started(&self.plan());
        for warning in self.data.warnings(self.config.model.microns_per_pixel()) {
            progress.warn(&warning);
        }
        let epochs = self.config.training.epochs;
        while self.state.epoch < epochs && !self.should_stop() {
            let train_loss = self.epoch(progress)?;
            self.finish_epoch(train_loss)?;
            progress.epoch(self.state.history.last().expect("the epoch just done"));
            if let Some(warning) = collapse(&self.state.history) {
                progress.warn(&warning);
            }
        }
        Ok(TrainingOutcome {
            epochs: self.state.epoch,
            best_epoch: self.best_epoch(),
            stopped_early: self.state.epoch < epochs,
        })
    }

    fn plan(&self) -> TrainingPlan {
        TrainingPlan {
            epochs: self.config.training.epochs,
            first_epoch: self.state.epoch + 1,
            steps_per_epoch: self.sampler.steps_per_epoch(),
            training_frames: self.data.count(Role::Train),
            validation_frames: self.data.count(Role::Validation),
            parameters: count_parameters(&self.network),
            cells: self.data.shape.cells,
        }
    }

    fn should_stop(&self) -> bool {
        self.state.schedule.should_stop(&self.config.training)
    }

    fn best_epoch(&self) -> usize {
        self.state
            .history
            .iter()
            .rev()
            .find(|row| row.best)
            .map_or(0, |row| row.epoch)
    }

    /// One pass over the training data; returns the mean loss.
    fn epoch(&mut self, progress: &mut dyn TrainingProgress) -> Result<f64, Error> {
        let epoch = self.state.epoch + 1;
        let batches = self.sampler.epoch(epoch);
        let count = batches.len();
        let mut sum = 0.0;
        for (step, pieces) in batches.iter().enumerate() {
            let loss = self.step(pieces)?;
            if !loss.is_finite() {
                return Err(Error::Diverged {
                    epoch,
                    step: step + 1,
                });
            }
            sum += loss;
            progress.step(epoch, step + 1, loss);
            if progress.stops() {
                return Err(Error::Stopped);
            }
        }
        Ok(sum / count as f64)
    }

    fn step(&mut self, pieces: &[BatchSegment]) -> Result<f64, Error> {
        let length = self.sampler.segment_frames();
        let batch = TrainingBatch::new(&self.data, pieces, length, &self.device)?;
        let rates = self.network.forward(batch.movie, self.mode());
        let mut loss = (self.network).loss(rates.clone(), &batch.targets, &self.loss);
        let counted = match &batch.targets.mask {
            Some(mask) => rates * mask.clone(),
            None => rates,
        };
        if let Some(penalty) = self.penalties.forward(&self.network, &counted) {
            loss = loss + penalty;
        }
        let value = f64::from(loss.clone().into_scalar::<f32>());
        let mut gradients = loss.backward();
        let mut gradients = GradientsParams::from_module(&mut gradients, &self.network);
        if let Some(largest) = self.config.training.gradient_clip {
            gradients = optimiser::clip(&self.network, gradients, largest);
        }
        let rate = self.learning_rate(self.state.step);
        self.network = self.optimiser.step(rate, self.network.clone(), gradients);
        self.state.step += 1;
        Ok(value)
    }

    /// Noise of its own for every step of every seed.
    fn mode(&self) -> Mode {
        let step = self.state.step as u64;
        Mode::Training {
            noise_seed: self.config.seed.rotate_left(32) ^ step,
            statistics: self.statistics(),
        }
    }

    fn statistics(&self) -> Statistics {
        match self.config.training.batch_statistics_epochs {
            Some(epochs) if self.state.epoch >= epochs => Statistics::Running,
            _ => Statistics::Batch,
        }
    }

    fn learning_rate(&self, step: usize) -> f64 {
        let steps = self.config.training.epochs * self.sampler.steps_per_epoch();
        self.state
            .schedule
            .learning_rate(&self.config.training, step, steps)
    }

    /// Validates, keeps the model if it is the best, and saves the state.
    fn finish_epoch(&mut self, train_loss: f64) -> Result<(), Error> {
        let learning_rate = self.learning_rate(self.state.step - 1);
        let judgement = self.validate()?;
        self.check_finite(judgement)?;
        let best = self
            .state
            .schedule
            .observe(&self.config.training, judgement);
        self.state.epoch += 1;
        self.state.history.push(HistoryRow {
            epoch: self.state.epoch,
            learning_rate,
            train_loss,
            validation_loss: judgement.map(|judgement| judgement.loss),
            validation_correlation: judgement.map(|judgement| judgement.correlation),
            best,
        });
        if best {
            self.keep_model(judgement)?;
        }
        checkpoint::save(self.directory, &self.state, &self.network, &self.optimiser)?;
        write_history(&self.directory.history(), &self.state.history)
    }

    /// Nothing that is not finite is ever kept: the last step of an epoch may have broken what its
    /// loss did not show yet.
    fn check_finite(&self, judgement: Option<Judgement>) -> Result<(), Error> {
        let finite = |array: &WeightArray| array.values.iter().all(|value| value.is_finite());
        let weights_are = Weights::of(&self.network).0.values().all(finite);
        let loss_is = judgement.is_none_or(|judgement| judgement.loss.is_finite());
        if weights_are && loss_is {
            return Ok(());
        }
        let step = self.sampler.steps_per_epoch();
        Err(Error::Diverged {
            epoch: self.state.epoch + 1,
            step,
        })
    }

    fn validate(&self) -> Result<Option<Judgement>, Error> {
        validate(
            &self.network.valid(),
            &self.data,
            self.config.training.loss_epsilon,
            &self.cell_weights,
            &self.device.clone().inner(),
        )
    }

    fn keep_model(&self, judgement: Option<Judgement>) -> Result<(), Error> {
        let mut description = self.description.clone();
        description.provenance.epoch = self.state.epoch;
        description.provenance.validation_correlation =
            judgement.map(|judgement| judgement.correlation);
        Model::new(description, &self.network, &self.device).save(&self.directory.model())
    }
}

/// Places of the recordings that have changed since a run was begun, if that is accepted.
pub(super) fn compare_recordings(
    config: &RunConfig,
    directory: &RunDirectory,
    provenance: &mut Provenance,
    accept: bool,
) -> Result<Vec<usize>, Error> {
    origin::compare(directory, provenance, accept).map_err(|changed| {
        let part = match changed.is_linked {
            true => format!(" links to {}, which", changed.change.name),
            false => String::new(),
        };
        Error::RecordingChanged {
            path: config.recording.files[changed.place].to_path_buf(),
            part,
            run: directory.root().into(),
            before: changed.change.before,
            now: changed.change.after,
        }
    })
}

/// A correlation below this share of the best, which was no accident, has collapsed.
const COLLAPSED: f64 = 0.5;
/// Correlations below this are not worth losing.
const WORTH_KEEPING: f64 = 0.1;

/// A warning where the validation correlation has just fallen far below its best: told when it
/// falls, not in every epoch that it stays there.
fn collapse(history: &[HistoryRow]) -> Option<TrainingWarning> {
    let (newest, before) = history.split_last()?;
    let now = newest.validation_correlation?;
    let known = before.iter().filter_map(|row| row.validation_correlation);
    let best = known.fold(f64::NEG_INFINITY, f64::max);
    let has_collapsed = |correlation: f64| best > WORTH_KEEPING && correlation < COLLAPSED * best;
    let previous = before.last()?.validation_correlation?;
    (has_collapsed(now) && !has_collapsed(previous)).then_some(TrainingWarning::Collapse {
        epoch: newest.epoch,
        best,
        now,
    })
}

fn count_parameters(network: &Network) -> usize {
    struct Count(usize);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            let tensor = parameter.val();
            if tensor.is_require_grad() {
                self.0 += tensor.shape().num_elements();
            }
        }
    }
    let mut count = Count(0);
    network.visit(&mut count);
    count.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(correlations: &[f64]) -> Vec<HistoryRow> {
        let row = |(index, &correlation): (usize, &f64)| HistoryRow {
            epoch: index + 1,
            learning_rate: 1e-3,
            train_loss: 1.0,
            validation_loss: Some(1.0),
            validation_correlation: Some(correlation),
            best: false,
        };
        correlations.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_collapse_is_told_once_when_it_comes() {
        assert_eq!(collapse(&history(&[0.1, 0.4, 0.45, 0.38])), None);
        assert_eq!(collapse(&history(&[0.02, 0.0])), None);
        let fallen = [0.1, 0.4, 0.15];
        assert_eq!(
            collapse(&history(&fallen)),
            Some(TrainingWarning::Collapse {
                epoch: 3,
                best: 0.4,
                now: 0.15,
            })
        );
        assert_eq!(collapse(&history(&[0.1, 0.4, 0.15, 0.1])), None);
    }
}
