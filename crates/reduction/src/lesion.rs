//! Which channels are silenced, and why.

use ganglion_attribution::{Polarity, Sign};

use crate::candidate::Candidate;
use crate::causal::Lesion;
use crate::circuit::{Circuit, Pathway};

/// Silences every kept pathway together.
pub const KEPT: &str = "kept pathways";
/// Silences everything but the kept pathways.
pub const REST: &str = "everything else";
/// Silences all ON channels.
pub const ON: &str = "all ON channels";
/// Silences all OFF channels.
pub const OFF: &str = "all OFF channels";
/// Silences all inhibitory channels.
pub const INHIBITORY: &str = "all inhibitory channels";

/// Silencing of a kept pathway alone.
pub fn alone(name: &str) -> String {
    format!("{name} alone")
}

/// Silencing of everything but one kept pathway.
pub fn all_but(name: &str) -> String {
    format!("all but {name}")
}

/// The lesions that say which pathways are necessary and sufficient: the kept pathways, the rest,
/// each pathway, all but each, and each kind of channel.
pub(crate) fn lesions(circuit: &Circuit, candidates: &[Candidate], channels: usize) -> Vec<Lesion> {
    let kept: Vec<usize> = circuit
        .pathways
        .iter()
        .flat_map(|pathway| pathway.channels.iter().copied())
        .collect();
    let all_but_these = |kept: &[usize]| -> Vec<usize> {
        (0..channels)
            .filter(|channel| !kept.contains(channel))
            .collect()
    };
    let of_kind = |is: &dyn Fn(&Candidate) -> bool| -> Vec<usize> {
        let chosen = candidates.iter().filter(|candidate| is(candidate));
        chosen
            .flat_map(|candidate| candidate.channels.iter().copied())
            .collect()
    };
    let mut lesions = vec![
        lesion(KEPT, kept.clone()),
        lesion(REST, all_but_these(&kept)),
        lesion(ON, of_kind(&|candidate| candidate.polarity == Polarity::On)),
        lesion(
            OFF,
            of_kind(&|candidate| candidate.polarity == Polarity::Off),
        ),
        lesion(
            INHIBITORY,
            of_kind(&|candidate| sign(circuit, candidate) == Sign::Inhibitory),
        ),
    ];
    for (name, pathway) in unique_names(circuit).iter().zip(&circuit.pathways) {
        lesions.push(lesion(alone(name), pathway.channels.clone()));
        lesions.push(lesion(all_but(name), all_but_these(&pathway.channels)));
    }
    lesions
}

/// The sign of a candidate: that of the fit, which tells disinhibition from excitation, or else that
/// of its summed attribution.
fn sign(circuit: &Circuit, candidate: &Candidate) -> Sign {
    let mut pathways = circuit.pathways.iter();
    // Identified pathways have channels of others.
    let is_it = |pathway: &&Pathway| {
        pathway.channels == candidate.channels && pathway.kernel == candidate.kernel
    };
    let kept = pathways.find(is_it);
    kept.map_or(candidate.sign, |pathway| pathway.sign)
}

/// Names of the pathways of a circuit, with their channels, so that no two are the same.
pub fn unique_names(circuit: &Circuit) -> Vec<String> {
    let told = |(name, pathway): (String, &Pathway)| {
        let channels: Vec<String> = pathway.channels.iter().map(ToString::to_string).collect();
        format!("{name} (channels {})", channels.join(", "))
    };
    circuit
        .names()
        .into_iter()
        .zip(&circuit.pathways)
        .map(told)
        .collect()
}

fn lesion(name: impl Into<String>, mut silenced: Vec<usize>) -> Lesion {
    silenced.sort_unstable();
    silenced.dedup();
    Lesion {
        name: name.into(),
        silenced,
    }
}
