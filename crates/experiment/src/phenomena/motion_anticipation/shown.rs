//! The bars that are shown.

use ganglion_recording::{Microns, Milliseconds};

use super::MotionAnticipation;
use crate::condition::{Draft, Parameter, Role};
use crate::crossing::Crossing;
use crate::protocol::Presets;
use crate::stimulus::{FlashedBar, Layer};
use crate::{Error, MicronsPerSecond, Screen, Stimulus};

/// One movie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AnticipationMovie {
    /// A moving bar.
    Moving(Crossing),
    /// The bar flashed at one of the places.
    Flashed(usize),
}

impl AnticipationMovie {
    /// All movies of an experiment, each once.
    pub(super) fn all(config: &MotionAnticipation) -> Vec<Self> {
        let reference = (config.speed, config.width);
        let by_speed = config.speeds.iter().map(|&speed| (speed, config.width));
        let by_width = config.widths.iter().map(|&width| (config.speed, width));
        let mut all = Vec::new();
        for (speed, width) in [reference].into_iter().chain(by_speed).chain(by_width) {
            for crossing in crossings(config, speed, width) {
                if !all.contains(&Self::Moving(crossing)) {
                    all.push(Self::Moving(crossing));
                }
            }
        }
        all.extend((0..config.flashed_positions).map(Self::Flashed));
        all
    }

    pub(super) fn draft(
        &self,
        config: &MotionAnticipation,
        screen: &Screen,
    ) -> Result<Draft, Error> {
        match *self {
            Self::Moving(crossing) => crossing.draft(
                MotionAnticipation::EXPERIMENT,
                Role::Test,
                screen,
                config.window,
            ),
            Self::Flashed(place) => Ok(flashed(config, screen, place)),
        }
    }
}

/// The bar in its two directions.
pub(super) fn crossings(
    config: &MotionAnticipation,
    speed: MicronsPerSecond,
    width: Microns,
) -> [Crossing; 2] {
    [config.direction, config.direction.opposite()].map(|direction| Crossing {
        width,
        contrast: config.contrast,
        speed,
        direction,
    })
}

/// Position of a flashed bar along `direction`.
pub(super) fn flashed_position(config: &MotionAnticipation, screen: &Screen, place: usize) -> f64 {
    let half = screen.half_extent(config.direction).0;
    half * (2.0 * place as f64 / (config.flashed_positions - 1) as f64 - 1.0)
}

fn flashed(config: &MotionAnticipation, screen: &Screen, place: usize) -> Draft {
    let position = flashed_position(config, screen, place);
    let bar = FlashedBar {
        width: config.width,
        contrast: config.contrast,
        position: Microns(position),
        direction: config.direction,
        length: None,
        onset: Milliseconds(0.0),
        duration: Some(config.flash_duration),
    };
    let shown = screen.whole_frames(config.flash_duration).0;
    let duration = shown.max(screen.whole_frames(config.window).0);
    Draft {
        role: Role::Control,
        parameters: vec![
            Parameter::new("position", position, "um"),
            Parameter::new("width", config.width.0, "um"),
            Parameter::new("direction", config.direction.0, "degrees"),
        ],
        stimulus: Stimulus::new(
            format!("bar flashed at {position:.1} um"),
            Milliseconds(duration),
            [Layer::FlashedBar(bar)],
        ),
    }
}
