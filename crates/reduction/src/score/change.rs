//! Predicted pharmacology: what taking a part out of a cell's circuit does to its rate.

use ganglion_numerics::mean;
use serde::{Deserialize, Serialize};

use crate::circuit::Pathway;
use crate::silencing::lesion::Target;

/// What is silenced in a retina and in its predicted circuit: by a drug, or in a simulation alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intervention {
    /// ON bipolar cells and so every ON pathway, as L-AP4 (APB).
    OnBipolars,
    /// One type of interneuron.
    OneType,
    /// All inhibition, as picrotoxin and strychnine together.
    Inhibition,
}

impl Intervention {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OnBipolars, Self::OneType, Self::Inhibition];

    /// Whether it silences a pathway of a predicted circuit; for one type that is told by which pathway
    /// was matched, not by its kind.
    pub fn silences(self, pathway: &Pathway) -> bool {
        let target = match self {
            Self::OnBipolars => Target::On,
            Self::Inhibition => Target::Inhibition,
            Self::OneType => return false,
        };
        target.holds(pathway.polarity, pathway.sign)
    }
}

/// A predicted change of a cell's rate beside the true one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The cell.
    pub cell: usize,
    /// What was silenced.
    #[serde(rename = "drug")]
    pub intervention: Intervention,
    /// In the words of the simulated retina.
    pub silenced: String,
    /// Whether all pathways of the cell's circuit are stated; absent where they have no probabilities, and in scores of
    /// earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<bool>,
    /// Mean squared difference of the changes over the variance of the intact rate.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub error: f64,
    /// Mean square of the true change over the variance of the intact rate.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub size: f64,
}

/// Rates of a cell with nothing silenced, and with something.
#[derive(Clone, Copy, Debug)]
pub struct SilencedRates<'a> {
    /// Hz, `[bin]`.
    pub intact: &'a [f64],
    /// The same with the part silenced.
    pub without: &'a [f64],
}

/// Sizes of the error of a predicted change and of the true change, both in variances of the true intact
/// rate; none where that does not vary.
pub fn error_and_size(truth: SilencedRates<'_>, predicted: SilencedRates<'_>) -> Option<[f64; 2]> {
    let change = |rates: SilencedRates<'_>| -> Vec<f64> {
        let pairs = rates.without.iter().zip(rates.intact);
        pairs.map(|(without, intact)| without - intact).collect()
    };
    let (truly, predicted) = (change(truth), change(predicted));
    let around = mean(truth.intact);
    let square = |values: &mut dyn Iterator<Item = f64>| {
        let squares: Vec<f64> = values.map(|value| value * value).collect();
        mean(&squares)
    };
    let variance = square(&mut truth.intact.iter().map(|rate| rate - around));
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let error = square(&mut truly.iter().zip(&predicted).map(|(a, b)| a - b));
    Some([
        error / variance,
        square(&mut truly.iter().copied()) / variance,
    ])
}

/// `1 - (sum of errors) / (sum of sizes)` over cells and what was silenced: 1 for changes that are
/// predicted, 0 for a prediction that nothing changes, below 0 for worse. None where nothing changes.
pub fn r_squared<'a>(changes: impl Iterator<Item = &'a Change>) -> Option<f64> {
    let (error, size) = changes.fold((0.0, 0.0), |(error, size), one| {
        (error + one.error, size + one.size)
    });
    (size > 0.0).then(|| 1.0 - error / size)
}

/// Unexplained variance of a predicted rate: the mean squared difference over the variance of the true
/// rate. 0 where they are equal, 1 for no better than the mean; none where the true rate does not vary.
pub fn misfit(truth: &[f64], predicted: &[f64]) -> Option<f64> {
    let flat = vec![mean(truth); truth.len()];
    let changed = |intact| SilencedRates {
        intact,
        without: &flat,
    };
    // The change to a flat rate differs by what the rates differ.
    error_and_size(changed(truth), changed(predicted)).map(|[error, _]| error)
}

/// The least unexplained variance of a rate whose correlation with another is `r`:
///
/// ```text
/// mean (y - p)^2 / var y >= 1 - r^2,    r > 0
/// ```
///
/// with equality where no gain and no offset of `p` comes closer to `y`, as after a fit by least squares that has
/// both. 1 for a correlation below 0; none for what is no correlation.
pub fn least_misfit(correlation: f64) -> Option<f64> {
    let is_one = (-1.0..=1.0).contains(&correlation);
    is_one.then(|| 1.0 - correlation.max(0.0).powi(2))
}

#[cfg(test)]
mod tests {
    use ganglion_numerics::correlation;

    use super::*;

    /// No rate leaves less than its correlation says, and one that is scaled to fit leaves just that.
    #[test]
    fn a_correlation_bounds_the_misfit() {
        let number = |index: usize| ((index * 7919 + 13) % 1009) as f64 / 1009.0;
        let truth: Vec<f64> = (0..200).map(number).collect();
        for case in 1..20 {
            let mix = case as f64 / 20.0;
            let predicted = (0..200).map(|bin| mix * number(bin) + number(bin * 31 + case));
            let predicted: Vec<f64> = predicted.collect();
            let r = correlation(&truth, &predicted).unwrap();
            let least = least_misfit(r).unwrap();
            assert!(misfit(&truth, &predicted).unwrap() >= least - 1e-12);
            let (around, level) = (mean(&predicted), mean(&truth));
            let pairs = predicted.iter().zip(&truth);
            let shared: f64 = pairs.map(|(p, y)| (p - around) * (y - level)).sum();
            let own: f64 = predicted.iter().map(|p| (p - around).powi(2)).sum();
            let gain = shared / own;
            let scaled = predicted.iter().map(|p| level + gain * (p - around));
            let scaled: Vec<f64> = scaled.collect();
            let found = misfit(&truth, &scaled).unwrap();
            // Rounding of sums over 200 bins.
            assert!(r < 0.0 || (found - least).abs() < 1e-12, "{found} {least}");
        }
        assert_eq!(least_misfit(-0.5), Some(1.0));
        assert_eq!((least_misfit(f64::NAN), least_misfit(1.2)), (None, None));
    }

    #[test]
    fn a_change_that_is_predicted_scores_1_and_no_change_0() {
        let intact = [1.0, 5.0, 3.0, 0.0];
        let without = [1.0, 2.0, 3.0, 0.5];
        let truth = SilencedRates {
            intact: &intact,
            without: &without,
        };
        let r = |predicted| {
            let [error, size] = error_and_size(truth, predicted).unwrap();
            r_squared(std::iter::once(&Change {
                cell: 0,
                intervention: Intervention::OneType,
                silenced: "a".into(),
                stated: None,
                error,
                size,
            }))
        };
        assert_eq!(r(truth), Some(1.0));
        let still = SilencedRates {
            without: &intact,
            ..truth
        };
        assert_eq!(r(still), Some(0.0));
        // Twice the change is as wrong as none.
        let twice = [1.0, -1.0, 3.0, 1.0];
        let twice = SilencedRates {
            without: &twice,
            ..truth
        };
        assert!(r(twice).unwrap().abs() < 1e-12);
        assert_eq!(error_and_size(still, still), Some([0.0, 0.0]));
        let flat = SilencedRates {
            intact: &[2.0; 4],
            without: &without,
        };
        assert_eq!(error_and_size(flat, truth), None);
    }

    #[test]
    fn misfit_is_the_unexplained_variance() {
        let truth = [0.0, 2.0, 4.0, 2.0];
        assert_eq!(misfit(&truth, &truth), Some(0.0));
        assert_eq!(misfit(&truth, &[2.0; 4]), Some(1.0));
        assert_eq!(misfit(&[1.0; 4], &truth), None);
    }
}
