//! Ranges of data.

/// The lowest and highest finite value, or nothing without one.
pub(crate) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        })
}

/// Widens a range by a fraction of its span; a constant is given room around it.
pub(crate) fn padded((low, high): (f64, f64), fraction: f64) -> (f64, f64) {
    let span = high - low;
    if span > 0.0 && span.is_finite() {
        return (low - fraction * span, high + fraction * span);
    }
    let room = if low == 0.0 { 1.0 } else { 0.5 * low.abs() };
    (low - room, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extent_ignores_missing_values() {
        assert_eq!(
            extent([f64::NAN, 2.0, -1.0, f64::INFINITY]),
            Some((-1.0, 2.0))
        );
        assert_eq!(extent([f64::NAN]), None);
    }

    #[test]
    fn a_constant_gets_room() {
        assert_eq!(padded((0.0, 0.0), 0.1), (-1.0, 1.0));
        assert_eq!(padded((4.0, 4.0), 0.1), (2.0, 6.0));
        assert_eq!(padded((0.0, 10.0), 0.1), (-1.0, 11.0));
    }
}
