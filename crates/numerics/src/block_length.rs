//! How long the blocks of a block bootstrap must be.

/// Lags that must be small one after the other before an autocorrelation is taken for over.
const LEAST_SMALL: usize = 5;

/// Lags of the autocorrelation that [`block_length`] can make use of, for a series of so many samples.
const fn most_lags(samples: usize) -> usize {
    samples / 4
}

/// Length of the blocks of a bootstrap of a series of so many samples, at least 1, from its autocorrelation
/// `[lag]`, the first being that at lag 0 (lags beyond a quarter of the series are not looked at).
///
/// With `m` the lag after which five correlations in a row (more in a very long series) are below `2
/// sqrt(log10 n / n)`, and with the window `w(x)`, 1 up to x = 1/2 and falling to 0 at x = 1,
///
/// ```text
/// g = sum over k of w(k / 2m) |k| rho(k),   s = sum over k of w(k / 2m) rho(k),   over -2m to 2m
/// length = (g^2 / s^2 * n)^(1/3)
/// ```
///
/// Source: Politis & White 2004, Econometric Reviews 23:53, with the correction of Patton, Politis & White 2009
/// (28:372), for blocks that begin anywhere: `length = (2 g^2 / D n)^(1/3)` with `D = 4/3 s^2`. Ours do not
/// overlap, for which `D = 2 s^2` (Carlstein 1986; Lahiri 1999, Annals of Statistics 27:386).
pub fn block_length(autocorrelation: &[f64], samples: usize) -> usize {
    let n = samples.max(2) as f64;
    let rho = &autocorrelation[..autocorrelation.len().min(most_lags(samples) + 1)];
    let small = 2.0 * (n.log10() / n).sqrt();
    let needed = LEAST_SMALL.max(n.log10().sqrt().ceil() as usize);
    let is_over = |lag: usize| {
        let next = rho.iter().skip(lag + 1).take(needed);
        next.clone().all(|rho| rho.abs() < small)
    };
    let over = (0..rho.len()).find(|&lag| is_over(lag)).unwrap_or(0).max(1);
    let window = |lag: usize| (2.0 - lag as f64 / over as f64).clamp(0.0, 1.0);
    let (mut g, mut s) = (0.0, 1.0);
    for (lag, rho) in rho.iter().enumerate().take(2 * over + 1).skip(1) {
        g += 2.0 * window(lag) * lag as f64 * rho;
        s += 2.0 * window(lag) * rho;
    }
    let length = (g * g / (s * s) * n).cbrt();
    if length.is_finite() {
        (length.ceil() as usize).clamp(1, samples.max(1))
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of an autoregression with the coefficient a, `g = 2 a / (1 - a)^2` and `s = (1 + a) / (1 - a)`,
    /// without a window: 3.4 for a = 0.5 and 1000 samples of `(2 a / (1 - a^2))^2 n`, to the third root
    /// 12.1.
    #[test]
    fn an_autoregression_has_the_length_that_theory_says() {
        let rho = |a: f64| -> Vec<f64> { (0..200).map(|lag| a.powi(lag)).collect() };
        let expected = (4.0f64 / 3.0).powf(2.0 / 3.0) * 10.0;
        let found = block_length(&rho(0.5), 1000) as f64;
        // The window is wide enough to cut off little.
        assert!((found / expected - 1.0).abs() < 0.15, "{found} {expected}");
        assert!(block_length(&rho(0.9), 1000) > 40);
    }

    #[test]
    fn samples_that_are_independent_are_blocks_by_themselves() {
        assert_eq!(block_length(&[1.0, 0.01, -0.01, 0.0, 0.0, 0.0], 500), 1);
        assert_eq!(block_length(&[1.0], 500), 1);
        assert_eq!(block_length(&[], 0), 1);
    }
}
