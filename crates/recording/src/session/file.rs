//! A session file, opened but not loaded.

use std::path::{Path, PathBuf};

use super::frame_period::FramePeriod;
use super::partition_info::PartitionInfo;
use super::time::TimeGap;
use crate::attributes::{Attribute, Attributes};
use crate::container::Container;
use crate::{Error, FileSummary, Microns, Partition};

/// Frames that the published networks see.
const PUBLISHED_HISTORY: usize = 40;

/// A recording on disk: its metadata, checked for consistency. Cheap to open.
#[derive(Clone, Debug)]
pub struct RecordingFile {
    container: Container,
    attributes: Attributes,
    partitions: Vec<PartitionInfo>,
    frame_period: FramePeriod,
    microns_per_pixel: Option<Microns>,
    notes: Vec<String>,
}

impl RecordingFile {
    /// Opens a session file and checks ranks, types and lengths, reading metadata only.
    ///
    /// Faults of a movie are errors; those of other datasets are listed in
    /// [`PartitionInfo::unusable`] and become errors when the dataset is loaded.
    ///
    /// # Errors
    /// Where the file is missing, not HDF5, truncated or of a format too new; where it holds
    /// neither partition ([`Error::NotASession`]); where a movie has the wrong rank or type or is
    /// empty; where an attribute that must be a number is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_container(Container::open(path.as_ref())?)
    }

    pub(crate) fn from_container(container: Container) -> Result<Self, Error> {
        let stated = FramePeriod::stated(&container)?;
        let partitions = partitions(&container, stated)?;
        if partitions.is_empty() {
            return Err(not_a_session(&container));
        }
        let attributes = container.attributes("");
        let mut notes = Vec::new();
        let frame_period = FramePeriod::find(&container, stated, &partitions, &mut notes)?;
        for info in &partitions {
            let unusable = info.unusable.iter();
            notes.extend(unusable.map(|text| unusable_note(&container, info, text)));
            notes.extend(gaps_note(info));
            let runs = info.runs();
            let runs: Vec<usize> = runs.iter().map(ExactSizeIterator::len).collect();
            notes.extend(short_runs_note(info.partition, &runs));
        }
        let microns_per_pixel = microns_per_pixel(&container, &mut notes)?;
        Ok(Self {
            container,
            attributes,
            partitions,
            frame_period,
            microns_per_pixel,
            notes,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.container.path()
    }

    /// Other files that hold a part of the recording, behind external links, sorted. Empty for most
    /// recordings.
    pub fn linked_files(&self) -> Vec<PathBuf> {
        self.container.linked_files()
    }

    /// Attributes of the file.
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// Time from one frame to the next, and how it is known.
    pub fn frame_period(&self) -> FramePeriod {
        self.frame_period
    }

    /// Side of a movie pixel on the retina, from attribute `microns_per_pixel`.
    pub fn microns_per_pixel(&self) -> Option<Microns> {
        self.microns_per_pixel
    }

    /// What a user ought to know before the recording is used: datasets that cannot be, stamps and
    /// attribute that disagree, gaps, an unusual unit. Empty for most files.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What was shown, from attribute `stimulus_class`.
    pub fn stimulus_class(&self) -> Option<&str> {
        self.text("stimulus_class")
    }

    /// An attribute of the file that is a text, such as `doi`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_str()
    }

    /// Whether it is of a simulated retina, from attribute `simulated`.
    pub fn is_simulated(&self) -> bool {
        let value = self.attributes.get("simulated");
        value
            .and_then(Attribute::as_f64)
            .is_some_and(|value| value != 0.0)
    }

    /// The partitions the file has, train first.
    pub fn partitions(&self) -> &[PartitionInfo] {
        &self.partitions
    }

    /// One partition.
    ///
    /// # Errors
    /// [`Error::NoPartition`] where the file does not have it.
    pub fn partition(&self, partition: Partition) -> Result<&PartitionInfo, Error> {
        let found = self
            .partitions
            .iter()
            .find(|info| info.partition == partition);
        found.ok_or_else(|| Error::NoPartition {
            path: PathBuf::from(self.path()),
            partition,
            found: self.partition_names(),
        })
    }

    fn partition_names(&self) -> String {
        let names = self
            .partitions
            .iter()
            .map(|info| format!("`{}`", info.partition));
        names.collect::<Vec<_>>().join(" and ")
    }

    /// Everything a user wants to know of the file. Reads all responses, but not the movies.
    pub fn inspect(&self) -> FileSummary {
        crate::inspect::summarise(&self.container)
    }

    pub(crate) fn container(&self) -> &Container {
        &self.container
    }
}

/// Side of a pixel, whatever type holds the number; one that is no length is told, not used.
fn microns_per_pixel(
    container: &Container,
    notes: &mut Vec<String>,
) -> Result<Option<Microns>, Error> {
    let Some(microns) = container.number("", "microns_per_pixel")? else {
        return Ok(None);
    };
    let usable = microns.is_finite() && microns > 0.0;
    if !usable {
        notes.push(format!(
            "attribute microns_per_pixel is {microns}, which is no length: it is not used"
        ));
    }
    Ok(usable.then_some(Microns(microns)))
}

/// Why a dataset cannot be used, for where the file is named already.
fn unusable_note(container: &Container, info: &PartitionInfo, text: &str) -> String {
    let path = format!("{}: ", container.path().display());
    let text = text.strip_prefix(&path).unwrap_or(text);
    let is_time = text.starts_with(&format!("`{}`", info.partition.path("time")));
    match is_time {
        true => format!("{text}. The times are not used, and gaps are not known"),
        false => text.to_owned(),
    }
}

/// Where gaps leave no window of the published networks' history; `runs` are the frames between
/// them.
pub(crate) fn short_runs_note(partition: Partition, runs: &[usize]) -> Option<String> {
    let longest = runs.iter().max()?;
    let is_cut = runs.len() > 1 && *longest <= PUBLISHED_HISTORY;
    is_cut.then(|| {
        format!(
            "the longest stretch of `{partition}` between gaps has {longest} frames: a network \
             that sees {PUBLISHED_HISTORY} frames, as the published ones do, finds no window in it; \
             give a history_frames below {longest}, or correct the times if there are no gaps"
        )
    })
}

fn gaps_note(info: &PartitionInfo) -> Option<String> {
    let size = |gap: &&TimeGap| gap.missing_s.abs();
    let largest = info
        .gaps
        .iter()
        .max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let what = match largest.missing_s > 0.0 {
        true => format!("{:.3} s are missing", largest.missing_s),
        false => "the clock goes back".to_owned(),
    };
    Some(format!(
        "`{}/time` has {} {}, the largest before bin {} ({what}): no window of frames spans {}",
        info.partition,
        info.gaps.len(),
        if info.gaps.len() == 1 { "gap" } else { "gaps" },
        largest.bin,
        if info.gaps.len() == 1 { "it" } else { "one" },
    ))
}

fn partitions(container: &Container, stated_s: Option<f64>) -> Result<Vec<PartitionInfo>, Error> {
    let present = Partition::ALL
        .into_iter()
        .filter(|p| container.has(&p.path("stimulus")));
    present
        .map(|partition| PartitionInfo::read(container, partition, stated_s))
        .collect()
}

fn not_a_session(container: &Container) -> Error {
    let groups = container
        .groups("")
        .into_iter()
        .map(|name| format!("group `{name}`"));
    let datasets = container
        .datasets("")
        .into_iter()
        .map(|name| format!("dataset `{name}`"));
    let found: Vec<String> = groups.chain(datasets).collect();
    let found = if found.is_empty() {
        "nothing".to_owned()
    } else {
        found.join(", ")
    };
    Error::NotASession {
        path: container.path().to_owned(),
        found,
    }
}
