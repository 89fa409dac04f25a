//! Golden-section search.

/// The place of a minimum of a function within an interval, to 2e-9 of its width as far as the
/// function's values tell: where it has one minimum there, that one; else one of them.
///
/// Source: Press et al., *Numerical Recipes*, section 10.2; ours is the number of steps, and that
/// both inner points are computed at each.
pub fn golden_section([mut low, mut high]: [f64; 2], loss: impl Fn(f64) -> f64) -> f64 {
    /// The golden ratio's inverse, by which each step shrinks the interval.
    const RATIO: f64 = 0.618_033_988_749_895;
    for _ in 0..40 {
        let (left, right) = (high - RATIO * (high - low), low + RATIO * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_of_a_parabola_is_found() {
        let found = golden_section([-3.0, 5.0], |x| (x - 1.25).powi(2));
        assert!((found - 1.25).abs() < 1e-7, "{found}");
    }

    #[test]
    fn a_minimum_at_an_end_is_found() {
        assert!((golden_section([0.0, 1.0], |x| -x) - 1.0).abs() < 1e-7);
    }
}
