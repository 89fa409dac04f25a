//! Learning rates over time, and when to stop.

use serde::{Deserialize, Serialize};

use super::config::{CosineConfig, Criterion, TrainingConfig};

/// What validation said about an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// Validation loss.
    pub loss: f64,
    /// Mean validation correlation over cells.
    pub correlation: f64,
}

/// Follows a criterion and counts the epochs since it last improved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    criterion: Criterion,
    best: Option<f64>,
    stale: usize,
}

impl Watch {
    fn new(criterion: Criterion) -> Self {
        Self {
            criterion,
            best: None,
            stale: 0,
        }
    }

    /// Whether this epoch is the best so far. Without validation data the newest always is.
    fn observe(&mut self, judgement: Option<Judgement>) -> bool {
        let score = judgement.and_then(|judgement| self.score(judgement));
        let improved = match (score, self.best) {
            (Some(score), Some(best)) => score > best,
            _ => true,
        };
        if improved {
            self.best = score.or(self.best);
            self.stale = 0;
        } else {
            self.stale += 1;
        }
        improved
    }

    fn score(&self, judgement: Judgement) -> Option<f64> {
        match self.criterion {
            Criterion::Correlation => Some(judgement.correlation),
            Criterion::Loss => Some(-judgement.loss),
            Criterion::Last => None,
        }
    }
}

/// State of everything that reacts to validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    base_rate: f64,
    factor: f64,
    plateau: Option<Watch>,
    early_stop: Option<Watch>,
    selection: Watch,
}

impl Schedule {
    /// The state before the first epoch.
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            base_rate: config.optimiser.learning_rate(),
            factor: 1.0,
            plateau: config.plateau.map(|plateau| Watch::new(plateau.metric)),
            early_stop: config.early_stop.map(|stop| Watch::new(stop.metric)),
            selection: Watch::new(config.select),
        }
    }

    /// The learning rate of a step, counted from zero over the whole run.
    pub fn learning_rate(&self, config: &TrainingConfig, step: usize, steps: usize) -> f64 {
        let shape = config
            .cosine
            .map_or(1.0, |cosine| cosine_factor(cosine, step, steps));
        self.base_rate * self.factor * shape
    }

    /// Takes an epoch's validation in; says whether the epoch is the best so far.
    pub fn observe(&mut self, config: &TrainingConfig, judgement: Option<Judgement>) -> bool {
        if let (Some(watch), Some(plateau)) = (&mut self.plateau, config.plateau) {
            watch.observe(judgement);
            if watch.stale > plateau.patience {
                self.factor *= plateau.factor;
                watch.stale = 0;
            }
        }
        if let Some(watch) = &mut self.early_stop {
            watch.observe(judgement);
        }
        self.selection.observe(judgement)
    }

    /// Whether training should end.
    pub fn should_stop(&self, config: &TrainingConfig) -> bool {
        match (&self.early_stop, config.early_stop) {
            (Some(watch), Some(stop)) => watch.stale > stop.patience,
            _ => false,
        }
    }
}

fn cosine_factor(cosine: CosineConfig, step: usize, steps: usize) -> f64 {
    let progress = step as f64 / steps.max(1) as f64;
    let warm = ((step + 1) as f64 / cosine.warmup_steps.max(1) as f64).min(1.0);
    warm * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
}

#[cfg(test)]
mod tests {
    use super::super::config::{EarlyStopConfig, PlateauConfig};
    use super::*;

    fn judged(loss: f64) -> Option<Judgement> {
        Some(Judgement {
            loss,
            correlation: -loss,
        })
    }

    #[test]
    fn a_plateau_lowers_the_rate_after_its_patience() {
        let config = TrainingConfig {
            plateau: Some(PlateauConfig {
                factor: 0.5,
                patience: 1,
                metric: Criterion::Loss,
            }),
            ..Default::default()
        };
        let mut schedule = Schedule::new(&config);
        let rates: Vec<f64> = [3.0, 2.0, 2.0, 2.5, 2.1, 2.2, 1.0]
            .map(|loss| {
                schedule.observe(&config, judged(loss));
                schedule.learning_rate(&config, 0, 1) / config.optimiser.learning_rate()
            })
            .to_vec();
        assert_eq!(rates, [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
    }

    #[test]
    fn early_stopping_waits_for_its_patience_and_the_best_is_marked() {
        let config = TrainingConfig {
            early_stop: Some(EarlyStopConfig {
                patience: 1,
                metric: Criterion::Correlation,
            }),
            ..Default::default()
        };
        let mut schedule = Schedule::new(&config);
        let seen: Vec<(bool, bool)> = [2.0, 1.0, 1.5, 1.5]
            .map(|loss| {
                let best = schedule.observe(&config, judged(loss));
                (best, schedule.should_stop(&config))
            })
            .to_vec();
        assert_eq!(
            seen,
            [(true, false), (true, false), (false, false), (false, true)]
        );
    }

    #[test]
    fn the_cosine_warms_up_and_falls_to_zero() {
        let config = TrainingConfig {
            cosine: Some(CosineConfig { warmup_steps: 10 }),
            ..Default::default()
        };
        let schedule = Schedule::new(&config);
        let rate =
            |step| schedule.learning_rate(&config, step, 100) / config.optimiser.learning_rate();
        assert!((rate(0) - 0.1).abs() < 1e-3);
        assert!((rate(50) - 0.5).abs() < 1e-9);
        assert!(rate(99) < 1e-3);
    }
}
