//! Everything a user wants to know of a file before using it.

mod checks;
mod display;
mod recognise;
mod statistics;
mod trials;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::container::Container;
use crate::contents::{Item, contents};
use crate::{Attributes, Error, FramePeriod, Microns, PartitionInfo, RecordingFile};
pub use statistics::FiringSummary;

/// Summary of an HDF5 file. Its `Display` is the text `ganglion inspect` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileSummary {
    /// The file.
    pub path: PathBuf,
    /// Whether the file has the session layout and is consistent.
    pub is_recording: bool,
    /// Why it cannot be used as a recording, if it cannot.
    pub problem: Option<String>,
    /// What a file that is no recording seems to be, and what to do with it.
    pub advice: Option<String>,
    /// Of an NWB file that leaves something open: the config with which `ganglion import` takes it.
    pub import_config: Option<String>,
    /// Time from one frame to the next.
    pub frame_period: Option<FramePeriod>,
    /// Side of a movie pixel on the retina.
    pub microns_per_pixel: Option<Microns>,
    /// What was shown.
    pub stimulus_class: Option<String>,
    /// Attributes of the file.
    pub attributes: Attributes,
    /// The partitions, train first.
    pub partitions: Vec<PartitionSummary>,
    /// All groups and datasets; empty for a recording, whose partitions say more.
    pub contents: Vec<Item>,
    /// What is unusual.
    pub warnings: Vec<String>,
    /// What a training run would lack; empty if nothing.
    pub missing_for_training: Vec<String>,
}

/// Summary of one partition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartitionSummary {
    /// Sizes, types and names.
    #[serde(flatten)]
    pub info: PartitionInfo,
    /// Frames times frame period.
    pub duration_s: f64,
    /// The response that the statistics are of: `firing_rate_10ms` if there is one.
    pub statistics_of: Option<String>,
    /// Statistics of every cell.
    pub cell_statistics: Vec<FiringSummary>,
}

/// Summarises any HDF5 file. Reads all responses and repeats, but not the movies.
///
/// A file that is not a recording, or an inconsistent one, is summarised too: `problem` says what
/// is wrong, and `contents` what the file holds.
///
/// # Errors
/// Where the file is missing, unreadable, truncated or not HDF5.
pub fn inspect(path: impl AsRef<Path>) -> Result<FileSummary, Error> {
    Ok(summarise(&Container::open(path.as_ref())?))
}

pub(crate) fn summarise(container: &Container) -> FileSummary {
    match RecordingFile::from_container(container.clone()) {
        Ok(file) => of_recording(&file),
        Err(error) => of_other(container, &error),
    }
}

fn of_recording(file: &RecordingFile) -> FileSummary {
    let mut summary = FileSummary {
        is_recording: true,
        frame_period: Some(file.frame_period()),
        microns_per_pixel: file.microns_per_pixel(),
        stimulus_class: file.stimulus_class().map(ToOwned::to_owned),
        warnings: file.notes().to_vec(),
        ..empty(file.container())
    };
    for info in file.partitions() {
        let partition = of_partition(file, info, &mut summary.warnings);
        summary.partitions.push(partition);
    }
    checks::add_warnings(&mut summary);
    checks::add_missing(&mut summary);
    summary
}

fn of_partition(
    file: &RecordingFile,
    info: &PartitionInfo,
    warnings: &mut Vec<String>,
) -> PartitionSummary {
    let statistics_of = statistics::preferred(&info.responses);
    let statistics = statistics_of.as_ref().map(|name| {
        let dataset = info.partition.path(&format!("response/{name}"));
        statistics::of_cells(file.container(), &dataset, warnings)
    });
    let cell_statistics = statistics
        .unwrap_or(Ok(Vec::new()))
        .unwrap_or_else(|error| {
            warnings.push(error.to_string());
            Vec::new()
        });
    warnings.extend(trials::remarks(file.container(), info));
    let duration_s = info.frames as f64 * file.frame_period().period.seconds();
    PartitionSummary {
        info: info.clone(),
        duration_s,
        statistics_of,
        cell_statistics,
    }
}

fn of_other(container: &Container, error: &Error) -> FileSummary {
    FileSummary {
        problem: Some(error.to_string()),
        advice: recognise::advice(container),
        import_config: recognise::import_config(container),
        contents: contents(container),
        missing_for_training: recognise::missing(container),
        ..empty(container)
    }
}

fn empty(container: &Container) -> FileSummary {
    FileSummary {
        path: container.path().to_owned(),
        is_recording: false,
        problem: None,
        advice: None,
        import_config: None,
        frame_period: None,
        microns_per_pixel: None,
        stimulus_class: None,
        attributes: container.attributes(""),
        partitions: Vec::new(),
        contents: Vec::new(),
        warnings: Vec::new(),
        missing_for_training: Vec::new(),
    }
}
