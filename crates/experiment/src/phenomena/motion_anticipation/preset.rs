//! Published parameters.

use ganglion_recording::{Microns, Milliseconds};

use super::{AnticipationCriteria, MotionAnticipation};
use crate::protocol::Presets;
use crate::stimulus::Direction;
use crate::{Contrast, MicronsPerSecond};

impl Presets for MotionAnticipation {
    const EXPERIMENT: &'static str = "motion-anticipation";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![
            ("poster-2019", poster()),
            ("later-code", later_code()),
            ("original", original()),
        ]
    }
}

/// Tanaka et al. 2019, poster: a dark bar at 0.44 mm/s, in both directions, and the same bar flashed
/// for 20 ms at 51 positions. The other speeds and widths are ours.
fn poster() -> MotionAnticipation {
    MotionAnticipation {
        width: Microns(160.0),
        contrast: Contrast(-1.0),
        speed: MicronsPerSecond(440.0),
        direction: Direction::RIGHT,
        speeds: [220.0, 440.0, 880.0, 1760.0].map(MicronsPerSecond).to_vec(),
        widths: [110.0, 160.0, 220.0].map(Microns).to_vec(),
        flash_duration: Milliseconds(20.0),
        flashed_positions: 51,
        window: Milliseconds(300.0),
        criteria: AnticipationCriteria {
            least_rate: 1.0,
            least_lead: Microns(0.0),
        },
    }
}

/// The authors' later code: the wider of its bars.
fn later_code() -> MotionAnticipation {
    MotionAnticipation {
        width: Microns(220.0),
        ..poster()
    }
}

/// Berry et al. 1999: a dark bar of 133 um at 0.44 mm/s, flashed for 15 ms (recalled); the flash is
/// shown for whole frames.
fn original() -> MotionAnticipation {
    MotionAnticipation {
        width: Microns(133.0),
        widths: vec![Microns(133.0)],
        flash_duration: Milliseconds(15.0),
        ..poster()
    }
}
