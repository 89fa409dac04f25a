//! Circuits answer movies.

use ganglion_experiment::{Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_model::spectral::{self, Geometry};
use ganglion_numerics::correlation;
use ganglion_recording::{CellIndex, Microns};
use rayon::prelude::*;

use super::{Circuit, NO_THRESHOLD, Pathway, Pool, RECTIFIED};
use crate::error::Error;

/// A checked circuit that answers movies as a network or a retina does.
#[derive(Clone, Debug)]
pub struct CircuitResponder {
    circuit: Circuit,
    cells: [CellIndex; 1],
    /// Whether each pathway is held at what it gives for grey.
    held: Vec<bool>,
}

impl CircuitResponder {
    /// Makes a circuit ready.
    ///
    /// # Errors
    /// If the circuit cannot be computed.
    pub fn new(circuit: Circuit) -> Result<Self, Error> {
        circuit.check()?;
        Ok(Self {
            cells: [circuit.cell],
            held: vec![false; circuit.pathways.len()],
            circuit,
        })
    }

    /// The circuit with some pathways, told by their place, held at what they give for grey besides those
    /// that are held already: what it predicts of an intervention.
    #[must_use]
    pub fn holding(&self, held: impl Fn(usize, &Pathway) -> bool) -> Self {
        let pathways = self.circuit.pathways.iter().enumerate();
        let all = pathways.zip(&self.held);
        let all = all.map(|((place, pathway), before)| *before || held(place, pathway));
        Self {
            held: all.collect(),
            ..self.clone()
        }
    }

    /// The circuit.
    pub fn circuit(&self) -> &Circuit {
        &self.circuit
    }

    /// Whether each pathway is never rectified under some movies: whether the same pathway without a threshold
    /// explains its drive but for [`RECTIFIED`] of the variance.
    ///
    /// # Errors
    /// Where a movie has another size.
    pub fn never_rectified(&self, movies: &[StimulusMovie]) -> Result<Vec<bool>, Error> {
        movies
            .iter()
            .try_for_each(|movie| self.check_movie(movie))?;
        let inputs: Vec<Vec<f32>> = movies.iter().map(time_minor).collect();
        let drive = |pathway: &Pathway| -> Vec<f64> {
            let shown = inputs.iter().zip(movies);
            shown
                .flat_map(|(input, movie)| released(pathway, input, movie, &self.circuit.screen))
                .collect()
        };
        let is_linear = |pathway: &Pathway| {
            let linear = Pathway {
                threshold: NO_THRESHOLD,
                threshold_spread: 0.0,
                depression: None,
                ..pathway.clone()
            };
            let r = correlation(&drive(pathway), &drive(&linear));
            r.is_some_and(|r| r * r > 1.0 - RECTIFIED)
        };
        Ok(self.circuit.pathways.iter().map(is_linear).collect())
    }

    fn answer(&self, movie: &StimulusMovie) -> Result<Rates, Error> {
        let screen = &self.circuit.screen;
        self.check_movie(movie)?;
        let input = time_minor(movie);
        let bins = movie.frames() + 1 - screen.history;
        let mut drive = vec![0.0; bins];
        for (pathway, held) in self.circuit.pathways.iter().zip(&self.held) {
            let released = match held {
                true => vec![pathway.released_at_grey(screen.frame_period); bins],
                false => released(pathway, &input, movie, screen),
            };
            for (sum, value) in drive.iter_mut().zip(released) {
                *sum += pathway.signed_weight() * value;
            }
        }
        let rates = drive
            .iter()
            .map(|&drive| self.circuit.output.rate(drive) as f32);
        Ok(Rates::new(screen.history, bins, rates.collect()))
    }

    fn check_movie(&self, movie: &StimulusMovie) -> Result<(), Error> {
        let screen = &self.circuit.screen;
        let expected = [screen.height, screen.width];
        let found = [movie.height(), movie.width()];
        if found == expected && movie.frames() >= screen.history {
            return Ok(());
        }
        Err(Error::Movie {
            frames: movie.frames(),
            found,
            expected,
            history: screen.history,
        })
    }
}

impl Responder for CircuitResponder {
    fn screen(&self) -> Screen {
        self.circuit.screen
    }

    fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        movies.iter().map(|movie| Ok(self.answer(movie)?)).collect()
    }
}

/// A movie as `[y, x, frame]`.
fn time_minor(movie: &StimulusMovie) -> Vec<f32> {
    let (frames, pixels) = (movie.frames(), movie.height() * movie.width());
    let values = movie.values();
    (0..pixels)
        .flat_map(|pixel| (0..frames).map(move |frame| values[frame * pixels + pixel]))
        .collect()
}

/// Pooled rectified drive of a pathway, `[bin]`.
fn released(pathway: &Pathway, input: &[f32], movie: &StimulusMovie, screen: &Screen) -> Vec<f64> {
    let kernel = &pathway.kernel;
    let geometry = Geometry {
        channels_in: 1,
        height: movie.height(),
        width: movie.width(),
        segments: 1,
        frames: movie.frames(),
        channels_out: 1,
        history: kernel.history(),
        kernel_height: kernel.height,
        kernel_width: kernel.width,
    };
    let drive = spectral::convolve(input, &kernel.values(), &[0.0], &geometry);
    let bins = geometry.output_frames();
    let size = [geometry.output_height(), geometry.output_width()];
    let weights = pathway
        .pool
        .weights(size, [kernel.height, kernel.width], screen);
    let rectifier = pathway.rectifier();
    let rest = rectifier.released(0.0);
    let positions = drive.par_chunks(bins).zip(weights.par_iter());
    positions
        .filter(|(_, weight)| **weight > 1e-9)
        .fold(
            || vec![0.0; bins],
            |mut sums, (drive, weight)| {
                let mut releases: Vec<f64> = (drive.iter())
                    .map(|&value| rectifier.released(f64::from(value)))
                    .collect();
                if let Some(depression) = pathway.depression {
                    depression.deplete(&mut releases, rest, screen.frame_period);
                }
                for (sum, release) in sums.iter_mut().zip(releases) {
                    *sum += weight * release;
                }
                sums
            },
        )
        .reduce(
            || vec![0.0; bins],
            |mut sums, others| {
                sums.iter_mut()
                    .zip(others)
                    .for_each(|(sum, other)| *sum += other);
                sums
            },
        )
}

impl Pool {
    /// Weights `[y, x]` over the positions of a kernel, of sum 1.
    pub fn weights(
        &self,
        [rows, columns]: [usize; 2],
        [kernel_rows, kernel_columns]: [usize; 2],
        screen: &Screen,
    ) -> Vec<f64> {
        let along_y = self.along(rows, kernel_rows, self.centre.y, screen);
        let along_x = self.along(columns, kernel_columns, self.centre.x, screen);
        let row = |y: &f64| along_x.iter().map(|x| x * y).collect::<Vec<_>>();
        along_y.iter().flat_map(row).collect()
    }

    fn along(&self, positions: usize, kernel: usize, centre: Microns, screen: &Screen) -> Vec<f64> {
        let pixel = screen.microns_per_pixel.0;
        let sd = self.sd.0 / pixel;
        // A position is where the kernel's middle lies.
        let z = |position: usize| (position as f64 + kernel as f64 / 2.0 - centre.0 / pixel) / sd;
        let nearest = (0..positions)
            .map(|p| z(p).powi(2))
            .fold(f64::INFINITY, f64::min);
        let heights: Vec<f64> = (0..positions)
            .map(|p| (-0.5 * (z(p).powi(2) - nearest)).exp())
            .collect();
        let sum: f64 = heights.iter().sum();
        heights.iter().map(|height| height / sum).collect()
    }
}
