//! Latency coding: a fast OFF and a slower ON pathway.

use ganglion_attribution::Polarity;

use super::{Hypothesis, Knowledge, Observation};
use crate::lesion::{OFF, ON};

/// The claim and its test.
pub(super) fn claim(known: &Knowledge<'_>) -> Hypothesis {
    Hypothesis::from(
        [
            "Latency coding is made by a fast OFF and a slower ON pathway.",
            "one of the two is not among the kept pathways, the ON pathway is not the slower one, \
             or latency coding is unchanged when either is silenced",
        ],
        None,
        vec![
            order(known).on_kept(known.good_enough),
            known.necessary(OFF),
            known.necessary(ON),
        ],
    )
}

fn order(known: &Knowledge<'_>) -> Observation {
    let peak = |polarity| {
        let kept = known
            .circuit
            .pathways
            .iter()
            .filter(|pathway| pathway.polarity == polarity);
        kept.map(|pathway| pathway.peak.0).reduce(f64::min)
    };
    let (off, on) = (peak(Polarity::Off), peak(Polarity::On));
    let told = |peak: Option<f64>| peak.map_or("none".to_owned(), |ms| format!("{ms:.0} ms"));
    Observation {
        holds: Some(matches!((off, on), (Some(off), Some(on)) if off < on)),
        told: format!("kept pathways peak at: OFF {}, ON {}", told(off), told(on)),
    }
}
