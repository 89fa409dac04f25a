//! The archives of Keras 3 (`.keras`): a zip file of the description and the weights.

use std::path::Path;

use ganglion_recording::ArrayFile;

use super::description::{self, Description};
use crate::import::archive::Entries;
use crate::import::error::ImportError;

const DESCRIPTION: &str = "config.json";
const WEIGHTS: &str = "model.weights.h5";

/// Whether a zip file is such an archive.
pub(crate) fn is_archive(entries: &Entries<'_>) -> bool {
    entries.has(DESCRIPTION) && entries.has("metadata.json")
}

/// Reads the description, and opens the weights.
pub(super) fn open(
    path: &Path,
    entries: &Entries<'_>,
) -> Result<(Description, ArrayFile), ImportError> {
    let entry = |name: &'static str| {
        let bytes = entries.get(name)?;
        bytes
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| ImportError::Keras {
                message: format!(
                    "a Keras archive without `{name}`; save the model again, with \
                     model.save(\"FILE.keras\") or model.save(\"FILE.h5\")"
                ),
            })
    };
    let weights = entry(WEIGHTS)?;
    let text = String::from_utf8_lossy(entry(DESCRIPTION)?);
    let description = description::read(&text)?;
    let file = ArrayFile::of_bytes(path.join(WEIGHTS), weights.to_vec())?;
    Ok((description, file))
}
