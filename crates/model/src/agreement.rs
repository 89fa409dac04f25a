//! Whether a model and a movie, or two recordings, mean the same by a frame, a pixel and light.
//!
//! Nothing in the arithmetic stops a network of frames of 10 ms from being shown frames of 16.7 ms,
//! or pixels from 0 to 1 where it learned pixels from 0 to 255: the rates come out wrong without a
//! word. [`disagreements`] is the one check for all of that; what is not known on either side is
//! not compared.

mod light;

use std::fmt;

use ganglion_recording::{FramePeriod, FramePeriodSource, Normalisation, Recording};
use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::model::ModelDescription;
pub use light::Light;

/// What is known of a movie, or of the movies that a model was made for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Facts {
    /// Time from one frame to the next, milliseconds.
    pub frame_period_ms: Option<f64>,
    /// Side of a pixel on the retina, micrometres.
    pub microns_per_pixel: Option<f64>,
    /// The intensities of its pixels.
    pub light: Option<Light>,
}

/// One thing that two movies mean differently.
#[derive(Clone, Debug, PartialEq)]
pub enum Disagreement {
    /// Frames last differently long, milliseconds.
    FramePeriod {
        /// In the first.
        first: f64,
        /// In the other.
        other: f64,
    },
    /// Pixels are of different size, micrometres.
    PixelSize {
        /// In the first.
        first: f64,
        /// In the other.
        other: f64,
    },
    /// Intensities are in different units.
    Units {
        /// In the first.
        first: Light,
        /// In the other.
        other: Light,
    },
    /// The other goes beyond the intensities of the first.
    Beyond {
        /// In the first.
        first: Light,
        /// In the other.
        other: Light,
    },
}

/// Periods and sizes that differ by less are the same: clocks drift, and files round.
const SAME: f64 = 0.01;

/// Standard deviations of two movies in the same units differ by less than this factor: natural
/// scenes of low contrast and black-and-white noise do by about six.
const OTHER_UNITS: f64 = 20.0;

/// Means of two movies in the same units differ by fewer of the larger standard deviation.
const FAR_MEAN: f64 = 5.0;

/// Share of the range of the first that the other may go beyond it.
const SLIGHTLY_BEYOND: f64 = 0.1;

/// Everything that the other means differently from the first.
pub fn disagreements(first: &Facts, other: &Facts) -> Vec<Disagreement> {
    let mut found = Vec::new();
    if let Some((first, other)) = differing(first.frame_period_ms, other.frame_period_ms) {
        found.push(Disagreement::FramePeriod { first, other });
    }
    if let Some((first, other)) = differing(first.microns_per_pixel, other.microns_per_pixel) {
        found.push(Disagreement::PixelSize { first, other });
    }
    if let Some((first, other)) = first.light.zip(other.light) {
        if are_other_units(&first, &other) {
            found.push(Disagreement::Units { first, other });
        } else if goes_beyond(&first, &other) {
            found.push(Disagreement::Beyond { first, other });
        }
    }
    found
}

/// What there is to say where normalised stimuli from `least` to `greatest` go beyond the light that
/// a model has seen in training; nothing where that is not known.
pub fn beyond_seen(description: &ModelDescription, [least, greatest]: [f64; 2]) -> Option<String> {
    let seen = description.normalised_light()?;
    let slightly = SLIGHTLY_BEYOND * (seen[1] - seen[0]);
    let is_darker = least < seen[0] - slightly;
    let is_brighter = greatest > seen[1] + slightly;
    let what = match (is_darker, is_brighter) {
        (false, false) => return None,
        (true, false) => "darker",
        (false, true) => "brighter",
        (true, true) => "darker and brighter",
    };
    let black = black(description).filter(|black| least < black - slightly);
    let black = black.map_or(String::new(), |black| {
        format!(" (no light at all is {black:.2}, so that the darkest cannot be shown to a retina)")
    });
    Some(format!(
        "its stimuli go from {least:.2} to {greatest:.2} standard deviations of the training movie, \
         {what} than all the model has seen, {:.2} to {:.2}{black}: answers to that are extrapolated",
        seen[0], seen[1]
    ))
}

/// The normalised value of no light, where intensities are counted from it.
fn black(description: &ModelDescription) -> Option<f64> {
    let [least, _] = description.light?;
    match description.normalisation {
        Normalisation::Global { mean, sd } if least >= 0.0 => Some(-mean / sd),
        _ => None,
    }
}

/// Two periods or sizes that are not the same.
pub(crate) fn differing(first: Option<f64>, other: Option<f64>) -> Option<(f64, f64)> {
    let (first, other) = first.zip(other)?;
    ((first - other).abs() > SAME * first.abs().max(other.abs())).then_some((first, other))
}

fn are_other_units(first: &Light, other: &Light) -> bool {
    let larger = first.sd.max(other.sd);
    let smaller = first.sd.min(other.sd);
    // A movie without contrast, such as a grey screen, tells no units by its contrast.
    let contrast_differs = smaller > 0.0 && larger > OTHER_UNITS * smaller;
    let mean_differs = (first.mean - other.mean).abs() > FAR_MEAN * larger;
    larger > 0.0 && (contrast_differs || mean_differs)
}

fn goes_beyond(first: &Light, other: &Light) -> bool {
    let Some([least, greatest]) = first.range else {
        return false;
    };
    let Some([darkest, brightest]) = other.range else {
        return false;
    };
    let slightly = SLIGHTLY_BEYOND * (greatest - least);
    darkest < least - slightly || brightest > greatest + slightly
}

impl Facts {
    /// What a model's description says of the movies that it was made for, in the recording's units.
    ///
    /// Under per-pixel normalisation every movie is normalised by its own constants, so that its
    /// units do not matter: light is not known then.
    pub fn of_model(description: &ModelDescription) -> Self {
        let light = match description.normalisation {
            Normalisation::Global { mean, sd } => Some(Light {
                mean,
                sd,
                range: description.light,
            }),
            Normalisation::PerPixel { .. } => None,
        };
        Self {
            frame_period_ms: Some(description.frame_period_ms),
            microns_per_pixel: description.microns_per_pixel,
            light,
        }
    }

    /// What a model's description says of its movies once they are normalised.
    pub fn of_model_normalised(description: &ModelDescription) -> Self {
        Self {
            light: Some(Light {
                mean: 0.0,
                sd: 1.0,
                range: description.normalised_light(),
            }),
            ..Self::of_model(description)
        }
    }

    /// What a recording says of itself.
    ///
    /// # Errors
    /// If the movie cannot be read.
    pub fn of_recording(recording: &Recording) -> Result<Self, Error> {
        Ok(Self {
            frame_period_ms: known(recording.frame_period),
            microns_per_pixel: recording.microns_per_pixel.map(|microns| microns.0),
            light: Some(Light::of(&recording.movie)?),
        })
    }
}

/// The published 10 ms that are assumed where a file says nothing are no fact.
fn known(period: FramePeriod) -> Option<f64> {
    match period.source {
        FramePeriodSource::Assumed => None,
        _ => Some(period.period.0),
    }
}

impl Disagreement {
    /// What differs, where the first is what is `named` so.
    pub fn told(&self, named: &str) -> String {
        match self {
            Self::FramePeriod { first, other } => format!(
                "{other:.1} ms a frame, but the {named} has {first:.1} ms: its frame period differs, \
                 so that every filter is stretched in time"
            ),
            Self::PixelSize { first, other } => format!(
                "{other:.1} um a pixel, but the {named} has {first:.1} um: every filter covers \
                 another part of the retina"
            ),
            Self::Units { first, other } => format!(
                "light in other units: {other}, but the {named} has {first}; bring both to the \
                 same units, such as 0 to 255"
            ),
            Self::Beyond { first, other } => format!(
                "light beyond all that the {named} has seen: {}, against {}; its answers to that \
                 are extrapolated",
                other.range_text(),
                first.range_text()
            ),
        }
    }

    /// Whether recordings that disagree so can still be trained on together.
    pub fn is_tolerable_in_training(&self) -> bool {
        matches!(self, Self::Beyond { .. })
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told("model"))
    }
}

impl Serialize for Disagreement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes() -> Facts {
        Facts {
            frame_period_ms: Some(10.0),
            microns_per_pixel: Some(50.0),
            light: Some(Light {
                mean: 127.0,
                sd: 73.0,
                range: Some([0.0, 255.0]),
            }),
        }
    }

    fn lit(mean: f64, sd: f64, least: f64, greatest: f64) -> Facts {
        let range = Some([least, greatest]);
        Facts {
            light: Some(Light { mean, sd, range }),
            ..bytes()
        }
    }

    #[test]
    fn the_same_disagree_in_nothing_and_the_unknown_neither() {
        assert_eq!(disagreements(&bytes(), &bytes()), []);
        assert_eq!(disagreements(&bytes(), &Facts::default()), []);
        let rounded = Facts {
            frame_period_ms: Some(10.05),
            ..bytes()
        };
        assert_eq!(disagreements(&bytes(), &rounded), []);
    }

    #[test]
    fn other_clocks_and_pixels_are_found() {
        let other = Facts {
            frame_period_ms: Some(1000.0 / 60.0),
            microns_per_pixel: Some(25.0),
            ..bytes()
        };
        let texts: Vec<String> = disagreements(&bytes(), &other)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].contains("16.7 ms a frame"), "{texts:?}");
        assert!(texts[1].contains("25.0 um a pixel"), "{texts:?}");
    }

    #[test]
    fn units_of_light_are_told_from_contrast() {
        let is_units = |other: Facts| {
            matches!(
                disagreements(&bytes(), &other)[..],
                [Disagreement::Units { .. }]
            )
        };
        // 0 to 1, and normalised.
        assert!(is_units(lit(0.5, 0.29, 0.0, 1.0)));
        assert!(is_units(lit(0.0, 1.0, -1.7, 1.7)));
        // Dim natural scenes and a grey screen are in the same units.
        assert_eq!(disagreements(&bytes(), &lit(51.0, 20.0, 3.0, 220.0)), []);
        assert_eq!(disagreements(&bytes(), &lit(127.0, 0.0, 127.0, 127.0)), []);
    }

    #[test]
    fn light_that_was_never_seen_is_told() {
        let dim = lit(50.0, 20.0, 10.0, 110.0);
        assert!(matches!(
            disagreements(&dim, &lit(60.0, 50.0, 0.0, 255.0))[..],
            [Disagreement::Beyond { .. }]
        ));
        assert_eq!(disagreements(&dim, &lit(50.0, 20.0, 5.0, 112.0)), []);
    }
}
