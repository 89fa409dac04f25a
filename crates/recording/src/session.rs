//! The session layout: one HDF5 file a stimulus class, as in the deep-retina data set.
//!
//! ```text
//! /                          attributes frame_period_s, microns_per_pixel, stimulus_class, ...
//! /train, /test
//!     stimulus               [frame, y, x]        u8, or any integer or float type
//!     time                   [frame]              s, optional; a jump of it is a gap that no
//!                                                 window of frames spans
//!     response/<name>        [cell, frame]        firing_rate_10ms and the like in Hz
//!                                                 smoothed by a Gaussian of 10 ms; attribute bin_ms
//!                                                 where a bin does not last 10 ms
//!     response/binned        [cell, frame]        spikes in a bin, summed over repeats; optional
//!     repeats/cellNN         [repeat, frame]      NN counts from 1; optional; spikes in a bin, or
//!                                                 rates, NaN where a repeat was not recorded
//!     repeats/<name>         [repeat, cell, frame]   the other form of the same
//!     spikes                 [cell, bin] or       optional: spikes in a whole number of bins a frame,
//!                            [cell, repeat, bin]  see `FineSpikes`
//!     block_starts           [block]              optional: frames at which a block begins that does not
//!                                                 follow what is before it: no window spans it. An
//!                                                 attribute `blocks` of the group says the same of so
//!                                                 many equal blocks
//!     interneurons/potential [unit, frame]        optional, with `interneurons/type` and
//!                                                 `interneurons/place`; see `Interneurons`
//!     stas/cellNN                                 optional, not read here
//! /repeated_unknown_movie
//!     spikes                 [cell, repeat, bin]  optional: repeats of a movie that is not given
//! ```
//!
//! Datasets may be contiguous or chunked, with gzip, shuffle or LZF.
//! Source: McIntosh, Maheswaranathan, Nayebi, Ganguli and Baccus, NeurIPS 2016, and the files
//! published with Maheswaranathan et al., Neuron 2023.

mod blocks;
mod file;
mod frame_period;
mod partition_info;
mod time;

pub use file::RecordingFile;
pub(crate) use file::short_runs_note;
pub use frame_period::{FramePeriod, FramePeriodSource};
pub use partition_info::{PartitionInfo, RepeatsInfo};
pub(crate) use partition_info::{find_repeats, open_response, require_length};
pub use time::TimeGap;

/// The response that is meant where none is named.
///
/// The name is that of deep-retina's files: firing rates in Hz, smoothed by a Gaussian whose standard deviation is
/// 10 ms. It says nothing of the length of a bin, which is the file's frame period.
pub const RATE: &str = "firing_rate_10ms";
