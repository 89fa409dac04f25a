//! ON and OFF.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a cell or a channel prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Brightening drives it.
    On,
    /// Darkening drives it.
    Off,
}

/// Newest frames that the published rule looks at.
const PUBLISHED_FRAMES: usize = 25;

impl Polarity {
    /// Of a weight: ON if it is positive.
    pub fn of(weight: f64) -> Self {
        if weight > 0.0 { Self::On } else { Self::Off }
    }

    /// In texts: `"ON"` or `"OFF"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "ON",
            Self::Off => "OFF",
        }
    }

    /// In tables and files: `"on"` or `"off"`.
    pub fn key(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// By the published rule: over the newest 25 frames of the spatially summed kernel
    /// `[frame, pixel]`, the sign at the largest magnitude (the authors' integrated-gradient
    /// notebooks).
    pub fn published(kernel: &[f32], pixels: usize) -> Self {
        let course = kernel.chunks(pixels).map(|frame| frame.iter().sum::<f32>());
        let peak = course
            .rev()
            .take(PUBLISHED_FRAMES)
            .max_by(|a, b| a.abs().total_cmp(&b.abs()));
        Self::of(peak.map_or(0.0, f64::from))
    }
}

impl fmt::Display for Polarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_rule_does_not_look_at_old_frames() {
        let mut kernel = vec![0.0f32; 40];
        (kernel[5], kernel[30]) = (3.0, -1.0);
        assert_eq!(Polarity::published(&kernel, 1), Polarity::Off);
        kernel[20] = 2.0;
        assert_eq!(Polarity::published(&kernel, 1), Polarity::On);
    }
}
