//! The one law for what commands write.
//!
//! What exists and is not the command's own earlier result is not replaced. `--overwrite` lifts
//! this for results and recordings, but never for a model, a run, or what the same command reads,
//! whatever links or relative paths it is named by.
//!
//! A folder of results keeps a ledger of what each command wrote, so that an earlier result is
//! known from a file of the same name that somebody else put there, or has edited since. A result
//! that is a single file says by its content what wrote it.

mod identity;
mod ledger;
mod precious;
mod results;

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_model::hub;
use ganglion_model::training::RunDirectory;
use ganglion_recording::{ArrayFile, Attribute};

use crate::error::Error;
use identity::Identity;
use precious::Precious;
pub use results::ResultFolder;

/// What a command is about to write, and what it must leave alone.
#[derive(Clone, Debug)]
pub struct Outputs {
    command: &'static str,
    /// Commands whose results this one may replace: itself, and one that it redraws.
    owners: Vec<&'static str>,
    overwrite: bool,
    inputs: Vec<Identity>,
    promised: Vec<PathBuf>,
}

impl Outputs {
    /// Those of a command, which may replace results of others only with `overwrite`.
    pub fn of(command: &'static str, overwrite: bool) -> Self {
        Self {
            command,
            owners: vec![command],
            overwrite,
            inputs: Vec::new(),
            promised: Vec::new(),
        }
    }

    /// Lets the command replace what another one wrote, such as figures that it draws again.
    pub fn and_those_of(mut self, command: &'static str) -> Self {
        self.owners.push(command);
        self
    }

    /// Whether results of others may be replaced.
    pub fn overwrites(&self) -> bool {
        self.overwrite
    }

    /// Names a file that the command reads, and with it those that its links lead to.
    pub fn reading(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let linked = ArrayFile::open(path).map(|file| file.linked_files());
        let files = [path.to_owned()].into_iter();
        let files = files.chain(linked.unwrap_or_default());
        self.inputs
            .extend(files.filter_map(|file| Identity::of(&file)));
        self
    }

    /// Names files that the command reads.
    pub fn reading_all<P: AsRef<Path>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        paths.into_iter().fold(self, Self::reading)
    }

    /// Names a model or run that the command reads, by its path or name, or the file of a simulated retina.
    pub fn reading_model(self, path: &Path) -> Self {
        // What is nowhere is told by who opens it.
        let path = hub::locate(path).unwrap_or_else(|_| path.to_owned());
        let run = RunDirectory::new(&path);
        let files = [path.clone(), run.config(), run.history()];
        let folders = [path.clone(), run.model()];
        let of_model = folders
            .iter()
            .flat_map(|folder| precious::MODEL_FILES.map(|name| folder.join(name)));
        let circuit = path.join("circuit.toml");
        self.reading_all(files.into_iter().chain(of_model).chain([circuit]))
    }

    /// A single file to be written, and where it really is if `path` is a link. `is_own` tells
    /// by its content whether a file that exists is an earlier result of this command.
    ///
    /// # Errors
    /// Naming the file and what it is, where it must not be replaced.
    pub fn file(&mut self, path: &Path, is_own: impl Fn(&Path) -> bool) -> crate::Result<PathBuf> {
        let target = resolved(path)?;
        refuse_inside_a_run(&target)?;
        let absolute = std::path::absolute(&target)?;
        if self.promised.contains(&absolute) {
            let path = path.display();
            return Err(Error::request(format!(
                "{path} would be written twice by this command; choose different names"
            )));
        }
        self.promised.push(absolute);
        if target.is_dir() {
            let path = path.display();
            return Err(Error::input(format!(
                "{path} is a folder and cannot be written as a file; give the name of a file"
            )));
        }
        self.allow(&target, &is_own)?;
        Ok(target)
    }

    /// A folder of results, of which `names` may be written: names, relative to the folder, in
    /// which `*` stands for any characters but `/`.
    ///
    /// # Errors
    /// Naming the first file that must not be replaced.
    pub fn folder<N: Into<String>>(
        &self,
        folder: &Path,
        names: impl IntoIterator<Item = N>,
    ) -> crate::Result<ResultFolder> {
        refuse_inside_a_run(folder)?;
        let names = names.into_iter().map(Into::into).collect();
        ResultFolder::new(self.clone(), folder, names)
    }

    /// The folder of a model to be written. `--overwrite` replaces a model that stands alone.
    ///
    /// # Errors
    /// Where there is a model, a run or something else.
    pub fn model(&self, folder: &Path) -> crate::Result<()> {
        require_folder(folder)?;
        refuse_inside_a_run(folder)?;
        let name = folder.display();
        if RunDirectory::new(folder).holds_a_run() {
            return Err(Error::request(format!(
                "{name} holds a run, which a model would spoil; choose another --out"
            )));
        }
        for file in precious::MODEL_FILES.map(|file| folder.join(file)) {
            let is_read = Identity::of(&file).is_some_and(|identity| self.reads(&identity));
            let of_run = matches!(Precious::of(&file), Precious::OfRun(_));
            if file.exists() && (is_read || of_run || !self.overwrite) {
                let file = file.display();
                let remedy = match is_read || of_run {
                    true => "and nothing may replace it; choose another --out",
                    false => "already; choose another --out, or replace it with --overwrite",
                };
                return Err(Error::request(format!("{file} is there {remedy}")));
            }
        }
        Ok(())
    }

    /// The folder of a run, which is no file; what a run replaces in it, the run itself checks.
    ///
    /// # Errors
    /// Where it cannot be a folder, is that of a model, or a config in it is what the run is begun from.
    pub fn run(&self, folder: &Path) -> crate::Result<()> {
        require_folder(folder)?;
        refuse_inside_a_run(folder)?;
        if MODEL_FILES.iter().any(|name| folder.join(name).exists()) {
            return Err(Error::request(format!(
                "{} is the folder of a model, in which a run would be taken for that model; choose \
                 another --out",
                folder.display()
            )));
        }
        let config = RunDirectory::new(folder).config();
        if Identity::of(&config).is_some_and(|identity| self.reads(&identity)) {
            let config = config.display();
            return Err(Error::request(format!(
                "{config} is read by this very command and would be replaced by the config of \
                 the run; choose another --out"
            )));
        }
        Ok(())
    }

    /// Whether a file that may exist may be replaced.
    fn allow(&self, path: &Path, is_own: &dyn Fn(&Path) -> bool) -> crate::Result<()> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(());
        }
        let name = path.display();
        if Identity::of(path).is_some_and(|identity| self.reads(&identity)) {
            return Err(Error::request(format!(
                "{name} is read by this very command and would be replaced; choose another --out"
            )));
        }
        let kind = Precious::of(path);
        if kind.is_sacred() {
            return Err(Error::request(format!(
                "{name} exists and is {kind}, which nothing replaces; choose another --out"
            )));
        }
        if self.overwrite || is_own(path) {
            return Ok(());
        }
        let command = self.command;
        Err(Error::request(format!(
            "{name} exists and is {kind}; only earlier results of `ganglion {command}` are \
             replaced. Choose another --out, or replace it with --overwrite"
        )))
    }

    fn reads(&self, identity: &Identity) -> bool {
        self.inputs.iter().any(|input| input.is_same(identity))
    }
}

/// Files of a model that stands alone.
const MODEL_FILES: [&str; 2] = ["model.toml", "model.safetensors"];

/// Whether an HDF5 file says that it is such a result of this program.
pub fn is_by(path: &Path, content: &str) -> bool {
    let file = ArrayFile::open(path).ok();
    let attributes = file.map(|file| file.attributes(""));
    attributes.is_some_and(|all| all.get("content").and_then(Attribute::as_str) == Some(content))
}

/// Where a link leads, or the path itself.
fn resolved(path: &Path) -> crate::Result<PathBuf> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
    if !is_link {
        return Ok(path.to_owned());
    }
    fs::canonicalize(path).map_err(|_| {
        let path = path.display();
        Error::request(format!(
            "{path} is a link to something that is not there; remove it or choose another name"
        ))
    })
}

/// Refuses a place among a run's models and checkpoints, even where nothing is yet.
fn refuse_inside_a_run(path: &Path) -> crate::Result<()> {
    match precious::run_around(path) {
        None => Ok(()),
        Some(run) => Err(Error::request(format!(
            "{} is a part of the run {}, or inside its folders of models and checkpoints, in which \
             training alone writes; choose another --out",
            path.display(),
            run.display()
        ))),
    }
}

fn require_folder(folder: &Path) -> crate::Result<()> {
    let mut ancestors = folder.ancestors();
    let Some(file) = ancestors.find(|path| path.is_file()) else {
        return Ok(());
    };
    let (file, folder) = (file.display(), folder.display());
    Err(Error::input(format!(
        "{folder} cannot be a folder: {file} is a file; choose another --out"
    )))
}
