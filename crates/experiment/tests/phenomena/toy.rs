//! Made-up cells whose answers are known.

use ganglion_experiment::{Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_recording::{CellIndex, Microns, Milliseconds};

/// 10 ms, 2 x 40 pixels of 50 um, 400 ms of history.
pub const SCREEN: Screen = Screen {
    height: 2,
    width: 40,
    frame_period: Milliseconds(10.0),
    microns_per_pixel: Microns(50.0),
    history: 40,
};

/// Rate of a cell by what it saw, the newest frame last.
pub type Rule = Box<dyn Fn(&History<'_>) -> f64 + Sync>;

/// The frames that a rate depends on.
pub struct History<'a>(&'a StimulusMovie, usize);

impl History<'_> {
    /// Mean of a frame, `age` frames before the newest.
    pub fn mean(&self, age: usize) -> f64 {
        let frame = self.frame(age);
        frame.iter().map(|&value| f64::from(value)).sum::<f64>() / frame.len() as f64
    }

    /// A frame, `age` frames before the newest.
    pub fn frame(&self, age: usize) -> &[f32] {
        self.0.frame(self.1 - 1 - age)
    }
}

/// A responder of made-up cells.
pub struct Toy {
    cells: Vec<CellIndex>,
    rules: Vec<Rule>,
}

impl Toy {
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        let rules: Vec<_> = rules.into_iter().collect();
        Self {
            cells: (0..rules.len()).map(CellIndex).collect(),
            rules,
        }
    }

    pub fn one(rule: impl Fn(&History<'_>) -> f64 + Sync + 'static) -> Self {
        Self::new([Box::new(rule) as Rule])
    }
}

impl Responder for Toy {
    fn screen(&self) -> Screen {
        SCREEN
    }

    fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        let answer = |movie: &StimulusMovie| {
            let bins = SCREEN.history..movie.frames() + 1;
            let rates = self.rules.iter().flat_map(|rule| {
                bins.clone()
                    .map(move |bin| rule(&History(movie, bin)) as f32)
            });
            Rates::new(bins.start, bins.len(), rates.collect())
        };
        Ok(movies.iter().map(answer).collect())
    }
}

/// Rate that smoothly passes a bump of a height and time, in frames.
pub fn bump(time: f64, centre: f64, height: f64) -> f64 {
    height * (-((time - centre) / 2.0).powi(2)).exp()
}

/// A biphasic filter of flashes: first one way, then the other.
pub fn biphasic(age: usize) -> f64 {
    let t = age as f64 / 2.0;
    let stage = |n: i32| t.powi(n) * (-t).exp();
    stage(3) / 6.0 - 0.8 * stage(5) / 120.0
}

/// A linear filter of the screen's mean and a threshold-linear output with a soft knee.
pub fn linear_nonlinear(sign: f64) -> impl Fn(&History<'_>) -> f64 + Sync {
    move |seen| {
        let drive = |age| biphasic(age) * seen.mean(age);
        let drive: f64 = (0..SCREEN.history).map(drive).sum();
        20.0 * (1.0 + (4.0 * sign * drive).exp()).ln()
    }
}
