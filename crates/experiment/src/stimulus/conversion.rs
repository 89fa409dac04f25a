//! From physical units to frames and pixels.

use std::ops::Range;

use ganglion_recording::{Microns, Milliseconds};

use crate::{Contrast, Error, MicronsPerSecond, Screen, Warning};

/// Frames a movie may have; longer requests are taken for mistakes.
pub(crate) const MOST_FRAMES: usize = 1_000_000;

/// Departure from a whole frame, in frames, that floating-point arithmetic explains.
const WHOLE: f64 = 1e-6;

/// Converts the values of one stimulus, and remembers what had to be rounded.
pub(crate) struct Conversion<'a> {
    stimulus: &'a str,
    screen: Screen,
    frames: usize,
    warnings: Vec<Warning>,
}

impl<'a> Conversion<'a> {
    /// For a stimulus of a duration.
    ///
    /// # Errors
    /// If the screen has no positive size, frame period or pixel size, or the duration is no frame.
    pub(crate) fn new(
        stimulus: &'a str,
        screen: Screen,
        duration: Milliseconds,
    ) -> Result<Self, Error> {
        check_screen(&screen)?;
        let mut conversion = Self {
            stimulus,
            screen,
            frames: 0,
            warnings: Vec::new(),
        };
        conversion.frames = conversion.duration("duration", duration)?;
        Ok(conversion)
    }

    /// Frames of the stimulus from its zero on.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// The frames from an onset on: for a duration, or until the stimulus ends.
    pub(crate) fn span(
        &mut self,
        onset: Milliseconds,
        duration: Option<Milliseconds>,
    ) -> Result<Range<usize>, Error> {
        let first = self.time("onset", onset)?;
        let end = match duration {
            Some(duration) => first + self.duration("duration", duration)?,
            None => self.frames,
        };
        if first >= self.frames || end > self.frames {
            let total = self.frames as f64 * self.screen.frame_period.0;
            return Err(self.error(
                "onset",
                format!("{} ms", onset.0),
                format!("makes the layer end after the stimulus, which lasts {total} ms"),
                "use an earlier `onset`, a shorter `duration` of the layer or a longer one of the \
                 stimulus",
            ));
        }
        Ok(first..end)
    }

    pub(crate) fn screen(&self) -> Screen {
        self.screen
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    pub(crate) fn warn(&mut self, key: &str, message: String) {
        self.warnings.push(Warning {
            key: key.to_owned(),
            message,
        });
    }

    /// An error about one value of this stimulus.
    pub(crate) fn error(
        &self,
        key: &str,
        value: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Error {
        Error::value(self.stimulus, key, value, problem, remedy)
    }

    /// A time from the stimulus' zero, as a number of frames.
    pub(crate) fn time(&mut self, key: &str, time: Milliseconds) -> Result<usize, Error> {
        let frames = self.rounded(key, time)?;
        if frames < 0.0 {
            return Err(self.error(
                key,
                format!("{} ms", time.0),
                "lies before the stimulus' zero",
                "use 0 or more, and a longer `lead_in` for more grey",
            ));
        }
        Ok(frames as usize)
    }

    /// A duration of at least a frame.
    pub(crate) fn duration(&mut self, key: &str, duration: Milliseconds) -> Result<usize, Error> {
        let frames = self.rounded(key, duration)?;
        if frames < 1.0 {
            let period = self.screen.frame_period;
            return Err(self.error(
                key,
                format!("{} ms", duration.0),
                format!("is less than half a frame of {period}"),
                format!("use {period} or more"),
            ));
        }
        Ok(frames as usize)
    }

    fn rounded(&mut self, key: &str, time: Milliseconds) -> Result<f64, Error> {
        let value = self.finite(key, time.0, "ms")?;
        let period = self.screen.frame_period.0;
        let exact = value / period;
        let frames = exact.round();
        if frames.abs() > MOST_FRAMES as f64 {
            return Err(self.error(
                key,
                format!("{value} ms"),
                format!("is more than {MOST_FRAMES} frames"),
                format!("use at most {}", Milliseconds(MOST_FRAMES as f64 * period)),
            ));
        }
        if (exact - frames).abs() > WHOLE && frames != 0.0 {
            let shown = Milliseconds(frames * period);
            let period = self.screen.frame_period;
            self.warn(
                key,
                format!(
                    "{value} ms is no whole number of {period} frames; shown as {shown} \
                     ({frames} frames)"
                ),
            );
        }
        Ok(frames)
    }

    /// A length above 0, in microns.
    pub(crate) fn length(&self, key: &str, length: Microns) -> Result<f64, Error> {
        let value = self.finite(key, length.0, "um")?;
        if value > 0.0 {
            return Ok(value);
        }
        Err(self.error(
            key,
            format!("{value} um"),
            "is not above 0",
            format!(
                "use for example one pixel, {} um",
                self.screen.microns_per_pixel.0
            ),
        ))
    }

    /// A position in microns from the centre of the screen.
    pub(crate) fn position(&self, key: &str, position: Microns) -> Result<f64, Error> {
        self.finite(key, position.0, "um")
    }

    /// A speed above 0, in microns a frame.
    pub(crate) fn speed(&self, key: &str, speed: MicronsPerSecond) -> Result<f64, Error> {
        let value = self.finite(key, speed.0, "um/s")?;
        if value > 0.0 {
            return Ok(value * self.screen.frame_period.seconds());
        }
        Err(self.error(
            key,
            format!("{value} um/s"),
            "is not above 0",
            "use a positive speed, and `direction` for the direction of motion",
        ))
    }

    /// A finite contrast.
    pub(crate) fn contrast(&self, key: &str, contrast: Contrast) -> Result<f32, Error> {
        Ok(self.finite(key, contrast.0, "sd")? as f32)
    }

    /// A finite number.
    pub(crate) fn finite(&self, key: &str, value: f64, unit: &str) -> Result<f64, Error> {
        if value.is_finite() {
            return Ok(value);
        }
        Err(self.error(
            key,
            format!("{value} {unit}"),
            "is not a finite number",
            "give a number",
        ))
    }
}

fn check_screen(screen: &Screen) -> Result<(), Error> {
    let fields = [
        ("height", screen.height as f64),
        ("width", screen.width as f64),
        ("frame period", screen.frame_period.0),
        ("microns per pixel", screen.microns_per_pixel.0),
    ];
    for (key, value) in fields {
        if !(value.is_finite() && value > 0.0) {
            return Err(Error::Screen { key, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stimulus::fixture::screen;

    fn conversion(screen: Screen) -> Result<Conversion<'static>, Error> {
        Conversion::new("flash", screen, Milliseconds(1000.0))
    }

    #[test]
    fn a_flash_between_frames_is_rounded_and_said() {
        let mut conversion = conversion(screen()).unwrap();
        assert_eq!(
            conversion.duration("duration", Milliseconds(12.0)).unwrap(),
            1
        );
        let warnings = conversion.into_warnings();
        assert_eq!(
            warnings[0].to_string(),
            "duration: 12 ms is no whole number of 10 ms frames; shown as 10 ms (1 frames)"
        );
    }

    #[test]
    fn whole_frames_do_not_warn() {
        let mut conversion = conversion(screen()).unwrap();
        assert_eq!(
            conversion.duration("duration", Milliseconds(70.0)).unwrap(),
            7
        );
        assert!(conversion.into_warnings().is_empty());
    }

    #[test]
    fn less_than_half_a_frame_is_refused_with_what_works() {
        let mut conversion = conversion(screen()).unwrap();
        let error = conversion
            .duration("duration", Milliseconds(4.0))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "flash: duration = 4 ms is less than half a frame of 10 ms; use 10 ms or more"
        );
    }

    #[test]
    fn not_a_number_is_refused() {
        let mut conversion = conversion(screen()).unwrap();
        for value in [f64::NAN, f64::INFINITY] {
            assert!(
                conversion
                    .duration("duration", Milliseconds(value))
                    .is_err()
            );
            assert!(conversion.contrast("contrast", Contrast(value)).is_err());
            assert!(conversion.length("width", Microns(value)).is_err());
        }
    }

    #[test]
    fn a_screen_without_pixels_is_refused() {
        let mut nothing = screen();
        nothing.microns_per_pixel = Microns(0.0);
        let error = conversion(nothing).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("microns per pixel is 0"));
    }
}
