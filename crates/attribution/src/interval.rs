//! Derivatives over an interval: the change of an output over the change of its input.

use ganglion_numerics::softplus;

/// Mean derivative of `max(p, 0)` while p goes from `before` to `after`.
pub(crate) fn rectification(before: f32, after: f32) -> f32 {
    match (before > 0.0, after > 0.0) {
        (true, true) => 1.0,
        (false, false) => 0.0,
        // The signs differ, so nothing cancels.
        (true, false) => before / (before - after),
        (false, true) => after / (after - before),
    }
}

/// Mean derivative of the softplus while u goes from `before` to `after`.
pub(crate) fn output(before: f64, after: f64) -> f64 {
    let change = after - before;
    if change.abs() < 1e-4 {
        // The derivative at the middle: its error is the square of the change over 24.
        return 1.0 / (1.0 + (-(before + after) / 2.0).exp());
    }
    (softplus(after) - softplus(before)) / change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secants_are_changes_over_changes() {
        assert_eq!(rectification(-1.0, 3.0), 0.75);
        assert_eq!(rectification(3.0, -1.0), 0.75);
        assert_eq!(rectification(2.0, 3.0), 1.0);
        assert_eq!(rectification(0.0, 0.0), 0.0);
        // Both branches, where they meet.
        for u in [-30.0, -3.0, 0.0, 5.0, 700.0] {
            let (near, far) = (output(u, u + 0.99e-4), output(u, u + 1.01e-4));
            assert!((near / far - 1.0).abs() < 1e-5, "{u}: {near} {far}");
        }
        assert_eq!(output(-2000.0, -1000.0), 0.0);
    }
}
