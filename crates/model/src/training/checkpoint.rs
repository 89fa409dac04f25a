//! Complete states of a run, written at the end of every epoch.
//!
//! A checkpoint is a folder that appears under its final name only when all of it is on disk. It
//! holds weights, the optimiser's moments, the state of the schedules and the history; sampling and
//! noise are functions of seed and epoch, so nothing else is needed for the run to go on bit by bit
//! as if it had never stopped.
//!
//! A list of the files' SHA-256 tells a checkpoint that was cut off or damaged later, by a copy that
//! stopped or a disk that failed. The run then goes on from the one before, bit by bit as well.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use ganglion_recording::write_atomically;
use serde::{Deserialize, Serialize};

use super::directory::RunDirectory;
use super::history::HistoryRow;
use super::integrity;
use super::schedule::Schedule;
use crate::error::Error;
use crate::network::Network;

/// Checkpoints that are kept.
const KEPT: usize = 2;

/// Everything but weights and moments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrainingState {
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// Schedules.
    pub schedule: Schedule,
    /// Rows so far.
    pub history: Vec<HistoryRow>,
}

/// Writes the state after an epoch and drops the oldest ones.
pub fn save(
    directory: &RunDirectory,
    state: &TrainingState,
    network: &Network,
    optimiser: &ModuleOptimizer,
) -> Result<(), Error> {
    let root = directory.checkpoints();
    let aside = root.join(format!(".writing-{:06}", state.epoch));
    remove(&aside)?;
    std::fs::create_dir_all(&aside).map_err(file(&aside))?;
    let record = |error: &dyn std::fmt::Display| Error::Checkpoint {
        path: aside.clone(),
        message: error.to_string(),
    };
    // Settles running statistics, which the record would otherwise miss by one step.
    let settled = network.valid();
    settled
        .save_file(aside.join(NETWORK))
        .map_err(|error| record(&error))?;
    optimiser
        .save(aside.join(OPTIMISER))
        .map_err(|error| record(&error))?;
    let text = toml::to_string(state).map_err(|error| record(&error))?;
    write_atomically(aside.join(STATE), |file| {
        std::io::Write::write_all(file, text.as_bytes())
    })?;
    for name in [NETWORK, OPTIMISER] {
        make_durable(&aside.join(name))?;
    }
    integrity::write(&aside, &[NETWORK, OPTIMISER, STATE])?;
    let place = root.join(name(state.epoch));
    remove(&place)?;
    std::fs::rename(&aside, &place).map_err(file(&place))?;
    // The new name is durable only once the folder is; not every system can sync one.
    if let Ok(folder) = File::open(&root) {
        let _ = folder.sync_all();
    }
    prune(&root)
}

/// The content has to be on disk before the folder gets its name.
fn make_durable(path: &Path) -> Result<(), Error> {
    let opened = OpenOptions::new().write(true).open(path);
    let synced = opened.and_then(|opened| opened.sync_all());
    synced.map_err(file(path))
}

/// A state to go on from.
pub struct Restored {
    /// Everything but weights and moments.
    pub state: TrainingState,
    /// The network.
    pub network: Network,
    /// The optimiser.
    pub optimiser: ModuleOptimizer,
    /// Newer checkpoints that cannot be used, the newest first.
    pub skipped: Vec<Skipped>,
}

/// A checkpoint that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: String,
}

/// The newest state that is whole, if there is one.
///
/// # Errors
/// Where there are checkpoints and none of them is whole, or the newest must not be read.
pub fn load(
    directory: &RunDirectory,
    network: &Network,
    optimiser: &ModuleOptimizer,
) -> Result<Option<Restored>, Error> {
    let mut skipped: Vec<Skipped> = Vec::new();
    for path in complete(&directory.checkpoints())?.into_iter().rev() {
        match read(&path, network.clone(), optimiser.clone()) {
            Ok((state, network, optimiser)) => {
                return Ok(Some(Restored {
                    state,
                    network,
                    optimiser,
                    skipped,
                }));
            }
            Err(error) if is_forbidden(&error) => return Err(error),
            Err(error) => skipped.push(Skipped {
                path,
                problem: error.to_string(),
            }),
        }
    }
    match skipped.into_iter().next() {
        None => Ok(None),
        Some(Skipped { path, problem }) => Err(Error::NoWholeCheckpoint { path, problem }),
    }
}

/// A file that is whole, for another user.
fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::File { source, .. } if source.kind() == ErrorKind::PermissionDenied)
}

fn read(
    place: &Path,
    network: Network,
    optimiser: ModuleOptimizer,
) -> Result<(TrainingState, Network, ModuleOptimizer), Error> {
    let broken = |name: &str, error: &dyn std::fmt::Display| Error::Checkpoint {
        path: place.join(name),
        message: error.to_string(),
    };
    integrity::check(place)?;
    let path = place.join(STATE);
    let text = std::fs::read_to_string(&path).map_err(file(&path))?;
    let state: TrainingState = toml::from_str(&text).map_err(|error| {
        let message = format!("it is cut off or malformed: {}", error.message());
        broken(STATE, &message)
    })?;
    if state.history.len() != state.epoch {
        return Err(broken(
            STATE,
            &"it is cut off: it does not hold every epoch",
        ));
    }
    let network = network
        .try_load_file(place.join(NETWORK))
        .map_err(|error| broken(NETWORK, &error))?;
    let optimiser = optimiser
        .load(place.join(OPTIMISER))
        .map_err(|error| broken(OPTIMISER, &error))?;
    Ok((state, network, optimiser))
}

const NETWORK: &str = "network.bpk";
const OPTIMISER: &str = "optimiser.bpk";
/// TOML, because it keeps every digit of a number, which JSON readers may not.
const STATE: &str = "state.toml";
const PREFIX: &str = "epoch-";

fn name(epoch: usize) -> String {
    format!("{PREFIX}{epoch:06}")
}

/// Finished checkpoints, oldest first.
fn complete(root: &Path) -> Result<Vec<PathBuf>, Error> {
    if !root.exists() {
        return Ok(Vec::new());
    }
    let mut places: Vec<PathBuf> = std::fs::read_dir(root)
        .map_err(file(root))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with(PREFIX))
        })
        .collect();
    places.sort();
    Ok(places)
}

fn prune(root: &Path) -> Result<(), Error> {
    let places = complete(root)?;
    let outdated = places.len().saturating_sub(KEPT);
    places[..outdated]
        .iter()
        .try_for_each(|place| remove(place))
}

fn remove(path: &Path) -> Result<(), Error> {
    if path.exists() {
        std::fs::remove_dir_all(path).map_err(file(path))
    } else {
        Ok(())
    }
}

fn file(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.to_path_buf();
    move |source| Error::File {
        path: path.clone(),
        source,
    }
}
