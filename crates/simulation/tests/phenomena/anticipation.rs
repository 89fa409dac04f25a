//! Lead of the response to a moving bar.

use ganglion_experiment::stimulus::{Bar, Direction, FlashedBar, Layer};
use ganglion_experiment::{Contrast, MicronsPerSecond};
use ganglion_recording::{Microns, Milliseconds};

use crate::fixture::{SCREEN, Specimen, highest};

const SPEED: f64 = 440.0;
const WIDTH: f64 = 160.0;

/// How many um ahead of the centre of a bar at 0.44 mm/s the active cells of a class are, moving
/// right and left: ahead of the place at which a bar flashed for 20 ms drives the cell best. Cells of
/// a class are alike, so that one cell tells the profile of all.
pub fn leads(specimen: &Specimen, class: &str) -> [f64; 2] {
    let flashed = best_place(specimen, class);
    [Direction::RIGHT, Direction::LEFT].map(|direction| {
        let sign = direction.vector()[0];
        let half = 0.5 * (SCREEN.width_on_retina().0 + WIDTH);
        let frames = (2.0 * half / SPEED * 100.0) as usize;
        let course = specimen.show(class, frames, vec![moving(direction)]);
        let peak = highest(&course.peaks(1..frames)).expect("the bar drives the cell");
        let place = -half + SPEED * 0.01 * peak.frame;
        sign * flashed - place
    })
}

fn moving(direction: Direction) -> Layer {
    Layer::Bar(Bar {
        width: Microns(WIDTH),
        contrast: Contrast(-1.0),
        speed: MicronsPerSecond(SPEED),
        direction,
        start: None,
        reversal: None,
        length: None,
        onset: Milliseconds(0.0),
        duration: None,
    })
}

/// Centre of mass of the profile of flashed bars.
fn best_place(specimen: &Specimen, class: &str) -> f64 {
    let response = |step: i32| {
        let place = specimen.x(class) + 50.0 * f64::from(step);
        let bar = Layer::FlashedBar(FlashedBar {
            width: Microns(WIDTH),
            contrast: Contrast(-1.0),
            position: Microns(place),
            direction: Direction::RIGHT,
            length: None,
            onset: Milliseconds(0.0),
            duration: Some(Milliseconds(20.0)),
        });
        let course = specimen.show(class, 40, vec![bar]);
        (place, course.highest(1..40) - course.rest())
    };
    let profile: Vec<(f64, f64)> = (-7..=7).map(response).collect();
    let sum: f64 = profile.iter().map(|(_, rate)| rate).sum();
    profile
        .iter()
        .map(|(place, rate)| place * rate)
        .sum::<f64>()
        / sum
}
