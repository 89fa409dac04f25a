//! NWB 2 files (Neurodata Without Borders, the archive standard of DANDI) as session files.
//!
//! ```text
//! /units/spike_times          [spike]            s, the cells one after the other
//! /units/spike_times_index    [cell]             where each cell's spikes end
//! /units/obs_intervals, obs_intervals_index      when each cell was observed; optional
//! /stimulus/presentation/NAME, /acquisition/NAME
//!     data                    [frame, y, x]      an image series, or a series of noise frames;
//!                             [frame, y, x, 1]   with one channel; [frame] for a full field
//!                             [frame]            of an index series: pictures of another series
//!                                                or of an `Images` container
//!     timestamps              [frame]            s, when each frame appeared
//!     or starting_time        scalar             s, with attribute `rate` in Hz
//!     field_of_view           [2 or 3]           m, width and height; with
//!     dimension               [2 or 3]           pixels along them, the size of a pixel; optional
//! /intervals/trials, epochs, invalid_times       start_time and stop_time, s; optional
//! ```
//!
//! A value of a frame is `data * conversion + offset`. Links are followed.
//!
//! A session file has one bin a frame. So the movie is sampled at the bins: each bin shows the frame
//! that is on in its middle, and counts the spikes from its start to before its end. Where the
//! movie pauses, and where a cell was not observed, there are no bins: a pause shows no frame, and
//! no data are not silence.
//!
//! Source: NWB schema 2.x, `nwb.misc.yaml` (Units), `nwb.image.yaml` (ImageSeries, IndexSeries),
//! `nwb.epoch.yaml` (TimeIntervals) and `nwb.base.yaml` (TimeSeries) (recalled).
//! Not read: colour, movies in files beside.

mod bins;
mod config;
mod convert;
mod images;
mod intervals;
mod pattern;
mod pictures;
mod pieces;
mod pixel_size;
mod presentations;
mod series;
mod suggestion;
mod times;
mod units;

use std::path::Path;

pub use bins::counts_in_bins;
pub use config::{FrameAxes, NwbConfig, RepeatRule, SeriesNames};
pub use convert::{NwbConversion, read_nwb};

pub(crate) use series::all as series_of_frames;
pub(crate) use suggestion::suggested;

use crate::container::Container;
use crate::{Attribute, Error};

/// Whether a file says that it is NWB.
pub fn is_nwb(path: &Path) -> bool {
    let version = Container::open(path)
        .ok()
        .and_then(|container| version(&container));
    version.is_some()
}

/// The version of the schema, such as `2.7.0`.
pub(crate) fn version(container: &Container) -> Option<String> {
    match container.attributes("").remove("nwb_version")? {
        Attribute::Text(version) => Some(version),
        _ => None,
    }
}

fn problem(container: &Container, problem: String) -> Error {
    let path = container.path().to_owned();
    Error::Nwb { path, problem }
}
