//! A rounded rectifier and its slope.

/// `log(1 + exp u)`, written so that no exponential overflows and small values keep their digits.
#[inline]
pub fn softplus(u: f64) -> f64 {
    u.max(0.0) + (-u.abs()).exp().ln_1p()
}

/// `1 / (1 + exp(-u))`, the derivative of [`softplus`].
#[inline]
pub fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + (-u).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_zero_and_the_line() {
        assert_eq!((softplus(-2000.0), softplus(2000.0)), (0.0, 2000.0));
        assert!((softplus(-40.0) / (-40.0f64).exp() - 1.0).abs() < 1e-12);
        assert!((softplus(0.0) - 2f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn the_slope_is_that_of_the_curve() {
        for u in [-30.0, -1.0, 0.0, 2.5, 30.0] {
            let slope = (softplus(u + 1e-5) - softplus(u - 1e-5)) / 2e-5;
            // Central differences in double precision.
            assert!((slope - logistic(u)).abs() < 1e-9, "{u}");
        }
        assert_eq!((logistic(-2000.0), logistic(2000.0)), (0.0, 1.0));
    }
}
