//! Smoothing of binned spikes.

/// Values under a Gaussian of a standard deviation in bins, 0 leaving them as they are; beyond the
/// ends there is nothing.
pub fn smoothed(values: &[f32], deviation: f64) -> Vec<f32> {
    if deviation == 0.0 {
        return values.to_vec();
    }
    let reach = (5.0 * deviation).ceil() as usize;
    let kernel: Vec<f64> = (0..=2 * reach)
        .map(|k| (-0.5 * ((k as f64 - reach as f64) / deviation).powi(2)).exp())
        .collect();
    let norm: f64 = kernel.iter().sum();
    let at = |bin: usize| {
        let terms = kernel.iter().enumerate().filter_map(|(k, weight)| {
            let value = values.get((bin + k).checked_sub(reach)?)?;
            Some(weight * f64::from(*value))
        });
        (terms.sum::<f64>() / norm) as f32
    };
    (0..values.len()).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_kept_away_from_the_ends() {
        let mut values = vec![0.0; 41];
        values[20] = 3.0;
        let smooth = smoothed(&values, 2.0);
        assert!((smooth.iter().sum::<f32>() - 3.0).abs() < 1e-5);
        // The ratio of a Gaussian at its centre and one deviation away.
        assert!((smooth[20] / smooth[22] - 0.5f32.exp()).abs() < 1e-5);
    }
}
