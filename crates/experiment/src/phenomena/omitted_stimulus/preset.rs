//! Published parameters.

use ganglion_recording::Milliseconds;

use super::{OmissionCriteria, OmittedStimulus};
use crate::Contrast;
use crate::protocol::Presets;

impl Presets for OmittedStimulus {
    const EXPERIMENT: &'static str = "omitted-stimulus";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![
            ("poster-2019", poster()),
            ("later-code", later_code()),
            ("original", original()),
        ]
    }
}

/// Tanaka et al. 2019, poster: dark flashes of 20 ms, 8 flashes of period 80 ms. The other periods
/// and the controls are ours.
fn poster() -> OmittedStimulus {
    OmittedStimulus {
        flash_duration: Milliseconds(20.0),
        contrast: Contrast(-2.0),
        flashes: 8,
        periods: every_10_ms(50, 140),
        reference_period: Milliseconds(80.0),
        counts: vec![1, 2, 4, 8, 12],
        jitter: Milliseconds(20.0),
        seed: 1,
        window: Milliseconds(300.0),
        criteria: OmissionCriteria {
            margin: 0.2,
            least_rate: 1.0,
            least_periods: 4,
            slope: [0.7, 1.3],
            // A slope of 1 with a larger error agrees with 0.
            slope_error: 0.5,
        },
    }
}

/// The authors' later code: periods from about 30 ms in steps of 10 ms; where the sweep ends is
/// ours.
fn later_code() -> OmittedStimulus {
    OmittedStimulus {
        periods: every_10_ms(30, 170),
        ..poster()
    }
}

/// Schwartz et al. 2007: trains of 6 to 20 Hz. Dark flashes of 40 ms and trains of 12 flashes
/// (recalled).
fn original() -> OmittedStimulus {
    OmittedStimulus {
        flash_duration: Milliseconds(40.0),
        flashes: 12,
        periods: every_10_ms(50, 160),
        counts: vec![1, 2, 4, 8, 12, 16],
        jitter: Milliseconds(10.0),
        ..poster()
    }
}

fn every_10_ms(first: usize, last: usize) -> Vec<Milliseconds> {
    let periods = (first..=last).step_by(10);
    periods.map(|period| Milliseconds(period as f64)).collect()
}
