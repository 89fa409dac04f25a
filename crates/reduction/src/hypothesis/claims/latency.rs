//! Latency coding: a fast OFF and a slower ON pathway.

use ganglion_attribution::Polarity;

use crate::hypothesis::{Claim, Evidence, Hypothesis, Observation, POSTER};
use crate::silencing::lesion::Target;

/// The claim and its test.
pub(super) fn claim(evidence: &Evidence<'_>) -> Hypothesis {
    let claim = Claim {
        says: "Latency coding is made by a fast OFF and a slower ON pathway.",
        source: POSTER,
        refuted_if: "one of the two is not among the pathways, the ON pathway is not the slower one, or \
             latency coding is unchanged when either is silenced",
        dispute: None,
    };
    claim.tested(vec![
        evidence.on_pathways(order(evidence)),
        evidence.changed_by(Target::Off),
        evidence.changed_by(Target::On),
    ])
}

fn order(evidence: &Evidence<'_>) -> Observation {
    let peak = |polarity| {
        let pathways = evidence.anatomy.pathways.iter();
        let of_polarity = pathways.filter(|pathway| pathway.polarity == polarity);
        of_polarity.map(|pathway| pathway.peak_ms).reduce(f64::min)
    };
    let (off, on) = (peak(Polarity::Off), peak(Polarity::On));
    let told = |peak: Option<f64>| peak.map_or("none".to_owned(), |ms| format!("{ms:.0} ms"));
    Observation {
        holds: Some(matches!((off, on), (Some(off), Some(on)) if off < on)),
        told: format!("pathways peak at: OFF {}, ON {}", told(off), told(on)),
    }
}
