//! Circuits that were identified.

use ganglion_attribution::{Polarity, Sign};
use ganglion_recording::CellIndex;
use ganglion_reduction::Pathway;
use ganglion_reduction::identify::{Alternative, Identified};
use ganglion_reduction::known::ProbableCircuits;
use ganglion_reduction::prediction::CellPrediction;
use ganglion_reduction::truth::planting::Planting;
use serde::{Deserialize, Serialize};

use super::number::{all_or_nan, or_nan};
use crate::stages::identify::Found;

/// Everything but kernels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentificationSummary {
    /// One entry a cell.
    pub cells: Vec<IdentifiedCell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentifiedCell {
    /// The cell.
    pub cell: CellIndex,
    /// Correlation with the network's answer to the probe.
    pub correlation: Option<f64>,
    /// Share of the variance of the rate explained with one pathway, with two, and so on.
    #[serde(deserialize_with = "all_or_nan")]
    pub explained: Vec<f64>,
    /// Share of the variance that the circuit leaves unexplained: mean squared error over variance of the
    /// network's rate.
    #[serde(default)]
    pub unexplained: Option<f64>,
    /// Whether the circuit follows the network closely enough to be called its circuit; absent where no network is
    /// followed, and in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_enough: Option<bool>,
    /// How well the network predicts the cell on a recording that it was not trained on; absent where that is not known, and
    /// in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<CellPrediction>,
    /// Why nothing is stated of the cell, whatever the probabilities of its pathways; absent where something may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_stated_because: Option<String>,
    /// The cell's own spikes, in answer to full fields and stripes, that the circuit has to follow as well;
    /// absent where there is no such recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_spikes: Option<f64>,
    /// Networks whose mean rates the circuit was identified from; absent where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks: Option<usize>,
    /// What the circuit may be made of, the most probable first; those of a probability below 0.01 are left
    /// out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<AlternativeCircuit>,
    /// Its pathways, those with the largest share first.
    pub pathways: Vec<IdentifiedPathway>,
    /// The circuits that are probable, with the time courses of their pathways; absent in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probable: Option<ProbableCircuits>,
    /// How its pathways stand, and the circuit, in words.
    pub description: String,
    /// The circuit beside the planted one, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planting: Option<Planting>,
}

/// Circuits of pathways of the same polarities and signs, with or without depression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeCircuit {
    /// The pathways in words.
    pub pathways: Vec<String>,
    /// How probable they are.
    #[serde(deserialize_with = "or_nan")]
    pub probability: f64,
    /// Share of the variance that the best of them leaves unexplained.
    #[serde(deserialize_with = "or_nan")]
    pub unexplained: f64,
}

/// One pathway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentifiedPathway {
    /// Its name in the circuit.
    pub name: String,
    /// ON or OFF.
    pub polarity: Polarity,
    /// Excitatory or inhibitory.
    pub sign: Sign,
    /// Lag of the kernel's largest weight.
    #[serde(deserialize_with = "or_nan")]
    pub peak_ms: f64,
    /// Other sign over main sign of the time course.
    #[serde(deserialize_with = "or_nan")]
    pub biphasic_index: f64,
    /// Hz a unit of drive.
    #[serde(deserialize_with = "or_nan")]
    pub weight_hz: f64,
    /// Threshold of the drive.
    #[serde(deserialize_with = "or_nan")]
    pub threshold: f64,
    /// Part in the circuit's drive.
    #[serde(deserialize_with = "or_nan")]
    pub share: f64,
    /// How probable it is that there is a pathway of this polarity and sign with such a time course; absent in
    /// results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Whether that is probable enough to be stated; other pathways are undetermined, and all of a cell of which nothing
    /// is stated (`not_stated_because`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<bool>,
    /// In how many of the cell's `networks` alone it is identified; absent where there is one network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks_agree: Option<usize>,
    /// Whether its synapses depress; false in results of earlier versions. Its circuit file has the numbers.
    #[serde(default)]
    pub depresses: bool,
}

/// Probability below which an alternative is not told.
const LEAST_TOLD: f64 = 0.01;

impl IdentificationSummary {
    /// Of what was found for each cell.
    pub(crate) fn of(found: &[Found]) -> Self {
        Self {
            cells: found.iter().map(IdentifiedCell::of).collect(),
        }
    }
}

impl IdentifiedCell {
    fn of(found: &Found) -> Self {
        let identified = &found.identified;
        let circuit = &identified.circuit;
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Self {
            cell: circuit.cell,
            correlation: finite(circuit.correlation),
            explained: identified.explained.clone(),
            unexplained: identified.unexplained.and_then(finite),
            own_spikes: identified.own_spikes,
            networks: found.agreement.as_ref().map(|all| all.networks),
            good_enough: identified.is_good_enough(),
            alternatives: AlternativeCircuit::told(identified),
            pathways: IdentifiedPathway::of(found),
            probable: Some(identified.probable.clone()),
            prediction: identified.prediction.clone(),
            not_stated_because: identified.not_stated_because(),
            description: identified.describe(),
            planting: found.planting.clone(),
        }
    }
}

impl AlternativeCircuit {
    /// Those that are probable enough to be told.
    fn told(identified: &Identified) -> Vec<Self> {
        let all = identified.alternatives.iter();
        let told = all.filter(|one| one.probability >= LEAST_TOLD);
        let one = |one: &Alternative| Self {
            pathways: one.pathways.clone(),
            probability: one.probability,
            unexplained: one.unexplained.unwrap_or(f64::NAN),
        };
        told.map(one).collect()
    }
}

impl IdentifiedPathway {
    /// Those of a circuit.
    fn of(found: &Found) -> Vec<Self> {
        let circuit = &found.identified.circuit;
        let (names, stated) = (circuit.names(), found.identified.stated());
        let one = |(place, pathway): (usize, &Pathway)| Self {
            name: names[place].clone(),
            polarity: pathway.polarity,
            sign: pathway.sign,
            peak_ms: pathway.peak.0,
            biphasic_index: pathway.biphasic_index,
            weight_hz: pathway.weight,
            threshold: pathway.threshold,
            share: pathway.share,
            probability: Some(found.identified.probabilities[place]),
            stated: Some(stated[place]),
            networks_agree: found.agreement.as_ref().map(|all| all.have[place]),
            depresses: pathway.depression.is_some(),
        };
        circuit.pathways.iter().enumerate().map(one).collect()
    }
}
