//! White noise as an experiment.

use super::{CellField, FieldProperties, WhiteNoise};
use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::outcome::{CellOutcome, Curve, Map, Metrics, Outcome, Quantity, RATE};
use crate::protocol::{Presets, Protocol};
use crate::{Error, Screen};

/// Weight over noise from which on a field is a field.
const LEAST_SIGNAL: f64 = 6.0;

/// Drives that the nonlinearity is told at, in standard deviations of the drive.
const DRIVES: [f64; 2] = [-3.0, 3.0];
const POINTS: usize = 31;

const LAG: Quantity = Quantity {
    name: "lag",
    unit: "ms",
};
const DRIVE: Quantity = Quantity {
    name: "drive",
    unit: "sd of the drive",
};
const TIME_WEIGHT: Quantity = Quantity {
    name: "weight",
    unit: "Hz/sd",
};
const SPACE_WEIGHT: Quantity = Quantity {
    name: "weight",
    unit: "",
};

impl Presets for WhiteNoise {
    const EXPERIMENT: &'static str = "receptive-field";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("default", Self::default())]
    }
}

impl Protocol for WhiteNoise {
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
        let conditions = answers.conditions().iter().enumerate();
        let shown: Vec<_> = conditions
            .map(|(index, condition)| (&condition.stimulus, answers.rates(index)))
            .collect();
        let screen = answers.screen();
        let found: Vec<_> = (self.fields(&shown, answers.cells()).into_iter())
            .map(|found| {
                let (period, pixel) = (screen.frame_period, screen.microns_per_pixel);
                let properties = FieldProperties::of(&found.field, period, pixel);
                (found, properties)
            })
            .collect();
        Outcome {
            cells: found.iter().map(outcome).collect(),
            curves: curves(&screen, &found),
            maps: vec![Map {
                name: "space",
                quantity: SPACE_WEIGHT,
                height: screen.height,
                width: screen.width,
                cells: (found.iter())
                    .map(|(_, properties)| wide(&properties.separable.space))
                    .collect(),
            }],
            ..Outcome::default()
        }
    }

    fn headline(&self) -> &'static str {
        "peak_lag_ms"
    }
}

/// A cell has a receptive field if its largest weight stands out of the noise.
fn outcome((found, properties): &(CellField, FieldProperties)) -> CellOutcome {
    let curve = &found.nonlinearity;
    let numbers = properties.metrics().into_iter().chain([
        ("gain_hz_a_sd", curve.gain),
        ("rectification", curve.rectification),
        ("explained_variance", curve.explained_variance),
        ("mean_rate_hz", found.mean_rate),
    ]);
    let metrics = Metrics::new(numbers);
    let signal = properties.signal_to_noise;
    let reason =
        format!("the largest weight is {signal:.1} times the noise; needed is {LEAST_SIGNAL}");
    CellOutcome::found(found.cell, metrics, signal >= LEAST_SIGNAL, reason)
}

fn curves(screen: &Screen, found: &[(CellField, FieldProperties)]) -> Vec<Curve> {
    let lags = (1..=screen.history).rev();
    let [low, high] = DRIVES;
    let drives: Vec<f64> = (0..POINTS)
        .map(|point| low + (high - low) * point as f64 / (POINTS - 1) as f64)
        .collect();
    let course = Curve {
        name: "time",
        x: LAG,
        at: lags.map(|lag| lag as f64 * screen.frame_period.0).collect(),
        y: TIME_WEIGHT,
        cells: found
            .iter()
            .map(|(_, properties)| wide(&properties.separable.time))
            .collect(),
    };
    let nonlinearity = Curve {
        name: "nonlinearity",
        x: DRIVE,
        y: RATE,
        cells: (found.iter())
            .map(|(cell, _)| {
                let curve = &cell.nonlinearity;
                drives.iter().map(|&drive| curve.within(drive)).collect()
            })
            .collect(),
        at: drives,
    };
    vec![course, nonlinearity]
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}
