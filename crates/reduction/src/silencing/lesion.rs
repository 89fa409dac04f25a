//! Which channels are silenced, and why.

use ganglion_attribution::{Polarity, Sign};
use serde::{Deserialize, Serialize};

use crate::candidates::Candidate;
use crate::circuit::{Circuit, Pathway};

/// What is silenced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesion {
    /// What it is called in tables.
    pub name: String,
    /// Channels that are held at their value for grey.
    pub silenced: Vec<usize>,
}

/// Silences every kept pathway together.
pub const KEPT: &str = "kept pathways";
/// Silences everything but the kept pathways.
pub const REST: &str = "everything else";

/// A kind of channel or pathway that claims of the literature speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// All ON channels.
    On,
    /// All OFF channels.
    Off,
    /// All inhibitory channels.
    Inhibition,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::On, Self::Off, Self::Inhibition];

    /// Whether a claim of the literature speaks of it.
    pub(crate) fn is_in(self, claim: &str) -> bool {
        match self {
            Self::On => claim.contains("ON"),
            Self::Off => claim.contains("OFF"),
            Self::Inhibition => claim.to_lowercase().contains("inhibit"),
        }
    }

    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "all ON channels",
            Self::Off => "all OFF channels",
            Self::Inhibition => "all inhibitory channels",
        }
    }

    /// What it is called in sentences about pathways.
    pub fn pathways(self) -> &'static str {
        match self {
            Self::On => "ON pathways",
            Self::Off => "OFF pathways",
            Self::Inhibition => "inhibitory pathways",
        }
    }

    /// Whether a pathway is of this kind.
    pub fn holds(self, polarity: Polarity, sign: Sign) -> bool {
        match self {
            Self::On => polarity == Polarity::On,
            Self::Off => polarity == Polarity::Off,
            Self::Inhibition => sign == Sign::Inhibitory,
        }
    }
}

/// Silencing of a kept pathway alone.
pub fn alone(name: &str) -> String {
    format!("{name} alone")
}

/// Silencing of everything but one kept pathway.
pub fn all_but(name: &str) -> String {
    format!("all but {name}")
}

/// The lesions that say which pathways are necessary and sufficient: the kept pathways, the rest,
/// each kind of channel, each pathway, and all but each.
pub(crate) fn lesions(circuit: &Circuit, candidates: &[Candidate], channels: usize) -> Vec<Lesion> {
    let kept: Vec<usize> = circuit
        .pathways
        .iter()
        .flat_map(|pathway| pathway.channels.iter().copied())
        .collect();
    let all_but_these = |kept: &[usize]| crate::silencing::network::all_but(kept, channels);
    let of_kind = |target: Target| -> Vec<usize> {
        let is =
            |candidate: &&Candidate| target.holds(candidate.polarity, sign(circuit, candidate));
        let chosen = candidates.iter().filter(is);
        chosen
            .flat_map(|candidate| candidate.channels.iter().copied())
            .collect()
    };
    let mut lesions = vec![
        lesion(KEPT, kept.clone()),
        lesion(REST, all_but_these(&kept)),
    ];
    lesions.extend(Target::ALL.map(|target| lesion(target.name(), of_kind(target))));
    for (name, pathway) in unique_names(circuit).iter().zip(&circuit.pathways) {
        lesions.push(lesion(alone(name), pathway.channels.clone()));
        lesions.push(lesion(all_but(name), all_but_these(&pathway.channels)));
    }
    lesions
}

/// The sign of a candidate: that of the fit where the circuit has it, or else that of its effective
/// weight.
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
