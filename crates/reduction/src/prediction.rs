//! How well a network predicts a cell, and whether that is enough for a circuit of the network to say anything of it.

use serde::{Deserialize, Serialize};

/// Share of the explainable variance of a cell's rate that its network has to explain: where more of what the cell does
/// is missing than is there, so may be any of its pathways, and what is there may stand for another. The share is the
/// square of r / ceiling, and it is enough where the lower end of its 95 % interval is above this.
pub const LEAST_EXPLAINED: f64 = 0.5;

/// How well a network predicts a cell on a recording that it was not trained on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellPrediction {
    /// Name of the recording, whose part `test` was predicted unless the next key says otherwise.
    pub recording: String,
    /// Whether it is the part `train` that was predicted: what is poor even on what the network learned from is poor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_training: bool,
    /// Correlation of predicted and recorded rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pearson: Option<f64>,
    /// Its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pearson_interval: Option<[f64; 2]>,
    /// Correlation over ceiling, where there are repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalised: Option<f64>,
    /// Its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalised_interval: Option<[f64; 2]>,
    /// Whether there are repeats whose halves do not correlate, so that no response repeats.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nothing_repeats: bool,
    /// Whether the numbers are those of this cell, or of all cells of the network the least or the greatest, which is all
    /// that a model without its run says.
    #[serde(default, skip_serializing_if = "Of::is_cell")]
    pub of: Of,
}

/// Of what a score is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The cell.
    #[default]
    Cell,
    /// The cell that is predicted worst.
    WorstCell,
    /// The cell that is predicted best.
    BestCell,
}

/// What a prediction is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The network is known not to predict the cell well enough.
    Poor,
    /// That cannot be told.
    Unknown,
    /// It does.
    Enough,
}

impl Of {
    fn is_cell(&self) -> bool {
        *self == Self::Cell
    }
}

impl CellPrediction {
    /// Whether the network predicts the cell well enough for its circuit to say something of it. A correlation is never
    /// larger than one over its ceiling: where no ceiling is known it can be enough or none at all, and else is not known.
    pub fn verdict(&self) -> Verdict {
        let explains = |lower: f64| lower > 0.0 && lower * lower > LEAST_EXPLAINED;
        if let Some(lower) = lower(self.normalised, self.normalised_interval) {
            return match explains(lower) {
                true => Verdict::Enough,
                false => Verdict::Poor,
            };
        }
        match lower(self.pearson, self.pearson_interval) {
            _ if self.nothing_repeats => Verdict::Poor,
            Some(lower) if explains(lower) => Verdict::Enough,
            Some(lower) if lower <= 0.0 => Verdict::Poor,
            _ => Verdict::Unknown,
        }
    }

    /// Why nothing may be stated of the cell; nothing where that is not so.
    pub fn not_stated_because(&self) -> Option<String> {
        (self.verdict() == Verdict::Poor).then(|| {
            format!(
                "the network does not predict this cell well enough for a circuit of it to say anything of the cell: {}",
                self.measured()
            )
        })
    }

    /// The numbers, and what they lack.
    fn measured(&self) -> String {
        let of = match self.of {
            Of::Cell => "",
            Of::WorstCell => " of the cell that it predicts worst",
            Of::BestCell => " of the cell that it predicts best",
        };
        let told = |name: &str, value: f64, interval: Option<[f64; 2]>| {
            let interval = interval.map_or(String::new(), |[low, high]| {
                format!(" [{low:.2}, {high:.2}]")
            });
            format!(
                "{name} is {value:.2}{interval} on `{}` of {}{of}",
                if self.on_training { "train" } else { "test" },
                self.recording
            )
        };
        if let Some(normalised) = self.normalised {
            let told = told("r / ceiling", normalised, self.normalised_interval);
            let explained = lower(self.normalised, self.normalised_interval)
                .map_or(0.0, |r| 100.0 * r.max(0.0).powi(2));
            let surely = match self.normalised_interval {
                Some(_) => "surely ",
                None => "",
            };
            return format!(
                "{told}, so that it {surely}explains {explained:.0} % of the explainable variance, and more than \
                 {:.0} % are needed",
                100.0 * LEAST_EXPLAINED
            );
        }
        let why = match self.nothing_repeats {
            true => "; no response of it repeats",
            false => "; its ceiling is not known",
        };
        match self.pearson {
            Some(pearson) => format!("{}{why}", told("r", pearson, self.pearson_interval)),
            None => format!("it has no score on `test` of {}", self.recording),
        }
    }
}

/// A sentence on a cell of which it is not known how well its network predicts it; nothing of the others.
pub fn unknown_sentence(prediction: Option<&CellPrediction>) -> Option<String> {
    let why = match prediction {
        None => "no scores on a recording are at hand".to_owned(),
        Some(known) if known.verdict() == Verdict::Unknown => known.measured(),
        Some(_) => return None,
    };
    Some(format!(
        "How well the network predicts this cell is not known ({why}): what is stated is of the network."
    ))
}

/// The lower end of an interval; the value itself where there is none.
fn lower(value: Option<f64>, interval: Option<[f64; 2]>) -> Option<f64> {
    let value = value.filter(|value| value.is_finite())?;
    Some(interval.map_or(value, |[low, _]| low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(r: f64, interval: [f64; 2]) -> CellPrediction {
        CellPrediction {
            recording: "natural.h5".to_owned(),
            pearson: Some(r),
            pearson_interval: Some(interval),
            ..CellPrediction::default()
        }
    }

    fn over_ceiling(normalised: f64, interval: Option<[f64; 2]>) -> CellPrediction {
        CellPrediction {
            normalised: Some(normalised),
            normalised_interval: interval,
            ..of(0.5, [0.3, 0.7])
        }
    }

    /// Half of the explainable variance is r / ceiling = 0.71, of which the lower end counts.
    #[test]
    fn a_network_has_to_explain_half_of_what_can_be_explained() {
        let verdict = |value, interval| over_ceiling(value, interval).verdict();
        assert_eq!(verdict(0.9, Some([0.72, 0.95])), Verdict::Enough);
        assert_eq!(verdict(0.9, Some([0.70, 0.95])), Verdict::Poor);
        assert_eq!(verdict(0.04, Some([-0.8, 0.9])), Verdict::Poor);
        assert_eq!(
            [verdict(0.72, None), verdict(0.70, None)],
            [Verdict::Enough, Verdict::Poor]
        );
    }

    /// r is no larger than r / ceiling: what is enough for it is enough.
    #[test]
    fn without_a_ceiling_only_the_ends_are_known() {
        assert_eq!(of(0.8, [0.72, 0.9]).verdict(), Verdict::Enough);
        assert_eq!(of(0.04, [-0.02, 0.1]).verdict(), Verdict::Poor);
        assert_eq!(of(0.3, [0.2, 0.4]).verdict(), Verdict::Unknown);
        let nothing = CellPrediction {
            nothing_repeats: true,
            ..of(0.04, [0.01, 0.07])
        };
        assert_eq!(nothing.verdict(), Verdict::Poor);
        assert_eq!(CellPrediction::default().verdict(), Verdict::Unknown);
    }

    #[test]
    fn the_reason_has_the_numbers() {
        let because = over_ceiling(0.6, Some([0.4, 0.8])).not_stated_because();
        let because = because.unwrap();
        assert!(
            because.contains("r / ceiling is 0.60 [0.40, 0.80] on `test` of natural.h5"),
            "{because}"
        );
        assert!(because.contains("surely explains 16 %"), "{because}");
        assert_eq!(over_ceiling(0.9, None).not_stated_because(), None);
        assert_eq!(unknown_sentence(Some(&over_ceiling(0.9, None))), None);
        let unknown = unknown_sentence(Some(&of(0.3, [0.2, 0.4]))).unwrap();
        assert!(unknown.contains("ceiling is not known"), "{unknown}");
        assert!(unknown_sentence(None).unwrap().contains("not known"));
    }
}
