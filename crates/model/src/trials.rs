//! Single trials made comparable with a recording's mean rate.
//!
//! Sessions store single trials as counts a bin, but rates as their smoothed mean: the dataset
//! `firing_rate_10ms` is the trial average under a Gaussian of 10 ms standard deviation. Smoothing
//! takes noise away, so a noise ceiling from raw counts would be too low for smoothed rates.
//!
//! A trial may hold nothing in some bins (NaN): a cell that was lost, or a movie that was stopped.
//! What it holds counts for the mean; noise ceilings are of the bins and trials that are whole.

use ganglion_recording::smoothed;

use crate::metrics;

/// Correlation between the mean of the smoothed trials and the recording above which the trials
/// count as what the recording was made from.
const SAME: f64 = 0.99;

/// Whole trials over some bins, as the recording's rate was made of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparable {
    /// The trials `[trial][bin]`, each of the bins below.
    pub(crate) trials: Vec<Vec<f32>>,
    /// The bins, of all.
    pub(crate) bins: Vec<usize>,
}

/// Standard deviation in bins of the smoothing that a response dataset's name tells:
/// `firing_rate_<milliseconds>ms`; none for counts and unknown names.
pub(crate) fn smoothing_of(response: &str, bin_ms: f64) -> f64 {
    response
        .strip_prefix("firing_rate_")
        .and_then(|rest| rest.strip_suffix("ms"))
        .and_then(|milliseconds| milliseconds.parse::<f64>().ok())
        .map_or(0.0, |milliseconds| milliseconds / bin_ms)
}

/// Trials smoothed by a Gaussian of `deviation` bins; where this does not reproduce the recording,
/// the trials as they are if those do. Of them, those that are whole over the same of the `bins`.
///
/// # Errors
/// Why there are none, in words.
pub(crate) fn comparable(
    trials: &[Vec<f32>],
    recorded: &[f32],
    deviation: f64,
    bins: &[usize],
) -> Result<Comparable, String> {
    if trials.len() < 2 {
        return Err(format!(
            "of {} repeat, nothing tells the noise",
            trials.len()
        ));
    }
    let mut best = f64::NEG_INFINITY;
    for deviation in [deviation, 0.0] {
        let smooth: Vec<Vec<f32>> = trials
            .iter()
            .map(|trial| smoothed_where_held(trial, deviation))
            .collect();
        let r = agreement(&smooth, recorded, bins);
        if r > SAME {
            return whole(&smooth, bins);
        }
        best = best.max(r);
    }
    Err(match best.is_finite() {
        true => format!(
            "the mean of the repeats does not give the recorded rate (r = {best:.3}, expected above \
             {SAME}), so they tell nothing of its noise: was the rate smoothed by as much as its \
             name says?"
        ),
        false => "the recorded rate or the repeats are constant".into(),
    })
}

/// Correlation of the recording with the mean of what the trials hold.
fn agreement(trials: &[Vec<f32>], recorded: &[f32], bins: &[usize]) -> f64 {
    let held = |bin: usize| {
        let values = trials.iter().map(move |trial| trial[bin]);
        values.filter(|value| value.is_finite())
    };
    let pairs = bins.iter().filter_map(|&bin| {
        let count = held(bin).count();
        (count > 0).then(|| (held(bin).sum::<f32>() / count as f32, recorded[bin]))
    });
    let (mean, recorded): (Vec<f32>, Vec<f32>) = pairs.unzip();
    metrics::pearson(&mean, &recorded).unwrap_or(f64::NEG_INFINITY)
}

/// The trials and bins with the most values such that every trial holds every bin.
fn whole(trials: &[Vec<f32>], bins: &[usize]) -> Result<Comparable, String> {
    let held = |trial: &&Vec<f32>| bins.iter().filter(|&&bin| trial[bin].is_finite()).count();
    let mut order: Vec<&Vec<f32>> = trials.iter().collect();
    order.sort_by_key(|trial| std::cmp::Reverse(held(trial)));
    let mut shared = bins.to_vec();
    let mut best: Option<(usize, Vec<usize>)> = None;
    for (index, trial) in order.iter().enumerate() {
        shared.retain(|&bin| trial[bin].is_finite());
        let count = index + 1;
        let is_more = |(most, of): &(usize, Vec<usize>)| count * shared.len() > most * of.len();
        if count > 1 && best.as_ref().is_none_or(is_more) {
            best = Some((count, shared.clone()));
        }
    }
    match best {
        Some((count, bins)) if bins.len() > 1 => {
            let chosen = |trial: &Vec<f32>| bins.iter().map(|&bin| trial[bin]).collect();
            // In the order of the file, so that the halves are the same for whole recordings.
            let kept = &order[..count];
            let is_kept = |trial: &&Vec<f32>| kept.iter().any(|one| std::ptr::eq(*one, *trial));
            Ok(Comparable {
                trials: trials.iter().filter(is_kept).map(chosen).collect(),
                bins,
            })
        }
        _ => Err("no two repeats hold the same bins".into()),
    }
}

/// Each stretch of bins that a trial holds, smoothed by itself.
fn smoothed_where_held(trial: &[f32], deviation: f64) -> Vec<f32> {
    let mut smooth = Vec::with_capacity(trial.len());
    for stretch in trial.chunk_by(|a, b| a.is_nan() == b.is_nan()) {
        match stretch[0].is_nan() {
            true => smooth.extend_from_slice(stretch),
            false => smooth.extend(smoothed(stretch, deviation)),
        }
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(count: usize) -> Vec<Vec<f32>> {
        (0..count)
            .map(|t| (0..200).map(|b| f32::from((b * 7 + t) % 23 == 0)).collect())
            .collect()
    }

    fn mean(trials: &[Vec<f32>]) -> Vec<f32> {
        metrics::mean_over_trials(trials)
    }

    const ALL: [usize; 200] = {
        let mut all = [0; 200];
        let mut bin = 0;
        while bin < 200 {
            all[bin] = bin;
            bin += 1;
        }
        all
    };

    #[test]
    fn the_name_of_a_rate_tells_its_smoothing() {
        assert_eq!(smoothing_of("firing_rate_20ms", 10.0), 2.0);
        assert_eq!(smoothing_of("binned", 10.0), 0.0);
    }

    #[test]
    fn counts_are_smoothed_like_the_rates_made_from_them() {
        let trials = trials(4);
        let smooth: Vec<Vec<f32>> = trials.iter().map(|trial| smoothed(trial, 1.0)).collect();
        let rates: Vec<f32> = mean(&smooth).iter().map(|v| v * 100.0).collect();
        let of = |rates: &[f32]| comparable(&trials, rates, 1.0, &ALL).map(|found| found.trials);
        assert_eq!(of(&rates), Ok(smooth));
        assert_eq!(of(&mean(&trials)), Ok(trials.clone()));
        let other: Vec<f32> = (0..200).map(|b| (b as f32).sin()).collect();
        assert!(
            of(&other)
                .unwrap_err()
                .contains("does not give the recorded rate")
        );
        assert!(of(&[1.0; 200]).unwrap_err().contains("constant"));
        let one = comparable(&trials[..1], &rates, 1.0, &ALL);
        assert!(one.unwrap_err().contains("1 repeat"));
    }

    #[test]
    fn trials_count_for_what_they_hold() {
        let whole = trials(6);
        let mut cut = whole.clone();
        cut[1][120..].fill(f32::NAN);
        cut[4][150..].fill(f32::NAN);
        let recorded = |cut: &[Vec<f32>]| -> Vec<f32> {
            let mean = |bin: usize| {
                let held = cut.iter().map(|trial| trial[bin]).filter(|v| !v.is_nan());
                held.clone().sum::<f32>() / held.count() as f32
            };
            (0..200).map(mean).collect()
        };
        let found = comparable(&cut, &recorded(&cut), 0.0, &ALL).unwrap();
        // Four whole trials of 200 bins are more than five of 150 and six of 120.
        let expected = [0, 2, 3, 5].map(|trial: usize| whole[trial].clone());
        assert_eq!((found.trials, found.bins.len()), (expected.to_vec(), 200));
        cut[0][120..].fill(f32::NAN);
        cut[2][120..].fill(f32::NAN);
        let found = comparable(&cut, &recorded(&cut), 0.0, &ALL[..130]).unwrap();
        assert_eq!((found.trials.len(), found.bins), (6, ALL[..120].to_vec()));
    }
}
