//! What any HDF5 file holds.

use serde::Serialize;

use crate::container::Container;

/// Most items listed: a file with more is listed in part.
const MOST: usize = 500;

/// A group or dataset of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Its path in the file.
    pub path: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ItemKind,
}

/// What an [`Item`] is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum ItemKind {
    /// A group.
    Group,
    /// A dataset.
    Dataset {
        /// Extent of each dimension.
        shape: Vec<usize>,
        /// Element type, such as `u8` or `f64`.
        dtype: String,
    },
    /// Something that could not be read.
    Unreadable {
        /// Why.
        problem: String,
    },
}

/// Every group and dataset of the file, depth first, at most 500.
pub(crate) fn contents(container: &Container) -> Vec<Item> {
    let mut items = Vec::new();
    list(container, "", &mut items);
    items
}

fn list(container: &Container, group: &str, items: &mut Vec<Item>) {
    for name in container.datasets(group) {
        if items.len() >= MOST {
            return;
        }
        let path = join(group, &name);
        let kind = dataset_kind(container, &path);
        items.push(Item { path, kind });
    }
    // Links to groups may run in circles: they are named, but not entered.
    let own = container.own_groups(group);
    for name in container.groups(group) {
        if items.len() >= MOST {
            return;
        }
        let path = join(group, &name);
        let is_own = own.contains(&name);
        items.push(Item {
            path: path.clone(),
            kind: ItemKind::Group,
        });
        if is_own {
            list(container, &path, items);
        }
    }
}

fn dataset_kind(container: &Container, path: &str) -> ItemKind {
    match container.dataset(path) {
        Ok(data) => ItemKind::Dataset {
            shape: data.shape().to_vec(),
            dtype: data.type_name(),
        },
        Err(error) => ItemKind::Unreadable {
            problem: error.to_string(),
        },
    }
}

fn join(group: &str, name: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{group}/{name}")
    }
}
