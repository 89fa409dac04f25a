//! Finding objects by path, through soft and external links.

use std::sync::Arc;

use super::links::LinkTarget;
use super::raw::message;
use super::{Container, Error};

/// Links that are followed for one path at most.
const MOST_LINKS: usize = 32;

/// Where an object is, once every link is followed.
#[derive(Clone, Debug)]
pub(super) struct Located {
    /// The file it is in: another one behind an external link.
    pub(super) container: Container,
    /// Its path there, without links.
    pub(super) path: String,
    /// Address of its header, where that is known.
    pub(super) address: Option<u64>,
}

/// What a name of a group leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Group,
    Dataset,
    /// A type with a name, or an object that cannot be read.
    Other,
    /// A link that leads nowhere.
    Broken,
}

impl Located {
    pub(super) fn group(&self) -> Option<hdf5_pure::Group> {
        match &*self.path {
            "" => Some(self.container.file.root()),
            path => self.container.file.group(path).ok(),
        }
    }

    pub(super) fn dataset(&self) -> Option<hdf5_pure::Dataset> {
        self.container.file.dataset(&self.path).ok()
    }

    /// Whether a dataset keeps its elements in a raw file beside.
    pub(super) fn is_stored_elsewhere(&self) -> bool {
        let messages = self.container.raw.as_ref().zip(self.address);
        let messages = messages.and_then(|(raw, address)| raw.messages(address));
        messages.is_some_and(|all| all.iter().any(|one| one.kind == message::EXTERNAL_FILES))
    }

    /// What the object is. One that the library cannot open is still a dataset, so that opening it
    /// says why.
    pub(super) fn kind(&self) -> Kind {
        let messages = self.container.raw.as_ref().zip(self.address);
        let Some(messages) = messages.and_then(|(raw, address)| raw.messages(address)) else {
            return match (self.group(), self.dataset()) {
                (Some(_), _) => Kind::Group,
                (None, Some(_)) => Kind::Dataset,
                (None, None) => Kind::Other,
            };
        };
        let has = |kinds: &[u16]| messages.iter().any(|one| kinds.contains(&one.kind));
        if has(&[message::DATA_LAYOUT]) {
            Kind::Dataset
        } else if has(&[message::SYMBOL_TABLE, message::LINK_INFO, message::LINK]) {
            Kind::Group
        } else {
            Kind::Other
        }
    }
}

impl Container {
    /// The names in a group and what they lead to; none if it does not exist.
    pub(super) fn children(&self, group: &str) -> Vec<(String, Kind)> {
        let Some(at) = self.locate(group).ok().flatten() else {
            return Vec::new();
        };
        match at.links() {
            Some(links) => links
                .iter()
                .map(|(name, target)| (name.clone(), at.kind_of_child(name, target)))
                .collect(),
            None => at.listed(),
        }
    }

    /// Names of a group that are soft or external links.
    pub(super) fn links_of(&self, group: &str) -> Vec<String> {
        let at = self.locate(group).ok().flatten();
        let links = at.and_then(|at| at.links()).unwrap_or_default();
        let links = links
            .iter()
            .filter(|(_, target)| !matches!(target, LinkTarget::Object(_)));
        links.map(|(name, _)| name.clone()).collect()
    }

    /// Where the object of a path is; none if there is none.
    ///
    /// # Errors
    /// [`Error::BrokenLink`] where a link on the way leads nowhere.
    pub(super) fn locate(&self, path: &str) -> Result<Option<Located>, Error> {
        self.follow(path, MOST_LINKS)
    }

    fn follow(&self, path: &str, left: usize) -> Result<Option<Located>, Error> {
        let names: Vec<&str> = path
            .split('/')
            .filter(|name| !name.is_empty() && *name != ".")
            .collect();
        let mut at = Located {
            container: self.clone(),
            path: String::new(),
            address: self.raw.as_ref().map(super::raw::Raw::root),
        };
        for (place, name) in names.iter().enumerate() {
            let rest = &names[place + 1..];
            let Some(links) = at.links() else {
                return Ok(self.by_library(&names));
            };
            let Some((_, target)) = links.iter().find(|(found, _)| found == name) else {
                return Ok(None);
            };
            let link = joined(&at.path, name);
            match target {
                LinkTarget::Object(address) => (at.path, at.address) = (link, Some(*address)),
                LinkTarget::Soft(path) => {
                    let absolute = match path.starts_with('/') {
                        true => path.clone(),
                        false => joined(&at.path, path),
                    };
                    let broken = || self.broken(&link, format!("`{path}`"));
                    let left = left.checked_sub(1).ok_or_else(broken)?;
                    let found = self.follow(&absolute, left)?.ok_or_else(broken)?;
                    let (container, whole) = (found.container.clone(), found.with(rest));
                    return container.follow(&whole, left);
                }
                LinkTarget::External { file, path } => {
                    let broken = || self.broken(&link, format!("`{path}` of the file {file}"));
                    let left = left.checked_sub(1).ok_or_else(broken)?;
                    let folder = crate::atomic::folder_of(&self.path);
                    let other = folder.join(file);
                    let other = self.open_linked(&other).map_err(|_| broken())?;
                    let found = other.follow(path, left)?.ok_or_else(broken)?;
                    let (container, whole) = (found.container.clone(), found.with(rest));
                    return container.follow(&whole, left);
                }
            }
        }
        Ok(Some(at))
    }

    /// Where links cannot be parsed, the library knows hard ones.
    fn by_library(&self, names: &[&str]) -> Option<Located> {
        let at = Located {
            container: self.clone(),
            path: names.join("/"),
            address: None,
        };
        (at.group().is_some() || at.dataset().is_some()).then_some(at)
    }

    fn broken(&self, link: &str, target: String) -> Error {
        Error::BrokenLink {
            path: self.path.clone(),
            link: link.to_owned(),
            target,
        }
    }
}

impl Located {
    fn links(&self) -> Option<Arc<Vec<(String, LinkTarget)>>> {
        self.container.raw.as_ref()?.links(self.address?)
    }

    fn kind_of_child(&self, name: &str, target: &LinkTarget) -> Kind {
        let path = joined(&self.path, name);
        let found = match target {
            LinkTarget::Object(address) => Some(Self {
                container: self.container.clone(),
                path,
                address: Some(*address),
            }),
            _ => self.container.locate(&path).ok().flatten(),
        };
        found.map_or(Kind::Broken, |found| found.kind())
    }

    /// What the library lists.
    fn listed(&self) -> Vec<(String, Kind)> {
        let Some(group) = self.group() else {
            return Vec::new();
        };
        let of = |names: Vec<String>, kind: Kind| names.into_iter().map(move |name| (name, kind));
        let groups = of(group.groups().unwrap_or_default(), Kind::Group);
        groups
            .chain(of(group.datasets().unwrap_or_default(), Kind::Dataset))
            .collect()
    }

    fn with(&self, rest: &[&str]) -> String {
        rest.iter()
            .fold(self.path.clone(), |path, name| joined(&path, name))
    }
}

fn joined(group: &str, name: &str) -> String {
    match group {
        "" => name.to_owned(),
        group => format!("{group}/{name}"),
    }
}
