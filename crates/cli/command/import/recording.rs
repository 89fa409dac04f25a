//! NWB files as recordings.

use std::path::Path;

use ganglion::nwb::{self, NwbTables};
use ganglion::recording::{Milliseconds, NwbConfig, NwbConversion, SeriesNames};
use serde::Serialize;

use super::Arguments;
use crate::config::ConfigFile;
use crate::console;
use crate::failure::bad_use;

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
    let conversion = nwb::import(&arguments.weights, &config, &out)?;
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

/// The config's table, then what flags say.
fn config(arguments: &Arguments) -> anyhow::Result<NwbConfig> {
    let file = ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?;
    let mut config = file.parse::<NwbTables>()?.nwb;
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
