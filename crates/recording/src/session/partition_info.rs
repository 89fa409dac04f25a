//! Metadata of one partition of a session file.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use super::blocks;
use super::time::{self, TimeGap, Timing};
use crate::cells::CellIndex;
use crate::container::{Container, Stored};
use crate::fine_spikes::{self, FineSpikesInfo};
use crate::{Error, Partition, interneurons};

/// What one partition of a session file holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartitionInfo {
    /// Which partition.
    pub partition: Partition,
    /// Frames of the movie, and bins of every response.
    pub frames: usize,
    /// Rows of a frame.
    pub height: usize,
    /// Columns of a frame.
    pub width: usize,
    /// Stored type of the movie, such as `u8`.
    pub stimulus_type: String,
    /// Layout and filters of the stored movie.
    pub stimulus_storage: String,
    /// Number of cells; 0 where there is no response.
    pub cells: usize,
    /// Names of the usable datasets in `response`, sorted.
    pub responses: Vec<String>,
    /// Single trials, where there are any.
    pub repeats: Option<RepeatsInfo>,
    /// Spikes in bins finer than a frame, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_spikes: Option<FineSpikesInfo>,
    /// Number of interneurons whose potentials are known.
    #[serde(skip_serializing_if = "is_zero")]
    pub interneurons: usize,
    /// Whether there is a dataset `time`.
    pub has_time: bool,
    /// Where `time` jumps: no window of frames may span such a place.
    pub gaps: Vec<TimeGap>,
    /// Where a block begins that does not follow what is before it: no window of frames may span such a
    /// place either. Without the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block_starts: Vec<usize>,
    /// What `time` says, where it advances.
    #[serde(skip)]
    pub(super) timing: Option<Timing>,
    /// Why datasets that are there are not listed above: wrong rank, type or length. Loading one
    /// of them gives the same message as an error; the rest of the file can be used.
    pub unusable: Vec<String>,
}

/// How the single trials of a partition are stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "layout", rename_all = "kebab-case")]
pub enum RepeatsInfo {
    /// One dataset [repeat, frame] a cell: `cell01`, `cell02`, ...
    PerCell {
        /// The cells present, with their number of repeats.
        cells: Vec<(CellIndex, usize)>,
    },
    /// One dataset [repeat, cell, frame].
    Stacked {
        /// Its name.
        dataset: String,
        /// Its first dimension.
        repeats: usize,
        /// Its second dimension.
        cells: usize,
    },
}

impl PartitionInfo {
    pub(crate) fn read(
        container: &Container,
        partition: Partition,
        stated_s: Option<f64>,
    ) -> Result<Self, Error> {
        let stimulus = container.dataset(&partition.path("stimulus"))?;
        stimulus.require(&[3], "three dimensions [frame, y, x]")?;
        let mut info = Self {
            partition,
            frames: stimulus.shape()[0],
            height: stimulus.shape()[1],
            width: stimulus.shape()[2],
            stimulus_type: stimulus.type_name(),
            stimulus_storage: stimulus.storage()?,
            cells: 0,
            responses: Vec::new(),
            repeats: None,
            fine_spikes: None,
            interneurons: 0,
            has_time: false,
            gaps: Vec::new(),
            block_starts: Vec::new(),
            timing: None,
            unusable: Vec::new(),
        };
        info.find_responses(container);
        info.repeats = info.unless_unusable(find_repeats(
            container,
            partition,
            info.frames,
            crate::repeats::is_rate,
        ));
        let spikes = fine_spikes::find(container, partition, info.frames);
        info.fine_spikes = info.unless_unusable(spikes);
        info.block_starts = info.unless_unusable(blocks::read(container, partition, info.frames));
        let interneurons = interneurons::count(container, partition, info.frames);
        info.interneurons = info.unless_unusable(interneurons);
        info.has_time = info.unless_unusable(has_time(container, partition, info.frames));
        if info.has_time {
            info.timing = info.unless_unusable(time::read(container, partition, stated_s));
            info.gaps = info
                .timing
                .as_ref()
                .map_or(Vec::new(), |timing| timing.gaps.clone());
        }
        Ok(info)
    }

    /// Bins before which the movie does not go on from what is before, by its times or its blocks, in order:
    /// no window of frames may span one.
    pub fn joins(&self) -> Vec<usize> {
        let of_gaps = self.gaps.iter().map(|gap| gap.bin);
        let joins: BTreeSet<usize> = of_gaps.chain(self.block_starts.iter().copied()).collect();
        joins.into_iter().collect()
    }

    /// The stretches of bins between joins, in order.
    pub fn runs(&self) -> Vec<Range<usize>> {
        let joins = self.joins();
        let starts = [0].into_iter().chain(joins.iter().copied());
        let ends = joins.iter().copied().chain([self.frames]);
        starts.zip(ends).map(|(start, end)| start..end).collect()
    }

    /// Lists the responses; the first gives the number of cells.
    fn find_responses(&mut self, container: &Container) {
        for name in container.datasets(&self.partition.path("response")) {
            let response = open_response(container, self.partition, &name, self.frames);
            let cells = self.unless_unusable(response.map(|response| response.shape()[0]));
            if cells > 0 {
                self.cells = if self.responses.is_empty() {
                    cells
                } else {
                    self.cells
                };
                self.responses.push(name);
            }
        }
    }

    fn unless_unusable<T: Default>(&mut self, found: Result<T, Error>) -> T {
        found.unwrap_or_else(|error| {
            self.unusable.push(error.to_string());
            T::default()
        })
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Opens `response/<name>`, which must have one bin a frame.
pub(crate) fn open_response(
    container: &Container,
    partition: Partition,
    name: &str,
    frames: usize,
) -> Result<Stored, Error> {
    let response = container.dataset(&partition.path(&format!("response/{name}")))?;
    response.require(&[2], "two dimensions [cell, frame]")?;
    refuse_transposed(&response, frames, "cell")?;
    require_length(&response, 1, frames)?;
    Ok(response)
}

/// A response of the other order is as long as the movie along its first axis.
fn refuse_transposed(response: &Stored, frames: usize, rows: &'static str) -> Result<(), Error> {
    let shape = [response.shape()[0], response.shape()[1]];
    if shape[1] == frames || shape[0] != frames {
        return Ok(());
    }
    Err(Error::Transposed {
        path: response.path().to_owned(),
        dataset: response.name().to_owned(),
        shape,
        rows,
    })
}

fn has_time(container: &Container, partition: Partition, frames: usize) -> Result<bool, Error> {
    let name = partition.path("time");
    if !container.has(&name) {
        return Ok(false);
    }
    let time = container.dataset(&name)?;
    time.require(&[1], "one dimension [frame]")?;
    require_length(&time, 0, frames)?;
    Ok(true)
}

/// Finds single trials in either layout; of several stacked datasets the preferred one, else the first. They
/// may be longer or shorter than the movie: those bins that both have are used.
pub(crate) fn find_repeats(
    container: &Container,
    partition: Partition,
    frames: usize,
    preferred: impl Fn(&str) -> bool,
) -> Result<Option<RepeatsInfo>, Error> {
    let group = partition.path("repeats");
    let names = container.datasets(&group);
    let open = |name: &str| container.dataset(&format!("{group}/{name}"));
    let per_cell = names
        .iter()
        .filter_map(|name| Some((CellIndex::from_dataset_name(name)?, name)));
    let mut cells = Vec::new();
    for (cell, name) in per_cell {
        let trials = open(name)?;
        trials.require(&[2], "two dimensions [repeat, frame]")?;
        refuse_transposed(&trials, frames, "repeat")?;
        cells.push((cell, trials.shape()[0]));
    }
    if !cells.is_empty() {
        cells.sort();
        return Ok(Some(RepeatsInfo::PerCell { cells }));
    }
    match names.iter().find(|name| preferred(name)).or(names.first()) {
        Some(name) => stacked(&open(name)?, name, frames).map(Some),
        None => Ok(None),
    }
}

fn stacked(trials: &Stored, name: &str, frames: usize) -> Result<RepeatsInfo, Error> {
    trials.require(
        &[3],
        "three dimensions [repeat, cell, frame], or datasets cell01, cell02, ...",
    )?;
    if trials.shape()[0] == frames {
        require_length(trials, 2, frames)?;
    }
    let (repeats, cells) = (trials.shape()[0], trials.shape()[1]);
    Ok(RepeatsInfo::Stacked {
        dataset: name.to_owned(),
        repeats,
        cells,
    })
}

pub(crate) fn require_length(data: &Stored, axis: usize, frames: usize) -> Result<(), Error> {
    let found = data.shape()[axis];
    if found == frames {
        return Ok(());
    }
    let (path, dataset) = (data.path().to_owned(), data.name().to_owned());
    Err(Error::LengthMismatch {
        path,
        dataset,
        found,
        frames,
    })
}
