//! When the frames of a series appeared, and where it paused.

use std::ops::Range;

use crate::clock::Clock;

/// A frame that stays for up to so many further periods was held by the screen; for longer, and it
/// is not known what the retina saw.
const MOST_HELD: f64 = 2.5;
/// Frames that last longer than this, in seconds, have stamps in another unit.
const SLOWEST_S: f64 = 2.0;

/// When frames appeared, seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Times {
    shown: StampTiming,
    period: f64,
    /// Stretches of frames between pauses, in order.
    stretches: Vec<Range<usize>>,
    /// Frames that stayed on for longer than one period.
    held: usize,
    /// What a second is in the file's stamps, where that is not 1.
    units_a_second: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum StampTiming {
    /// One after the other at a fixed rate, the first at `start`.
    Regular { start: f64 },
    /// Each by itself, in order.
    Listed(Vec<f64>),
}

impl Times {
    /// Frames at a fixed rate in Hz, the first at `start`.
    pub(super) fn regular(start: f64, rate: f64, frames: usize) -> Self {
        Self {
            shown: StampTiming::Regular { start },
            period: 1.0 / rate,
            stretches: std::iter::once(0..frames).collect(),
            held: 0,
            units_a_second: 1.0,
        }
    }

    /// Frames with stamps.
    ///
    /// # Errors
    /// Where the stamps are not the times of frames, in words.
    pub(super) fn listed(mut stamps: Vec<f64>) -> Result<Self, String> {
        let clock =
            Clock::read(&stamps).ok_or("timestamps must be at least two, finite, and increase")?;
        if let Some(back) = clock.gaps.iter().find(|gap| gap.missing < 0.0) {
            return Err(format!(
                "timestamps go back at frame {}: spikes cannot be told to belong to one frame; \
                 save the frames after it as a series of their own",
                back.frame
            ));
        }
        let units_a_second = match clock.period {
            period if period > SLOWEST_S * 1e3 => 1e6,
            period if period > SLOWEST_S => 1e3,
            _ => 1.0,
        };
        // Jitter below the period must not put frames out of order.
        let mut latest = f64::NEG_INFINITY;
        for stamp in &mut stamps {
            latest = latest.max(*stamp / units_a_second);
            *stamp = latest;
        }
        let pauses = clock.gaps.iter().filter(|gap| gap.missing > MOST_HELD);
        let pauses: Vec<usize> = pauses.map(|gap| gap.frame).collect();
        let starts = [0].into_iter().chain(pauses.iter().copied());
        let ends = pauses.iter().copied().chain([stamps.len()]);
        Ok(Self {
            stretches: starts.zip(ends).map(|(start, end)| start..end).collect(),
            held: clock.gaps.len() - pauses.len(),
            period: clock.period / units_a_second,
            shown: StampTiming::Listed(stamps),
            units_a_second,
        })
    }

    /// Time from frame to frame.
    pub(super) fn period(&self) -> f64 {
        self.period
    }

    /// Number of frames.
    pub(super) fn frames(&self) -> usize {
        self.stretches.last().map_or(0, |last| last.end)
    }

    /// When a frame appeared.
    pub(super) fn at(&self, frame: usize) -> f64 {
        match &self.shown {
            StampTiming::Regular { start } => start + frame as f64 * self.period,
            StampTiming::Listed(stamps) => stamps[frame],
        }
    }

    /// When the last frame went.
    pub(super) fn end(&self) -> f64 {
        self.at(self.frames() - 1) + self.period
    }

    /// The stretches between pauses that lie in a range of frames.
    pub(super) fn stretches_in(&self, frames: &Range<usize>) -> Vec<Range<usize>> {
        let inside = self
            .stretches
            .iter()
            .map(|stretch| stretch.start.max(frames.start)..stretch.end.min(frames.end));
        inside.filter(|stretch| !stretch.is_empty()).collect()
    }

    /// Stretches between pauses.
    pub(super) fn stretches(&self) -> &[Range<usize>] {
        &self.stretches
    }

    /// Frames that appeared from one time to before another, to within half a period.
    pub(super) fn frames_between(&self, start: f64, stop: f64) -> Range<usize> {
        let first_after = |time: f64| {
            let before = |frame: usize| self.at(frame) < time - 0.5 * self.period;
            let (mut low, mut high) = (0, self.frames());
            while low < high {
                let middle = (low + high) / 2;
                match before(middle) {
                    true => low = middle + 1,
                    false => high = middle,
                }
            }
            low
        };
        first_after(start)..first_after(stop).max(first_after(start))
    }

    /// The frame of a stretch that is on at a time.
    pub(super) fn frame_at(&self, stretch: &Range<usize>, time: f64) -> usize {
        let frame = match &self.shown {
            StampTiming::Regular { start } => ((time - start) / self.period).max(0.0) as usize,
            StampTiming::Listed(stamps) => {
                let shown = stamps[stretch.clone()].partition_point(|stamp| *stamp <= time);
                (stretch.start + shown).max(1) - 1
            }
        };
        frame.clamp(stretch.start, stretch.end - 1)
    }

    /// Longest pause, seconds.
    fn longest_pause(&self) -> f64 {
        let pauses = self
            .stretches
            .windows(2)
            .map(|pair| self.at(pair[1].start) - self.at(pair[0].end - 1) - self.period);
        pauses.fold(0.0, f64::max)
    }

    /// What a second is in the file's stamps.
    pub(super) fn units_a_second(&self) -> f64 {
        self.units_a_second
    }

    /// What is unusual about the times of a series.
    pub(super) fn warnings(&self, path: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        let pauses = self.stretches.len() - 1;
        if pauses > 0 {
            warnings.push(format!(
                "`{path}` pauses {pauses} {}, for up to {:.3} s: the pauses hold no frames and no \
                 bins, and no window of frames spans one",
                if pauses == 1 { "time" } else { "times" },
                self.longest_pause()
            ));
        }
        if self.held > 0 {
            warnings.push(format!(
                "{} frames of `{path}` stayed on for two or three times as long as the others: \
                 dropped frames of the screen, taken as they were shown",
                self.held
            ));
        }
        if self.units_a_second != 1.0 {
            let unit = if self.units_a_second == 1e3 {
                "milliseconds"
            } else {
                "microseconds"
            };
            warnings.push(format!(
                "timestamps of `{path}` are taken to be in {unit}: in seconds, a frame would last \
                 {:.1} s",
                self.period * self.units_a_second
            ));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_cut_a_series_and_dropped_frames_do_not() {
        let mut stamps: Vec<f64> = (0..90).map(|frame| f64::from(frame) / 30.0).collect();
        stamps[20..]
            .iter_mut()
            .for_each(|stamp| *stamp += 1.0 / 30.0);
        stamps[60..].iter_mut().for_each(|stamp| *stamp += 5.0);
        let times = Times::listed(stamps).unwrap();
        assert_eq!(times.stretches(), [0..60, 60..90]);
        assert_eq!(times.stretches_in(&(50..70)), [50..60, 60..70]);
        assert!((times.period() * 30.0 - 1.0).abs() < 1e-9);
        let told = times.warnings("noise").concat();
        assert!(told.contains("pauses 1 time, for up to 5.000 s"), "{told}");
        assert!(told.contains("1 frames of `noise` stayed on"), "{told}");
        assert_eq!(times.frames_between(1.0, 2.0).len(), 30);
    }

    #[test]
    fn stamps_in_milliseconds_are_told() {
        let stamps = (0..90)
            .map(|frame| f64::from(frame) * 1000.0 / 60.0)
            .collect();
        let times = Times::listed(stamps).unwrap();
        assert!((times.period() * 60.0 - 1.0).abs() < 1e-9);
        assert!(times.warnings("noise")[0].contains("milliseconds"));
    }

    #[test]
    fn a_clock_that_goes_back_is_refused() {
        let stamps = (0..90).map(|frame| f64::from(frame % 45) / 60.0).collect();
        assert!(
            Times::listed(stamps)
                .unwrap_err()
                .contains("go back at frame 45")
        );
    }
}
