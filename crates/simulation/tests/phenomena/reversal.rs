//! Bursts after a moving bar turns back.

use ganglion_experiment::stimulus::{Bar, Direction, Layer};
use ganglion_experiment::{Contrast, MicronsPerSecond};
use ganglion_recording::{Microns, Milliseconds};

use crate::fixture::{FRAME, SCREEN, Specimen, highest, mean};

const SPEED: f64 = 1000.0;
const WIDTH: f64 = 160.0;

/// Frames after the reversal in which a burst is looked for.
const WINDOW: usize = 40;

/// What followed reversals at seven places around a cell, 50 um apart.
#[derive(Debug)]
pub struct Bursts {
    /// Places at which a burst followed.
    pub positions: usize,
    /// Standard deviation of its time over these places in ms.
    pub latency: f64,
    pub deviation: f64,
}

/// Bursts: the highest peak after the reversal, where it is above what the bar that goes on ever
/// evokes by a half and by 5 Hz.
pub fn bursts(specimen: &Specimen, class: &str) -> Bursts {
    let start = -0.5 * (SCREEN.width_on_retina().0 + WIDTH);
    let frames = 320;
    let smooth = specimen
        .show(class, frames, vec![bar(None)])
        .highest(0..frames);
    let times: Vec<f64> = (-3..=3)
        .filter_map(|step| {
            let turn = specimen.x(class) + 50.0 * f64::from(step);
            let course = specimen.show(class, frames, vec![bar(Some(turn))]);
            let frame = ((turn - start) / (SPEED * 0.01)).round();
            let peak = highest(&course.peaks(frame as usize + 3..frame as usize + WINDOW))?;
            (peak.rate > (1.5 * smooth).max(smooth + 5.0)).then_some((peak.frame - frame) * FRAME)
        })
        .collect();
    let latency = mean(&times);
    let variance = mean(
        &times
            .iter()
            .map(|time| (time - latency).powi(2))
            .collect::<Vec<_>>(),
    );
    Bursts {
        positions: times.len(),
        latency,
        deviation: variance.sqrt(),
    }
}

fn bar(reversal: Option<f64>) -> Layer {
    Layer::Bar(Bar {
        width: Microns(WIDTH),
        contrast: Contrast(-1.0),
        speed: MicronsPerSecond(SPEED),
        direction: Direction::RIGHT,
        start: None,
        reversal: reversal.map(Microns),
        length: None,
        onset: Milliseconds(0.0),
        duration: None,
    })
}
