//! Peak and phases of a time course.

/// Frames from the onset of the frame with the largest weight of a time course to the response.
pub(crate) fn peak_lag(course: &[f64]) -> usize {
    let frames = 0..course.len();
    let peak = frames.max_by(|&a, &b| course[a].abs().total_cmp(&course[b].abs()));
    course.len() - peak.unwrap_or(0)
}

/// Size of the opposite phase of a time course over that of its peak, at frame `peak`.
pub(crate) fn biphasic_index(course: &[f64], peak: usize) -> f64 {
    let main = course.get(peak).copied().unwrap_or(0.0);
    let opposite = course
        .iter()
        .map(|&w| -w * main.signum())
        .fold(0.0, f64::max);
    if main == 0.0 {
        0.0
    } else {
        opposite / main.abs()
    }
}
