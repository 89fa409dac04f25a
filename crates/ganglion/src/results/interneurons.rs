//! Hidden units beside potentials of interneurons.

use std::path::PathBuf;

use ganglion_recording::{InterneuronUnit, Partition};
use ganglion_reduction::interneurons::{BestUnit, Correlations, MeanOf, Measure};
use serde::{Deserialize, Serialize};

/// Networks beside the potentials of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterneuronSummary {
    /// The networks: trainings with different seeds.
    pub models: Vec<PathBuf>,
    /// The recording.
    pub recording: PathBuf,
    /// Its part.
    pub partition: Partition,
    /// Bins that a unit is chosen on, from the first with a full history.
    pub chosen_bins: usize,
    /// Bins after them that it is judged on.
    pub judged_bins: usize,
    /// Networks trained on shifted responses.
    pub nulls: Vec<PathBuf>,
    /// Initialisations of the untrained network, of the seeds from 9000000 on, those of the networks left
    /// out.
    pub untrained_networks: u64,
    /// One entry an interneuron.
    pub interneurons: Vec<ComparedInterneuron>,
    /// Means over interneurons and networks.
    pub means: Vec<MeanCorrelation>,
    /// The same over the interneurons on which a unit of the first layer can be centred, where these are not all:
    /// beside others, at the edge of the movie, no network can have a unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub means_of_covered: Vec<MeanCorrelation>,
    /// Folders of other recordings' results that are taken together with these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<PathBuf>,
    /// Means over all of these recordings; empty where there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub means_over_recordings: Vec<MeanCorrelation>,
    /// The same over covered interneurons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub means_of_covered_over_recordings: Vec<MeanCorrelation>,
}

/// One interneuron. Correlations are those on the half that judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedInterneuron {
    /// Its row in the recording.
    pub unit: usize,
    /// Name of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Row and column in pixels, where known.
    pub place: Option<[f64; 2]>,
    /// Whether a unit of the first layer can be centred on it; none where its place is not known.
    #[serde(default)]
    pub covered: Option<bool>,
    /// The best unit of each network; none where the potential never changes.
    pub networks: Vec<Option<BestUnit>>,
    /// Correlation of the best unit of each untrained network.
    pub untrained: Vec<Option<f64>>,
    /// The same of each network trained on shifted responses.
    pub shifted: Vec<Option<f64>>,
    /// Correlation of a linear-nonlinear model of the interneuron itself.
    pub ln_model: Option<f64>,
}

/// The mean of a correlation, or of a difference of two, over interneurons, networks and recordings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanCorrelation {
    /// Of what.
    pub what: String,
    /// Its value.
    pub mean: f64,
    /// 95 % interval by nested bootstrap; none for a single type.
    pub interval: Option<[f64; 2]>,
    /// Recordings.
    pub recordings: usize,
    /// Types, those of each recording counted.
    pub types: usize,
    /// Interneurons.
    pub interneurons: usize,
}

impl ComparedInterneuron {
    pub(crate) fn new(unit: usize, interneuron: &InterneuronUnit) -> Self {
        Self {
            unit,
            kind: interneuron.kind.clone(),
            place: interneuron.place.map(|place| [place.row, place.column]),
            covered: None,
            networks: Vec::new(),
            untrained: Vec::new(),
            shifted: Vec::new(),
            ln_model: None,
        }
    }
}

impl InterneuronSummary {
    /// The correlations alone, `[network][interneuron]`.
    pub fn correlations(&self) -> Correlations {
        let networks = |of: &dyn Fn(&ComparedInterneuron) -> Vec<Option<f64>>| {
            let units: Vec<Vec<Option<f64>>> = self.interneurons.iter().map(of).collect();
            let count = units.iter().map(Vec::len).min().unwrap_or(0);
            (0..count)
                .map(|network| units.iter().map(|unit| unit[network]).collect())
                .collect()
        };
        let best = |one: &ComparedInterneuron| {
            let best = one.networks.iter();
            best.map(|best| Some((*best)?.correlation)).collect()
        };
        Correlations {
            types: self
                .interneurons
                .iter()
                .map(|one| one.kind.clone())
                .collect(),
            networks: networks(&best),
            untrained: networks(&|one| one.untrained.clone()),
            shifted: networks(&|one| one.shifted.clone()),
            ln_model: self.interneurons.iter().map(|one| one.ln_model).collect(),
        }
    }
}

impl InterneuronSummary {
    /// Those of covered interneurons.
    pub fn covered(&self) -> Correlations {
        let covered = self
            .interneurons
            .iter()
            .map(|one| one.covered == Some(true));
        self.correlations().of(&covered.collect::<Vec<bool>>())
    }
}

impl MeanCorrelation {
    /// All means that are defined over some recordings.
    pub(crate) fn over(recordings: &[&Correlations]) -> Vec<Self> {
        let found = Measure::ALL.into_iter().filter_map(|measure| {
            let MeanOf {
                mean,
                interval,
                recordings,
                types,
                interneurons,
            } = measure.over(recordings)?;
            Some(Self {
                what: measure.name().to_owned(),
                mean,
                interval,
                recordings,
                types,
                interneurons,
            })
        });
        found.collect()
    }
}
