//! Checks of pixel values.

/// Index of the first value that is NaN or infinite.
pub(super) fn first_bad(values: &[f32]) -> Option<usize> {
    // The sum of |x| * 0 is 0 unless some x is not finite: one vectorised pass in the usual case.
    let probe: f32 = values.iter().map(|value| value * 0.0).sum();
    if probe == 0.0 {
        return None;
    }
    values.iter().position(|value| !value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::first_bad;

    #[test]
    fn finds_the_first_value_that_is_not_finite() {
        assert_eq!(first_bad(&[1.0, -3.0, f32::MAX]), None);
        assert_eq!(first_bad(&[1.0, f32::INFINITY, f32::NAN]), Some(1));
        assert_eq!(first_bad(&[]), None);
    }
}
