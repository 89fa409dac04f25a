//! Models by name, in copies of a hub on this machine. Nothing is downloaded.
//!
//! `owner/name`, or `owner/name@revision`, is looked up in two places, in this order:
//!
//! | place | where | a model without a revision | with one |
//! |---|---|---|---|
//! | folder of models | `GANGLION_MODELS` | `owner/name` | `owner/name@revision` |
//! | cache of Hugging Face | `HF_HUB_CACHE`, else `HF_HOME/hub`, else `huggingface/hub` in `XDG_CACHE_HOME` or `~/.cache` | `models--owner--name/snapshots/X`, where `refs/main` says `X` | the same by `refs/revision`, or `snapshots/revision` |
//!
//! The layout of the cache is that of `huggingface_hub` 1.x ("Understand caching" in its documentation).

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The variable that names the folder of models.
pub const MODELS: &str = "GANGLION_MODELS";

/// The name of a model on a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName {
    owner: String,
    name: String,
    revision: Option<String>,
}

impl ModelName {
    /// The name that a path looks like: two parts of letters, digits, `-`, `_` and `.`, and after an `@` a
    /// revision, which may have more parts.
    pub fn of(path: &Path) -> Option<Self> {
        let text = path.to_str()?;
        let (model, revision) = match text.split_once('@') {
            Some((model, revision)) => (model, Some(revision)),
            None => (text, None),
        };
        let (owner, name) = model.split_once('/')?;
        let mut parts = [owner, name].into_iter().chain(
            revision
                .into_iter()
                .flat_map(|revision| revision.split('/')),
        );
        parts.all(is_part).then(|| Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            revision: revision.map(str::to_owned),
        })
    }

    /// Its folder in the cache of Hugging Face, whatever the revision.
    fn cached_folder(&self) -> String {
        format!("models--{}--{}", self.owner, self.name)
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)?;
        match &self.revision {
            Some(revision) => write!(f, "@{revision}"),
            None => Ok(()),
        }
    }
}

/// Whether a part of a name leads nowhere else.
fn is_part(part: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !part.is_empty() && !part.starts_with('.') && part.chars().all(known)
}

/// Where models are looked for by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hub {
    models: Option<PathBuf>,
    cache: Option<PathBuf>,
}

impl Hub {
    /// The places that the environment names.
    pub fn of_environment() -> Self {
        Self::named_by(|variable| env::var_os(variable), env::home_dir())
    }

    /// The places that some variables name, of which empty ones count as absent.
    fn named_by(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let folder = |name: &str| -> Option<PathBuf> {
            let value = variable(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        let caches = || folder("XDG_CACHE_HOME").or(home.map(|home| home.join(".cache")));
        let hugging_face = || folder("HF_HOME").or_else(|| Some(caches()?.join("huggingface")));
        Self {
            models: folder(MODELS),
            cache: folder("HF_HUB_CACHE").or_else(|| Some(hugging_face()?.join("hub"))),
        }
    }

    /// The folder of a model.
    ///
    /// # Errors
    /// Each place that was looked in, and why it is not there.
    pub fn find(&self, name: &ModelName) -> Result<PathBuf, Vec<String>> {
        let mut looked = Vec::new();
        for found in [self.in_models(name), self.in_cache(name)] {
            match found {
                Ok(folder) => return Ok(folder),
                Err(place) => looked.push(place),
            }
        }
        Err(looked)
    }

    fn in_models(&self, name: &ModelName) -> Result<PathBuf, String> {
        let Some(models) = &self.models else {
            return Err(format!("{MODELS} (not set)"));
        };
        let folder = models.join(name.to_string());
        match folder.is_dir() {
            true => Ok(folder),
            false => Err(format!("{} ({MODELS})", folder.display())),
        }
    }

    fn in_cache(&self, name: &ModelName) -> Result<PathBuf, String> {
        let Some(cache) = &self.cache else {
            return Err(
                "the cache of Hugging Face (no home folder is known; set HF_HUB_CACHE)".into(),
            );
        };
        let model = cache.join(name.cached_folder());
        let revision = name.revision.as_deref().unwrap_or("main");
        let commit = fs::read_to_string(model.join("refs").join(revision));
        let commit = commit.map_or(revision.to_owned(), |commit| commit.trim().to_owned());
        let folder = model.join("snapshots").join(&commit);
        match is_part(&commit) && folder.is_dir() {
            true => Ok(folder),
            false => Err(format!(
                "{}{}",
                model.display(),
                revisions(&model, revision)
            )),
        }
    }
}

/// Why a cached model is not found: which revisions there are, if any.
fn revisions(model: &Path, wanted: &str) -> String {
    let entries = fs::read_dir(model.join("snapshots"));
    let entries = entries.into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    match names.is_empty() {
        true => String::new(),
        false => format!(
            " (there is no revision {wanted}; add @ and one of {})",
            names.join(", ")
        ),
    }
}

/// Where a model is: the path itself if anything is there, else the folder of the model of this name.
///
/// # Errors
/// [`Error::NoModelOfName`], which says where it was looked for.
pub fn locate(path: &Path) -> Result<PathBuf, Error> {
    match name_of(path) {
        None => Ok(path.to_owned()),
        Some(name) => Hub::of_environment()
            .find(&name)
            .map_err(|looked| Error::NoModelOfName {
                path: path.to_owned(),
                looked: looked.join(" or in "),
            }),
    }
}

/// The name that a path is, where nothing is at the path.
pub fn name_of(path: &Path) -> Option<ModelName> {
    match path.exists() {
        true => None,
        false => ModelName::of(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("lab/salamander", Some(("lab", "salamander", None)))]
    #[case("lab/on-cells.v2@0f3a", Some(("lab", "on-cells.v2", Some("0f3a"))))]
    #[case("lab/cells@refs/pr/1", Some(("lab", "cells", Some("refs/pr/1"))))]
    #[case("salamander", None)]
    #[case("lab/salamander/model", None)]
    #[case("../salamander", None)]
    #[case("lab/..", None)]
    #[case("lab/salamander@", None)]
    #[case("lab/salamander@a/../../b", None)]
    #[case("/lab/salamander", None)]
    fn names_lead_nowhere_else(
        #[case] text: &str,
        #[case] expected: Option<(&str, &str, Option<&str>)>,
    ) {
        let found = ModelName::of(Path::new(text));
        let expected = expected.map(|(owner, name, revision)| ModelName {
            owner: owner.to_owned(),
            name: name.to_owned(),
            revision: revision.map(str::to_owned),
        });
        assert_eq!(found, expected);
        if let Some(found) = found {
            assert_eq!(found.to_string(), text);
        }
    }

    #[rstest]
    #[case(&[], "/home/me/.cache/huggingface/hub")]
    #[case(&[("XDG_CACHE_HOME", "/caches")], "/caches/huggingface/hub")]
    #[case(&[("XDG_CACHE_HOME", "/caches"), ("HF_HOME", "/hf")], "/hf/hub")]
    #[case(&[("HF_HOME", "/hf"), ("HF_HUB_CACHE", "/hub")], "/hub")]
    #[case(&[("HF_HOME", "/hf"), ("HF_HUB_CACHE", "")], "/hf/hub")]
    fn the_cache_is_where_hugging_face_keeps_it(
        #[case] set: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        let variable = |name: &str| {
            let value = set.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| OsString::from(value))
        };
        let hub = Hub::named_by(variable, Some(PathBuf::from("/home/me")));
        assert_eq!(hub.cache, Some(PathBuf::from(expected)));
        assert_eq!(hub.models, None);
    }

    fn name(text: &str) -> ModelName {
        ModelName::of(Path::new(text)).unwrap()
    }

    #[test]
    fn a_cached_model_is_found_by_its_revision() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("models--lab--cells");
        for commit in ["aaa", "bbb"] {
            fs::create_dir_all(model.join("snapshots").join(commit)).unwrap();
        }
        fs::create_dir_all(model.join("refs/pr")).unwrap();
        fs::write(model.join("refs/pr/1"), "bbb\n").unwrap();
        let hub = Hub {
            models: None,
            cache: Some(folder.path().to_owned()),
        };
        let refused = hub.find(&name("lab/cells")).unwrap_err().join("; ");
        for part in ["GANGLION_MODELS (not set)", "no revision main", "aaa, bbb"] {
            assert!(refused.contains(part), "`{part}` is not in: {refused}");
        }
        fs::write(model.join("refs/main"), "aaa").unwrap();
        for (text, commit) in [
            ("lab/cells", "aaa"),
            ("lab/cells@bbb", "bbb"),
            ("lab/cells@pr/1", "bbb"),
        ] {
            let expected = model.join("snapshots").join(commit);
            assert_eq!(hub.find(&name(text)), Ok(expected), "{text}");
        }
        fs::write(model.join("refs/main"), "../../..").unwrap();
        assert!(hub.find(&name("lab/cells")).is_err());
    }

    #[test]
    fn a_folder_of_models_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let (models, cache) = (folder.path().join("models"), folder.path().join("cache"));
        let cached = cache.join("models--lab--cells/snapshots/main");
        fs::create_dir_all(&cached).unwrap();
        let hub = Hub {
            models: Some(models.clone()),
            cache: Some(cache),
        };
        assert_eq!(hub.find(&name("lab/cells")), Ok(cached));
        let plain = models.join("lab/cells");
        fs::create_dir_all(&plain).unwrap();
        assert_eq!(hub.find(&name("lab/cells")), Ok(plain));
        let refused = hub.find(&name("lab/others")).unwrap_err();
        let places = ["models/lab/others", "models--lab--others"];
        for (place, looked) in places.iter().zip(refused) {
            assert!(looked.contains(place), "{looked}");
        }
    }
}
