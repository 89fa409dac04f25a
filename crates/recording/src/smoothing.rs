//! Smoothing of firing rates in time.

/// Smooths by a Gaussian of `deviation` bins; beyond the ends there is nothing.
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
    fn an_impulse_keeps_its_sum_and_its_place() {
        let mut impulse = vec![0.0; 41];
        impulse[20] = 1.0;
        let smooth = smoothed(&impulse, 2.0);
        assert!((smooth.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(smooth.iter().all(|value| *value <= smooth[20]));
    }
}
