//! Stimuli in physical units, and how they become frames.

mod bar;
mod conversion;
mod coverage;
mod direction;
mod flash;
mod flash_train;
mod grating;
mod manifest;
mod noise;
mod painter;
mod prepared;
mod recorded_movie;
mod region;
mod strip;
mod wave;

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

pub use bar::{Bar, FlashedBar};
pub use direction::Direction;
pub use flash::Flash;
pub use flash_train::FlashTrain;
pub use grating::{Grating, Motion};
pub use manifest::Manifest;
pub use noise::{Distribution, Noise};
pub use painter::{Event, Track};
pub use prepared::PreparedStimulus;
pub use recorded_movie::RecordedMovie;
pub use region::Region;
pub use wave::Waveform;

use crate::{Contrast, Error, Screen};
use conversion::Conversion;

/// A stimulus: layers painted over a background, one after the other.
///
/// Times count from the stimulus' zero. Before it the background is shown for `lead_in`, or for
/// the responder's history if that is longer, so that no response at zero depends on anything else.
///
/// In TOML:
///
/// ```toml
/// name = "bar over a drifting grating"
/// duration = 2000
///
/// [[layers]]
/// kind = "grating"
/// period = 400
/// contrast = 0.5
/// motion = { kind = "drifting", temporal_frequency = 2 }
///
/// [[layers]]
/// kind = "bar"
/// width = 160
/// contrast = -1
/// speed = 440
/// direction = "left"
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stimulus {
    /// What errors, tables and files call it.
    pub name: String,
    /// Background before zero.
    #[serde(default = "at_zero")]
    pub lead_in: Milliseconds,
    /// Duration from zero on.
    pub duration: Milliseconds,
    /// Contrast of the background.
    #[serde(default = "grey")]
    pub background: Contrast,
    /// What is painted over the background, in this order.
    #[serde(default)]
    pub layers: Vec<Layer>,
}

pub(crate) fn at_zero() -> Milliseconds {
    Milliseconds(0.0)
}

fn grey() -> Contrast {
    Contrast(0.0)
}

/// One thing that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layer {
    /// One contrast for some time: a step, a flash, a spot, an annulus.
    Flash(Flash),
    /// Flashes at a fixed period, or around it.
    FlashTrain(FlashTrain),
    /// A moving bar.
    Bar(Bar),
    /// A bar that stands for some time.
    FlashedBar(FlashedBar),
    /// A grating.
    Grating(Grating),
    /// White noise or flicker.
    Noise(Noise),
    /// Frames of a file, such as a natural movie.
    RecordedMovie(RecordedMovie),
}

impl Stimulus {
    /// A stimulus on grey, without more lead-in than the responder's history.
    pub fn new(
        name: impl Into<String>,
        duration: Milliseconds,
        layers: impl IntoIterator<Item = Layer>,
    ) -> Self {
        Self {
            name: name.into(),
            lead_in: at_zero(),
            duration,
            background: grey(),
            layers: layers.into_iter().collect(),
        }
    }

    /// Makes the stimulus ready for a screen.
    ///
    /// # Errors
    /// If a value makes no sense or does not fit the screen; the message says what would work.
    pub fn prepare(&self, screen: Screen) -> Result<PreparedStimulus, Error> {
        let mut conversion = Conversion::new(&self.name, screen, self.duration)?;
        let lead_in = conversion.time("lead_in", self.lead_in)?;
        let background = conversion.contrast("background", self.background)?;
        let painters = (self.layers.iter())
            .map(|layer| layer.painter(&mut conversion))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(PreparedStimulus::new(
            self.clone(),
            screen,
            [lead_in.max(screen.history), conversion.frames()],
            background,
            painters,
            conversion.into_warnings(),
        ))
    }
}

impl Layer {
    fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn painter::Painter>, Error> {
        match self {
            Self::Flash(flash) => flash.painter(conversion),
            Self::FlashTrain(train) => train.painter(conversion),
            Self::Bar(bar) => bar.painter(conversion),
            Self::FlashedBar(bar) => bar.painter(conversion),
            Self::Grating(grating) => grating.painter(conversion),
            Self::Noise(noise) => noise.painter(conversion),
            Self::RecordedMovie(movie) => movie.painter(conversion),
        }
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    //! The screen of the tests.

    use ganglion_recording::{Microns, Milliseconds};

    use crate::Screen;

    /// 20 x 20 pixels of 50 um, 10 ms, 40 frames of history.
    pub(crate) fn screen() -> Screen {
        Screen {
            height: 20,
            width: 20,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        }
    }
}
