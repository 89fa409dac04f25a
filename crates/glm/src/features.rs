//! Features of a block of bins, made when they are needed and never kept.

use crate::basis::Functions;
use crate::blocks::Block;
use crate::element::Element;
use crate::layout::Layout;
use crate::products::{Rows, combine};
use crate::recording::Recording;

/// Makes the features of blocks.
pub(crate) struct Features<'a, E> {
    pub(crate) layout: &'a Layout,
    recording: &'a Recording<'a>,
    /// Bins of the spikes of each cell, in order.
    trains: &'a [Vec<u32>],
    /// Weights of the frames from the oldest on `[phase][function][frame]`, and how many frames.
    stimulus: Vec<E>,
    depth: usize,
    /// Spike functions `[function][lag]`.
    history: Filters<E>,
    coupling: Filters<E>,
}

struct Filters<E> {
    values: Vec<E>,
    count: usize,
    length: usize,
}

impl<E: Element> Filters<E> {
    fn new(functions: &Option<Functions>) -> Self {
        let values = functions.iter().flat_map(|f| f.values.iter());
        Self {
            values: values.map(|&value| E::of(value)).collect(),
            count: functions.as_ref().map_or(0, Functions::count),
            length: functions.as_ref().map_or(0, Functions::length),
        }
    }
}

/// Which features are wanted; those of stimulus and one always are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) history: bool,
    pub(crate) coupling: bool,
}

impl Wanted {
    pub(crate) const ALL: Self = Self {
        history: true,
        coupling: true,
    };
}

/// Room for the features of one block: shared rows, then the own rows of each cell.
#[derive(Default)]
pub(crate) struct Room<E> {
    values: Vec<E>,
    pub(crate) stride: usize,
    pub(crate) length: usize,
    frames: Vec<E>,
}

impl<E: Element> Room<E> {
    /// So many rows from one on.
    pub(crate) fn rows(&self, first: usize, count: usize) -> Rows<'_, E> {
        Rows {
            values: &self.values,
            stride: self.stride,
            count: 0,
            length: self.length,
        }
        .from(first, count)
    }

    fn row_mut(&mut self, row: usize) -> &mut [E] {
        &mut self.values[row * self.stride..][..self.length]
    }
}

impl<'a, E: Element> Features<'a, E> {
    pub(crate) fn new(
        layout: &'a Layout,
        recording: &'a Recording<'a>,
        trains: &'a [Vec<u32>],
    ) -> Self {
        let (stimulus, depth) = phases(layout);
        Self {
            layout,
            recording,
            trains,
            stimulus,
            depth,
            history: Filters::new(&layout.history),
            coupling: Filters::new(&layout.coupling),
        }
    }

    /// First of the own rows of a cell, in a [`Room`].
    pub(crate) fn own(&self, cell: usize) -> usize {
        self.layout.shared() + cell * self.layout.history_functions()
    }

    /// The spikes of a cell from one bin to another.
    pub(crate) fn spikes(&self, cell: usize, bins: std::ops::Range<usize>) -> &'a [u32] {
        let train = &self.trains[cell];
        let place = |bin: usize| train.partition_point(|&spike| (spike as usize) < bin);
        &train[place(bins.start)..place(bins.end)]
    }

    /// Fills the rows of a block. Beyond its last frame, they hold what does not matter.
    pub(crate) fn fill(&self, block: &Block, wanted: Wanted, room: &mut Room<E>) {
        let layout = self.layout;
        room.length = layout.bins_per_frame * block.padded;
        // An odd number of cache lines, so that rows do not all fall into the same set of the cache.
        room.stride = room.length
            + if (room.length / 16).is_multiple_of(2) {
                16
            } else {
                0
            };
        let rows = layout.shared() + layout.cells * layout.history_functions();
        room.values
            .resize((rows * room.stride).max(room.values.len()), E::ZERO);
        room.row_mut(0).fill(E::ONE);
        self.fill_stimulus(block, room);
        for cell in 0..layout.cells {
            if wanted.coupling {
                let first = layout.coupling_rows(cell).start;
                self.fill_spikes(cell, &self.coupling, first, block, room);
            }
            if wanted.history {
                self.fill_spikes(cell, &self.history, self.own(cell), block, room);
            }
        }
    }

    fn fill_stimulus(&self, block: &Block, room: &mut Room<E>) {
        let functions = self.layout.stimulus_functions();
        if functions == 0 {
            return;
        }
        let [phases, padded, stride] = [self.layout.bins_per_frame, block.padded, room.stride];
        let length = self.depth - 1 + padded;
        let mut frames = std::mem::take(&mut room.frames);
        self.read_frames(block, length, &mut frames);
        for pixel in 0..self.layout.pixels.len() {
            let windows = Rows {
                values: &frames[pixel * length..][..length],
                stride: 1,
                count: self.depth,
                length: padded,
            };
            let first = self.layout.pixel_rows(pixel).start * stride;
            for phase in 0..phases {
                let weights = &self.stimulus[phase * functions * self.depth..];
                let target = &mut room.values[first + phase * padded..];
                combine(
                    weights, self.depth, windows, false, target, stride, functions,
                );
            }
        }
        room.frames = frames;
    }

    /// The pixels' values `[pixel][frame]` from the oldest frame on that the block's first depends on.
    fn read_frames(&self, block: &Block, length: usize, target: &mut Vec<E>) {
        let movie = self
            .recording
            .movie
            .as_ref()
            .expect("a stimulus has a movie");
        let pixels = &self.layout.pixels;
        target.clear();
        target.resize(pixels.len() * length, E::ZERO);
        for place in 0..length {
            let frame = block.frames.start + place;
            // Frames of another segment are not seen: no bin that is used depends on them.
            if frame < block.segment + self.depth - 1 || frame + 1 - self.depth >= block.frames.end
            {
                continue;
            }
            let frame = (frame + 1 - self.depth) * movie.pixels();
            for (row, &pixel) in pixels.iter().enumerate() {
                target[row * length + place] = E::of(f64::from(movie.frames.value(frame + pixel)));
            }
        }
    }

    fn fill_spikes(
        &self,
        cell: usize,
        filters: &Filters<E>,
        first: usize,
        block: &Block,
        room: &mut Room<E>,
    ) {
        let per_frame = self.layout.bins_per_frame;
        let bins = block.bins(per_frame);
        let since = bins.start.saturating_sub(filters.length);
        let spikes = self.spikes(cell, since.max(block.segment * per_frame)..bins.end);
        for (function, values) in filters.values.chunks(filters.length.max(1)).enumerate() {
            let row = room.row_mut(first + function);
            row.fill(E::ZERO);
            for &spike in spikes {
                let after = spike as usize + 1;
                let from = bins.start.max(after);
                let to = bins.end.min(after + filters.length);
                if from >= to {
                    continue;
                }
                let values = &values[from - after..to - after];
                add(row, values, from - bins.start, per_frame, block.padded);
            }
        }
        debug_assert_eq!(filters.values.len(), filters.count * filters.length);
    }
}

/// Adds values of bins that follow one another to a row.
fn add<E: Element>(row: &mut [E], values: &[E], from: usize, per_frame: usize, padded: usize) {
    if per_frame == 1 {
        let places = row[from..].iter_mut().zip(values);
        places.for_each(|(sum, &value)| *sum = sum.plus(value));
        return;
    }
    let (mut phase, mut frame) = (from % per_frame, from / per_frame);
    for &value in values {
        let place = &mut row[phase * padded + frame];
        *place = place.plus(value);
        phase += 1;
        if phase == per_frame {
            (phase, frame) = (0, frame + 1);
        }
    }
}

/// The functions of a stimulus as weights of frames, `[phase][function][frame]` from the oldest on, and the
/// number of frames: a movie stands still during a frame, so that all lags that fall into one have one weight.
fn phases<E: Element>(layout: &Layout) -> (Vec<E>, usize) {
    let Some(functions) = &layout.stimulus else {
        return (Vec::new(), 1);
    };
    let (phases, unit) = (layout.bins_per_frame, layout.stimulus_unit);
    let back = |phase: usize, lag: usize| match unit {
        1 => (lag + phases - 1 - phase) / phases,
        _ => lag,
    };
    let depth = back(0, functions.length - 1) + 1;
    let mut weights = vec![0.0; phases * functions.count() * depth];
    for phase in 0..phases {
        for index in 0..functions.count() {
            let row = &mut weights[(phase * functions.count() + index) * depth..][..depth];
            for (lag, value) in functions.function(index).iter().enumerate() {
                row[depth - 1 - back(phase, lag)] += value;
            }
        }
    }
    (weights.into_iter().map(E::of).collect(), depth)
}
