//! How well weights and filters are known.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::basis::Functions;
use crate::design::Terms;
use crate::element::Element;
use crate::layout::Layout;
use crate::nearby::Nearby;
use crate::prepared::Prepared;
use crate::weights::Weights;

/// Standard errors of weights at the optimum.
///
/// With the Hessian `H` of the summed loss, the variance `J` of its gradient (the sum of squared residuals times
/// products of features) and the penalty's matrix `Q`, times the bins, `A = H + Q`: the variances are the
/// diagonals of `A^-1 H A^-1`, where the model is true, and of `A^-1 J A^-1`, where only its rate is. Both are
/// about the mean of the penalised estimate, which a strong penalty moves away from the truth.
///
/// Sources: Truccolo et al. 2005 (Fisher information); White 1982, Econometrica 50:1 (sandwich).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// From the Fisher information.
    pub fisher: Weights,
    /// The sandwich.
    pub sandwich: Weights,
    /// Of filters at each lag, from the sandwich with all covariances of their weights.
    #[serde(default)]
    pub filters: FilterErrors,
}

/// Standard errors of filters at each lag.
///
/// A filter is `f(l) = sum over functions of w_k b_k(l)`, its variance at a lag `b(l)' V b(l)` with the sandwich
/// variance `V` of its weights: functions overlap, so that errors of single weights do not tell it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FilterErrors {
    /// Pixel of the frame at which the stimulus filter has its largest value, of either sign; none without stimulus.
    pub stimulus_pixel: Option<usize>,
    /// Of the stimulus filter at that pixel `[lag]`; empty without stimulus.
    #[serde(with = "crate::json_number::many")]
    pub stimulus: Vec<f64>,
    /// Of the history filter `[lag]`; empty without history.
    #[serde(with = "crate::json_number::many")]
    pub history: Vec<f64>,
    /// Of the coupling filters `[cell][lag]`; 0 for its own, empty without couplings.
    #[serde(with = "crate::json_number::many")]
    pub coupling: Vec<f64>,
}

/// Standard errors of all weights and filters of a cell.
pub(crate) fn standard_errors<E: Element>(
    prepared: &Prepared<'_, E>,
    terms: Terms,
    nearby: &Nearby<'_>,
) -> Errors {
    let layout = prepared.layout();
    let of = |deviations: &[f64]| {
        let rows = nearby.problem.spread(deviations, layout.rows());
        Weights::of(layout, terms, prepared.recording.pixels(), &rows)
    };
    Errors {
        fisher: of(&nearby.fisher_deviations()),
        sandwich: of(&nearby.sandwich_deviations()),
        filters: filter_errors(layout, terms, nearby),
    }
}

/// Standard errors of the filters of a cell at each lag.
fn filter_errors(layout: &Layout, terms: Terms, nearby: &Nearby<'_>) -> FilterErrors {
    let members = |rows: Range<usize>| nearby.problem.members(rows);
    let along_lags =
        |functions: &Functions, members: Range<usize>| functions.errors(&nearby.variance(members));
    let stimulus = layout.stimulus.as_ref().filter(|_| terms.stimulus);
    let largest = stimulus.and_then(|functions| {
        let height = |members: &Range<usize>| {
            let filter = functions.filter(&nearby.solution.coefficients[members.clone()]);
            filter
                .iter()
                .fold(0.0f64, |most, value| most.max(value.abs()))
        };
        let seen = (0..layout.pixels.len())
            .filter_map(|pixel| Some((pixel, members(layout.pixel_rows(pixel))?)));
        seen.max_by(|(_, a), (_, b)| height(a).total_cmp(&height(b)))
    });
    let history = layout.history.as_ref().filter(|_| terms.history);
    let coupling = layout.coupling.as_ref().filter(|_| terms.coupling);
    let of_other = |functions: &Functions, other: usize| match members(layout.coupling_rows(other))
    {
        Some(members) => along_lags(functions, members),
        None => vec![0.0; functions.length()],
    };
    FilterErrors {
        stimulus_pixel: largest.as_ref().map(|(pixel, _)| layout.pixels[*pixel]),
        stimulus: (stimulus.zip(largest)).map_or(Vec::new(), |(functions, (_, members))| {
            along_lags(functions, members)
        }),
        history: history
            .and_then(|functions| Some(along_lags(functions, members(layout.history_rows())?)))
            .unwrap_or_default(),
        coupling: coupling.map_or(Vec::new(), |functions| {
            (0..layout.cells)
                .flat_map(|other| of_other(functions, other))
                .collect()
        }),
    }
}
