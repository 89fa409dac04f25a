//! Latency against contrast.

use crate::fixture::{FRAME, Specimen, full_field, highest, mean};

/// Frames in which a response is looked for: the duration of the step.
const WINDOW: usize = 40;

/// By how many ms the first peak after a dark step comes earlier at contrast -2 than at the weakest
/// contrast that is answered, and the rank correlation of latency and strength; none for fewer than
/// five answers.
pub fn fall(specimen: &Specimen, class: &str) -> Option<(f64, f64)> {
    let response = |strength: usize| {
        let step = full_field(0.0, Some(400.0), -0.1 * strength as f64);
        let course = specimen.show(class, WINDOW + 2, vec![step]);
        let peaks = course.peaks(1..WINDOW);
        let rise = highest(&peaks)?.rate - course.rest();
        let first = peaks
            .iter()
            .find(|peak| peak.rate - course.rest() >= 0.5 * rise)?;
        Some((
            strength as f64,
            first.frame * FRAME,
            first.rate - course.rest(),
        ))
    };
    let all: Vec<(f64, f64, f64)> = (1..=20).filter_map(response).collect();
    let strongest = all.iter().map(|(_, _, rise)| *rise).fold(0.0, f64::max);
    let counts = |(_, _, rise): &&(f64, f64, f64)| *rise >= (0.1 * strongest).max(1.0);
    let answered: Vec<(f64, f64)> = all.iter().filter(counts).map(|&(x, y, _)| (x, y)).collect();
    (answered.len() >= 5).then(|| {
        (
            answered[0].1 - answered[answered.len() - 1].1,
            rank_correlation(&answered),
        )
    })
}

fn rank_correlation(points: &[(f64, f64)]) -> f64 {
    let x = ranks(&points.iter().map(|point| point.0).collect::<Vec<_>>());
    let y = ranks(&points.iter().map(|point| point.1).collect::<Vec<_>>());
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let product = |a: &[f64], b: &[f64], (c, d): (f64, f64)| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - c) * (b - d)).sum()
    };
    product(&x, &y, (mean_x, mean_y))
        / (product(&x, &x, (mean_x, mean_x)) * product(&y, &y, (mean_y, mean_y))).sqrt()
}

/// Ranks; equal values (to a microsecond) share theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| **other < value - 1e-3).count() as f64;
        let equal = values
            .iter()
            .filter(|other| (**other - value).abs() <= 1e-3)
            .count() as f64;
        below + 0.5 * (equal - 1.0)
    };
    values.iter().map(rank).collect()
}
