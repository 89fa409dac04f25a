//! Reading the answers to white noise.

use crate::Screen;
use crate::answers::Answers;
use crate::outcome::{CellOutcome, Curve, Map, Metrics, Outcome, Quantity, RATE};
use crate::receptive_field::{CellField, FieldProperties, MapStatistic, WhiteNoise};

/// Share of cells without a field that are called present, at most.
const FALSE_POSITIVES: f64 = 1e-3;

/// Long over short axis beyond which a map is a streak, not the centre of a receptive field.
const MOST_ELONGATED: f64 = 4.0;

/// Share of the history beyond which a peak is late: a course that has not come to rest at its end is
/// cut off, or is no response.
const LATE: f64 = 0.8;

/// Sides of a frame from which on its outermost pixels are an edge.
const LEAST_SIDE: usize = 5;

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

pub(super) fn measure(noise: &WhiteNoise, answers: &Answers<'_>) -> Outcome {
    let conditions = answers.conditions().iter().enumerate();
    let shown: Vec<_> = conditions
        .map(|(index, condition)| (&condition.stimulus, answers.rates(index)))
        .collect();
    let screen = answers.screen();
    let found: Vec<_> = (noise.fields(&shown, answers.cells()).into_iter())
        .map(|found| {
            let (period, pixel) = (screen.frame_period, screen.microns_per_pixel);
            let properties = FieldProperties::of(&found.field, period, pixel);
            (found, properties)
        })
        .collect();
    Outcome {
        cells: (found.iter())
            .map(|found| outcome(&screen, found))
            .collect(),
        curves: curves(&screen, &found),
        maps: vec![Map {
            name: WhiteNoise::SPACE,
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

/// A cell has a receptive field if its map stands out of the noise; where that map cannot be a whole
/// receptive field, it is not measurable.
fn outcome(screen: &Screen, (found, properties): &(CellField, FieldProperties)) -> CellOutcome {
    let curve = &found.nonlinearity;
    let statistic = found.field.map_statistic();
    let numbers = properties.metrics().into_iter().chain([
        (WhiteNoise::MAP_STATISTIC, statistic.peak),
        (
            WhiteNoise::FALSE_POSITIVE_RATE,
            statistic.false_positive_rate,
        ),
        (WhiteNoise::GAIN, curve.gain),
        (WhiteNoise::RECTIFICATION, curve.rectification),
        (WhiteNoise::EXPLAINED_VARIANCE, curve.explained_variance),
        (WhiteNoise::MEAN_RATE, found.mean_rate),
    ]);
    let metrics = Metrics::new(numbers);
    let (peak, needed) = (statistic.peak, statistic.needed(FALSE_POSITIVES));
    let is_present = statistic.false_positive_rate <= FALSE_POSITIVES;
    let reason = format!(
        "the smoothed map peaks at {peak:.1} times its noise; {needed:.1} is needed, which one in \
         {:.0} cells without a field reaches",
        1.0 / FALSE_POSITIVES
    );
    match doubt(screen, properties, &statistic).filter(|_| is_present) {
        Some(doubt) => CellOutcome::not_measurable(found.cell, metrics, doubt),
        None => CellOutcome::found(found.cell, metrics, is_present, reason),
    }
}

/// Why a map that stands out of the noise may be no receptive field, or not a whole one.
fn doubt(
    screen: &Screen,
    properties: &FieldProperties,
    statistic: &MapStatistic,
) -> Option<String> {
    let [_, y, x] = statistic.place;
    let is_outermost =
        |place: usize, side: usize| side >= LEAST_SIDE && (place == 0 || place + 1 == side);
    if is_outermost(y, screen.height) || is_outermost(x, screen.width) {
        return Some("the map peaks at the edge of the frame, so that it is cut off".to_owned());
    }
    let is_plane = screen.height.min(screen.width) >= LEAST_SIDE;
    let long = properties.gaussian.filter(|_| is_plane);
    // Below half a pixel, a width is not known.
    let long = long.map(|gaussian| gaussian.sigmas[0] / gaussian.sigmas[1].max(0.5));
    if let Some(ratio) = long.filter(|ratio| *ratio > MOST_ELONGATED) {
        return Some(format!(
            "the map is {ratio:.1} times as long as it is wide, which no centre of a receptive field is"
        ));
    }
    let lag = properties.kinetics.peak_lag.0;
    let history = screen.history as f64 * screen.frame_period.0;
    (lag > LATE * history).then(|| {
        format!(
            "the map peaks {lag:.0} ms before the response, at the end of the {history:.0} ms that a \
             response depends on, so that it is cut off or no response"
        )
    })
}

fn curves(screen: &Screen, found: &[(CellField, FieldProperties)]) -> Vec<Curve> {
    let lags = (1..=screen.history).rev();
    let [low, high] = DRIVES;
    let drives: Vec<f64> = (0..POINTS)
        .map(|point| low + (high - low) * point as f64 / (POINTS - 1) as f64)
        .collect();
    let course = Curve {
        name: WhiteNoise::TIME,
        x: LAG,
        at: lags.map(|lag| lag as f64 * screen.frame_period.0).collect(),
        y: TIME_WEIGHT,
        cells: found
            .iter()
            .map(|(_, properties)| wide(&properties.separable.time))
            .collect(),
    };
    let nonlinearity = Curve {
        name: WhiteNoise::NONLINEARITY,
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
