//! Observations that several claims rest on.

use ganglion_attribution::{Polarity, Sign};

use super::{Knowledge, Observation};
use crate::causal::Effect;
use crate::circuit::Pathway;

impl Knowledge<'_> {
    /// Kept pathways of a polarity that excite.
    pub(super) fn excitatory(&self, polarity: Polarity) -> Vec<usize> {
        let wanted =
            |pathway: &Pathway| pathway.polarity == polarity && pathway.sign == Sign::Excitatory;
        let pathways = self.circuit.pathways.iter().enumerate();
        pathways
            .filter(|(_, pathway)| wanted(pathway))
            .map(|(index, _)| index)
            .collect()
    }

    /// What a lesion did.
    pub(super) fn effect(&self, name: &str) -> Option<&Effect> {
        self.effects
            .iter()
            .find(|effect| effect.lesion.name == name)
    }

    /// Whether the phenomenon needs what a lesion silences: without it the phenomenon is absent, or
    /// its metric further from the intact one's than a circuit's may be.
    pub(super) fn necessary(&self, lesion: &str) -> Observation {
        let Some(effect) = self
            .effect(lesion)
            .filter(|effect| !effect.lesion.silenced.is_empty())
        else {
            return Observation {
                holds: Some(false),
                told: format!("the network has none to silence: {lesion}"),
            };
        };
        let changed = !effect.present || !self.knee.metric_agrees(effect.metric_or_nan());
        let headline = self.experiment.config().headline();
        let number = |value: Option<f64>| {
            value
                .filter(|v| v.is_finite())
                .map_or("not measurable".to_owned(), |v| format!("{v:.3}"))
        };
        let state = if effect.present { "present" } else { "absent" };
        Observation {
            holds: Some(changed),
            told: format!(
                "with {lesion} silenced the phenomenon is {state} ({headline} {}, intact {}; rate \
                 {:.0} % of the intact one)",
                number(effect.metric),
                number(self.knee.metric),
                100.0 * effect.rate,
            ),
        }
    }

    /// Mean weighted drive of a pathway over some movies, as a share of its largest.
    pub(super) fn activity(&self, pathway: usize, movies: &[usize]) -> f64 {
        let samples = movies
            .iter()
            .flat_map(|&movie| self.sweep.movies[movie].clone());
        let drive = &self.drives[pathway];
        let (mut sum, mut count) = (0.0, 0usize);
        for sample in samples {
            sum += drive[sample].abs();
            count += 1;
        }
        let largest = drive.iter().map(|d| d.abs()).fold(0.0, f64::max);
        if largest > 0.0 {
            sum / count.max(1) as f64 / largest
        } else {
            0.0
        }
    }
}

impl Effect {
    /// The metric, NaN where there is none: a metric that is gone does not agree.
    fn metric_or_nan(&self) -> Option<f64> {
        Some(self.metric.unwrap_or(f64::NAN))
    }
}
