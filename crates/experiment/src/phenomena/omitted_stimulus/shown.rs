//! The trains that are shown.

use ganglion_recording::Milliseconds;

use super::OmittedStimulus;
use crate::condition::{Draft, Parameter, Role};
use crate::stimulus::{FlashTrain, Layer, Region};
use crate::{Screen, Stimulus};

/// One train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TrainMovie {
    /// So many flashes, then one is missing.
    Omission {
        period: Milliseconds,
        flashes: usize,
    },
    /// Flashes that go on.
    GoingOn { period: Milliseconds },
    /// Flashes around the times of a period, then one is missing.
    Jittered { period: Milliseconds },
}

impl TrainMovie {
    /// All trains of an experiment, each once.
    pub(super) fn all(config: &OmittedStimulus) -> Vec<Self> {
        let periods = config.periods.iter().copied();
        let omission = |period| Self::Omission {
            period,
            flashes: config.flashes,
        };
        let period = config.reference_period;
        let tests = periods.clone().map(omission);
        let going_on = periods
            .chain([period])
            .map(|period| Self::GoingOn { period });
        let counts = config.counts.iter().chain([&config.flashes]);
        let counts = counts.map(|&flashes| Self::Omission { period, flashes });
        let all = tests
            .chain(going_on)
            .chain(counts)
            .chain([Self::Jittered { period }]);
        let mut distinct = Vec::new();
        for shown in all {
            if !distinct.contains(&shown) {
                distinct.push(shown);
            }
        }
        distinct
    }

    pub(super) fn period(&self) -> Milliseconds {
        match *self {
            Self::Omission { period, .. }
            | Self::GoingOn { period }
            | Self::Jittered { period } => period,
        }
    }

    /// From a frame after the next flash is due to the end of `window`, in ms from the stimulus' zero.
    pub(super) fn window(
        &self,
        config: &OmittedStimulus,
        screen: &Screen,
    ) -> std::ops::RangeInclusive<f64> {
        let due = self.flashes(config) as f64 * screen.whole_frames(self.period()).0;
        due + screen.frame_period.0..=due + screen.whole_frames(config.window).0
    }

    fn label(&self, config: &OmittedStimulus) -> String {
        let period = self.period().0;
        match self {
            Self::Omission { flashes: 1, .. } => format!("one flash, period {period} ms"),
            Self::Omission { flashes, .. } => format!("{flashes} flashes, period {period} ms"),
            Self::GoingOn { .. } => format!("flashes that go on, period {period} ms"),
            Self::Jittered { .. } => {
                let count = config.flashes;
                format!("{count} jittered flashes, mean period {period} ms")
            }
        }
    }

    /// Flashes before the time that is measured.
    pub(super) fn flashes(&self, config: &OmittedStimulus) -> usize {
        match *self {
            Self::Omission { flashes, .. } => flashes,
            Self::GoingOn { .. } | Self::Jittered { .. } => config.flashes,
        }
    }

    pub(super) fn draft(&self, config: &OmittedStimulus, screen: &Screen) -> Draft {
        let period = screen.whole_frames(self.period()).0;
        let flashes = self.flashes(config);
        let duration = flashes as f64 * period + screen.whole_frames(config.window).0;
        let flash = screen.whole_frames(config.flash_duration).0;
        let count = match self {
            Self::GoingOn { .. } => ((duration - flash) / period + 1e-9) as usize + 1,
            _ => flashes,
        };
        let train = FlashTrain {
            onset: Milliseconds(0.0),
            count,
            period: self.period(),
            duration: config.flash_duration,
            contrast: config.contrast,
            omit: Vec::new(),
            jitter: match self {
                Self::Jittered { .. } => config.jitter,
                _ => Milliseconds(0.0),
            },
            seed: config.seed,
            region: Region::Everywhere,
        };
        Draft {
            role: self.role(config),
            parameters: vec![
                Parameter::new(OmittedStimulus::PERIOD, self.period().0, "ms"),
                Parameter::new("flashes", count as f64, ""),
                Parameter::new("jitter", train.jitter.0, "ms"),
            ],
            stimulus: Stimulus::new(
                self.label(config),
                Milliseconds(duration),
                [Layer::FlashTrain(train)],
            ),
        }
    }

    fn role(&self, config: &OmittedStimulus) -> Role {
        match self {
            Self::Omission { flashes, .. } if *flashes == config.flashes => Role::Test,
            _ => Role::Control,
        }
    }
}
