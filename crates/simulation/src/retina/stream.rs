//! Movies that are answered as they come.

use ganglion_experiment::Rates;
use rayon::prelude::*;

use super::Retina;
use super::cell::{CellPlan, CellState};
use super::front::FrontState;
use super::layer::{self, BLOCK, LayerState};
use crate::Error;
use crate::random::stream;

/// A movie being shown to a [`Retina`], in chunks of any size; grey went before it.
///
/// It keeps as many frames as the history, what the retina's mechanisms remember and nothing else, and
/// its rates do not depend on the chunks.
///
/// ```
/// use ganglion_experiment::Screen;
/// use ganglion_recording::{Microns, Milliseconds};
/// use ganglion_simulation::PlantedFamily;
///
/// # fn main() -> Result<(), ganglion_simulation::Error> {
/// let screen = Screen {
///     height: 50,
///     width: 50,
///     frame_period: Milliseconds(10.0),
///     microns_per_pixel: Microns(50.0),
///     history: 40,
/// };
/// let retina = PlantedFamily::preset("salamander")?.draw(1, screen, 0.35)?;
/// let mut stream = retina.stream();
/// let grey = vec![0.0; 10 * screen.pixels()];
/// assert_eq!(stream.push(&grey)?.bins(), 1..11);
/// assert_eq!(stream.push(&grey)?.bins(), 11..21);
/// # Ok(()) }
/// ```
pub struct RetinaStream<'a> {
    retina: &'a Retina,
    front: FrontState,
    states: Vec<LayerState>,
    cells: Vec<CellState>,
    pushed: usize,
}

impl<'a> RetinaStream<'a> {
    /// In a trial, which is a seed and a name, or without noise.
    pub(super) fn new(retina: &'a Retina, trial: Option<(u64, &str)>) -> Self {
        let photoreceptors =
            |(seed, trial): (u64, &str)| stream(seed, &format!("{trial} noise of photoreceptors"));
        let layers = retina.layers.iter();
        Self {
            retina,
            front: retina.front.resting(trial.map(photoreceptors)),
            states: layers.map(|layer| layer.resting(trial)).collect(),
            cells: retina.plans.iter().map(CellPlan::resting).collect(),
            pushed: 0,
        }
    }

    /// Frames that have been shown.
    pub fn frames(&self) -> usize {
        self.pushed
    }

    /// Shows frames `[frame, y, x]` in units of the training stimulus' standard deviation and
    /// returns a bin for each: the bin after it, so that the first frame of a movie gives bin 1.
    /// Bin 0 has the [`resting_rates`](Retina::resting_rates).
    ///
    /// # Errors
    /// If the values are not one or more whole frames, or one of them is not finite.
    pub fn push(&mut self, frames: &[f32]) -> Result<Rates, Error> {
        self.push_and_read(frames, |_, _, _| ())
    }

    /// The retina that is shown the movie.
    pub(super) fn retina(&self) -> &'a Retina {
        self.retina
    }

    /// [`push`](Self::push), with the layers' answers to each block given to `read`, the block's first
    /// frame and its number of frames.
    pub(super) fn push_and_read(
        &mut self,
        frames: &[f32],
        mut read: impl FnMut(&[LayerState], usize, usize),
    ) -> Result<Rates, Error> {
        let retina = self.retina;
        let bins = self.retina.count_frames(frames, self.pushed)?;
        let first_bin = self.pushed + 1;
        let mut drives = vec![0.0; retina.plans.len() * bins];
        self.show(frames, |states, cells, block, count| {
            let plans = drives.par_chunks_mut(bins).zip(&retina.plans);
            plans.zip(cells).for_each(|((drives, plan), cell)| {
                for (frame, drive) in drives[block..][..count].iter_mut().enumerate() {
                    *drive = plan.drive(&retina.layers, states, cell, frame);
                }
            });
            read(states, block, count);
        });
        let rates = retina.rates_of_drives(drives, bins);
        Ok(Rates::new(first_bin, bins, rates))
    }

    /// Shows frames block by block. `read` is given the layers' answers to each block, the cells, the block's
    /// first frame and its number of frames.
    pub(super) fn show(
        &mut self,
        frames: &[f32],
        mut read: impl FnMut(&[LayerState], &mut [CellState], usize, usize),
    ) {
        let pixels = self.retina.screen().pixels();
        for (index, block) in frames.chunks(BLOCK * pixels).enumerate() {
            let count = block.len() / pixels;
            let seen = self.retina.front.see(block, &mut self.front);
            layer::answer(&self.retina.layers, &mut self.states, seen, count);
            read(&self.states, &mut self.cells, index * BLOCK, count);
            self.pushed += count;
        }
    }
}

impl Retina {
    /// Number of frames in values that begin with frame `first` of a movie, if they are frames.
    pub(super) fn count_frames(&self, values: &[f32], first: usize) -> Result<usize, Error> {
        let screen = self.screen();
        if values.is_empty() || !values.len().is_multiple_of(screen.pixels()) {
            return Err(Error::FrameSize {
                values: values.len(),
                height: screen.height,
                width: screen.width,
            });
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::NotFinite {
                frame: first + index / screen.pixels(),
            });
        }
        Ok(values.len() / screen.pixels())
    }
}
