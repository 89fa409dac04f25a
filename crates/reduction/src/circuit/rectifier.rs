//! From a drive to what reaches the ganglion cell.

/// Unexplained variance of a pathway's drive by the same pathway without a threshold, below which it is
/// never rectified for all that a circuit can tell: about the price of a pathway.
pub const RECTIFIED: f64 = 0.003;

/// A threshold that no potential is below.
pub const NO_THRESHOLD: f64 = -100.0;

/// The mean of `max(m - theta, 0)` over thresholds `theta` spread evenly over
/// `threshold - spread ..= threshold + spread`:
///
/// ```text
/// 0                                          m <= threshold - spread
/// (m - threshold + spread)^2 / (4 spread)    between
/// m - threshold                              m >= threshold + spread
/// ```
///
/// A pathway stands for a population whose members do not all have one threshold; a network's units
/// of one channel do not either, because each has its own normalisation. Without spread it is the
/// plain rectifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectifier {
    /// Middle of the thresholds.
    pub threshold: f64,
    /// Half-width of their range, at or above 0.
    pub spread: f64,
}

/// What is released, and its derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RectifiedRelease {
    /// What reaches the ganglion cell.
    pub(crate) value: f64,
    /// By the drive; by the threshold it is the negative of that.
    pub(crate) by_drive: f64,
    /// By the spread.
    pub(crate) by_spread: f64,
}

impl RectifiedRelease {
    /// Nothing, whatever changes a little.
    pub(crate) const NONE: Self = Self {
        value: 0.0,
        by_drive: 0.0,
        by_spread: 0.0,
    };
}

impl Rectifier {
    /// What is released at a drive.
    pub fn released(&self, drive: f64) -> f64 {
        self.release(drive).map_or(0.0, |release| release.value)
    }

    /// What is released at a drive with its derivatives; nothing below all thresholds.
    pub(crate) fn release(&self, drive: f64) -> Option<RectifiedRelease> {
        let above = drive - self.threshold;
        if above <= -self.spread {
            return None;
        }
        if above >= self.spread {
            return Some(RectifiedRelease {
                value: above,
                by_drive: 1.0,
                by_spread: 0.0,
            });
        }
        // The share of thresholds that the drive exceeds.
        let share = (above + self.spread) / (2.0 * self.spread);
        Some(RectifiedRelease {
            value: share * share * self.spread,
            by_drive: share,
            by_spread: share - share * share,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_mean_over_thresholds() {
        let rectifier = Rectifier {
            threshold: 0.3,
            spread: 0.2,
        };
        let count = 20_000;
        for drive in [-0.5, 0.1, 0.15, 0.3, 0.44, 0.5, 2.0] {
            let threshold = |index: i32| 0.1 + 0.4 * (f64::from(index) + 0.5) / f64::from(count);
            let sum: f64 = (0..count)
                .map(|index| (drive - threshold(index)).max(0.0))
                .sum();
            // The midpoint rule errs by the square of its step at the kink.
            let mean = sum / f64::from(count);
            assert!((rectifier.released(drive) - mean).abs() < 1e-8, "{drive}");
        }
    }

    #[test]
    fn derivatives_are_those_of_the_release() {
        let rectifier = |threshold: f64, spread: f64| Rectifier { threshold, spread };
        let step = 1e-6;
        for drive in [0.12, 0.3, 0.41, 0.9] {
            let release = rectifier(0.3, 0.2).release(drive).unwrap();
            let slope = |ahead: f64, behind: f64| (ahead - behind) / (2.0 * step);
            let by_drive = slope(
                rectifier(0.3, 0.2).released(drive + step),
                rectifier(0.3, 0.2).released(drive - step),
            );
            let by_spread = slope(
                rectifier(0.3, 0.2 + step).released(drive),
                rectifier(0.3, 0.2 - step).released(drive),
            );
            assert!((release.by_drive - by_drive).abs() < 1e-6, "{drive}");
            assert!((release.by_spread - by_spread).abs() < 1e-6, "{drive}");
        }
    }

    #[test]
    fn without_spread_it_is_the_plain_rectifier() {
        let plain = Rectifier {
            threshold: 0.3,
            spread: 0.0,
        };
        assert_eq!(plain.released(0.3), 0.0);
        assert_eq!(plain.released(0.2), 0.0);
        assert_eq!(plain.released(1.3), 1.0);
    }
}
