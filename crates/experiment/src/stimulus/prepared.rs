//! A stimulus in frames.

use std::fmt;
use std::ops::Range;

use super::manifest::Manifest;
use super::painter::Painter;
use super::{Event, Stimulus, Track};
use crate::{Screen, StimulusMovie, Warning, warning};

/// A [`Stimulus`] converted to the frames and pixels of a [`Screen`]; its frames are made when they
/// are asked for.
pub struct PreparedStimulus {
    stimulus: Stimulus,
    screen: Screen,
    zero: usize,
    frames: usize,
    background: f32,
    painters: Vec<Box<dyn Painter>>,
    warnings: Vec<Warning>,
}

impl PreparedStimulus {
    pub(super) fn new(
        stimulus: Stimulus,
        screen: Screen,
        [zero, frames]: [usize; 2],
        background: f32,
        painters: Vec<Box<dyn Painter>>,
        found: Vec<Warning>,
    ) -> Self {
        let mut warnings = Vec::new();
        warning::merge(&mut warnings, &found);
        Self {
            stimulus,
            screen,
            zero,
            frames: zero + frames,
            background,
            painters,
            warnings,
        }
    }

    /// What was prepared.
    pub fn stimulus(&self) -> &Stimulus {
        &self.stimulus
    }

    /// The screen it was prepared for.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// The frame in which the stimulus' time is 0: the number of frames of lead-in.
    pub fn zero(&self) -> usize {
        self.zero
    }

    /// Number of frames, lead-in included.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Values that are not shown exactly as asked.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The whole movie.
    pub fn movie(&self) -> StimulusMovie {
        self.movie_of(0..self.frames)
    }

    /// Some frames of the movie.
    ///
    /// # Panics
    /// If the stimulus has no such frames.
    pub fn movie_of(&self, frames: Range<usize>) -> StimulusMovie {
        assert!(frames.end <= self.frames, "no frames {frames:?}");
        let mut values = vec![self.background; frames.len() * self.screen.pixels()];
        for (frame, canvas) in frames.zip(values.chunks_mut(self.screen.pixels())) {
            if let Some(frame) = frame.checked_sub(self.zero) {
                for painter in &self.painters {
                    painter.paint(frame, canvas);
                }
            }
        }
        StimulusMovie::new(self.screen.height, self.screen.width, values)
    }

    /// What happens, in the order of time; frames count from the stimulus' zero.
    pub fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = (self.painters.iter())
            .flat_map(|painter| painter.events())
            .collect();
        events.sort_by_key(|event| event.first_frame);
        events
    }

    /// What moves, and where it is in each frame.
    pub fn tracks(&self) -> Vec<Track> {
        (self.painters.iter())
            .flat_map(|painter| painter.tracks())
            .collect()
    }

    /// The description that goes with the exported movie.
    pub fn manifest(&self) -> Manifest {
        Manifest::new(self)
    }
}

impl fmt::Debug for PreparedStimulus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedStimulus")
            .field("stimulus", &self.stimulus)
            .field("zero", &self.zero)
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}
