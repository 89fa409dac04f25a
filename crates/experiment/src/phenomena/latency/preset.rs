//! Published parameters.

use ganglion_recording::Milliseconds;

use super::{Latency, LatencyCriteria};
use crate::Contrast;
use crate::protocol::Presets;

impl Presets for Latency {
    const EXPERIMENT: &'static str = "latency";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![
            ("poster-2019", poster()),
            ("later-code", later_code()),
            ("later-code-flash", later_code_flash()),
            ("original", original()),
        ]
    }
}

/// Tanaka et al. 2019, poster: a dark step. The poster does not give its contrasts; these are
/// every second of the later code.
fn poster() -> Latency {
    Latency {
        contrasts: dark(0.1, 20),
        ..later_code()
    }
}

/// The authors' later code: grey, then a dark step of 40 frames, contrast 0 to -2 in steps of 0.05.
fn later_code() -> Latency {
    Latency {
        duration: Milliseconds(400.0),
        contrasts: dark(0.05, 40),
        window: Milliseconds(400.0),
        criteria: LatencyCriteria {
            first_peak_share: 0.5,
            least_rate: 1.0,
            least_share: 0.1,
            least_contrasts: 5,
            rank_correlation: -0.9,
            least_fall: Milliseconds(10.0),
        },
    }
}

/// The authors' later code, its other stimulus: a dark flash of 20 ms, contrast 0 to -3. The steps
/// are ours.
fn later_code_flash() -> Latency {
    Latency {
        duration: Milliseconds(20.0),
        contrasts: dark(0.15, 20),
        ..later_code()
    }
}

/// Gollisch & Meister 2008: a stimulus flashed for 150 ms (recalled). They flashed gratings; ours
/// is the whole screen, light and dark.
fn original() -> Latency {
    let dark = dark(0.2, 10);
    let light = dark.iter().skip(1).map(|contrast| Contrast(-contrast.0));
    Latency {
        duration: Milliseconds(150.0),
        contrasts: light.rev().chain(dark.iter().copied()).collect(),
        ..later_code()
    }
}

/// 0 and `count` dark contrasts, each `step` darker than the one before.
fn dark(step: f64, count: usize) -> Vec<Contrast> {
    // Rounded, so that files say -0.15 and not -0.15000000000000002.
    let contrast = |index: usize| Contrast(-(step * index as f64 * 1e6).round() / 1e6 + 0.0);
    (0..=count).map(contrast).collect()
}
