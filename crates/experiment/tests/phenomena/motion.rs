//! Cells with a receptive field that answers bars.

use crate::toy::{History, SCREEN};

/// Standard deviation of the receptive field in um.
const SD: f64 = 60.0;

/// Drive of a Gaussian receptive field at a place in um from the middle of the screen: the share of
/// its weight that is dark.
pub fn darkness(seen: &History<'_>, age: usize, centre: f64) -> f64 {
    let row = &seen.frame(age)[..SCREEN.width];
    let at = |column: usize| (column as f64 + 0.5) * 50.0 - 25.0 * SCREEN.width as f64;
    let weight = |column: usize| (-0.5 * ((at(column) - centre) / SD).powi(2)).exp();
    let total: f64 = (0..SCREEN.width).map(weight).sum();
    let dark = |(column, value): (usize, &f32)| -f64::from(*value) * weight(column);
    row.iter().enumerate().map(dark).sum::<f64>() / total
}

/// Middle of what is dark in a frame, in um; nothing in a grey frame.
pub fn bar(seen: &History<'_>, age: usize) -> Option<f64> {
    let row = &seen.frame(age)[..SCREEN.width];
    let at = |column: usize| (column as f64 + 0.5) * 50.0 - 25.0 * SCREEN.width as f64;
    let mass: f64 = row.iter().map(|value| -f64::from(*value)).sum();
    let moment: f64 = (row.iter().enumerate())
        .map(|(column, value)| -f64::from(*value) * at(column))
        .sum();
    (mass > 1e-3).then(|| moment / mass)
}
