//! How models are fitted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, setting};
use crate::penalty::Penalty;

/// How models are fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Strengths of penalties; where they are selected, those that factors multiply.
    pub penalty: Penalty,
    /// How strengths are selected; absent: they are taken as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Largest derivative of the mean loss of a bin at the optimum. Where the sums of single precision do not get as
    /// near, the gap alone decides.
    pub tolerance: f64,
    /// Distance of the summed loss from its minimum that is let stand, nats: 0.5 is one standard error of one
    /// coefficient.
    pub gap: f64,
    /// Steps of one fit at most.
    pub most_steps: usize,
    /// Whether coefficients get standard errors and couplings tests, which takes two exact matrices a cell.
    pub standard_errors: bool,
    /// Precision of features and of the products within a block; sums over blocks are always double.
    pub precision: Precision,
    /// Memory that the matrices of models that are fitted together may take, MiB.
    pub memory_mib: usize,
}

/// Precision of features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// 24 binary digits.
    #[default]
    Single,
    /// 53 binary digits: for checks.
    Double,
}

/// How strengths of penalties are selected: by the likelihood of parts of the recording that models were not
/// fitted to. Parts are without gaps, one after the other; spikes at the end of one are history of the next.
///
/// First the quadratic penalties are multiplied by each of the factors, from the largest on, without group lasso;
/// then, where there is a group lasso, its strength goes from where no coupling is left to a small share of that.
/// Each cell has its own choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// Parts.
    pub folds: usize,
    /// Factors of `ridge`, `smooth_time` and `smooth_space`; one, to leave them.
    pub factors: Vec<f64>,
    /// Strengths of the group lasso that are tried, where it is not 0; 0: it is taken as it is.
    pub lasso_steps: usize,
    /// The smallest of them, as a share of the one that takes all couplings away.
    pub lasso_least: f64,
    /// Which of them is chosen.
    pub rule: Rule,
}

/// Which strength is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The one of the largest likelihood.
    #[default]
    Best,
    /// The largest whose likelihood is no more than one standard error, over parts, of the difference from the
    /// best below it.
    OneStandardError,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            penalty: Penalty::default(),
            selection: None,
            tolerance: 1e-6,
            gap: 1e-5,
            most_steps: 200,
            standard_errors: false,
            precision: Precision::default(),
            memory_mib: 512,
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            folds: 5,
            factors: vec![100.0, 10.0, 1.0, 0.1, 0.01],
            lasso_steps: 10,
            lasso_least: 0.01,
            rule: Rule::default(),
        }
    }
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.penalty.check()?;
        let above = |key, value: f64| match value > 0.0 {
            true => Ok(()),
            false => Err(setting(key, &value, "it must be above 0")),
        };
        above("tolerance", self.tolerance)?;
        above("gap", self.gap)?;
        let Some(selection) = &self.selection else {
            return Ok(());
        };
        if !(2..=100).contains(&selection.folds) {
            return Err(setting("folds", &selection.folds, "it must be 2 to 100"));
        }
        if selection.factors.is_empty() {
            return Err(setting("factors", &"[]", "give at least one factor"));
        }
        for factor in &selection.factors {
            above("factors", *factor)?;
        }
        match selection.lasso_least > 0.0 && selection.lasso_least < 1.0 {
            true => Ok(()),
            false => Err(setting(
                "lasso_least",
                &selection.lasso_least,
                "it must be between 0 and 1",
            )),
        }
    }
}
