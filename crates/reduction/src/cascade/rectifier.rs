//! The line with a knee that a pathway's drive passes.

/// `max(drive, 0)` with the corner rounded by a parabola from `-softness` to `softness`.
///
/// Networks round the corners of what they have learned; without a rounded corner of its own, a
/// pathway needs a second one to follow them.
pub(super) fn rectified(drive: f64, softness: f64) -> f64 {
    if drive >= softness {
        drive
    } else if drive <= -softness {
        0.0
    } else {
        (drive + softness).powi(2) / (4.0 * softness)
    }
}

/// Derivatives of [`rectified`] by the drive and by the softness.
pub(super) fn derivatives(drive: f64, softness: f64) -> [f64; 2] {
    if drive >= softness {
        [1.0, 0.0]
    } else if drive <= -softness {
        [0.0, 0.0]
    } else {
        let by_drive = (drive + softness) / (2.0 * softness);
        let by_softness = (softness * softness - drive * drive) / (4.0 * softness * softness);
        [by_drive, by_softness]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_corner_without_softness_and_meets_its_lines_with_it() {
        assert_eq!([-1.0, 0.0, 2.0].map(|x| rectified(x, 0.0)), [0.0, 0.0, 2.0]);
        assert_eq!(
            [-0.5, 0.0, 0.5].map(|x| rectified(x, 0.5)),
            [0.0, 0.125, 0.5]
        );
    }

    /// Central differences of step 1e-6 are right to about 1e-9 of a parabola's slope.
    #[test]
    fn derivatives_are_those_of_differences() {
        let step = 1e-6;
        for drive in [-0.9, -0.31, 0.0, 0.2, 0.39, 0.7] {
            let [by_drive, by_softness] = derivatives(drive, 0.4);
            let difference = rectified(drive + step, 0.4) - rectified(drive - step, 0.4);
            assert!(
                (difference / (2.0 * step) - by_drive).abs() < 1e-6,
                "{drive}"
            );
            let difference = rectified(drive, 0.4 + step) - rectified(drive, 0.4 - step);
            assert!(
                (difference / (2.0 * step) - by_softness).abs() < 1e-6,
                "{drive}"
            );
        }
    }
}
