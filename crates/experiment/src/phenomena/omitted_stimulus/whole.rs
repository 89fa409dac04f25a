//! Periods as a screen shows them.

use ganglion_recording::Milliseconds;

use super::OmittedStimulus;
use crate::{Screen, Warning};

/// Periods are told to this part of a millisecond.
const PARTS: f64 = 1e6;

impl OmittedStimulus {
    /// The experiment with its periods as whole numbers of frames, each once, and what changed.
    pub(super) fn whole(&self, screen: &Screen) -> (Self, Vec<Warning>) {
        let mut warnings = Vec::new();
        let mut periods: Vec<Milliseconds> = Vec::new();
        let mut merged: Vec<Milliseconds> = Vec::new();
        for &asked in &self.periods {
            let shown = shown(asked, screen, &mut warnings);
            match periods.contains(&shown) {
                true => merged.push(shown),
                false => periods.push(shown),
            }
        }
        merged.dedup();
        for shown in merged {
            warnings.push(self.collapsed(shown, screen));
        }
        let reference_period = shown(self.reference_period, screen, &mut Vec::new());
        let config = Self {
            periods,
            reference_period,
            ..self.clone()
        };
        (config, warnings)
    }

    /// Which periods are the same on a screen.
    fn collapsed(&self, shown: Milliseconds, screen: &Screen) -> Warning {
        let same = self.periods.iter();
        let same = same.filter(|&&asked| whole(asked, screen) == shown);
        let same: Vec<String> = same.map(|asked| asked.0.to_string()).collect();
        Warning {
            key: "periods".to_owned(),
            message: format!(
                "{} ms are all shown as {shown} on frames of {}: shown and measured once",
                same.join(", "),
                screen.frame_period
            ),
        }
    }
}

/// What is shown for a period, with a warning where that is another.
fn shown(asked: Milliseconds, screen: &Screen, warnings: &mut Vec<Warning>) -> Milliseconds {
    let shown = whole(asked, screen);
    let frame = screen.frame_period.0;
    // A time that is written with few digits is still meant to be whole.
    if (shown.0 - asked.0).abs() <= 1e-3 * frame {
        return shown;
    }
    let frames = (shown.0 / frame).round();
    warnings.push(Warning {
        key: "period".to_owned(),
        message: format!(
            "{} ms is no whole number of {} frames; shown as {shown} ({frames} frames)",
            asked.0, screen.frame_period
        ),
    });
    shown
}

/// A time as a whole number of frames.
fn whole(time: Milliseconds, screen: &Screen) -> Milliseconds {
    Milliseconds((screen.whole_frames(time).0 * PARTS).round() / PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stimulus::fixture::screen;
    use crate::{ExperimentConfig, Phenomenon};

    fn config(periods: &[f64]) -> OmittedStimulus {
        let ExperimentConfig::OmittedStimulus(config) = Phenomenon::OmittedStimulus.into() else {
            panic!("another experiment")
        };
        OmittedStimulus {
            periods: periods.iter().copied().map(Milliseconds).collect(),
            ..config
        }
    }

    #[test]
    fn whole_periods_stay_as_they_are() {
        let config = config(&[60.0, 70.0, 80.0, 90.0, 100.0]);
        assert_eq!(config.whole(&screen()), (config, Vec::new()));
    }

    #[test]
    fn periods_that_become_the_same_are_shown_once_as_what_they_are() {
        let coarse = Screen {
            frame_period: Milliseconds(50.0),
            ..screen()
        };
        let asked = OmittedStimulus {
            // A flash of 20 ms is no frame of 50 ms.
            flash_duration: coarse.frame_period,
            ..config(&[110.0, 120.0, 130.0, 150.0, 170.0, 200.0, 260.0])
        };
        let (shown, warnings) = asked.whole(&coarse);
        assert_eq!(
            shown.periods,
            [100.0, 150.0, 200.0, 250.0].map(Milliseconds)
        );
        let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        assert!(
            texts
                .iter()
                .any(|text| text.contains("110, 120 ms are all shown as 100 ms"))
        );
        assert!(
            texts.iter().any(|text| text.contains("130, 150, 170 ms")),
            "{texts:?}"
        );
        // What is resolved is shown as it is.
        assert_eq!(shown.whole(&coarse), (shown.clone(), Vec::new()));

        let experiment = ExperimentConfig::OmittedStimulus(asked);
        let prepared = experiment.prepare(coarse).unwrap();
        let mut movies = prepared.movies();
        let labels: Vec<&String> = prepared.conditions().iter().map(|one| &one.label).collect();
        assert!(
            labels.iter().any(|label| label.contains("period 100 ms")),
            "{labels:?}"
        );
        assert!(
            !labels.iter().any(|label| label.contains("110 ms")),
            "{labels:?}"
        );
        let tests = prepared.conditions().iter();
        let tests = tests.filter(|one| one.role == crate::Role::Test).count();
        let count = movies.len();
        movies.dedup();
        assert_eq!((tests, movies.len()), (4, count));
        assert!(!prepared.warnings().is_empty());
    }

    #[test]
    fn too_few_that_are_left_are_refused_with_the_frames() {
        let coarse = Screen {
            frame_period: Milliseconds(200.0),
            ..screen()
        };
        let experiment = ExperimentConfig::OmittedStimulus(config(&[60.0, 70.0, 80.0, 90.0]));
        let error = experiment
            .prepare(coarse)
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.contains("1 periods on frames of 200 ms"), "{error}");
    }
}
