//! Refusing configs that cannot mean what they say.

use ganglion_recording::Milliseconds;

use super::config::{Criterion, OptimiserConfig, RecordingConfig, RunConfig, TrainingConfig};
use crate::error::Error;
use crate::limits::{at_least_one, require};
use crate::targets::TargetForm;

impl RunConfig {
    /// Checks everything that can be checked without the recording.
    ///
    /// # Errors
    /// Names the key, what it holds and what it may hold.
    pub fn check(&self) -> Result<(), Error> {
        self.recording.check_history()?;
        at_least_one("recording.blocks", self.recording.blocks)?;
        self.model.check()?;
        self.check_targets(self.model.targets())?;
        self.training.check()?;
        self.check_that_training_has_steps()?;
        self.check_statistics()?;
        self.check_criteria()
    }

    /// A family learns only from what its loss takes, the forms in `taken`.
    fn check_targets(&self, taken: &'static [TargetForm]) -> Result<(), Error> {
        let targets = self.recording.targets;
        match taken.contains(&targets) {
            true => Ok(()),
            false => Err(Error::TargetsNotTaken {
                targets,
                kind: self.model.kind(),
                taken,
            }),
        }
    }

    /// What is fitted at once knows no epochs.
    fn check_that_training_has_steps(&self) -> Result<(), Error> {
        let is_at_once = self.model.generalised_linear().is_some();
        match is_at_once && self.training != TrainingConfig::default() {
            true => Err(Error::NoTraining {
                kind: self.model.kind(),
            }),
            false => Ok(()),
        }
    }

    /// Statistics belong to batch normalisation.
    fn check_statistics(&self) -> Result<(), Error> {
        let is_normalised = self.model.batch_normalisation().is_some();
        if is_normalised || self.training.batch_statistics_epochs.is_none() {
            return Ok(());
        }
        let kind = self.model.kind();
        Err(Error::NoBatchNormalisation { kind })
    }

    /// What reacts to validation needs validation data and something to react to.
    fn check_criteria(&self) -> Result<(), Error> {
        let training = &self.training;
        let stop = training
            .early_stop
            .map(|stop| ("training.early_stop", stop.metric));
        let plateau = training
            .plateau
            .map(|plateau| ("training.plateau", plateau.metric));
        for (key, metric) in [stop, plateau].into_iter().flatten() {
            if self.recording.validation.fraction == 0.0 {
                return Err(Error::NeedsValidation { key });
            }
            if metric == Criterion::Last {
                return Err(Error::NoCriterion { key });
            }
        }
        Ok(())
    }
}

impl RecordingConfig {
    /// A history is a number of frames or a time.
    fn check_history(&self) -> Result<(), Error> {
        if let Some(frames) = self.history_frames {
            at_least_one("recording.history_frames", frames)?;
        }
        let Some(Milliseconds(span)) = self.history_ms else {
            return Ok(());
        };
        if self.history_frames.is_some() {
            return Err(Error::TwoHistories);
        }
        require(
            span > 0.0 && span.is_finite(),
            "recording.history_ms",
            span,
            "above 0",
        )
    }
}

impl TrainingConfig {
    fn check(&self) -> Result<(), Error> {
        at_least_one("training.epochs", self.epochs)?;
        at_least_one("training.batch_frames", self.batch_frames)?;
        at_least_one("training.segment_frames", self.segment_frames)?;
        if let Some(epochs) = self.batch_statistics_epochs {
            at_least_one("training.batch_statistics_epochs", epochs)?;
        }
        self.optimiser.check()?;
        let rate = self.optimiser.learning_rate();
        let rate_is_usable = rate > 0.0 && rate <= 1.0;
        require(
            rate_is_usable,
            "training.optimiser.learning_rate",
            rate,
            "above 0, at most 1",
        )?;
        for (key, value) in [
            ("training.l2.kernels", self.l2.kernels),
            ("training.l2.readout", self.l2.readout),
            ("training.l1_output", self.l1_output),
            ("training.smoothness.spatial", self.smoothness.spatial),
            ("training.smoothness.temporal", self.smoothness.temporal),
            ("training.locality", self.locality),
            ("training.anchor.centre", self.anchor.centre),
            ("training.anchor.deviation", self.anchor.deviation),
        ] {
            require(
                value >= 0.0 && value.is_finite(),
                key,
                value,
                "zero or above",
            )?;
        }
        require(
            self.loss_epsilon > 0.0 && self.loss_epsilon < 1.0,
            "training.loss_epsilon",
            self.loss_epsilon,
            "between 0 and 1",
        )?;
        if let Some(plateau) = self.plateau {
            let usable = plateau.factor > 0.0 && plateau.factor < 1.0;
            require(
                usable,
                "training.plateau.factor",
                plateau.factor,
                "between 0 and 1",
            )?;
        }
        if let Some(largest) = self.gradient_clip {
            require(largest > 0.0, "training.gradient_clip", largest, "above 0")?;
        }
        Ok(())
    }
}

impl OptimiserConfig {
    fn check(&self) -> Result<(), Error> {
        let (Self::Adam {
            beta_1,
            beta_2,
            epsilon,
            weight_decay,
            ..
        }
        | Self::AdamW {
            beta_1,
            beta_2,
            epsilon,
            weight_decay,
            ..
        }) = *self;
        let below_one = |value: f32| (0.0..1.0).contains(&value);
        let table = [
            (
                below_one(beta_1),
                "training.optimiser.beta_1",
                beta_1,
                "from 0 to below 1",
            ),
            (
                below_one(beta_2),
                "training.optimiser.beta_2",
                beta_2,
                "from 0 to below 1",
            ),
            (
                epsilon > 0.0,
                "training.optimiser.epsilon",
                epsilon,
                "above 0",
            ),
            (
                weight_decay >= 0.0,
                "training.optimiser.weight_decay",
                weight_decay,
                "zero or above",
            ),
        ];
        table
            .into_iter()
            .try_for_each(|(usable, key, value, allowed)| {
                require(usable, key, value.into(), allowed)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_form_that_a_family_does_not_take_is_refused_with_those_that_it_takes() {
        let config = |targets: &str| -> RunConfig {
            let text = format!(
                "recording = {{ files = [\"a.h5\"]{targets} }}\nmodel = {{ kind = \"ln\" }}"
            );
            toml::from_str(&text).expect("a run config")
        };
        let spikes = config(", targets = \"spike-counts\"");
        let only_spikes: &'static [TargetForm] = &[TargetForm::SpikeCounts];
        for (config, taken, refused) in [
            (config(""), only_spikes, "rates"),
            (spikes.clone(), &[TargetForm::Rates], "spike-counts"),
        ] {
            assert!(config.check().is_ok(), "the Poisson loss takes both");
            let error = config.check_targets(taken).unwrap_err().to_string();
            for part in [
                format!("recording.targets = \"{refused}\""),
                "kind \"ln\"".to_owned(),
                format!("set recording.targets = \"{}\"", taken[0]),
            ] {
                assert!(error.contains(&part), "`{part}` is not in: {error}");
            }
        }
        let read: RunConfig = toml::from_str(&toml::to_string(&spikes).unwrap()).unwrap();
        assert_eq!(read, spikes);
        let rates = toml::to_string(&config("")).unwrap();
        assert!(
            !rates.contains("targets"),
            "as older versions wrote it: {rates}"
        );
    }

    #[test]
    fn a_history_is_a_number_of_frames_or_a_time() {
        let config = |history: &str| -> RunConfig {
            let text = format!(
                "recording = {{ files = [\"a.h5\"]{history} }}\nmodel = {{ kind = \"ln\" }}"
            );
            toml::from_str(&text).expect("a run config")
        };
        let frames = |history: &str, period: f64| {
            let config = config(history);
            assert!(config.check().is_ok(), "{history}");
            config.recording.history(Milliseconds(period))
        };
        assert_eq!(frames("", 10.0), 40);
        assert_eq!(frames(", history_frames = 12", 10.0), 12);
        assert_eq!(frames(", history_ms = 400", 10.0), 40);
        assert_eq!(frames(", history_ms = 400", 1000.0 / 15.0), 6);
        assert_eq!(frames(", history_ms = 1", 10.0), 1);
        for (wrong, part) in [
            (
                ", history_frames = 40, history_ms = 400",
                "give one of them",
            ),
            (", history_ms = 0", "recording.history_ms"),
            (", history_frames = 0", "recording.history_frames"),
        ] {
            let error = config(wrong).check().unwrap_err().to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
    }

    #[rstest]
    #[case("bn-cnn", 1, None)]
    #[case("bn-cnn", 0, Some("training.batch_statistics_epochs"))]
    #[case("ln", 1, Some("kind \"ln\" has not"))]
    fn epochs_of_batch_statistics_need_batch_normalisation(
        #[case] kind: &str,
        #[case] epochs: usize,
        #[case] refused: Option<&str>,
    ) {
        let config = format!(
            "recording = {{ files = [\"a.h5\"] }}\nmodel = {{ kind = \"{kind}\" }}\n\
             training = {{ batch_statistics_epochs = {epochs} }}"
        );
        let config: RunConfig = toml::from_str(&config).expect("a run config");
        let error = config.check().map_err(|error| error.to_string()).err();
        match refused {
            None => assert_eq!(error, None),
            Some(part) => assert!(error.clone().is_some_and(|e| e.contains(part)), "{error:?}"),
        }
    }
}
