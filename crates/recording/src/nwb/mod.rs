//! NWB 2 files (Neurodata Without Borders, the archive standard of DANDI) as session files.
//!
//! ```text
//! /units/spike_times          [spike]            s, the cells one after the other
//! /units/spike_times_index    [cell]             where each cell's spikes end
//! /stimulus/presentation/NAME, /acquisition/NAME
//!     data                    [frame, y, x]      an image series, or a series of noise frames
//!     timestamps              [frame]            s, when each frame appeared
//!     or starting_time        scalar             s, with attribute `rate` in Hz
//! ```
//!
//! A session file has one bin a frame. So the movie is sampled at the bins: each bin shows the frame
//! that is on in its middle, and counts the spikes from its start to before its end.
//!
//! Source: NWB schema 2.x, `nwb.misc.yaml` (Units) and `nwb.image.yaml` (ImageSeries) (recalled).
//! Not read: index series (frames chosen from templates), colour, movies in files beside.

mod bins;
mod config;
mod convert;
mod series;
mod units;

use std::path::Path;

pub use config::{NwbConfig, TestSeries};
pub use convert::{NwbConversion, read_nwb};

pub(crate) use series::all as series_of_frames;

use crate::Attribute;
use crate::container::Container;

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
