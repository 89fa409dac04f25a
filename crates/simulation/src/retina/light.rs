//! Interneurons that answer light.

use ganglion_experiment::Screen;
use ganglion_recording::Milliseconds;
use rayon::prelude::*;

use super::layer::BLOCK;
use super::region::Region;
use super::spatial::{Scratch, SpatialFilter};
use super::temporal;
use crate::circuit::{Interneuron, ReceptiveField};
use crate::mechanism::{kept, low_pass};

/// Frames of a block that a thread filters in time.
const FRAMES_OF_A_THREAD: usize = 16;

/// A filter in space, then one in time.
#[derive(Clone, Debug)]
pub(super) struct LightFilter {
    filter: SpatialFilter,
    surround: Option<DelayedSurround>,
    /// Kernel times polarity times contrast of a unit, the newest frame first.
    taps: Vec<f32>,
    pixels_of_a_frame: usize,
}

/// A surround that comes later than its centre.
#[derive(Clone, Debug)]
struct DelayedSurround {
    filter: SpatialFilter,
    kept: f32,
}

/// What a layer remembers of the movie.
pub(super) struct LightState {
    /// Spatially filtered frames `[history - 1 + block, stride]`.
    frames: Vec<f32>,
    /// Frames of the block in the surround `[block, stride]`, and its low-pass.
    surrounds: Vec<f32>,
    late: Vec<f32>,
}

/// Where a layer lies.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) region: &'a Region,
    pub(super) stride: usize,
}

impl LightFilter {
    pub(super) fn new(
        (field, kernel): (&ReceptiveField, &[f64]),
        delay: Option<Milliseconds>,
        screen: &Screen,
        factor: f64,
    ) -> Self {
        let delayed = |delay| DelayedSurround {
            filter: SpatialFilter::surround(field, screen),
            kept: kept(delay, screen.frame_period),
        };
        let surround = delay.filter(|_| field.surround_strength > 0.0).map(delayed);
        let filter = match surround {
            Some(_) => SpatialFilter::centre(field, screen),
            None => SpatialFilter::new(field, screen),
        };
        Self {
            filter,
            surround,
            taps: kernel.iter().map(|tap| (factor * tap) as f32).collect(),
            pixels_of_a_frame: screen.pixels(),
        }
    }

    /// The state after nothing but grey.
    pub(super) fn resting(&self, stride: usize) -> LightState {
        let late = self.surround.as_ref().map_or(0, |_| stride);
        LightState {
            frames: vec![0.0; (self.taps.len() - 1 + BLOCK) * stride],
            surrounds: vec![0.0; BLOCK * late],
            late: vec![0.0; late],
        }
    }

    /// Potentials `[frame, stride]` for up to [`BLOCK`] frames, each `[y, x]`.
    pub(super) fn answer(
        &self,
        block: &[f32],
        place: Place<'_>,
        state: &mut LightState,
        potentials: &mut [f32],
    ) {
        let stride = place.stride;
        let count = block.len() / self.pixels_of_a_frame;
        let past = (self.taps.len() - 1) * stride;
        self.filter_in_space(&self.filter, block, place, &mut state.frames[past..]);
        if let Some(surround) = &self.surround {
            self.filter_in_space(&surround.filter, block, place, &mut state.surrounds);
            let centres = state.frames[past..].chunks_exact_mut(stride);
            let surrounds = state.surrounds.chunks_exact(stride);
            for (centre, early) in centres.zip(surrounds).take(count) {
                low_pass(surround.kept, early, &mut state.late);
                add(&state.late, centre);
            }
        }
        self.filter_in_time(&state.frames, stride, &mut potentials[..count * stride]);
        let kept = count * stride..count * stride + past;
        state.frames.copy_within(kept, 0);
    }

    /// A frame that stays is filtered once.
    fn filter_in_space(
        &self,
        filter: &SpatialFilter,
        block: &[f32],
        place: Place<'_>,
        filtered: &mut [f32],
    ) {
        let Place { region, stride } = place;
        let frame =
            |index: usize| &block[index * self.pixels_of_a_frame..][..self.pixels_of_a_frame];
        let stays = |index: usize| index > 0 && frame(index) == frame(index - 1);
        let count = block.len() / self.pixels_of_a_frame;
        filtered
            .par_chunks_mut(stride)
            .take(count)
            .enumerate()
            .filter(|(index, _)| !stays(*index))
            .for_each_init(Scratch::default, |scratch, (index, filtered)| {
                let filtered = &mut filtered[..region.pixels()];
                filter.apply(frame(index), region, scratch, filtered);
            });
        for index in (1..count).filter(|&index| stays(index)) {
            let before = (index - 1) * stride;
            filtered.copy_within(before..before + stride, index * stride);
        }
    }

    fn filter_in_time(&self, frames: &[f32], stride: usize, potentials: &mut [f32]) {
        potentials
            .par_chunks_mut(FRAMES_OF_A_THREAD * stride)
            .enumerate()
            .for_each(|(part, potentials)| {
                let first = part * FRAMES_OF_A_THREAD * stride;
                temporal::filter(&self.taps, &frames[first..], stride, potentials);
            });
    }
}

fn add(values: &[f32], sums: &mut [f32]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

/// The filter of a type; none if it answers no light.
pub(super) fn filter_of(
    interneuron: &Interneuron,
    screen: &Screen,
    contrast_unit: f64,
) -> Option<LightFilter> {
    let field = interneuron.receptive_field.as_ref()?;
    let factor = interneuron.polarity.factor() * contrast_unit;
    Some(LightFilter::new(
        (field, &interneuron.kernel),
        interneuron.mechanisms.surround_delay,
        screen,
        factor,
    ))
}
