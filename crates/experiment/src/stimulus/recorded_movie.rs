//! Movies of a file.

use std::ops::Range;
use std::path::PathBuf;

use ganglion_recording::{Milliseconds, read_movie};
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::painter::{Event, Painter};
use super::region::{Mask, Region};
use crate::{Contrast, Error};

/// Frames of a movie `[frame, y, x]` in an HDF5 file, such as the natural scenes of a recording: a
/// frame of the file for each frame shown, a pixel for each pixel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedMovie {
    /// The file; relative to the working directory unless absolute.
    pub file: PathBuf,
    /// The dataset, such as `train/stimulus`.
    pub dataset: String,
    /// The frame of the file that is shown first.
    #[serde(default)]
    pub first_frame: usize,
    /// Standard deviation of the frames shown, whose mean becomes that of the background (grey). If
    /// left out, they are shown as they are: the file is then in standard deviations of the training
    /// stimulus.
    #[serde(default)]
    pub contrast: Option<Contrast>,
    /// When it comes, from the stimulus' zero.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// How long it is shown; until the stimulus ends if left out.
    #[serde(default)]
    pub duration: Option<Milliseconds>,
    /// Where it is.
    #[serde(default)]
    pub region: Region,
}

impl RecordedMovie {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        let frames = conversion.span(self.onset, self.duration)?;
        let mut values = self.read(conversion, frames.len())?;
        if let Some(contrast) = self.contrast {
            let contrast = conversion.contrast("contrast", contrast)?;
            self.normalise(conversion, &mut values, contrast)?;
        }
        Ok(Box::new(MoviePainter {
            what: format!("{}:{}", self.file.display(), self.dataset),
            pixels: conversion.screen().pixels(),
            frames,
            values,
            mask: self.region.mask(conversion)?,
        }))
    }

    fn read(&self, conversion: &Conversion, count: usize) -> Result<Vec<f32>, Error> {
        let wanted = self.first_frame..self.first_frame + count;
        let array = read_movie(&self.file, &self.dataset, wanted).map_err(|error| {
            let problem = format!("cannot be shown: {error}");
            let remedy = "give a movie [frame, y, x] that has these frames";
            self.refused(conversion, problem, remedy.to_owned())
        })?;
        let screen = conversion.screen();
        let (found, seen) = (
            [array.shape[1], array.shape[2]],
            [screen.height, screen.width],
        );
        if found != seen {
            let problem = format!("has frames of {}x{} pixels", found[0], found[1]);
            let remedy = format!("crop or resample it to {}x{}", seen[0], seen[1]);
            return Err(self.refused(conversion, problem, remedy));
        }
        if array.values.iter().all(|value| value.is_finite()) {
            return Ok(array.values);
        }
        let problem = "has a pixel that is no number".to_owned();
        Err(self.refused(conversion, problem, "correct the file".to_owned()))
    }

    fn normalise(
        &self,
        conversion: &Conversion,
        values: &mut [f32],
        contrast: f32,
    ) -> Result<(), Error> {
        let count = values.len() as f64;
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
        let squares = values
            .iter()
            .map(|&value| (f64::from(value) - mean).powi(2));
        let deviation = (squares.sum::<f64>() / count).sqrt();
        if deviation == 0.0 {
            let problem = "never changes, so that it has no contrast".to_owned();
            let remedy = "leave `contrast` out, or show other frames".to_owned();
            return Err(self.refused(conversion, problem, remedy));
        }
        for value in values {
            *value = contrast * ((f64::from(*value) - mean) / deviation) as f32;
        }
        Ok(())
    }

    fn refused(&self, conversion: &Conversion, problem: String, remedy: String) -> Error {
        let value = format!("{}:{}", self.file.display(), self.dataset);
        conversion.error("file", value, problem, remedy)
    }
}

struct MoviePainter {
    what: String,
    pixels: usize,
    frames: Range<usize>,
    values: Vec<f32>,
    mask: Mask,
}

impl Painter for MoviePainter {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if !self.frames.contains(&frame) {
            return;
        }
        let shown = &self.values[(frame - self.frames.start) * self.pixels..][..self.pixels];
        self.mask.paint(canvas, |pixel| shown[pixel]);
    }

    fn events(&self) -> Vec<Event> {
        vec![Event::new(
            self.frames.clone(),
            format!("movie {}", self.what),
        )]
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::{ArrayInfo, ResultFile};

    use super::*;
    use crate::stimulus::fixture::screen;
    use crate::stimulus::{Layer, Stimulus};

    fn written(side: usize) -> (tempfile::TempDir, RecordedMovie) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenes.h5");
        let values: Vec<f32> = (0..30 * side * side)
            .map(|index| 100.0 + ((index * 31) % 17) as f32 + (index / (side * side)) as f32)
            .collect();
        let info = ArrayInfo {
            shape: &[30, side, side],
            dimensions: &["frame", "y", "x"],
            units: "",
        };
        ResultFile::new()
            .f32("movie", info, values)
            .write(&file)
            .unwrap();
        let movie = RecordedMovie {
            file,
            dataset: "movie".to_owned(),
            first_frame: 4,
            contrast: None,
            onset: Milliseconds(20.0),
            duration: Some(Milliseconds(100.0)),
            region: Region::Everywhere,
        };
        (folder, movie)
    }

    fn shown(movie: RecordedMovie) -> Result<crate::StimulusMovie, Error> {
        let layers = [Layer::RecordedMovie(movie)];
        let stimulus = Stimulus::new("scenes", Milliseconds(200.0), layers);
        Ok(stimulus.prepare(screen())?.movie())
    }

    #[test]
    fn frames_are_shown_as_they_are() {
        let (_folder, movie) = written(20);
        let shown = shown(movie).unwrap();
        // 40 frames of lead-in, then 2 of grey.
        assert!(shown.frame(41).iter().all(|&value| value == 0.0));
        for frame in 0..10 {
            let first = (frame + 4) * 400;
            let expected = 100.0 + ((first * 31) % 17) as f32 + (frame + 4) as f32;
            assert_eq!(shown.frame(42 + frame)[0], expected);
        }
        assert!(shown.frame(52).iter().all(|&value| value == 0.0));
    }

    #[test]
    fn a_contrast_is_that_of_the_frames_shown() {
        let (_folder, movie) = written(20);
        let contrast = Some(Contrast(0.5));
        let shown = shown(RecordedMovie { contrast, ..movie }).unwrap();
        let values: Vec<f64> = (42..52)
            .flat_map(|frame| shown.frame(frame).to_vec())
            .map(f64::from)
            .collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        assert!(mean.abs() < 1e-6 && ((squares / count).sqrt() - 0.5).abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_the_reason() {
        let refused = |movie| shown(movie).unwrap_err().to_string();
        let (_folder, movie) = written(20);
        let late = RecordedMovie {
            first_frame: 25,
            ..movie.clone()
        };
        assert!(refused(late).contains("frames 25..35 asked for"));
        let other = RecordedMovie {
            dataset: "nothing".to_owned(),
            ..movie
        };
        assert!(refused(other).contains("nothing"));
        let (_folder, small) = written(10);
        assert!(refused(small).contains("crop or resample it to 20x20"));
    }
}
