//! Variability of spike counts.

/// Fano factor of repeated trials `[repeat][bin]` of counts: the variance over repeats of the count
/// in a window of some bins, divided by its mean, with variances and means each added up over
/// windows. 1 for a Poisson process. None without spikes or with a single repeat.
///
/// Berry, Warland & Meister, PNAS 1997 (recalled).
pub fn fano_factor(trials: &[Vec<f32>], window: usize) -> Option<f64> {
    let repeats = trials.len() as f64;
    let windows = trials.first()?.len() / window;
    let (mut variances, mut means) = (0.0, 0.0);
    for first in (0..windows).map(|index| index * window) {
        let count = |trial: &Vec<f32>| f64::from(trial[first..][..window].iter().sum::<f32>());
        let mean = trials.iter().map(count).sum::<f64>() / repeats;
        let squares: f64 = trials
            .iter()
            .map(|trial| (count(trial) - mean).powi(2))
            .sum();
        variances += squares / (repeats - 1.0);
        means += mean;
    }
    (means > 0.0 && repeats > 1.0).then(|| variances / means)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_pooled() {
        // Windows of two bins: counts 1 and 3, then 2 and 2; variances 2 and 0, means 2 and 2.
        let trials = [vec![1.0, 0.0, 1.0, 1.0], vec![1.0, 2.0, 0.0, 2.0]];
        assert_eq!(fano_factor(&trials, 2), Some(0.5));
    }

    #[test]
    fn silence_and_a_single_repeat_have_none() {
        assert_eq!(fano_factor(&[vec![0.0; 4], vec![0.0; 4]], 2), None);
        assert_eq!(fano_factor(&[vec![1.0; 4]], 2), None);
    }
}
