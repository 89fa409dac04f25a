//! Networks that know nothing of the circuit.

use ganglion_model::training::config::RecordingConfig;
use ganglion_model::training::{RunConfig, RunDirectory};
use ganglion_recording::{Partition, RecordingFile};

use super::trained::Trained;
use crate::error::{Result, bail, ensure};

/// Initialisations of the untrained network.
pub const UNTRAINED: u64 = 5;
/// Seed of the first of them.
const FIRST_UNTRAINED: u64 = 9_000_000;
/// How far the seed of a null is from that of its network, in what is told.
const APART: u64 = 1000;

/// The seeds of untrained networks: far from those that networks are trained with, and never that of a
/// network itself, whose initial weights are where its training began.
pub fn untrained_seeds(networks: &[u64]) -> Vec<u64> {
    let seeds = (FIRST_UNTRAINED..).filter(|seed| !networks.contains(seed));
    seeds.take(UNTRAINED as usize).collect()
}

/// Refuses a network that is no null of the others: trained on responses that were not shifted, from the same
/// initial weights, or in another way. Warns where there is no run that says so.
///
/// # Errors
/// As it says.
pub fn check(null: &Trained, networks: &[Trained]) -> Result<()> {
    let Some(config) = &null.config else {
        tracing::warn!(
            "{}: is a model without its run, so that nothing says whether its responses were shifted",
            null.path.display()
        );
        return Ok(());
    };
    let file = RunDirectory::new(&null.path).config();
    let file = file.display();
    check_shift(&file, config, history(null))?;
    for network in networks {
        let path = network.path.display();
        let Some(seed) = network.seed() else {
            tracing::warn!(
                "{path}: is a model without its run, so that nothing says whether {} began with other weights",
                null.path.display()
            );
            continue;
        };
        ensure!(
            config.seed != seed,
            "{file}: seed = {seed} is that of {path}, so that both began with the same weights and are alike for \
             that reason; train the null with another, as in `--set seed={}`",
            seed.saturating_add(APART)
        );
    }
    let mut differences = networks.iter().map(|one| (one, null.differs_from(one)));
    // A null is one of at least one network: others may be trained on other recordings.
    let first = differences.next();
    if differences.any(|(_, difference)| difference.is_none()) {
        return Ok(());
    }
    if let Some((network, Some(difference))) = first {
        bail!(
            "{file}: {difference} is not that of {}, so that more than the shift sets them apart; train the null \
             from the config of that network",
            network.path.display()
        );
    }
    Ok(())
}

/// Frames that a response of a network depends on.
fn history(network: &Trained) -> usize {
    network.model.description.movie.history
}

fn check_shift(file: &dyn std::fmt::Display, config: &RunConfig, history: usize) -> Result<()> {
    let shift = config.recording.shift_responses;
    ensure!(
        shift > 0,
        "{file}: recording.shift_responses is 0, so that the network is no null; train one with `--set \
         recording.shift_responses=30000`, or another number of bins"
    );
    let least = RecordingConfig::least_shift(history);
    ensure!(
        shift >= least,
        "{file}: recording.shift_responses is {shift}, less than ten histories of {history} frames, so that responses \
         still follow what is shown; train a null with at least {least}"
    );
    Ok(())
}

/// The command that trains a null of a network; none where it has no run, or its recordings are not there.
pub fn advice(network: &Trained) -> Option<String> {
    let config = network.config.as_ref()?;
    let frames = |file: &std::path::Path| {
        let file = RecordingFile::open(file).ok()?;
        Some(file.partition(Partition::Train).ok()?.frames)
    };
    let files = config.recording.files.iter();
    let frames: Option<Vec<usize>> = files.map(|file| frames(file)).collect();
    let shift = frames?.into_iter().min()? / 6;
    if shift < RecordingConfig::least_shift(history(network)) {
        return None;
    }
    // Without a slash at its end, which would put the null inside the run.
    let run = network.path.components().as_path().display();
    let file = RunDirectory::new(&network.path).config();
    Some(format!(
        "ganglion train {} --set recording.shift_responses={shift} --set seed={} --out {run}-shifted",
        file.display(),
        config.seed.saturating_add(APART)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrained_networks_never_have_the_seed_of_the_network() {
        assert_eq!(untrained_seeds(&[1, 2]), untrained_seeds(&[]));
        let without = untrained_seeds(&[3, FIRST_UNTRAINED + 2]);
        assert_eq!(without.len(), UNTRAINED as usize);
        assert!(!without.contains(&(FIRST_UNTRAINED + 2)));
    }
}
