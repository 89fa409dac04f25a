//! What a time course says about a cell's speed.

use ganglion_recording::Milliseconds;

/// Timing of a time course whose oldest frame comes first.
///
/// A frame's lag runs from its onset to the response bin: the newest frame has a lag of one frame
/// period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinetics {
    /// Value at the largest magnitude.
    pub peak: f64,
    /// Lag of the frame with the largest weight.
    pub peak_lag: Milliseconds,
    /// Lag, interpolated between frames, at which the course changes sign on the far side of its
    /// peak; NaN if it does not.
    pub zero_crossing: Milliseconds,
    /// Largest weight of the other sign over the largest: 0 monophasic, towards 1 biphasic.
    pub biphasic_index: f64,
}

impl Kinetics {
    /// Timing of a course at a frame period.
    pub fn of(course: &[f32], frame_period: Milliseconds) -> Self {
        let at = peak(course);
        let lag = |frame: f64| Milliseconds((course.len() as f64 - frame) * frame_period.0);
        Self {
            peak: course.get(at).copied().map_or(0.0, f64::from),
            peak_lag: lag(at as f64),
            zero_crossing: crossing(course, at).map_or(Milliseconds(f64::NAN), lag),
            biphasic_index: biphasic_index(course, at),
        }
    }
}

fn peak(course: &[f32]) -> usize {
    (0..course.len())
        .max_by(|&a, &b| course[a].abs().total_cmp(&course[b].abs()))
        .unwrap_or(0)
}

/// The place, counted in frames, where an older frame first has the other sign than the peak.
fn crossing(course: &[f32], peak: usize) -> Option<f64> {
    let sign = course.get(peak)?.signum();
    let older = (0..peak).rev().find(|&frame| course[frame] * sign < 0.0)?;
    let (before, after) = (f64::from(course[older]), f64::from(course[older + 1]));
    Some(older as f64 + before / (before - after))
}

fn biphasic_index(course: &[f32], peak: usize) -> f64 {
    let main = course.get(peak).copied().unwrap_or(0.0);
    if main == 0.0 {
        return 0.0;
    }
    let opposite = (course.iter())
        .map(|&weight| -weight * main.signum())
        .fold(0.0f32, f32::max);
    f64::from(opposite) / f64::from(main.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timing_is_read_off_a_made_up_course() {
        let mut course = vec![0.0; 40];
        (course[33], course[32], course[31], course[28]) = (-2.0, -1.0, 0.5, 0.25);
        let kinetics = Kinetics::of(&course, Milliseconds(10.0));
        assert_eq!(kinetics.peak, -2.0);
        assert_eq!(kinetics.peak_lag, Milliseconds(70.0));
        assert!((kinetics.biphasic_index - 0.25).abs() < 1e-6);
        // A third of the way from frame 31 (lag 90 ms) to frame 32 (80 ms).
        assert!((kinetics.zero_crossing.0 - (90.0 - 10.0 / 3.0)).abs() < 1e-9);
    }

    #[test]
    fn a_monophasic_course_crosses_nowhere() {
        let kinetics = Kinetics::of(&[0.0, 1.0, 3.0, 1.0], Milliseconds(10.0));
        assert!(kinetics.zero_crossing.0.is_nan());
        assert_eq!(kinetics.biphasic_index, 0.0);
    }
}
