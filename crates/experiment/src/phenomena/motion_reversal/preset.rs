//! Published parameters.

use ganglion_recording::{Microns, Milliseconds};

use super::{MotionReversal, ReversalCriteria};
use crate::protocol::Presets;
use crate::stimulus::Direction;
use crate::{Contrast, MicronsPerSecond};

impl Presets for MotionReversal {
    const EXPERIMENT: &'static str = "motion-reversal";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![
            ("poster-2019", poster()),
            ("later-code", later_code()),
            ("original", original()),
        ]
    }
}

/// Tanaka et al. 2019, poster: a dark bar at about 1 mm/s that turns back. Where it does is ours:
/// every 50 um over the middle of the screen, so that every cell there has several near.
fn poster() -> MotionReversal {
    MotionReversal {
        width: Microns(160.0),
        contrast: Contrast(-1.0),
        speed: MicronsPerSecond(1000.0),
        direction: Direction::RIGHT,
        positions: evenly(-600.0, 50.0, 25),
        approach: Microns(800.0),
        window: Milliseconds(400.0),
        criteria: ReversalCriteria {
            reach: Microns(150.0),
            margin: 0.2,
            least_rate: 1.0,
            least_reversals: 4,
            latency_sd: Milliseconds(30.0),
            burst_ratio: 1.1,
            return_share: 0.4,
        },
    }
}

/// The authors' later code: 12 positions; the distance between them is ours.
fn later_code() -> MotionReversal {
    MotionReversal {
        positions: evenly(-550.0, 100.0, 12),
        ..poster()
    }
}

/// Schwartz et al. 2007: a dark bar of 133 um at 1.32 mm/s (recalled).
fn original() -> MotionReversal {
    MotionReversal {
        width: Microns(133.0),
        speed: MicronsPerSecond(1320.0),
        ..poster()
    }
}

fn evenly(first: f64, step: f64, count: usize) -> Vec<Microns> {
    let at = |index: usize| Microns(first + step * index as f64);
    (0..count).map(at).collect()
}
