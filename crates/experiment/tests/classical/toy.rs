//! Cells whose responses can be worked out by hand.

use ganglion_experiment::receptive_field::{InputGradient, ReceptiveField};
use ganglion_experiment::{FiniteMemory, Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_recording::{CellIndex, Microns, Milliseconds};

/// Frames of 12 x 16 pixels of 50 um, 10 ms, 20 frames of history.
pub fn screen() -> Screen {
    Screen {
        height: 12,
        width: 16,
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Microns(50.0),
        history: 20,
    }
}

/// Output nonlinearity of a toy: rate from drive, and its derivative.
#[derive(Clone, Copy)]
pub enum Output {
    /// `rest + gain * drive`, negative rates included.
    Linear { rest: f32, gain: f32 },
    /// `gain * max(drive - threshold, 0)`.
    Rectified { threshold: f32, gain: f32 },
}

impl Output {
    pub fn rate(self, drive: f32) -> f32 {
        match self {
            Self::Linear { rest, gain } => rest + gain * drive,
            Self::Rectified { threshold, gain } => gain * (drive - threshold).max(0.0),
        }
    }

    fn slope(self, drive: f32) -> f32 {
        match self {
            Self::Linear { gain, .. } => gain,
            Self::Rectified { threshold, gain } => {
                if drive > threshold {
                    gain
                } else {
                    0.0
                }
            }
        }
    }
}

/// A biphasic time course, oldest frame first: newest lag 1. Peak at lag 5.
pub fn course(sign: f32) -> Vec<f32> {
    let history = screen().history;
    (0..history)
        .map(|frame| {
            let lag = (history - frame) as f32;
            let lobe = |center: f32, width: f32| (-((lag - center) / width).powi(2)).exp();
            sign * (lobe(5.0, 2.0) - 0.4 * lobe(10.0, 3.0))
        })
        .collect()
}

/// A Gaussian map, standard deviation in pixels, centre `[x, y]` in pixels.
pub fn map(sigma: f32, centre: [f32; 2]) -> Vec<f32> {
    let Screen { height, width, .. } = screen();
    (0..height * width)
        .map(|pixel| {
            let (x, y) = ((pixel % width) as f32, (pixel / width) as f32);
            let squared = (x - centre[0]).powi(2) + (y - centre[1]).powi(2);
            (-squared / (2.0 * sigma * sigma)).exp()
        })
        .collect()
}

/// A linear-nonlinear cell: space times time, then an output.
pub struct LinearNonlinear {
    pub space: Vec<f32>,
    pub time: Vec<f32>,
    pub output: Output,
    cells: Vec<CellIndex>,
}

impl LinearNonlinear {
    pub fn new(space: Vec<f32>, time: Vec<f32>, output: Output) -> Self {
        Self {
            space,
            time,
            output,
            cells: vec![CellIndex(0)],
        }
    }

    /// Drive in the bins `history ..= frames`.
    fn drive(&self, movie: &StimulusMovie) -> Vec<f32> {
        let seen: Vec<f32> = (0..movie.frames())
            .map(|frame| dot(movie.frame(frame), &self.space))
            .collect();
        (seen.windows(self.time.len()))
            .map(|window| dot(window, &self.time))
            .collect()
    }

    /// The whole kernel.
    pub fn kernel(&self) -> ReceptiveField {
        let values = (self.time.iter())
            .flat_map(|time| self.space.iter().map(move |space| space * time))
            .collect();
        let Screen { height, width, .. } = screen();
        ReceptiveField::new([self.time.len(), height, width], values)
    }
}

pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Responder for LinearNonlinear {
    fn screen(&self) -> Screen {
        screen()
    }

    fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        let rates = |movie: &StimulusMovie| {
            let drive = self.drive(movie);
            let rates: Vec<f32> = drive.iter().map(|&drive| self.output.rate(drive)).collect();
            Rates::new(screen().history, rates.len(), rates)
        };
        Ok(movies.iter().map(rates).collect())
    }
}

impl FiniteMemory for LinearNonlinear {}

impl InputGradient for LinearNonlinear {
    fn input_gradients(
        &self,
        clips: &[StimulusMovie],
        _cell: usize,
    ) -> Result<Vec<ReceptiveField>, ResponderError> {
        let kernel = self.kernel();
        let gradient = |clip: &StimulusMovie| {
            let slope = self.output.slope(self.drive(clip)[0]);
            let values = kernel.values().iter().map(|weight| weight * slope);
            ReceptiveField::new(kernel.shape(), values.collect())
        };
        Ok(clips.iter().map(gradient).collect())
    }
}
