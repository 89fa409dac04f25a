//! NWB files become recordings.

use std::fs;
use std::path::Path;

use ganglion_recording::{NwbConfig, NwbConversion, read_nwb};
use serde::Deserialize;

use crate::error::{Context as _, Result};

/// The tables of a config that an import reads.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NwbTables {
    /// What becomes of the file.
    #[serde(default)]
    pub nwb: NwbConfig,
}

/// Writes the recording of an NWB file, in the place of an older file if there is one, which a failure leaves.
///
/// # Errors
/// Those of [`read_nwb`], and where the older file cannot be replaced.
pub fn import(path: &Path, config: &NwbConfig, out: &Path) -> Result<NwbConversion> {
    if !out.exists() {
        return Ok(read_nwb(path, config, out)?);
    }
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let aside = out.with_file_name(name);
    let conversion = read_nwb(path, config, &aside)?;
    fs::rename(&aside, out).with_context(|| format!("{}: cannot be renamed", aside.display()))?;
    Ok(conversion)
}
