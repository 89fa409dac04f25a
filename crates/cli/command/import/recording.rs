//! NWB files as recordings.

use std::fs;
use std::path::Path;

use anyhow::Context;
use ganglion::recording::{Milliseconds, NwbConfig, NwbConversion, SeriesNames, read_nwb};
use serde::{Deserialize, Serialize};

use super::Arguments;
use crate::config::ConfigFile;
use crate::console;
use crate::failure::bad_use;

/// The table of this command.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordingTables {
    #[serde(default)]
    nwb: NwbConfig,
}

/// What `--json` prints.
#[derive(Serialize)]
struct RecordingDocument<'a> {
    recording: &'a Path,
    #[serde(flatten)]
    conversion: &'a NwbConversion,
}

/// Writes a session file.
///
/// # Errors
/// Where the file lacks spikes or frames, or the session cannot be written.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = config(arguments)?;
    if arguments.out.is_dir() {
        let out = arguments.out.display();
        return Err(bad_use(format!(
            "--out {out} is a folder; a recording is a file, such as recording.h5"
        )));
    }
    let out = arguments.outputs().file(&arguments.out, |_| false)?;
    let conversion = converted(arguments, &config, &out)?;
    for warning in &conversion.warnings {
        tracing::warn!("{warning}");
    }
    match arguments.json {
        true => console::print_json(&RecordingDocument {
            recording: &arguments.out,
            conversion: &conversion,
        }),
        false => console::print(&text(arguments, &conversion, &config)),
    }
}

/// Converts aside where an older file is to be replaced, so that a failure leaves it.
fn converted(
    arguments: &Arguments,
    config: &NwbConfig,
    out: &Path,
) -> anyhow::Result<NwbConversion> {
    if !out.exists() {
        return Ok(read_nwb(&arguments.weights, config, out)?);
    }
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let aside = out.with_file_name(name);
    let conversion = read_nwb(&arguments.weights, config, &aside)?;
    fs::rename(&aside, out).with_context(|| format!("{}: cannot be renamed", aside.display()))?;
    Ok(conversion)
}

/// The config's table, then what flags say.
fn config(arguments: &Arguments) -> anyhow::Result<NwbConfig> {
    let file = ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?;
    let mut config = file.parse::<RecordingTables>()?.nwb;
    config.microns_per_pixel = arguments.microns_per_pixel.or(config.microns_per_pixel);
    config.bin_ms = arguments.frame_period.or(config.bin_ms);
    if let Some(cells) = &arguments.cells {
        config.units = ganglion::recording::CellSelection::List(cells.numbers());
    }
    Ok(config)
}

fn text(arguments: &Arguments, conversion: &NwbConversion, config: &NwbConfig) -> String {
    let NwbConversion {
        stimulus,
        test,
        test_presentations,
        cells,
        train_bins,
        test_bins,
        bin_ms,
        response,
        spikes,
        ..
    } = conversion;
    let out = arguments.out.display();
    let source = match (&config.test, *test_presentations) {
        (SeriesNames::None, _) if *test_bins > 0 => format!(", the end of {stimulus}"),
        (_, 0) => String::new(),
        (_, 1) => format!(" of {}", test[0]),
        (_, repeats) => format!(", {repeats} repeats"),
    };
    format!(
        "{out}: {cells} cells, {spikes} spikes, responses {response} and binned\n  \
         train  {train_bins} bins of {} of {stimulus}\n  \
         test   {test_bins} bins{source}\n",
        Milliseconds(*bin_ms)
    )
}
