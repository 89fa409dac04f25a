//! Taking possession of a run directory, and finding out whether a run may go on in it.

use ganglion_recording::write_atomically;

use super::config::RunConfig;
use super::directory::RunDirectory;
use crate::error::Error;

/// Refuses a directory that holds a run, unless that very run is to be resumed.
pub(super) fn check_directory(
    config: &RunConfig,
    directory: &RunDirectory,
    resume: bool,
) -> Result<(), Error> {
    if !directory.holds_a_run() {
        if resume {
            return Err(Error::NothingToResume {
                path: directory.root().into(),
            });
        }
        let mut own = directory.own().into_iter();
        return match own.find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(Error::InTheWay { path }),
            None => Ok(()),
        };
    }
    if !resume {
        return Err(match is_of_a_run(directory) {
            true => Error::RunExists {
                path: directory.root().into(),
            },
            false => Error::InTheWay {
                path: directory.config(),
            },
        });
    }
    let path = directory.config();
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File {
        path: path.clone(),
        source,
    })?;
    let mut begun: RunConfig = toml::from_str(&text).map_err(|error| Error::Description {
        path: path.clone(),
        message: error.to_string(),
    })?;
    // A run may be moved to another device, and prolonged unless its schedule depends on its length.
    if config.training.cosine.is_none() {
        begun.training.epochs = config.training.epochs;
    }
    begun.device = config.device;
    if &begun == config {
        Ok(())
    } else {
        Err(Error::ConfigChanged { path })
    }
}

/// Whether `config.toml` is that of a run, and no other file of this name.
fn is_of_a_run(directory: &RunDirectory) -> bool {
    let text = std::fs::read_to_string(directory.config());
    let is_config = text.is_ok_and(|text| toml::from_str::<RunConfig>(&text).is_ok());
    is_config || directory.checkpoints().exists()
}

/// Writes the resolved config: the sign that a run lives here.
pub(super) fn claim(config: &RunConfig, directory: &RunDirectory) -> Result<(), Error> {
    let root = directory.root();
    std::fs::create_dir_all(root).map_err(|source| Error::File {
        path: root.into(),
        source,
    })?;
    let text = toml::to_string(config).map_err(|error| Error::Unwritable {
        message: error.to_string(),
    })?;
    Ok(write_atomically(directory.config(), |file| {
        std::io::Write::write_all(file, text.as_bytes())
    })?)
}
