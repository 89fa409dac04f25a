//! The bars that are shown.

use ganglion_recording::{Microns, Milliseconds};

use super::MotionReversal;
use crate::condition::{Draft, Parameter, Role};
use crate::protocol::Presets;
use crate::stimulus::{Bar, Layer};
use crate::{Error, Screen, Stimulus};

/// One movie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ReversalMovie {
    /// The bar crosses the screen.
    Smooth { forth: bool },
    /// It turns back at one of the positions.
    Reversal { forth: bool, position: usize },
}

impl ReversalMovie {
    /// All movies of an experiment.
    pub(super) fn all(config: &MotionReversal) -> Vec<Self> {
        let both = [true, false];
        let smooth = both.map(|forth| Self::Smooth { forth });
        let reversal = |forth: bool| {
            let positions = 0..config.positions.len();
            positions.map(move |position| Self::Reversal { forth, position })
        };
        smooth
            .into_iter()
            .chain(both.into_iter().flat_map(reversal))
            .collect()
    }

    pub(super) fn draft(&self, config: &MotionReversal, screen: &Screen) -> Result<Draft, Error> {
        match *self {
            Self::Smooth { forth } => config.smooth(forth).draft(
                MotionReversal::EXPERIMENT,
                Role::Control,
                screen,
                config.window,
            ),
            Self::Reversal { forth, position } => Ok(reversal(
                config,
                screen,
                forth,
                config.positions[position].0,
            )),
        }
    }
}

/// Time of the reversal from the stimulus' zero.
pub(super) fn reversal_ms(config: &MotionReversal) -> f64 {
    (config.approach / config.speed).0
}

fn reversal(config: &MotionReversal, screen: &Screen, forth: bool, position: f64) -> Draft {
    let smooth = config.smooth(forth);
    let along = if forth { position } else { -position };
    let frame = screen.frame_period.0;
    let frames = ((reversal_ms(config) + config.window.0) / frame + 1.0).ceil();
    let bar = Bar {
        width: config.width,
        contrast: config.contrast,
        speed: config.speed,
        direction: smooth.direction,
        start: Some(Microns(along - config.approach.0)),
        reversal: Some(Microns(along)),
        length: None,
        onset: Milliseconds(0.0),
        duration: None,
    };
    Draft {
        role: Role::Test,
        parameters: (smooth.parameters().into_iter())
            .chain([Parameter::new("reversal", position, "um")])
            .collect(),
        stimulus: Stimulus::new(
            format!("{}, back at {position} um", smooth.label()),
            Milliseconds(frames * frame),
            [Layer::Bar(bar)],
        ),
    }
}
