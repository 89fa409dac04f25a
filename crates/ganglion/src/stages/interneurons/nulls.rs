//! Networks that know nothing of the circuit.

use std::fs;
use std::path::Path;

use ganglion_model::model::Model;
use ganglion_numerics::mean;
use ganglion_reduction::interneurons::BestUnit;
use toml::Table;

use super::potentials::Potentials;
use crate::error::Result;
use crate::location::Location;

/// Initialisations of the untrained network, whose correlations are averaged.
pub const UNTRAINED: u64 = 5;

/// Correlations `[interneuron]` of the best units of several networks, averaged over the networks for
/// which they are defined.
///
/// # Errors
/// Where the movie does not fit a network.
pub fn averaged(potentials: &Potentials, networks: &[Model]) -> Result<Vec<Option<f64>>> {
    let found = networks.iter().map(|model| potentials.best(model));
    let found = found.collect::<Result<Vec<Vec<Option<BestUnit>>>>>()?;
    let of = |unit: usize| {
        let known = found.iter().filter_map(|best| best[unit]);
        let known: Vec<f64> = known.map(|best| best.correlation).collect();
        (!known.is_empty()).then(|| mean(&known))
    };
    Ok((0..potentials.units.len()).map(of).collect())
}

/// Warns where a run does not say that its responses were shifted.
pub fn warn_unless_shifted(path: &Path) {
    let location = Location::of(path);
    let Some(run) = location.run() else { return };
    let text = fs::read_to_string(run.config()).unwrap_or_default();
    let config: Table = text.parse().unwrap_or_default();
    let shift = config
        .get("recording")
        .and_then(|table| table.get("shift_responses"));
    if shift.is_none() {
        tracing::warn!(
            "{}: was not trained with recording.shift_responses, so that it is no null",
            path.display()
        );
    }
}
