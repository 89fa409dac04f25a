//! Weights as Keras 3 stores them: numbered variables of every layer, `<group>/vars/0`, ...
//!
//! A group is called by the layer's class and its number among the layers of that class, not by the
//! layer's name; newer versions write the name beside it.

use ganglion_model::weights::WeightArray;
use ganglion_recording::{ArrayFile, Attribute};

use super::arrays::is_of_random_numbers;
use super::step::KerasStep;
use crate::import::datasets::{array, refuse_whole};
use crate::import::error::ImportError;
use crate::import::transpose::transposed;

/// Folder with a layer's variables.
const VARIABLES: &str = "vars";
/// Folders with the layers of a model.
const LAYERS: [&str; 2] = ["layers", "_layer_checkpoint_dependencies"];

/// A layer's variables.
struct Group {
    /// Its folder's path, without the folders that only say `layers`.
    place: Vec<String>,
    /// The layer's name, where the file says it.
    name: Option<String>,
    /// Its folder in the file.
    folder: String,
    /// Variables.
    count: usize,
}

/// Whether a file holds weights in this layout.
pub(super) fn is_numbered(file: &ArrayFile) -> bool {
    !groups(file).is_empty()
}

fn groups(file: &ArrayFile) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for path in file.datasets_below("") {
        let Some((folder, _)) = path.rsplit_once('/') else {
            continue;
        };
        let parts: Vec<&str> = folder.split('/').collect();
        let [first, .., VARIABLES] = parts[..] else {
            continue;
        };
        if !LAYERS.contains(&first) || is_of_random_numbers(&path) {
            continue;
        }
        match groups.iter_mut().find(|group| group.folder == folder) {
            Some(group) => group.count += 1,
            None => groups.push(Group {
                place: parts[..parts.len() - 1]
                    .iter()
                    .filter(|part| !LAYERS.contains(part))
                    .map(|part| (*part).to_owned())
                    .collect(),
                name: match file.attributes(folder).remove("name") {
                    Some(Attribute::Text(name)) => Some(name),
                    _ => None,
                },
                folder: folder.to_owned(),
                count: 1,
            }),
        }
    }
    groups
}

impl Group {
    /// Its variables in order, under these names.
    fn read(
        &self,
        file: &ArrayFile,
        layer: &str,
        names: &[&str],
    ) -> Result<Vec<(String, WeightArray)>, ImportError> {
        let path = |number: usize| format!("{}/{number}", self.folder);
        let paths: Vec<String> = (0..self.count).map(path).collect();
        refuse_whole(file, &paths)?;
        if names.len() != self.count {
            return Err(ImportError::Keras {
                message: format!(
                    "`{}` holds {} variables, but {} belong to layer `{layer}` ({})",
                    self.folder,
                    self.count,
                    names.len(),
                    names.join(", ")
                ),
            });
        }
        let named = |(number, name): (usize, &&str)| {
            let found = array(file, &path(number))?;
            let found = match (*name, found.shape.len()) {
                ("weight", 4) => transposed(&found, &[3, 2, 0, 1]),
                ("weight", 2) => transposed(&found, &[1, 0]),
                _ => found,
            };
            Ok((format!("{layer}.{name}"), found))
        };
        names.iter().enumerate().map(named).collect()
    }

    fn is(&self, class: &str) -> bool {
        let own = self.place.last().map_or("", String::as_str);
        let rest = own.strip_prefix(class);
        rest.is_some_and(|rest| rest.is_empty() || number(rest).is_some())
    }

    /// The number behind the class: 0 for the first.
    fn number(&self) -> u64 {
        let own = self.place.last().map_or("", String::as_str);
        let last = own
            .rsplit_once('_')
            .and_then(|(_, digits)| digits.parse().ok());
        last.unwrap_or(0)
    }
}

fn number(suffix: &str) -> Option<u64> {
    suffix.strip_prefix('_')?.parse().ok()
}

/// The arrays of described layers.
pub(super) fn arrays_of_steps(
    file: &ArrayFile,
    steps: &[KerasStep],
) -> Result<Vec<(String, WeightArray)>, ImportError> {
    let mut groups = groups(file);
    let mut arrays = Vec::new();
    for step in steps {
        let by_name: Vec<usize> = (0..groups.len())
            .filter(|&index| groups[index].name.as_ref() == Some(&step.name))
            .collect();
        let by_place = || groups.iter().position(|group| group.place == step.stored);
        let place = match by_name[..] {
            [place] => Some(place),
            _ => by_place(),
        };
        match (place, variables(step)) {
            (None, names) if names.is_empty() => (),
            (None, _) => return Err(step.refuse("has no weights in this file")),
            // A class that is not known here: the walk refuses it by name.
            (Some(place), names) if names.is_empty() => drop(groups.remove(place)),
            (Some(place), names) => {
                arrays.extend(groups.remove(place).read(file, &step.name, &names)?);
            }
        }
    }
    match groups.first() {
        None => Ok(arrays),
        Some(group) => Err(ImportError::Keras {
            message: format!("`{}` belongs to no layer that is known here", group.folder),
        }),
    }
}

/// Names of a layer's variables in the order in which Keras makes them.
fn variables(step: &KerasStep) -> Vec<&'static str> {
    let has = |name: &str| step.truth(&[name]) != Some(false);
    match step.class.as_str() {
        "Conv2D" | "Dense" if has("use_bias") => vec!["weight", "bias"],
        "Conv2D" | "Dense" => vec!["weight"],
        "BatchNormalization" => {
            let gain = has("scale").then_some("weight");
            let offset = has("center").then_some("bias");
            let statistics = ["running_mean", "running_var"];
            gain.into_iter().chain(offset).chain(statistics).collect()
        }
        _ => Vec::new(),
    }
}

/// The arrays of a file without a description, convolutions each with its normalisation, then the
/// dense layer: the order of the published networks, as far as the numbers of layers allow it.
pub(super) fn arrays_by_name(file: &ArrayFile) -> Result<Vec<(String, WeightArray)>, ImportError> {
    let groups = groups(file);
    let known = ["conv2d", "batch_normalization", "dense"];
    if let Some(group) = groups
        .iter()
        .find(|group| !known.iter().any(|class| group.is(class)))
    {
        return Err(ImportError::Keras {
            message: format!(
                "`{}` is of no kind of layer that is known here",
                group.folder
            ),
        });
    }
    let of = |class: &str| {
        let mut found: Vec<&Group> = groups.iter().filter(|group| group.is(class)).collect();
        found.sort_by_key(|group| group.number());
        found
    };
    let (convolutions, norms, dense) = (of(known[0]), of(known[1]), of(known[2]));
    let hidden = convolutions.len();
    if dense.len() != 1 || ![0, hidden, hidden + 1].contains(&norms.len()) {
        return Err(ImportError::Keras {
            message: format!(
                "weights alone do not tell the order of {hidden} convolutions, {} normalisations \
                 and {} dense layers; save the whole model with model.save(\"FILE.keras\"), or \
                 list the layers in a mapping file (--mapping)",
                norms.len(),
                dense.len()
            ),
        });
    }
    let mut norms = norms.into_iter();
    let mut arrays = Vec::new();
    for layer in convolutions.into_iter().chain(dense) {
        arrays.extend(linear(file, layer)?);
        if let Some(norm) = norms.next() {
            arrays.extend(normalisation(file, norm)?);
        }
    }
    Ok(arrays)
}

fn linear(file: &ArrayFile, group: &Group) -> Result<Vec<(String, WeightArray)>, ImportError> {
    let names = ["weight", "bias"];
    group.read(
        file,
        &group.place.join("."),
        &names[..group.count.clamp(1, 2)],
    )
}

/// Three variables could be without a gain or without an offset.
fn normalisation(
    file: &ArrayFile,
    group: &Group,
) -> Result<Vec<(String, WeightArray)>, ImportError> {
    let names = ["weight", "bias", "running_mean", "running_var"];
    let names = match group.count {
        2 => &names[2..],
        3 => {
            return Err(ImportError::Keras {
                message: format!(
                    "nothing tells whether `{}` has no gain or no offset; save the whole model \
                     with model.save(\"FILE.keras\")",
                    group.folder
                ),
            });
        }
        _ => &names[..],
    };
    group.read(file, &group.place.join("."), names)
}
