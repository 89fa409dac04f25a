//! Refusing configs that cannot mean what they say.

use super::config::{RunConfig, TrainingConfig};
use crate::error::Error;

impl RunConfig {
    /// Checks everything that can be checked without the recording.
    ///
    /// # Errors
    /// Names the key, what it holds and what it may hold.
    pub fn check(&self) -> Result<(), Error> {
        at_least_one("recording.history_frames", self.recording.history_frames)?;
        at_least_one("recording.blocks", self.recording.blocks)?;
        self.training.check()
    }
}

impl TrainingConfig {
    fn check(&self) -> Result<(), Error> {
        at_least_one("training.epochs", self.epochs)?;
        at_least_one("training.batch_frames", self.batch_frames)?;
        at_least_one("training.segment_frames", self.segment_frames)?;
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

fn at_least_one(key: &'static str, value: usize) -> Result<(), Error> {
    require(value >= 1, key, value as f64, "at least 1")
}

fn require(
    condition: bool,
    key: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), Error> {
    if condition {
        Ok(())
    } else {
        Err(Error::OutOfRange {
            key,
            value,
            allowed,
        })
    }
}
