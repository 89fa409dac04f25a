//! Recordings of retinal ganglion cells: read, check, write, split and normalise.
//!
//! A *recording* is a movie shown to a retina and the firing rates of its cells, one value a cell
//! and movie frame. On disk it is an HDF5 session file in the layout of the deep-retina data set
//! (McIntosh et al. 2016; [`session`] describes it). The principal types, in the order a training
//! run meets them:
//!
//! 1. [`RecordingFile`] opens a file, reads its metadata only, and refuses what cannot be used.
//!    [`inspect`] summarises *any* HDF5 file and says what is missing for training.
//! 2. [`Recording`] is one loaded [`Partition`]: a [`Movie`], the [`Responses`] of the chosen
//!    cells, and the single trials ([`Repeats`]) where the file has them. [`SpikeCounts`] are the
//!    spikes of single trials, for whoever learns from spikes rather than from rates, and
//!    [`FineSpikes`] those in bins finer than a frame.
//! 3. [`Timeline`] gives every response bin a [`Role`] (train, validation, unused) so that no
//!    window of frames crosses a join of the recording or leaks between roles, and cuts the bins
//!    into contiguous [`Segment`]s.
//! 4. [`Normalisation`] holds the constants of the two published rules, and
//!    [`Movie::normalised_pixel_major`] applies them while transposing frames for the trainer.
//!
//! [`read_nwb`] makes a session of an NWB 2 file, the archive standard of DANDI.
//!
//! [`SessionWriter`] writes the same layout, [`ResultFile`] writes named arrays with dimensions
//! and units, and [`write_atomically`] is how every file of the project reaches the disk.
//!
//! ```no_run
//! use ganglion_recording::*;
//!
//! # fn main() -> Result<(), Error> {
//! let options = LoadOptions::training(CellSelection::All, "firing_rate_10ms");
//! let recording = Recording::load("naturalscene.h5", Partition::Train, &options)?;
//!
//! let blocks = Blocks { frames: recording.movie.frames(), blocks: 6, skip: 6000, history: 40 };
//! let timeline = Timeline::new(blocks, &Split::default(), 1)?;
//!
//! let movie = &recording.movie;
//! let all = 0..movie.frames();
//! let normalisation = Normalisation::fit(NormalisationRule::Global, movie, &[all])?;
//! for segment in timeline.segments(Role::Train, 512) {
//!     let frames = segment.frames_needed(40);
//!     let mut clip = vec![0.0; frames.len() * movie.pixels()];
//!     let stride = frames.len();
//!     movie.normalised_pixel_major(frames, &normalisation, &mut clip, stride, 0)?;
//!     let targets = &recording.responses.cell(0)[segment.bins()];
//!     # let _ = targets;
//! }
//! # Ok(()) }
//! ```

mod array;
mod array_file;
mod atomic;
mod attributes;
mod cells;
mod clock;
mod config_path;
mod container;
mod contents;
mod digest;
mod error;
mod fine_spikes;
mod inspect;
mod interneurons;
mod movie;
mod normalisation;
mod nwb;
mod partition;
mod recording;
mod repeats;
mod responses;
mod result_file;
pub mod session;
mod smoothing;
mod sparse;
mod spike_counts;
mod spool;
mod temporal_resolution;
mod timeline;
mod units;
mod writer;

pub use array::{Array, DatasetSpec, read_array, read_movie};
pub use array_file::ArrayFile;
pub use atomic::{remove_leftovers, write_atomically};
pub use attributes::{Attribute, Attributes};
pub use cells::{CellIndex, CellSelection};
pub use config_path::ConfigPath;
pub use contents::{Item, ItemKind};
pub use digest::sha256_of;
pub use error::Error;
pub use fine_spikes::{FineSpikes, FineSpikesInfo};
pub use inspect::{FileSummary, FiringSummary, PartitionSummary, inspect};
pub use interneurons::{InterneuronUnit, Interneurons, PixelPlace};
pub use movie::{Movie, MovieShape, PixelType, SharedPixels};
pub use normalisation::{Normalisation, NormalisationRule};
pub use nwb::{
    FrameAxes, NwbConfig, NwbConversion, RepeatRule, SeriesNames, counts_in_bins, is_nwb, read_nwb,
};
pub use partition::Partition;
pub use recording::{LoadOptions, Recording};
pub use repeats::{Repeats, Trials};
pub use responses::Responses;
pub use result_file::{ArrayInfo, ResultFile};
pub use session::{
    FramePeriod, FramePeriodSource, PartitionInfo, RATE, RecordingFile, RepeatsInfo, TimeGap,
};
pub use smoothing::smoothed;
pub use spike_counts::SpikeCounts;
pub use spool::Spool;
pub use temporal_resolution::{LONGEST_BIN, long_bins_note, resolves_delays};
pub use timeline::{Blocks, Role, Segment, Split, SplitRule, Timeline};
pub use units::{Microns, Milliseconds};
pub use writer::{SessionOptions, SessionWriter};
