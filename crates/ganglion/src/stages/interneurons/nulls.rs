//! Networks that know nothing of the circuit.

use std::path::Path;

use ganglion_model::model::Model;
use ganglion_model::training::{RunConfig, RunDirectory};
use ganglion_numerics::mean;
use ganglion_reduction::interneurons::BestUnit;

use super::potentials::Potentials;
use crate::error::{Result, ensure};
use crate::location::Location;
use crate::text;

/// Initialisations of the untrained network, whose correlations are averaged.
pub const UNTRAINED: u64 = 5;
/// Seed of the first of them.
const FIRST_UNTRAINED: u64 = 9_000_000;

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

/// The seeds of untrained networks: far from those that networks are trained with, and never that of the
/// network itself, whose initial weights are where its training began.
pub fn untrained_seeds(network: Option<u64>) -> Vec<u64> {
    let seeds = (FIRST_UNTRAINED..).filter(|seed| Some(*seed) != network);
    seeds.take(UNTRAINED as usize).collect()
}

/// How a run was trained; none for a model without a run around it.
///
/// # Errors
/// Where the run's config cannot be read.
pub fn training(path: &Path) -> Result<Option<RunConfig>> {
    let location = Location::of(path);
    let config = location.run().map(|run| run.config());
    config
        .map(|file| text::read_toml(&file, "config"))
        .transpose()
}

/// Refuses a network that is no null of another: trained on responses that were not shifted, or from the
/// same initial weights. Warns where there is no run that says so.
///
/// # Errors
/// As it says, or where a run's config cannot be read.
pub fn check(null: &Path, (network, trained): (&Path, Option<&RunConfig>)) -> Result<()> {
    let Some(config) = training(null)? else {
        tracing::warn!(
            "{}: is a model without its run, so that nothing says whether its responses were shifted",
            null.display()
        );
        return Ok(());
    };
    let file = RunDirectory::new(null).config();
    let file = file.display();
    ensure!(
        config.recording.shift_responses > 0,
        "{file}: recording.shift_responses is 0, so that the network is no null; train one with `--set \
         recording.shift_responses=30000`, or another number of bins"
    );
    let Some(trained) = trained else {
        tracing::warn!(
            "{}: is a model without its run, so that nothing says whether {} began with other weights",
            network.display(),
            null.display()
        );
        return Ok(());
    };
    ensure!(
        config.seed != trained.seed,
        "{file}: seed = {} is that of {}, so that both began with the same weights and are alike for that \
         reason; train the null with another, as in `--set seed={}`",
        config.seed,
        network.display(),
        config.seed.saturating_add(1000)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrained_networks_never_have_the_seed_of_the_network() {
        assert_eq!(untrained_seeds(Some(1)), untrained_seeds(None));
        let without = untrained_seeds(Some(FIRST_UNTRAINED + 2));
        assert_eq!(without.len(), UNTRAINED as usize);
        assert!(!without.contains(&(FIRST_UNTRAINED + 2)));
    }
}
