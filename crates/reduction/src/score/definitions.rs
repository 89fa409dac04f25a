//! The scores, each defined once.

use ganglion_numerics::mean;

use super::calibration::{Calibration, Forecast};
use super::change::{Change, Intervention, r_squared};
use super::retina::{Misfit, RetinaScore};
use super::roc::roc_area;
use crate::truth::scoreboard::Scoreboard;

/// Unexplained variance against the retina from which a circuit is a misfit that a prediction should
/// have warned of: a circuit that explains less than nine tenths of the rate.
pub const MISFIT: f64 = 0.1;

/// A score over retinas.
#[derive(Clone, Copy, Debug)]
pub struct ScoreDefinition {
    /// Its name in JSON.
    pub key: &'static str,
    /// In words.
    pub told: &'static str,
    /// Its value over some retinas; none where it is not defined.
    pub of: fn(&[&RetinaScore]) -> Option<f64>,
}

/// All of them, in the order in which they are told.
pub const DEFINITIONS: [ScoreDefinition; 29] = [
    definition("recall", "planted pathways found (recall)", |all| {
        counts(all).recall()
    }),
    definition(
        "recall_with_circuit",
        "the same, of cells with a circuit",
        |all| counts(all).recall_with_circuit(),
    ),
    definition(
        "precision",
        "pathways found that were planted (precision)",
        |all| counts(all).precision(),
    ),
    definition("recall_up_to_flips", "recall, up to flips", |all| {
        share(counts(all).right_up_to_flips, counts(all).planted)
    }),
    definition("precision_up_to_flips", "precision, up to flips", |all| {
        share(counts(all).found_right_up_to_flips, counts(all).found)
    }),
    definition(
        "recall_up_to_equivalence",
        "recall, up to circuits that do the same",
        |all| {
            let counts = counts(all).up_to_equivalence;
            share(counts.right, counts.planted)
        },
    ),
    definition(
        "precision_up_to_equivalence",
        "precision, up to circuits that do the same",
        |all| {
            let counts = counts(all).up_to_equivalence;
            share(counts.found_right, counts.found)
        },
    ),
    definition("kernel_correlation", "correlation of kernels", |all| {
        let kernels = all.iter().flat_map(|one| one.kernels.iter().copied());
        defined(kernels.collect())
    }),
    definition(
        "found_per_planted",
        "pathways found, for each planted",
        |all| share(counts(all).found, counts(all).planted),
    ),
    definition("number_exact", "cells with the planted number", |all| {
        share(counts(all).number_exact, counts(all).cells)
    }),
    definition(
        "number_within_one",
        "cells with that number within one",
        |all| share(counts(all).number_within_one, counts(all).cells),
    ),
    definition(
        "false_inhibition",
        "cells without inhibition that were given one",
        |all| share(counts(all).false_inhibition, counts(all).without_inhibition),
    ),
    definition(
        "stated_recall",
        "planted pathways found and stated",
        |all| share(counts(all).stated_right, counts(all).planted_beside_stated),
    ),
    definition(
        "stated_precision",
        "stated pathways that were planted",
        |all| share(counts(all).stated_planted, counts(all).stated),
    ),
    definition(
        "false_probable_inhibition",
        "cells without inhibition, one more probable than not",
        |all| {
            let counts = counts(all);
            share(
                counts.false_probable_inhibition,
                counts.without_inhibition_beside_probable,
            )
        },
    ),
    definition("brier", "Brier score of pathways' probabilities", |all| {
        calibration(all).map(|found| found.brier)
    }),
    definition("reliability", "its miscalibration", |all| {
        calibration(all).map(|found| found.reliability)
    }),
    definition(
        "misfit",
        "unexplained variance against the retina, median",
        |all| {
            ganglion_numerics::median(
                misfits(all)
                    .map(|one| one.truth)
                    .filter(|one| one.is_finite()),
            )
        },
    ),
    definition(
        "abstained",
        "cells of which the prediction says no circuit",
        |all| {
            let said = || misfits(all).filter_map(|one| one.good_enough);
            share(said().filter(|good| !good).count(), said().count())
        },
    ),
    definition(
        "abstention_roc_area",
        "abstention against misfit, ROC area",
        |all| {
            area(all, |one| {
                one.good_enough.map(|good| f64::from(u8::from(!good)))
            })
        },
    ),
    definition(
        "own_misfit_roc_area",
        "the prediction's own misfit against it, ROC area",
        |all| area(all, |one| Some(one.own).filter(|own| own.is_finite())),
    ),
    definition(
        "on_bipolars_r_squared",
        "change without ON bipolars, R²",
        |all| changes(all, Intervention::OnBipolars),
    ),
    definition("one_type_r_squared", "change without one type, R²", |all| {
        changes(all, Intervention::OneType)
    }),
    definition(
        "inhibition_r_squared",
        "change without inhibition, R²",
        |all| changes(all, Intervention::Inhibition),
    ),
    definition(
        "stated_on_bipolars_r_squared",
        "change without ON bipolars, R², stated circuits",
        |all| changes_of_stated(all, Intervention::OnBipolars),
    ),
    definition(
        "stated_one_type_r_squared",
        "change without one type, R², stated circuits",
        |all| changes_of_stated(all, Intervention::OneType),
    ),
    definition(
        "stated_inhibition_r_squared",
        "change without inhibition, R², stated circuits",
        |all| changes_of_stated(all, Intervention::Inhibition),
    ),
    definition("claims_right", "claims judged as the retina says", |all| {
        share(counts(all).verdicts_right, counts(all).verdicts)
    }),
    definition("claims_wrong", "claims judged the other way", |all| {
        share(counts(all).verdicts_wrong, counts(all).verdicts)
    }),
];

const fn definition(
    key: &'static str,
    told: &'static str,
    of: fn(&[&RetinaScore]) -> Option<f64>,
) -> ScoreDefinition {
    ScoreDefinition { key, told, of }
}

/// Calibration of the pathways' probabilities.
pub fn calibration(all: &[&RetinaScore]) -> Option<Calibration> {
    let forecasts = all.iter().flat_map(|one| one.forecasts.iter().copied());
    Calibration::of(&forecasts.collect::<Vec<Forecast>>())
}

/// All counts added up.
pub fn counts(all: &[&RetinaScore]) -> Scoreboard {
    let each = all.iter().map(|one| one.counts);
    each.fold(Scoreboard::default(), Scoreboard::plus)
}

fn misfits<'a>(all: &'a [&RetinaScore]) -> impl Iterator<Item = &'a Misfit> {
    all.iter().flat_map(|one| &one.misfits)
}

/// How well something that a prediction says of a cell tells misfits from others.
fn area(all: &[&RetinaScore], said: impl Fn(&Misfit) -> Option<f64>) -> Option<f64> {
    let known = misfits(all).filter(|one| one.truth.is_finite());
    let cases = known.filter_map(|one| Some((said(one)?, one.truth > MISFIT)));
    roc_area(&cases.collect::<Vec<_>>())
}

fn changes(all: &[&RetinaScore], intervention: Intervention) -> Option<f64> {
    changes_where(all, intervention, |_| true)
}

/// The same over cells all of whose pathways are stated.
fn changes_of_stated(all: &[&RetinaScore], intervention: Intervention) -> Option<f64> {
    changes_where(all, intervention, |one| one.stated == Some(true))
}

fn changes_where(
    all: &[&RetinaScore],
    intervention: Intervention,
    counts: impl Fn(&Change) -> bool,
) -> Option<f64> {
    let changes = all.iter().flat_map(|one| &one.changes);
    r_squared(changes.filter(|one| {
        one.intervention == intervention && (one.error + one.size).is_finite() && counts(one)
    }))
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

fn defined(values: Vec<f64>) -> Option<f64> {
    let values: Vec<f64> = values.into_iter().filter(|one| one.is_finite()).collect();
    (!values.is_empty()).then(|| mean(&values))
}
