//! Where, when and how cells look, by white noise.

mod figure;
mod measure;
mod metrics;

use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
// An experiment is called what its folder is called.
pub(super) use crate::receptive_field::WhiteNoise as ReceptiveField;
use crate::{Error, Metric, Outcome, Screen};

impl Presets for ReceptiveField {
    const EXPERIMENT: &'static str = "receptive-field";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("default", Self::default())]
    }
}

impl Protocol for ReceptiveField {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        let segments = self.segments(*screen)?.into_iter().enumerate();
        let draft = |(index, stimulus)| Draft {
            role: Role::Test,
            parameters: vec![Parameter::new("segment", (index + 1) as f64, "")],
            stimulus,
        };
        Ok(segments.map(draft).collect())
    }

    fn measure(&self, answers: &Answers<'_>) -> Outcome {
        measure::measure(self, answers)
    }

    fn metrics(&self) -> &'static [Metric] {
        Self::METRICS
    }

    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        figure::figures(outcome)
    }
}
