//! Time of the response to an omission against period.

use ganglion_experiment::Contrast;
use ganglion_experiment::stimulus::{FlashTrain, Layer, Region};
use ganglion_recording::Milliseconds;

use crate::fixture::{FRAME, Specimen, highest, mean};

const FLASHES: usize = 8;

/// Frames in which a response is looked for.
const WINDOW: usize = 30;

/// Slope, and its standard error, of the time after the last flash against period, 50 to 140 ms,
/// over those periods at which the cell answers more than to flashes that go on; none for fewer than
/// four.
pub fn slope(specimen: &Specimen, class: &str) -> Option<(f64, f64)> {
    let points: Vec<(f64, f64)> = (5..=14)
        .filter_map(|period| point(specimen, class, period))
        .collect();
    (points.len() >= 4).then(|| line(&points))
}

fn point(specimen: &Specimen, class: &str, period: usize) -> Option<(f64, f64)> {
    let due = FLASHES * period;
    let frames = due + WINDOW + 2;
    let show = |count: usize| specimen.show(class, frames, vec![train(count, period)]);
    let (omitted, going_on) = (show(FLASHES), show((frames - 2) / period));
    let control = going_on.highest(due + 1..due + WINDOW).max(omitted.rest());
    let peak = highest(&omitted.peaks(due + 1..due + WINDOW))?;
    let counts = peak.rate >= control + (0.2 * control).max(1.0);
    let after_last = (peak.frame - (due - period) as f64) * FRAME;
    counts.then_some((period as f64 * FRAME, after_last))
}

fn train(count: usize, period: usize) -> Layer {
    Layer::FlashTrain(FlashTrain {
        onset: Milliseconds(0.0),
        count,
        period: Milliseconds(period as f64 * FRAME),
        duration: Milliseconds(20.0),
        contrast: Contrast(-2.0),
        omit: Vec::new(),
        jitter: Milliseconds(0.0),
        seed: 0,
        region: Region::Everywhere,
    })
}

fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let spread: f64 = x.iter().map(|x| (x - mean_x).powi(2)).sum();
    let slope = points
        .iter()
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum::<f64>()
        / spread;
    let residual = |(x, y): &(f64, f64)| (y - mean_y - slope * (x - mean_x)).powi(2);
    let residuals: f64 = points.iter().map(residual).sum();
    (
        slope,
        (residuals / (points.len() - 2) as f64 / spread).sqrt(),
    )
}
